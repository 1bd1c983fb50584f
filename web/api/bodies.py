"""What a request says, typed: nothing beside it, nothing longer, nothing that could not be stored."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from usecases.evidence import MAX_FILES
from web.api.fields import ONE, SEVERAL, Day, Figure, Id, Instant, Line, Lines, Month, Octets, RequestId

Way = Literal["phone", "meeting", "paper", "zalo", "letter", "email"]
"""How what a unit said reached the office."""


def _example(**said: Any) -> ConfigDict:
    """What such a body may say; the page for people makes its lines for curl of it."""
    return ConfigDict(json_schema_extra={"example": said})


class Said(BaseModel):
    """What every entry may say."""

    model_config = ConfigDict(extra="forbid", strict=True)

    on: Day | None = None
    request_id: RequestId | None = None


class OfUnit(Said):
    """The word of the unit that holds the work: its own, or entered by the office."""

    by: Id | None = None
    channel: Way | None = None


class File(BaseModel):
    """A file as it is, in base64."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Line
    content: Octets


def _how_many(given: Any) -> str:
    return SEVERAL if isinstance(given, list) else ONE


Files = Annotated[
    Annotated[File, Tag(ONE)] | Annotated[list[File], Field(min_length=1, max_length=MAX_FILES), Tag(SEVERAL)],
    Discriminator(_how_many),
]
"""A file, or some."""


class Done(OfUnit):
    model_config = _example(document="45/BC-UBND", on="2025-05-19", channel="letter")

    document: Line | None = None
    note: Lines | None = None
    evidence: Files | None = None

    @property
    def files(self) -> list[File]:
        """What was sent, one or several."""
        given = self.evidence
        return [] if given is None else given if isinstance(given, list) else [given]


class Answer(OfUnit):
    model_config = _example(line="truyen-thong-khu-dan-cu", answer="done", note="Phát thanh 4 buổi", channel="phone")

    line: Id
    answer: Literal["done", "planned", "nothing", "not-yet"]
    document: Line | None = None
    note: Lines | None = None
    month: Month | None = None


class Note(OfUnit):
    model_config = _example(note="Đang chờ số liệu của các tổ", channel="phone")

    note: Lines


class Retract(OfUnit):
    model_config = _example(reason="Ghi nhầm", channel="phone")

    reason: Lines


class Acknowledge(OfUnit):
    model_config = _example(channel="phone")

    note: Lines | None = None


class ExtendAsk(OfUnit):
    model_config = _example(until="2025-12-15", reason="Chờ giảng viên", channel="letter")

    until: Day
    reason: Lines


class Step(OfUnit):
    model_config = _example(step="signed")

    step: Literal["drafted", "presented", "signed", "numbered", "issued", "taken-back"]
    document: Line | None = None
    note: Lines | None = None


class Confirm(Said):
    model_config = _example(note="Đạt yêu cầu")

    note: Lines | None = None


class Return(Said):
    model_config = _example(reason="Thiếu danh sách")

    reason: Lines
    document: Line | None = None
    supplement: bool = False


class Cancel(Said):
    model_config = _example(reason="Thôi tổ chức")

    reason: Lines


class Urge(Said):
    model_config = _example(via="phone", to="unit", note="Đã nói với tổ trưởng")

    via: Literal["phone", "zalo", "letter", "meeting", "email"]
    to: Literal["unit", "head", "confirmer"] | None = None
    note: Lines | None = None


class ExtendGrant(Said):
    model_config = _example(document="12/TB-UBND ngày 20/5/2025")

    until: Day | None = None
    document: Line | None = None
    decided_by: Line | None = None
    note: Lines | None = None


class ExtendRefuse(Said):
    model_config = _example(reason="Đủ thời gian")

    reason: Lines
    document: Line | None = None
    decided_by: Line | None = None


class Event(BaseModel):
    """Something that happened, for which the plan has a task."""

    model_config = ConfigDict(extra="forbid", strict=True) | _example(
        task="phat-sinh", at="2025-05-20T08:00", ref="ps-2025-14", channel="phone"
    )

    task: Id
    at: Instant
    ref: Id
    unit: Id | None = None
    by: Id | None = None
    channel: Way | None = None
    request_id: RequestId | None = None


class Measure(Said):
    model_config = _example(value=12.5, on="2025-05-19", unit="tu-phap", channel="meeting")

    value: Figure
    unit: Id | None = None
    channel: Way | None = None
    note: Lines | None = None


class CalendarLink(BaseModel):
    """A calendar link to be made."""

    model_config = ConfigDict(extra="forbid", strict=True) | _example(label="Màn hình phòng họp")

    label: Line | None = None
