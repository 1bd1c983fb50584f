"""`verify` finds what was changed behind the ledger's back, and says it in words."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from models.session import begin
from tests.usecases import small
from tests.usecases.conftest import Ward
from texts import say
from usecases import events
from usecases.verify import verify


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        ("update occurrence set phase = 'done' where task = 'bao-cao' and period = 'nam'", "verify.state_differs"),
        ("update occurrence set held_by = 'cong-an' where task = 'tap-huan'", "verify.state_differs"),
        (
            "update occurrence set title = 'bao-cao khác' where task = 'bao-cao' and period = 'nam'",
            "verify.terms_differ",
        ),
        ("update occurrence set confirm = null where task = 'tap-huan'", "verify.terms_differ"),
        ("update occurrence set basis = 'law', reason = 'Điều 1' where task = 'tap-huan'", "verify.terms_differ"),
        ("update occurrence set due_time = '09:00:00' where task = 'tap-huan'", "verify.terms_differ"),
        ("delete from rung_day where task = 'bao-cao' and rung = 'head'", "verify.rungs_differ"),
        ("update rung_day set due_on = '2025-12-30' where task = 'bao-cao' and rung = 'head'", "verify.rungs_differ"),
    ],
)
def test_columns_that_repeat_the_ledger_are_held_to_it(ward: Ward, attack: str, code: str) -> None:
    """A state, a holder or a rung that the ledger does not give is found, whoever wrote it."""
    with begin(ward.engine) as session:
        session.execute(text(attack))
    faults = verify(ward.engine).faults
    assert {each.code for each in faults} == {code}
    for each in faults:
        assert "bao-cao" in say(each.code, "vi", **each.values) or "tap-huan" in say(each.code, "vi", **each.values)


@pytest.mark.parametrize("attack", ["title = 'khác'", "starts_on = '2025-06-01'", "year = 2024", "revision = 1"])
def test_the_plans_own_row_is_held_to_its_revisions(ward: Ward, attack: str) -> None:
    """An older revision cannot be put in force again, nor the plan begin later, behind the ledger's back."""
    small.edit(ward.folder / "plan.yaml", "title: Kế hoạch nhỏ năm 2025", "title: Kế hoạch nhỏ của năm 2025")
    ward.sync("2025-02-01")
    assert verify(ward.engine).faults == []
    with begin(ward.engine) as session:
        session.execute(text(f"update plan set {attack}"))
    assert "verify.plan_differs" in {each.code for each in verify(ward.engine).faults}


def test_an_events_terms_are_held_to_its_opening(ward: Ward) -> None:
    """Joined to a revision after its digest was made, an event's terms stand in the entry that opened it."""
    opened = {"task": "vu-viec", "at": small.at("2025-02-03"), "ref": "vv-1", "now": small.at("2025-02-03", 10)}
    events.open_event(ward.engine, recorded_by="thử", **opened)
    assert verify(ward.engine).faults == []
    if ward.engine.dialect.name != "sqlite":
        with pytest.raises(Exception, match=r"denied|permission"), begin(ward.engine) as session:
            session.execute(text("update occurrence_version set title = 'x' where task = 'vu-viec'"))
        return
    with begin(ward.engine) as session:
        session.execute(text("drop trigger kehoach_occurrence_version_update"))
        for table in ("occurrence", "occurrence_version"):
            session.execute(text(f"update {table} set first_last_day = '2025-12-30' where task = 'vu-viec'"))
    told = [each for each in verify(ward.engine).faults if each.code == "verify.terms_differ"]
    assert [each.values["differs"] for each in told] == ["event_opened"]


def test_a_forged_entry_is_named_by_its_number(ward: Ward) -> None:
    """The guards must be taken off to change an entry; then the chain itself tells, with its seq."""
    if ward.engine.dialect.name != "sqlite":
        with pytest.raises(Exception, match=r"append|denied|permission"), begin(ward.engine) as session:
            session.execute(text("update entry set declared_by = 'cong-an'"))
        return
    with begin(ward.engine) as session:
        for (name,) in session.execute(text("select name from sqlite_master where type = 'trigger'")).all():
            session.execute(text(f'drop trigger "{name}"'))
        session.execute(text("update entry set declared_by = 'cong-an' where seq = 1"))
    faults = verify(ward.engine).faults
    told = [say(each.code, "vi", **each.values) for each in faults]
    assert any("1" in each and "đã bị sửa" in each for each in told)
    assert any(each.code == "verify.guard_missing" for each in faults)
