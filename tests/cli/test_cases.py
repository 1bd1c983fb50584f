"""`kehoach case`: naming by who keeps the database, one line each."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Kehoach

TASK = "bao-cao-vu-viec"


def test_accounts_are_named_to_a_case_listed_and_named_no_longer(kehoach: Kehoach, home: Path) -> None:
    """The case says who sees it; the same request twice is one entry; ordinary work takes no names."""
    opened = kehoach("event", TASK, "--at", "14/5/2025 16:30", "--ref", "vv-2025-01", "--json").json["occurrence"]
    kehoach("account", "add", "truong", "--role", "head", "--unit", "ldtbxh", "--name", "Trưởng bộ phận")
    assert kehoach("case", "list", opened, "--json").json == []
    assert kehoach("case", "name", opened, "truong", "--request-id", "r1").code == 0
    assert kehoach("case", "name", opened, "truong", "--request-id", "r1").code == 0
    (row,) = kehoach("case", "list", opened, "--json").json
    assert (row["login"], row["name"], row["left"]) == ("truong", "Trưởng bộ phận", False)
    assert "truong: Trưởng bộ phận" in kehoach("case", "list", opened).out
    assert kehoach("case", "name", opened, "truong").code == 1
    assert kehoach("case", "end", opened, "truong").code == 0
    assert kehoach("case", "list", opened, "--json").json == []
    kinds = [each["kind"] for each in kehoach("show", opened, "--json").json["ledger"]]
    assert kinds == ["event_opened", "named", "unnamed"]
    assert kehoach("verify").code == 0


def test_words_that_it_does_not_take_are_refused_in_a_line(kehoach: Kehoach, home: Path) -> None:
    """No login, a login too many, an unknown one, and work that is no case."""
    opened = kehoach("event", TASK, "--at", "14/5/2025 16:30", "--ref", "vv-2025-02", "--json").json["occurrence"]
    for words in (
        ("name", opened),
        ("list", opened, "truong"),
        ("name", opened, "khong-co"),
        ("list", "bao-cao-ket-qua/ldtbxh/6-thang"),
    ):
        refused = kehoach("case", *words)
        assert refused.code == 1
        assert len(refused.err.strip().splitlines()) == 1
