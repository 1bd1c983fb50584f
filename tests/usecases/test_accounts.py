"""Accounts, sessions and signed links on both databases, with the rights that the application has there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from models.session import reading
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import (
    accounts,
    desk_key,
    desk_sessions,
    entering,
    invitations,
    plans,
    second_factor,
    signed_links,
    signing_in,
    unit_page,
)

PASSWORD = "cau ngan de nho"
NOW = small.at("2025-05-20")


def test_from_invitation_to_the_end_of_a_session(ward: Ward, tmp_path: Path) -> None:
    """Added, taken up with a second factor, signed in, seen, used, ended, disabled."""
    key = desk_key.read_or_make(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert not accounts.lost_key(ward.engine, elsewhere)
    made = accounts.add(
        ward.engine, login="lan", name="Lan", roles=("clerk",), unit="van-phong", now=NOW, made_by="thử"
    )
    found = invitations.look(ward.engine, token=made.token, now=NOW)
    assert found is not None
    secret = second_factor.secret(key, found.salt)
    code, later = second_factor.code(secret, second_factor.step_of(NOW)), NOW + timedelta(minutes=1)
    invitations.take_up(ward.engine, key=key, token=made.token, password=PASSWORD, again=PASSWORD, code=code, now=NOW)
    code = second_factor.code(secret, second_factor.step_of(later))
    token = signing_in.sign_in(ward.engine, key=key, login="Lan", password=PASSWORD, code=code, now=later)
    assert accounts.lost_key(ward.engine, elsewhere)
    assert not accounts.lost_key(ward.engine, tmp_path)
    with reading(ward.engine) as session:
        signed = desk_sessions.find(session, token=token, now=later + timedelta(hours=1))
        assert desk_sessions.find(session, token=token[:-1], now=later) is None
    assert signed is not None
    assert (signed.login, signed.unit, signed.roles, signed.stale) == ("lan", "van-phong", {"clerk"}, True)
    desk_sessions.note_use(ward.engine, token=token, now=later + timedelta(hours=1))
    (listed,) = desk_sessions.listed(ward.engine, office="nho", account_id=signed.account)
    assert listed["seen_at"] == later + timedelta(hours=1)
    accounts.disable(ward.engine, login="lan", now=later, by="thử")
    with reading(ward.engine) as session:
        assert desk_sessions.find(session, token=token, now=later) is None
    (row,) = accounts.listed(ward.engine)
    assert (row["login"], row["state"], row["second"]) == ("lan", "disabled", True)


def test_a_link_from_its_making_to_its_end(ward: Ward, tmp_path: Path) -> None:
    """Made, opened with its key alone, listed, revoked."""
    key = desk_key.read_or_make(tmp_path)
    made = signed_links.make(ward.engine, key=key, unit="cong-an", now=NOW, made_by="thử", days=10)
    with reading(ward.engine) as session:
        found = signed_links.opened(session, key=key, token=made.token, now=NOW + timedelta(days=9))
        assert signed_links.opened(session, key=b"x" * 32, token=made.token, now=NOW) is None
    assert found is not None
    assert (found.office, found.plan, found.unit) == ("nho", "nho-2025", "cong-an")
    assert found.expires_at == NOW + timedelta(days=10)
    assert signed_links.revoke(ward.engine, now=NOW, by="thử", id=made.id) == 1
    assert signed_links.revoke(ward.engine, now=NOW, by="thử", unit="cong-an") == 0
    with reading(ward.engine) as session:
        assert signed_links.opened(session, key=key, token=made.token, now=NOW) is None
    (listed,) = signed_links.listed(ward.engine, unit="cong-an")
    assert listed["revoked_at"] == NOW


def test_what_a_unit_and_a_group_have_before_them(ward: Ward) -> None:
    """The page of a unit, its work and history, and what the members of a group owe alike."""
    with reading(ward.engine) as session:
        in_force = plans.in_force(session, *plans.find(session, None))
    page = unit_page.page(ward.engine, in_force=in_force, unit="a", now=NOW)
    assert [item.terms.key.task for item in page.late] == ["cap-nhat", "bao-cao"]
    ward.say("noted", "bao-cao/a/6-thang", "2025-05-20", note="Chờ số liệu", by="a")
    (said,) = unit_page.history(ward.engine, in_force=in_force, unit="a")
    assert (said.kind, said.text, said.title) == ("noted", "Chờ số liệu", "Báo cáo kết quả · 6 tháng")
    told = {"unit": "a", "task": "bao-cao", "of": "a", "period": "6-thang"}
    work = unit_page.work(ward.engine, in_force=in_force, now=NOW, **told)
    assert work is not None
    assert work.may_extend
    assert unit_page.work(ward.engine, in_force=in_force, now=NOW, **(told | {"unit": "cong-an"})) is None
    found = entering.together(ward.engine, in_force=in_force, group="to", now=NOW)
    assert [(each.task, each.open, len(each.items)) for each in found] == [("cap-nhat", 3, 3), ("tham-hoi", 3, 3)]
    assert unit_page.file(ward.engine, in_force=in_force, unit="a", sha256="0" * 64) is None
