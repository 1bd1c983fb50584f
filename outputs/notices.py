"""Notices: what one recipient reads about one occurrence at one rung, in the words its relation allows.

Pure: the same facts give the same text and the same id, so a repeat after a crash replaces itself instead of telling
twice. Relations decide the words (design section 5, domain-facts.md section 1): a subordinate unit is ordered, a
cooperating one is asked, and of a body that can only be requested («đề nghị») nobody reads «quá hạn», «trả lại» or a
percentage.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from rules.directory import OWN_ROLES
from rules.ladder import CONFIRMER, ROLES
from rules.values import COOPERATING, REQUESTED, SUBORDINATE, Key
from texts import say

NAMESPACE = UUID("0f6d4b0e-3c0b-5a0e-9b57-5d1b0a4a7c11")
"""The namespace of notice and event ids; never change it, or an outbox that is half sent is sent twice."""

EVENT = "kehoach.occurrence.overdue"

_TONES = {SUBORDINATE: "order", COOPERATING: "together", REQUESTED: "request"}
_ROLES = (*ROLES, CONFIRMER)


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that a notice to one recipient says of one occurrence."""

    key: Key
    title: str
    unit_name: str
    """The unit that holds it on the due day, in the document's spelling."""
    words: str
    """The deadline in the document's own words («trước ngày 14/5/2025»); empty where it has none."""
    last_day: date
    """The current last acceptable day, inclusive, after extensions."""
    basis: str
    """Where the day comes from: a member of rules.values.BASES."""
    relation: str
    rung: str
    version: int
    """The deadline version that the rung belongs to."""
    role: str
    """unit, head (or `head:<unit>`), monitor, office, vice-chair, chair or confirmer; others read as «được giao theo
    dõi»."""
    recipient: str
    """The stable id of the person or unit written to."""
    recipient_name: str
    due_on: date
    """The local day the rung is due: the notice speaks as of this day, whenever it is sent."""
    days_late: int
    """Days from the last day to the due day: positive is late, 0 the last day itself, negative days still left."""
    label: str = ""
    extended_from: date | None = None
    """The first last day, where an extension was granted."""
    passed_from: str | None = None
    """Who would have been told, where that rung has no reachable recipient and passed on at once."""
    reason: str = ""
    """Why this person is written to, where the role alone does not say it; in the recipient's language."""
    news: str = ""
    """asked, granted or refused: it tells that of an extension, and reminds nobody."""
    advisory: bool = False
    """The day has no signed document behind it: never a deadline, never overdue."""
    private: bool = False
    """A case about a child: the notice names neither its content nor its code (design section 6)."""
    sender: str = ""
    """The issuing office, as it signs."""
    set_by: str | None = None
    """Who set the day: a member of rules.values.SETTERS."""
    done: tuple[str, ...] = ()
    """What was done about it already, a line each, in the recipient's language; digests say it."""


@dataclass(frozen=True, slots=True)
class Message:
    """A notice ready for a channel; `id` is the same for every repeat of the same notice."""

    id: UUID
    recipient: str
    subject: str
    body: str
    day: date
    address: str = ""
    """Where the channel reaches the recipient; files and the console need none."""
    name: str = ""
    """The recipient's name, as a letter writes it."""
    office: str = ""
    """The id of the issuing office."""
    html: str = ""
    """The same as `body`, for readers that show it."""
    brief: str = ""
    """The body in a few lines, for chats; empty: the body will do."""
    calendar: bytes = b""
    """The items as iCalendar; empty where there is none."""

    @property
    def chat(self) -> str:
        """All of it as one text, for a channel that knows no subject."""
        return f"{self.subject}\n\n{self.brief or self.body}"


@dataclass(frozen=True, slots=True)
class OverdueEvent:
    """An occurrence that became overdue, for an office's own automations; sent until confirmed, always under one id."""

    id: UUID
    key: Key
    title: str
    held_by: str
    last_day: date
    """The last acceptable day that passed, inclusive."""
    version: int = 1

    @property
    def resource_id(self) -> str:
        """The id by which automations address the occurrence."""
        return "kehoach.occurrence." + ".".join(self.key)


