"""`kehoach undelivered`: who was not reached, an address that bounced, and writing there again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Kehoach

ADDRESS = "truc-ban@phu-la.example.vn"
OVERLAY = f"""escalation:
  people:
    unit:cong-an: {{ id: truc-ban, name: Trực ban Công an, email: {ADDRESS} }}
"""


@pytest.fixture
def reached(kehoach: Kehoach, home: Path) -> Path:
    """The data folder, with one person who has an address."""
    (home / "overlay.yaml").write_text(OVERLAY, encoding="utf-8")
    assert kehoach("sync").code == 0
    return home


def test_bounced_and_mended(kehoach: Kehoach, reached: Path) -> None:
    """Noted once, listed with why and since when, taken back once; in words and as one document."""
    assert kehoach("undelivered", "list").out == "Ai cũng nhận được thông báo.\n"
    assert kehoach("undelivered", "list", "--json").json == []
    noted = kehoach("undelivered", "bounced", ADDRESS, "--reason", "550 5.1.1 User unknown")
    assert (noted.code, ADDRESS in noted.out) == (0, True)
    listed = kehoach("undelivered", "list")
    assert "Trực ban Công an" in listed.out and "550 5.1.1 User unknown" in listed.out
    (row,) = kehoach("undelivered", "list", "--json").json
    assert (row["why"], row["address"], row["since"], row["channel"]) == ("dead", ADDRESS, "2025-05-20", "email")
    twice = kehoach("undelivered", "bounced", ADDRESS, "--reason", "x", "--json")
    assert twice.json == {"address": ADDRESS, "channel": "email", "changed": False}
    assert "lượt gửi sau" in kehoach("undelivered", "again", ADDRESS).out
    assert "Vẫn đang gửi" in kehoach("undelivered", "again", ADDRESS).out
    assert kehoach("undelivered", "list", "--json").json == []
    assert "Everybody" in kehoach("undelivered", "list", "--lang", "en").out


def test_what_does_not_fit_is_refused_in_one_line(kehoach: Kehoach, reached: Path) -> None:
    """Exit code 1, and nothing is noted."""
    for args in (
        ("bounced",),
        ("again",),
        ("bounced", ADDRESS),
        ("bounced", ADDRESS, "--reason", " "),
        ("bounced", "truc-ba@phu-la.example.vn", "--reason", "550"),
        ("bounced", ADDRESS, "--reason", "550", "--way", "zalo"),
        ("again", ADDRESS, "--reason", "550"),
        ("list", ADDRESS),
        ("list", "--way", "email"),
    ):
        answer = kehoach("undelivered", *args)
        assert (answer.code, answer.out) == (1, ""), args
        assert len(answer.err.splitlines()) == 1, args
    assert ADDRESS in kehoach("undelivered", "bounced", "truc-ba@phu-la.example.vn", "--reason", "550").err
    assert kehoach("undelivered", "list", "--json").json == []
