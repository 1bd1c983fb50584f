"""`verify` finds what was changed behind the ledger's back, and says it in words."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from models.session import begin
from tests.usecases.conftest import Ward
from texts import say
from usecases.verify import verify


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        ("update occurrence set phase = 'done' where task = 'bao-cao' and period = 'nam'", "verify.state_differs"),
        ("update occurrence set held_by = 'cong-an' where task = 'tap-huan'", "verify.state_differs"),
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
