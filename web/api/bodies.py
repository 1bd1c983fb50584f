"""What a request says, typed: nothing beside it, nothing longer, nothing that could not be stored."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from web.api.fields import Day, Figure, Id, Instant, Line, Lines, Month, Octets, RequestId

Way = Literal["phone", "meeting", "paper", "zalo", "letter", "email"]
"""How what a unit said reached the office."""


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


class Done(OfUnit):
    document: Line | None = None
    note: Lines | None = None
    evidence: File | None = None


class Answer(OfUnit):
    line: Id
    answer: Literal["done", "planned", "nothing", "not-yet"]
    document: Line | None = None
    note: Lines | None = None
    month: Month | None = None


class Note(OfUnit):
    note: Lines


class Retract(OfUnit):
    reason: Lines


class Acknowledge(OfUnit):
    note: Lines | None = None


class ExtendAsk(OfUnit):
    until: Day
    reason: Lines


class Step(OfUnit):
    step: Literal["drafted", "presented", "signed", "numbered", "issued", "taken-back"]
    document: Line | None = None
    note: Lines | None = None


class Confirm(Said):
    note: Lines | None = None


class Return(Said):
    reason: Lines
    document: Line | None = None
    supplement: bool = False


class Cancel(Said):
    reason: Lines


class Urge(Said):
    via: Literal["phone", "zalo", "letter", "meeting", "email"]
    to: Literal["unit", "head", "confirmer"] | None = None
    note: Lines | None = None


class ExtendGrant(Said):
    until: Day | None = None
    document: Line | None = None
    decided_by: Line | None = None
    note: Lines | None = None


class ExtendRefuse(Said):
    reason: Lines
    document: Line | None = None
    decided_by: Line | None = None


class Event(BaseModel):
    """Something that happened, for which the plan has a task."""

    model_config = ConfigDict(extra="forbid", strict=True)

    task: Id
    at: Instant
    ref: Id
    unit: Id | None = None
    by: Id | None = None
    channel: Way | None = None
    request_id: RequestId | None = None


class Measure(Said):
    value: Figure
    unit: Id | None = None
    channel: Way | None = None
    note: Lines | None = None


class CalendarLink(BaseModel):
    """A calendar link to be made."""

    model_config = ConfigDict(extra="forbid", strict=True)

    label: Line | None = None
