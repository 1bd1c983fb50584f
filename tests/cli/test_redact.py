"""`kehoach redact`: by an entry's number or its occurrence, said in both languages, harmless to repeat."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Kehoach

TASK = "tap-huan/ldtbxh/nam"
WHY = ("--reason", "Ghi nhầm thông tin cá nhân")


@pytest.mark.parametrize("what", [TASK, "2", "#2"])
def test_a_text_is_erased(kehoach: Kehoach, home: Path, what: str) -> None:
    """`show` says on which day, `verify` is clean, a second time tells of the first."""
    assert kehoach("note", TASK, "--note", "Gọi cho cháu Tèo").code == 0
    done = kehoach("redact", what, *WHY, "--json").json
    assert (done["of"], done["seq"], done["repeated"]) == (2, 3, False)
    shown = kehoach("show", TASK).out
    assert "Tèo" not in shown and "lời ghi đã được xóa ngày 20/5/2025" in shown and WHY[1] in shown
    assert kehoach("show", TASK, "--json").json["ledger"][0]["erased_on"] == "2025-05-20"
    assert "đã được xóa ngày 20/5/2025 (số 3)" in kehoach("redact", "2", *WHY).out
    assert "was erased on 2025-05-20" in kehoach("redact", "2", *WHY, "--lang", "en").out
    assert kehoach("verify").code == 0


def test_a_file_is_erased(kehoach: Kehoach, home: Path, tmp_path: Path) -> None:
    """The bytes leave the data folder, the hash stays in the ledger."""
    from tests.usecases.files import PDF

    sent = tmp_path / "Danh sách Tèo.pdf"
    sent.write_bytes(PDF)
    done = kehoach("done", "tap-huan-ban-bao-ve/ubnd-phuong/nam", "--by", "ubnd-phuong", "--doc", "31/BC-UBND")
    assert done.code == 0
    assert kehoach("done", TASK, "--by", "ldtbxh", "--doc", "32/BC", "--evidence", str(sent)).code == 0
    kept = [each for each in (home / "evidence").rglob("*") if each.is_file()]
    assert len(kept) == 1
    said = kehoach("redact", "3", "--file", *WHY)
    assert (said.code, "Đã xóa tệp của bút toán số 3" in said.out) == (0, True)
    assert not kept[0].exists()
    assert kehoach("show", TASK, "--json").json["ledger"][0]["data"]["evidence"] == kept[0].name
    assert kehoach("verify").code == 0


def test_of_several_files_each_is_refused_by_name_and_one_erased(kehoach: Kehoach, home: Path, tmp_path: Path) -> None:
    """`--evidence` again and again; one that is not taken stops them all, and `--only` names one by its hash."""
    from tests.usecases.files import PDF

    for name, body in (("1.pdf", PDF), ("2.pdf", PDF + b"% 2"), ("3.exe", b"MZ"), ("4.pdf", b"")):
        (tmp_path / name).write_bytes(body)
    report = ["done", TASK, "--by", "ldtbxh", "--doc", "32/BC"]
    files = {n: ["--evidence", str(tmp_path / name)] for n, name in enumerate(("1.pdf", "2.pdf", "3.exe", "4.pdf"))}
    said = kehoach(*report, *files[0], *files[2], *files[3])
    assert said.code == 1 and "«3.exe»" in said.err and "«4.pdf»" in said.err and "1.pdf" not in said.err
    assert not (home / "evidence").exists()
    assert kehoach(*report, *files[0], *files[1]).code == 0
    entry = kehoach("show", TASK, "--json").json["ledger"][0]
    one, two = entry["data"]["evidence"]
    assert kehoach("redact", str(entry["seq"]), "--only", "f" * 12, *WHY).code == 1
    assert kehoach("redact", str(entry["seq"]), "--only", one[:12], *WHY).code == 0
    assert [each.name for each in (home / "evidence").rglob("*") if each.is_file()] == [two]
    assert kehoach("verify").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("abc", *WHY), "«abc»"),
        (("99", *WHY), "99"),
        ((TASK, *WHY), "không có gì để xóa"),
        (("2", "--file", *WHY), "không kèm tệp"),
        (("2", "--reason", "Có tên Tèo"), "nói chung"),
        (("2", *WHY, "--by", "ldtbxh"), "chỉ Văn phòng"),
    ],
)
def test_what_is_refused(kehoach: Kehoach, home: Path, words: tuple[str, ...], said: str) -> None:
    """One line each, and the words stay."""
    assert kehoach("note", "tap-huan-ban-bao-ve/ubnd-phuong/nam", "--note", "Gọi cho cháu Tèo").code == 0
    answer = kehoach("redact", *words)
    assert (answer.code, answer.err.count("\n")) == (1, 1)
    assert said in answer.err
    assert "Tèo" in kehoach("show", "tap-huan-ban-bao-ve/ubnd-phuong/nam").out
