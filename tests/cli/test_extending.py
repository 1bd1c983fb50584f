"""Extensions, steps of a report and the explained ladder, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Kehoach

REPORT = "bao-cao-bo-chi-tieu/ldtbxh/6-thang"
VITAMIN = "uong-vitamin-a/tram-y-te/vi-chat-dot-2"
ASK = ("extend", "ask", REPORT, "--until", "6/6/2025", "--reason", "Chờ số liệu của các trường")


def test_asked_and_granted(kehoach: Kehoach, home: Path) -> None:
    """The first deadline and how often it was extended stay in sight; the ladder begins again."""
    assert kehoach(*ASK).code == 0
    assert kehoach("show", REPORT, "--json").json["asked_until"] == "2025-06-06"
    letter = ("--doc", "45/UBND ngày 13/5/2025", "--decided-by", "Phó Chủ tịch UBND quận")
    granted = kehoach("extend", "grant", REPORT, "--by", "van-phong", *letter, "--json").json
    assert granted["kind"] == "extension_granted"
    shown = kehoach("show", REPORT, "--json").json
    assert (shown["last_day"], shown["extensions"], shown["asked_until"]) == ("2025-06-06", 1, None)
    said = kehoach("ladder", REPORT).out
    assert "đã gia hạn 1 lần" in said
    explained = kehoach("ladder", REPORT, "--json").json
    assert {each["version"] for each in explained["steps"] if each["state"] == "due"} == {2}
    assert kehoach("verify").code == 0


def test_refused_and_who_cannot(kehoach: Kehoach, home: Path) -> None:
    """Only who set the date; what custom gives cannot be asked for; each refusal is one line and writes nothing."""
    assert kehoach(*ASK).code == 0
    by_itself = kehoach("extend", "grant", REPORT, "--by", "ldtbxh", "--doc", "1")
    assert (by_itself.code, by_itself.err.count("\n")) == (1, 1)
    refused = kehoach("extend", "refuse", REPORT, "--by", "van-phong", "--reason", "Quận cần đúng hạn")
    assert (refused.code, "không cho gia hạn" in refused.out) == (0, True)
    asked = kehoach("extend", "ask", VITAMIN, "--until", "1/1/2026", "--reason", "x")
    assert (asked.code, "theo thông lệ" in asked.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("ask", REPORT, "--reason", "x"), "--until"),
        (("ask", REPORT, "--until", "6/6/2025"), "--reason"),
        (("grant", REPORT, "--doc", "1"), "--by"),
        (("refuse", REPORT, "--by", "van-phong", "--reason", "x", "--until", "6/6/2025"), "--until"),
        (("ask", REPORT, "--until", "6/6/2025", "--reason", "x", "--decided-by", "A"), "--decided-by"),
    ],
)
def test_each_verb_says_what_it_needs(kehoach: Kehoach, home: Path, words: tuple[str, ...], names: str) -> None:
    """A missing option, and one that belongs to another verb, are wrong usage."""
    said = kehoach("extend", *words)
    assert (said.code, names in said.err) == (2, True)


def test_the_steps_of_a_report(kehoach: Kehoach, home: Path) -> None:
    """Where it is stuck is in sight; the clerk's number closes it."""
    for step, by, more in (
        ("drafted", "ldtbxh", ()),
        ("presented", "ldtbxh", ("--note", "Trình Phó Chủ tịch")),
        ("signed", "ubnd-phuong", ()),
    ):
        assert kehoach("step", REPORT, step, "--by", by, *more).code == 0
    assert "Đang ở bước" in kehoach("show", REPORT).out
    assert kehoach("show", REPORT, "--json").json["stuck"]["next"] == "numbered"
    out_of_turn = kehoach("step", REPORT, "drafted", "--by", "ldtbxh")
    assert (out_of_turn.code, "_" in out_of_turn.err) == (1, False)
    assert kehoach("step", REPORT, "numbered", "--by", "van-phong", "--doc", "45/BC-UBND").code == 0
    assert kehoach("step", REPORT, "issued", "--by", "van-phong", "--json").json["status"].startswith("done")


def test_urging_counts_as_the_rung(kehoach: Kehoach, home: Path) -> None:
    """By telephone, to the head; said by the ladder, told by no message."""
    assert kehoach("urge", REPORT, "--by", "van-phong", "--via", "phone", "--to", "head").code == 0
    assert kehoach("ladder", REPORT, "--lang", "en").code == 0
    assert kehoach("urge", REPORT, "--by", "van-phong", "--via", "phone", "--to", "chair").code == 2
