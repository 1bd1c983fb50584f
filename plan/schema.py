"""The shape of the plan files, one model a file. What files mean together is checked in plan.checks."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from plan.scalars import At, Day, Decimal, Email, Flag, Hour, Number, OneOrList, Slug, Text, Value, Within

Kind = Literal["report", "campaign", "recurring", "once", "continuous", "on-event"]
LadderKind = Literal["report", "campaign", "recurring", "once", "continuous", "on-event", "check-in"]
Basis = Literal["stated", "law", "custom", "plan", "office"]
Setter = Literal["cấp trên", "UBND", "Văn phòng", "luật", "thông lệ"]
RelationName = Literal["trực thuộc", "phối hợp", "đề nghị"]
Roll = Literal["next", "previous", "none"]
Step = Literal["week", "month", "quarter", "half-year", "year"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Evidence = Literal["any", "document", "note", "file"]
TargetOperator = Literal["at_least", "at_most", "equal", "decrease_at_least", "increase", "keep"]


class Shape(BaseModel):
    """Unknown keys are refused: a misspelt `succesors` must not pass as nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


class Successor(Shape):
    unit: Slug
    on: Day
    lead: Flag = False
    by: Text | None = None


class Office(Shape):
    id: Slug
    name: Text
    code: Text | None = None


class Parent(Shape):
    title: Text
    number: Text | None = None
    day: Day | None = None
    issuer: Text | None = None


class Recipient(Shape):
    id: Slug
    name: Text
    unit: Slug | None = None
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None
    successors: list[Successor] = Field(default_factory=list)


class Excluded(Shape):
    clause: Text
    why: Text


class Question(Shape):
    ask: Text
    clause: Text | None = None


class PlanFile(Shape):
    id: Slug
    title: Text
    office: Office
    year: Number
    time_zone: Text = "Asia/Ho_Chi_Minh"
    number: Text | None = None
    day: Day | None = None
    parent: Parent | None = None
    monitor: Slug
    confirmer: Slug
    committee: Slug | None = None
    recipients: list[Recipient] = Field(default_factory=list)
    obliges: list[Text] = Field(min_length=1)
    excluded: list[Excluded] = Field(default_factory=list)
    questions: list[Question] = Field(default_factory=list)
    example: Flag = False

    @property
    def starts_on(self) -> date:
        """The plan's own day, or the first day of its year where the text bears none."""
        return self.day or date(self.year, 1, 1)


class DatedRelation(Shape):
    relation: RelationName
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None


class MemberPattern(Shape):
    count: Number
    id: Text
    name: Text


class Member(Shape):
    id: Slug
    name: Text


class Members(Shape):
    """The three ways to say who a group is, told apart by what stands in the file."""

    unknown: bool = False
    pattern: MemberPattern | None = None
    named: list[Member] = Field(default_factory=list)


def _members(value: Any) -> Any:
    if value == "unknown":
        return {"unknown": True}
    return {"named" if isinstance(value, list) else "pattern": value}


def _relation(value: Any) -> Any:
    return [{"relation": value}] if isinstance(value, str) else value


_MEMBERS_SCHEMA = {
    "anyOf": [
        {"const": "unknown"},
        {"$ref": "#/$defs/MemberPattern"},
        {"type": "array", "items": {"$ref": "#/$defs/Member"}},
    ]
}
_RELATION_SCHEMA = {
    "anyOf": [
        {"enum": list(get_args(RelationName))},
        {"type": "array", "items": {"$ref": "#/$defs/DatedRelation"}, "minItems": 1},
    ]
}


class UnitEntry(Shape):
    id: Slug
    name: Text
    short: Text = ""
    relation: Annotated[
        list[DatedRelation], Field(min_length=1), BeforeValidator(_relation), WithJsonSchema(_RELATION_SCHEMA)
    ]
    aliases: list[Text] = Field(default_factory=list)
    section: Text | None = None
    inside: Slug | None = None
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None
    successors: list[Successor] = Field(default_factory=list)
    members: Annotated[Members, BeforeValidator(_members), WithJsonSchema(_MEMBERS_SCHEMA)] | None = None


class UnitsFile(Shape):
    units: list[UnitEntry] = Field(min_length=1)


class Origin(Shape):
    """Where a day comes from and who set it (design section 2)."""

    basis: Basis
    set_by: Setter | None = None
    article: Text | None = None
    reason: Text | None = None
    document: Text | None = None
    advisory: Flag | None = None


class Operators(Shape):
    """The operators; exactly one stands in a deadline (`from` with `to`, `every` with `before` or `by`)."""

    before: Value | None = None
    by: Value | None = None
    in_: Value | None = Field(None, alias="in")
    from_: Value | None = Field(None, alias="from")
    to: Value | None = None
    lunar: Value | None = None
    every: Step | None = None
    roll: Roll | None = None


class Deadline(Operators, Origin):
    period: Slug | None = None
    label: Text = ""

    @property
    def named(self) -> str:
        """The period as the file names it: by `period`, or by `in` itself; empty where by neither."""
        return self.period or (self.in_ or "").lower()


class Campaign(Operators, Origin):
    id: Slug
    label: Text


