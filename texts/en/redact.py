"""Words of erasing: what was written by mistake, and what then stands in its place."""

TEXTS = {
    "erase": "Erase the text…",
    "erase_file": "Erase the file…",
    "what": "The text is gone for good. The ledger keeps who wrote, when, who erased it and why.",
    "what_file": "The file and its name are gone for good. The ledger keeps its hash, who erased it and why.",
    "which_file": "Which file",
    "all_files": "All files of this report",
    "reason": "Why it is erased",
    "reason_note": "in general words, without what is erased; this sentence is kept for good",
    "reason_1": "Personal data written by mistake",
    "reason_2": "Asked for by the person it is about",
    "reason_3": "The wrong file was sent",
    "do": "Erase for good",
    "do_file": "Erase the file for good",
    "erased": "the text was erased on {day}",
    "file_erased": "the file was erased on {day}",
    "done": "Erased. The ledger says that it was.",
    "cli_text": "Erased the text of entry {of}; recorded as {seq}.",
    "cli_file": "Erased the file of entry {of}; recorded as {seq}.",
    "cli_text_before": "The text of entry {of} was erased on {day} ({seq}).",
    "cli_file_before": "The file of entry {of} was erased on {day} ({seq}).",
    # refusals
    "bad_what": "“{value}” is neither an occurrence (task/unit/period) nor the number of an entry (12).",
    "which": "“{occurrence}” has several that can be erased: entries {seqs}. Name one number.",
    "nothing": "“{occurrence}” has nothing to erase.",
    "no_file": "Entry {seq} has no file.",
    "no_such_file": "Entry {seq} names no file, or several, whose hash begins with “{only}”.",
    "only_office": "Only Văn phòng erases.",
    "not_office": "{by} cannot erase; only Văn phòng ({allowed}).",
    "reason_long": "The reason is longer than {most} letters; general words will do.",
    "reason_tells": "The reason says again what is erased, or may tell who the person is; it is kept for good, so put "
    "it in general words, such as “Personal data written by mistake”.",
    "erased_before": "This very file was erased from the ledger and cannot be recorded again.",
    "file_stays": "The erasure is recorded, but the file {sha256} could not be removed ({fault}). Erase it once more.",
    "pages_stay": "The text of entry {seq} is erased and recorded, but the database file is busy or the disk full, so "
    "old bytes may lie in free pages. Erase it once more.",
}
