"""Why a file was not taken."""

TEXTS = {
    "several": "Nothing was recorded. To put right:",
    "too_many": "Too many files: {most} at most in one report. Put the pages into one PDF.",
    "too_large_together": "The files are larger than {limit} MB together. Send fewer, or smaller pictures.",
    "day_full": "Today {unit} can send only {left} MB more ({most} MB a day). Record the report "
    "without files now; send them tomorrow, or give them to the Office.",
    "too_large": "The file is larger than {limit} MB.",
    "empty": "The file is empty.",
    "unknown_kind": "Files of this kind are not taken; only: {allowed}.",
    "heic": "HEIC photographs of iPhones are not taken. Send a screenshot of the picture; or choose Settings, Camera, "
    "Formats, Most Compatible and take it again.",
    "encrypted": "The file has a password and cannot be looked into. Send one without.",
    "too_many_pixels": "The picture is unusually large. Send a smaller one.",
    "no_photos": "No photographs are taken of this work, for the children's sake. Give a document or a line of text.",
    "secret": "Documents stamped secret (Mật) may not be put here. Give only the number and day.",
    "broken": "The file is damaged and cannot be read.",
}
