"""`kehoach account` and `kehoach invite`: tokens are printed once, refusals are one line."""

from __future__ import annotations

from pathlib import Path

from models.session import open_engine, reading
from tests.cli.conftest import MAY, Kehoach
from usecases import desk_key, invitations, signed_links


def test_an_account_from_invitation_to_end(kehoach: Kehoach, home: Path) -> None:
    """Added, listed, invited again, disabled; what is printed opens, and the list shows no token."""
    added = kehoach(
        "account", "add", "van.phong", "--role", "office,clerk", "--unit", "van-phong", "--name", "Lan", "--json"
    )
    engine = open_engine(f"sqlite:///{home / 'kehoach.db'}")
    assert added.json["roles"] == ["clerk", "office"]
    assert invitations.look(engine, token=added.json["token"], now=MAY) is not None
    again = kehoach("invite", "van.phong")
    assert "/moi/" in again.out
    assert invitations.look(engine, token=added.json["token"], now=MAY) is None
    listed = kehoach("account", "list")
    assert "van.phong" in listed.out
    assert "/moi/" not in listed.out
    assert kehoach("account", "disable", "van.phong").code == 0
    assert [each["state"] for each in kehoach("account", "list", "--json").json] == ["disabled"]
    engine.dispose()


def test_a_signed_link_is_printed_once(kehoach: Kehoach, home: Path) -> None:
    """What is printed opens that unit's page with the key of the data folder."""
    made = kehoach("invite", "--unit", "cong-an", "--days", "10", "--label", "Trưởng Công an", "--json").json
    engine = open_engine(f"sqlite:///{home / 'kehoach.db'}")
    with reading(engine) as session:
        key, token = desk_key.read_or_make(home), made["address"].rpartition("/mo/")[2]
        found = signed_links.opened(session, key=key, token=token, now=MAY)
    assert found is not None
    assert (found.unit, found.label) == ("cong-an", "Trưởng Công an")
    engine.dispose()


def test_what_does_not_fit_is_refused_in_one_line(kehoach: Kehoach, home: Path) -> None:
    """Exit code 1, and what would be right."""
    for args in (
        ("account", "add"),
        ("account", "add", "x", "--role", "vua"),
        ("account", "list", "--unit", "cong-an"),
        ("account", "disable", "khong-co"),
        ("invite",),
        ("invite", "x", "--unit", "cong-an"),
        ("invite", "x", "--days", "3"),
        ("invite", "--unit", "to-dan-pho"),
        ("invite", "--unit", "cong-an", "--days", "0"),
    ):
        answer = kehoach(*args)
        assert (answer.code, answer.out) == (1, ""), args
        assert len(answer.err.splitlines()) == 1, args


def test_a_city_follows_wards_and_its_account_needs_no_plan(kehoach: Kehoach, home: Path, tmp_path: Path) -> None:
    """The list is put in place and listed; the city's account belongs to the city's own office and to no other role."""
    wards = tmp_path / "phuong-xa.csv"
    wards.write_text("# mã,tên\nphu-la,Phường Phú La\nkien-hung,Phường Kiến Hưng\n", encoding="utf-8")
    said = kehoach("city", "set", "ha-noi", str(wards), "--name", "Thành phố")
    assert said.code == 0
    assert "kien-hung" in said.out
    assert kehoach("city", "list", "--json").json == [{"city": "ha-noi", "name": "Thành phố", "wards": 2}]
    added = kehoach("account", "add", "so.y.te", "--role", "city", "--office", "ha-noi", "--json")
    assert added.json["roles"] == ["city"]
    assert [each["login"] for each in kehoach("account", "list", "--office", "ha-noi", "--json").json] == ["so.y.te"]
    assert kehoach("account", "list", "--json").json == []
    for wrong in (
        ("city", "set", "ha-noi"),
        ("city", "set", "ha-noi", str(tmp_path / "khong-co.csv")),
        ("city", "set", "da-nang", str(wards)),
        ("account", "add", "x", "--role", "chair", "--office", "ha-noi"),
        ("account", "add", "x", "--role", "city", "--office", "khong-co"),
    ):
        refused = kehoach(*wrong)
        assert (refused.code, refused.out) == (1, "")
        assert len(refused.err.splitlines()) == 1
