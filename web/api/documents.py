"""What the API answers, as types for its OpenAPI document: the JSON of the command line, key by key.

Nothing is answered through these: a use case's own document leaves as it is, and the tests hold the two together.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

# fmt: off
State = Literal[
    "not_due", "due_soon", "overdue", "submitted", "returned", "done_on_time", "done_late",
    "running", "advisory", "cancelled",
]
# fmt: on
Basis = Literal["stated", "law", "custom", "plan", "office"]
"""Where a day comes from; null where the document gives an event no term, so no day."""


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Me(_Document):
    id: str
    label: str
    office: str
    plan: str
    plans: list[str]
    unit: str | None
    roles: list[str]
    expires_at: str


class Counts(_Document):
    done_on_time: int
    done_late: int
    open_in_time: int
    open_overdue: int


class UnitCounts(_Document):
    unit: str
    counts: Counts


class CheckInLine(_Document):
    task: str
    answer: str | None
    on: str | None


class Occurrence(_Document):
    id: str
    task: str
    unit: str
    held_by: str
    period: str
    label: str
    title: str
    stated_day: str | None
    last_day: str | None
    from_: str | None = Field(alias="from")
    to: str | None
    basis: Basis | None
    status: State
    days_late: int
    rung: str | None
    extended_from: str | None
    lines: list[CheckInLine] | None


class Status(_Document):
    plan: str
    as_of: str
    known_by: str | None
    counts: Counts
    units: list[UnitCounts]
    occurrences: list[Occurrence]


class Source(_Document):
    clause: str
    quote: str


class Entry(_Document):
    seq: int
    kind: str
    happened_on: str
    recorded_at: str
    declared_by: str
    recorded_by: str
    channel: str
    line: str | None
    data: dict[str, Any]
    text: str | None
    erased_on: str | None
    """The local day on which the text was erased."""
    file_erased_on: str | None


class Rung(_Document):
    rung: str
    due_on: str
    recipient: str
    version: int
    state: str
    sent_at: str | None


class Stuck(_Document):
    step: str | None
    since: str | None
    next: str


class Shown(Occurrence):
    kind: str
    advised_day: str | None
    time: str | None
    set_by: str | None
    words: str
    reason: str | None
    with_: list[str] = Field(alias="with")
    sources: list[Source]
    confirm: str | None
    extensions: int
    asked_until: str | None
    stuck: Stuck | None
    evidence: str
    ledger: list[Entry]
    ladder: list[Rung]


class Why(_Document):
    code: str
    day: str | None
    who: str | None


class LadderStep(_Document):
    rung: str
    role: str
    recipient: str | None
    nominal: str | None
    due_on: str
    version: int
    state: str
    sent_at: str | None
    channel: str | None
    why: list[Why]


class Ladder(_Document):
    occurrence: str
    today: str
    status: State
    version: int
    last_day: str | None
    extended_from: str | None
    extensions: int
    asked_until: str | None
    why: list[Why]
    steps: list[LadderStep]


class Trigger(_Document):
    event: str
    hours: int | None
    days: int | None
    working_days: int | None


class Deadline(_Document):
    label: str | None
    period: str | None
    stated: str | None
    last_day: str | None
    advised_day: str | None
    time: str | None
    from_: str | None = Field(alias="from")
    to: str | None
    basis: Basis | None
    set_by: str | None
    words: str | None
    trigger: Trigger | None


class Task(_Document):
    id: str
    title: str
    unit: str
    with_: list[str] = Field(alias="with")
    kind: str
    sources: list[Source]
    deadlines: list[Deadline]
    to: str | None
    via: str | None


class Successor(_Document):
    unit: str
    lead: bool
    on: str | None
    by: str | None


class Unit(_Document):
    id: str
    name: str
    relation: str
    group: str | None
    members: int | None
    from_: str | None = Field(alias="from")
    until: str | None
    successors: list[Successor]
    inside: str | None


class Target(_Document):
    id: str
    title: str
    operator: str
    value: float | None
    unit: str
    baseline: float | None
    baseline_year: int | None
    result: float | None
    state: Literal["unknown", "met", "not_met"]
    sources: list[Source]


class Uncovered(_Document):
    clause: str
    line: int
    text: str


class Unmatched(_Document):
    task: str
    clause: str
    quote: str


class Excluded(_Document):
    clause: str
    why: str


class Coverage(_Document):
    obligations: int
    covered: int
    percent: float
    uncovered: list[Uncovered]
    unmatched_quotes: list[Unmatched]
    excluded: list[Excluded]


class Said(Entry):
    title: str


class Recorded(_Document):
    occurrence: str
    kind: str
    seq: int
    status: State
    days_late: int
    repeated: bool


class Measured(_Document):
    target: str
    seq: int
    value: float
    on: str
    state: Literal["unknown", "met", "not_met"]
    repeated: bool


class StandingLink(_Document):
    id: str
    which: str
    name: str
    label: str
    made_at: str
    made_by: str
    rotated_at: str | None
    revoked_at: str | None
    revoked_by: str | None


class MadeLink(_Document):
    id: str
    which: str
    name: str
    label: str
    token: str
    page: str
    link: str


class RevokedLink(_Document):
    id: str
    revoked_at: str


class Fault(_Document):
    code: str
    detail: str
    in_: Literal["body", "query", "path", "header"] | None = Field(default=None, alias="in")
    field: str | None = None


class Problem(BaseModel):
    """RFC 9457, with a code for machines and every fault at once."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[Fault] = []
