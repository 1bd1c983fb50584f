"""Several units urged at once: one transaction, every refusal, safe to send again; on both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rules.errors import RequestRefused, SeveralRefused
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases.urging import urge_together

DONE, LEFT = "tham-hoi/to-01/thang-6", ("tham-hoi/to-02/thang-6", "tham-hoi/to-03/thang-6")
TOLD: dict[str, Any] = {"via": "phone", "now": small.at("2025-07-10"), "recorded_by": "thử"}


def test_one_refused_leaves_nothing_and_all_are_told(ward: Ward) -> None:
    """A unit unknown and a work that is done: both are said, and the third has no entry either."""
    ward.done(DONE, "to-01", "2025-06-20", note="đã thăm")
    voices = {LEFT[0]: "van-phong", DONE: "van-phong", "khong/co/that": "van-phong"}
    with pytest.raises(SeveralRefused) as caught:
        urge_together(ward.engine, voices=voices, **TOLD)
    assert [of for of, _ in caught.value.each] == [DONE, "khong/co/that"]
    made = urge_together(ward.engine, voices=dict.fromkeys(LEFT, "van-phong"), on=date(2025, 7, 9), **TOLD)
    assert [(each.kind, each.repeated) for each in made] == [("urged", False)] * 2
    assert made[1].seq == made[0].seq + 1


def test_sent_again_it_writes_only_what_is_new(ward: Ward) -> None:
    """Of a request that comes again with one more unit, that unit alone is written; a way nobody knows is refused."""
    first = urge_together(ward.engine, voices={LEFT[0]: "van-phong"}, request_id="h", **TOLD)
    again = urge_together(ward.engine, voices=dict.fromkeys(LEFT, "van-phong"), request_id="h", **TOLD)
    assert [each.repeated for each in again] == [True, False]
    assert again[0].seq == first[0].seq
    with pytest.raises(RequestRefused):
        urge_together(ward.engine, voices={LEFT[0]: "van-phong"}, **TOLD | {"via": "fax"})
