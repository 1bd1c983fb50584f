"""`kehoach letter` and `kehoach simulate`: to a file, to a pipe, refused; both languages."""

from __future__ import annotations

from pathlib import Path

from docx import Document

from tests.cli.conftest import Kehoach

REPORT = "bao-cao-bo-chi-tieu/ldtbxh/6-thang"


def test_a_letter_goes_to_the_file_that_was_asked_for(kehoach: Kehoach, home: Path, tmp_path: Path) -> None:
    """A .docx that a word processor opens; standard output stays empty."""
    answer = kehoach("letter", REPORT, "-o", "phieu.docx")
    assert (answer.code, answer.out) == (0, "")
    assert "phieu.docx" in answer.err
    said = "\n".join(each.text for each in Document(str(tmp_path / "phieu.docx")).paragraphs)
    assert "PHIẾU NHẮC VIỆC" in said and "quá hạn 8 ngày" in said


def test_a_letter_that_cannot_be_written_is_refused_in_one_line(kehoach: Kehoach, home: Path, tmp_path: Path) -> None:
    """An occurrence that nobody knows; a round that is not open yet."""
    unknown = kehoach("letter", "khong/co/gi", "-o", "x.docx")
    early = kehoach("letter", "cap-nhat/cong-an/dot-3", "-o", "x.docx", "--lang", "en")
    assert (unknown.code, early.code) == (1, 1)
    assert unknown.err.count("\n") == early.err.count("\n") == 1
    assert "nothing to urge yet" in early.err
    assert not (tmp_path / "x.docx").exists()


def test_a_simulation_is_read_by_day_and_by_recipient(kehoach: Kehoach, home: Path) -> None:
    """One line a recipient, day and occurrence, then the totals."""
    said = kehoach("simulate", "--from", "21/5/2025", "--to", "30/6/2025")
    assert said.code == 0
    assert "Theo người nhận" in said.out and "Cộng" in said.out
    assert REPORT in said.out and "vice-chair" in said.out
    english = kehoach("simulate", "--from", "2025-05-21", "--to", "2025-06-30", "--lang", "en")
    assert "By recipient" in english.out and "2025-05-27" in english.out


def test_a_simulation_for_scripts_is_one_document(kehoach: Kehoach, home: Path, tmp_path: Path) -> None:
    """--json, with a file of answers: units that answer are told nothing more."""
    (tmp_path / "answers.yaml").write_text("default: on 2025-05-20\n", encoding="utf-8")
    line = ("simulate", "--from", "21/5/2025", "--to", "30/6/2025", "--json")
    silent, answering = kehoach(*line).json, kehoach(*line, "--units-answer", "answers.yaml").json
    assert set(silent) == {"plan", "from", "to", "messages", "acts", "totals"}
    assert (silent["from"], silent["to"]) == ("2025-05-21", "2025-06-30")
    assert len(answering["messages"]) < len(silent["messages"])


def test_a_quiet_time_is_said_to_be_quiet(kehoach: Kehoach, home: Path, tmp_path: Path) -> None:
    """Everybody has answered before the days that are shown."""
    (tmp_path / "answers.yaml").write_text("default: on 2025-05-20\nconfirm: after 1 day\n", encoding="utf-8")
    said = kehoach("simulate", "--from", "22/5/2025", "--to", "23/5/2025", "--units-answer", "answers.yaml")
    assert said.code == 0
    assert "không ai được nhắc" in said.out


def test_a_simulation_that_makes_no_sense_is_refused(kehoach: Kehoach, home: Path, tmp_path: Path) -> None:
    """Days backwards; a file with a misspelt word, with the line or the place."""
    backwards = kehoach("simulate", "--from", "2/5/2025", "--to", "1/5/2025")
    (tmp_path / "answers.yaml").write_text("unts: {}\n", encoding="utf-8")
    misspelt = kehoach("simulate", "--from", "1/5/2025", "--to", "2/5/2025", "--units-answer", "answers.yaml")
    (tmp_path / "answers.yaml").write_text("default: [\n", encoding="utf-8")
    broken = kehoach("simulate", "--from", "1/5/2025", "--to", "2/5/2025", "--units-answer", "answers.yaml")
    assert (backwards.code, misspelt.code, broken.code) == (1, 1, 1)
    assert "2/5/2025" in backwards.err and "unts" in misspelt.err and "units" in misspelt.err
    assert "answers.yaml:" in broken.err
