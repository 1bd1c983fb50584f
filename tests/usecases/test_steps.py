"""A report on its way up: drafted, presented, signed, numbered, issued; and where it is stuck."""

from __future__ import annotations

from typing import Any

import pytest

from rules.errors import RequestRefused
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import steps
from usecases.show import show
from usecases.verify import verify

REPORT = "bao-cao/a/6-thang"


def refused(code: str):
    return pytest.raises(RequestRefused, match=f"request.{code}")


def step(ward: Ward, name: str, by: str, day: str, occurrence: str = REPORT, **more: Any):
    words: dict[str, Any] = {"now": small.at(day), "recorded_by": "thử"} | more
    return steps.step(ward.engine, occurrence=occurrence, step=name, by=by, **words)


def stuck(ward: Ward, day: str) -> tuple[str | None, str | None, str] | None:
    found = show(ward.engine, occurrence=REPORT, now=small.at(day)).as_json()["stuck"]
    return None if found is None else (found["step"], found["since"], found["next"])


def test_the_way_of_a_report(ward: Ward) -> None:
    """Each step says where it stands since when; issuing takes the clerk's number and closes it on its day."""
    assert stuck(ward, "2025-05-05") == (None, None, "drafted")
    step(ward, "drafted", "a", "2025-05-06")
    assert stuck(ward, "2025-05-08") == ("drafted", "2025-05-06", "presented")
    step(ward, "presented", "a", "2025-05-07")
    step(ward, "signed", "van-phong", "2025-05-09")
    assert stuck(ward, "2025-05-12") == ("signed", "2025-05-09", "numbered")
    step(ward, "numbered", "van-phong", "2025-05-12", document="15/BC-UBND")
    said = step(ward, "issued", "van-phong", "2025-05-13")
    assert (said.status, said.kind, said.state.document) == ("done_on_time", "issued", "15/BC-UBND")
    assert stuck(ward, "2025-05-13") is None
    assert verify(ward.engine).faults == []


def test_steps_go_forward_and_each_is_said_by_whom_it_belongs_to(ward: Ward) -> None:
    """The drafter does not sign, nobody but the clerk numbers, and only what was signed is numbered."""
    step(ward, "presented", "a", "2025-05-06")
    with refused("step_done"):
        step(ward, "drafted", "a", "2025-05-07")
    with refused("not_signer"):
        step(ward, "signed", "a", "2025-05-07")
    with refused("number_before_signing"):
        step(ward, "numbered", "van-phong", "2025-05-07", document="15/BC-UBND")
    step(ward, "signed", "van-phong", "2025-05-07")
    with refused("numbered_without_number"):
        step(ward, "numbered", "van-phong", "2025-05-08")
    with refused("not_clerk"):
        step(ward, "numbered", "a", "2025-05-08", document="15/BC-UBND")
    with refused("issued_without_number"):
        step(ward, "issued", "a", "2025-05-08")
    step(ward, "numbered", "van-phong", "2025-05-08", document="15/BC-UBND")
    with refused("other_number"):
        ward.done(REPORT, "a", "2025-05-09", document="16/BC-UBND")
    with refused("not_holder"):
        step(ward, "drafted", "cong-an", "2025-05-09")
    with refused("unknown_step"):
        step(ward, "stamped", "a", "2025-05-09")
    with refused("not_a_report"):
        step(ward, "drafted", "a", "2025-05-09", "tap-huan/a/nam")
    assert ward.done(REPORT, "a", "2025-05-09", document="15/BC-UBND").status == "done_on_time"


def test_a_draft_is_taken_back(ward: Ward) -> None:
    """With a reason; the number it had is void and the steps begin again."""
    with refused("nothing_to_take_back"):
        step(ward, "taken-back", "a", "2025-05-06", note="sai số liệu")
    step(ward, "signed", "van-phong", "2025-05-06")
    step(ward, "numbered", "van-phong", "2025-05-06", document="15/BC-UBND")
    with refused("needs_reason"):
        step(ward, "taken-back", "a", "2025-05-07")
    step(ward, "taken-back", "a", "2025-05-07", note="sai số liệu")
    assert stuck(ward, "2025-05-08") == (None, "2025-05-07", "drafted")
    assert ward.done(REPORT, "a", "2025-05-09", document="16/BC-UBND").status == "done_on_time"
    assert verify(ward.engine).faults == []


def test_the_upper_level_returns_an_issued_report(ward: Ward) -> None:
    """Văn phòng records it with the document; the day restarts, and so do the steps."""
    ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    with refused("needs_return_document"):
        ward.say("returned", REPORT, "2025-05-16", by="van-phong", reason="thiếu phụ lục")
    said = ward.say("returned", REPORT, "2025-05-16", by="van-phong", reason="thiếu phụ lục", document="88/UBND")
    assert said.status == "returned"
    assert stuck(ward, "2025-05-16") == (None, None, "drafted")
    assert ward.done(REPORT, "a", "2025-05-19", document="17/BC-UBND").status == "done_late"
    assert verify(ward.engine).faults == []