def notice_id(key: Key, rung: str, version: int, recipient: str) -> UUID:
    """The id of one rung told to one recipient in one deadline version (UUIDv5, RFC 9562 section 5.5)."""
    return uuid5(NAMESPACE, "\x1f".join((*key, rung, str(version), recipient)))


def write(told: Told, lang: str = "vi") -> Message:
    """The notice in `lang` (vi or en); days are written dd/mm/yyyy in both."""
    blanks = {"days": abs(told.days_late), "last_day": written(told.last_day), "title": title(told, lang)}
    kind = kind_of(told)
    return Message(
        id=notice_id(told.key, told.rung, told.version, told.recipient),
        recipient=told.recipient,
        subject=say(f"notice.subject.{_subject_of(told, kind)}", lang, **blanks),
        body="\n".join(_body(told, kind, lang)) + "\n",
        day=told.due_on,
    )


def _subject_of(told: Told, kind: str) -> str:
    if not told.news:
        return kind
    return f"{told.news}.request" if told.relation == REQUESTED else told.news


def kind_of(told: Told) -> str:
    """`<tone>.<time>` (order, together, request; before, today, late), `advisory`, or `confirm` for who is to confirm
    what was reported: which words are said of it."""
    if told.role == CONFIRMER:
        return "confirm"
    return "advisory" if told.advisory else f"{_TONES[told.relation]}.{_time(told)}"


def _time(told: Told) -> str:
    if told.days_late > 0:
        return "late"
    return "today" if told.days_late == 0 else "before"


def _body(told: Told, kind: str, lang: str) -> list[str]:
    follows = told.role.partition(":")[0] not in OWN_ROLES
    lines = [
        say("notice.to", lang, recipient=told.recipient_name),
        "",
        *facts(told, lang),
        "",
        say(f"notice.{'follow' if follows else 'ask'}.{'asked' if told.news == 'asked' else kind}", lang),
        "",
        say("notice.why", lang, recipient=told.recipient_name, why=why(told, lang)),
    ]
    if told.passed_from:
        lines.append(say("notice.passed", lang, from_=told.passed_from))
    if not told.private:
        lines.append(say("notice.code", lang, code=told.key.short))
    lines += ["", say("notice.end", lang)]
    return [*lines, told.sender] if told.sender else lines


def facts(told: Told, lang: str) -> list[str]:
    """Task, unit, day with its basis, extension and state, a line each."""
    kind = kind_of(told)
    requested = told.relation == REQUESTED
    lines = [
        say("notice.task", lang, title=title(told, lang)),
        say("notice.asked" if requested else "notice.lead", lang, unit=told.unit_name),
        _due(told, requested, lang),
    ]
    if told.extended_from is not None:
        of = "notice.extended.request" if requested else "notice.extended"
        lines.append(say(of, lang, day=written(told.extended_from)))
    state = kind if told.advisory or requested else kind.rpartition(".")[2]
    lines.append(say("notice.state", lang, state=say(f"notice.state.{state}", lang, days=abs(told.days_late))))
    return lines


def _due(told: Told, requested: bool, lang: str) -> str:
    plain = "" if told.words else "_plain"
    name = "advised" if told.advisory else ("wished" if requested else "due") + plain
    basis = say(f"state.{told.basis}", lang)
    return say(f"notice.{name}", lang, words=told.words, last_day=written(told.last_day), basis=basis)


def why(told: Told, lang: str) -> str:
    """Why this person is written to."""
    if told.reason:
        return told.reason
    role = told.role.partition(":")[0]
    if role == "unit" and told.relation == REQUESTED:
        return say("notice.why.unit.request", lang)
    return say(f"notice.why.{role if role in _ROLES else 'other'}", lang)


def title(told: Told, lang: str) -> str:
    """What it is about, on one line; of a case nothing."""
    if told.private:
        return say("notice.private", lang)
    title = f"{told.title} ({told.label})" if told.label else told.title
    return " ".join(title.split())  # a subject is one line


def written(day: date) -> str:
    return f"{day:%d/%m}/{day.year:04}"