class Trigger(Shape):
    """What opens an on-event occurrence, and within which term where the document or a law names one."""

    event: Slug
    within: Within | None = None
    roll: Roll | None = None
    basis: Basis | None = None
    set_by: Setter | None = None
    article: Text | None = None
    reason: Text | None = None
    document: Text | None = None
    advisory: Flag | None = None


class SourceQuote(Shape):
    clause: Text
    quote: Text


class Task(Shape):
    id: Slug
    title: Text
    kind: Kind
    unit: Slug
    source: list[SourceQuote] = Field(min_length=1)
    with_: list[Slug] = Field(default_factory=list, alias="with")
    deadlines: list[Deadline] = Field(default_factory=list)
    campaigns: list[Slug] = Field(default_factory=list)
    trigger: Trigger | None = None
    to: Slug | None = None
    via: Slug | None = None
    evidence: Evidence = "any"
    confirm: Slug | None = None
    private: Flag | None = None
    photos: Flag | None = None

    @property
    def is_private(self) -> bool:
        """What an event opens is about a child, unless the plan says otherwise (design section 6)."""
        return self.kind == "on-event" and self.private is not False

    @property
    def allows_photos(self) -> bool:
        """Whether photographs may prove it: what the plan says, and of what an event opens not unless it says so."""
        return self.photos if self.photos is not None else self.kind != "on-event"


class TasksFile(Shape):
    """`unit` is the lead of every task that does not name its own; the loader writes it into each task."""

    unit: Slug | None = None
    tasks: list[Task] = Field(default_factory=list)


class Target(Shape):
    id: Slug
    title: Text
    operator: TargetOperator
    led_by: Slug
    source: list[SourceQuote] = Field(min_length=1)
    value: Decimal | None = None
    unit: Text | None = None
    baseline: Decimal | None = None
    baseline_year: Number | None = None


class TargetsFile(Shape):
    targets: list[Target] = Field(default_factory=list)


class ExtraHoliday(Shape):
    day: Day
    name: Text
    by: Text | None = None


class NoHoliday(Shape):
    day: Day
    by: Text | None = None


class MakeUpDay(Shape):
    day: Day
    for_: Day | None = Field(None, alias="for")
    by: Text | None = None


class Holidays(Shape):
    add: list[ExtraHoliday] = Field(default_factory=list)
    remove: list[NoHoliday] = Field(default_factory=list)
    worked: list[MakeUpDay] = Field(default_factory=list)


class RoundBefore(Shape):
    """A round ends `working_days` working days before the last day of a report."""

    task: Slug
    period: Slug
    working_days: Number


class Round(Shape):
    id: Slug
    label: Text
    before: RoundBefore
    open: Number
    document: Text | None = None
    title: Text = "Cập nhật tình hình thực hiện"


def _monday_to_friday() -> list[Weekday]:
    return ["mon", "tue", "wed", "thu", "fri"]


class CalendarFile(Shape):
    week: list[Weekday] = Field(default_factory=_monday_to_friday, min_length=1)
    holidays: Holidays = Holidays()
    campaigns: list[Campaign] = Field(default_factory=list)
    rounds: list[Round] = Field(default_factory=list)


class RungOnly(Shape):
    kind: list[LadderKind] = Field(default_factory=list)
    set_by: list[Setter] = Field(default_factory=list)


class RungEntry(Shape):
    id: Slug
    at: At
    to: Text
    only: RungOnly | None = None
    every: At | None = None
    times: Number | None = None


class PersonEntry(Shape):
    id: Slug
    name: Text
    from_: Day | None = Field(None, alias="from")
    until: Day | None = None
    email: Email | None = None
    addresses: dict[Slug, Text] = Field(default_factory=dict)
    channels: list[Slug] = Field(default_factory=list)


_PEOPLE_SCHEMA = {
    "anyOf": [{"$ref": "#/$defs/PersonEntry"}, {"type": "array", "items": {"$ref": "#/$defs/PersonEntry"}}]
}
People = Annotated[list[PersonEntry], OneOrList, WithJsonSchema(_PEOPLE_SCHEMA)]


class AbsenceEntry(Shape):
    """Days, both inclusive, on which a person is away and another one is told instead."""

    person: Slug
    from_: Day = Field(alias="from")
    until: Day
    deputy: Slug


class Delivery(Shape):
    """When messages may leave (rules.delivery.Hours)."""

    at: Hour | None = None
    quiet: Annotated[list[Hour], Field(min_length=2, max_length=2)] | None = None
    days_off: Literal["hold", "send"] = "hold"


class EscalationFile(Shape):
    rungs: list[RungEntry] = Field(min_length=1)
    relations: dict[RelationName, list[Slug]]
    kinds: dict[LadderKind, list[Slug]] = Field(default_factory=dict)
    tasks: dict[Slug, list[Slug]] = Field(default_factory=dict)
    people: dict[Text, People] = Field(default_factory=dict)
    grace: dict[LadderKind, At] = Field(default_factory=dict)
    absences: list[AbsenceEntry] = Field(default_factory=list)
    delivery: Delivery = Delivery()


FILES: dict[str, type[Shape]] = {
    "plan": PlanFile,
    "units": UnitsFile,
    "calendar": CalendarFile,
    "escalation": EscalationFile,
    "targets": TargetsFile,
    "tasks": TasksFile,
}
"""The model of each file kind; `tasks` is that of every file in tasks/."""
