"""The digest: all that waits for one person on one day as one message, most urgent first; as text, HTML and for chats.

Order: overdue (what the upper level set first, then by days late), due today, coming, and apart from these what is only
requested («đề nghị») or advisory, of which nobody reads «quá hạn». A single item reads as its own notice does. Pure:
the same items give the same bytes, so a repeat after a crash is the same message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from uuid import UUID, uuid5

from outputs.notices import NAMESPACE, Message, Told, facts, kind_of, title, why, write, written
from outputs.pages import template
from rules.values import UPPER_LEVEL
from texts import say

SECTIONS = ("late", "today", "confirm", "before", "request", "advisory")
"""In the order of a digest."""

_BRIEF = 12
"""Items named in a chat; of the others only the number."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """A recipient who could not be reached, as the monitoring officer reads of it."""

    name: str
    reason: str
    notices: int


@dataclass(frozen=True, slots=True)
class Opens:
    """A link to the page of one unit that its reader acts for."""

    unit: str
    """The unit's name."""
    address: str
    last_day: date
    """The local day through which it opens."""


@dataclass(frozen=True, slots=True)
class Doors:
    """What of the desk a digest opens."""

    units: tuple[Opens, ...] = ()
    board: str = ""
    """The address of the board, for who only follows; it asks for a sign-in."""
    cases: str = ""
    """The address of one's own cases, in a notice to who is named to one; it asks for a sign-in."""

    def __bool__(self) -> bool:
        return bool(self.units or self.board or self.cases)


@dataclass(frozen=True, slots=True)
class Letter:
    """To whom a digest goes, of which day, from whom."""

    id: UUID
    recipient: str
    name: str
    day: date
    """The local day the digest speaks of: days late are counted up to it."""
    office: str
    sender: str
    """The issuing office, as it signs."""
    unsent: tuple[Unsent, ...] = ()
    doors: Doors | None = None
    """None where the desk's address is not known, or others might read along."""


def digest_id(office: str, recipient: str, channel: str, day: date) -> UUID:
    """One a person, channel and local day: the Message-ID of every try (UUIDv5, RFC 9562 section 5.5)."""
    return uuid5(NAMESPACE, "\x1f".join(("digest", office, recipient, channel, day.isoformat())))


def section(told: Told) -> str:
    """Where an item stands: a member of SECTIONS."""
    kind = kind_of(told)
    return kind if kind in SECTIONS else "request" if kind.startswith("request") else kind.rpartition(".")[2]


def ordered(items: Sequence[Told]) -> list[Told]:
    """Most urgent first."""
    return sorted(items, key=_urgency)


def _urgency(told: Told) -> tuple[int, bool, int, tuple[str, ...]]:
    # Days late descend through all sections: among what is coming the nearest day is first.
    upper = section(told) == "late" and told.set_by == UPPER_LEVEL
    return SECTIONS.index(section(told)), not upper, -told.days_late, tuple(told.key)


def compose(items: Sequence[Told], letter: Letter, lang: str = "vi") -> Message:
    """The message of one person's items (none of them private); an only item reads as its notice.

    `letter.id` is the message's id. The calendar and the address are the sender's to add.
    """
    items = ordered(items)
    only = len(items) == 1 and not letter.unsent
    made = _single(items[0], lang, letter.doors) if only else _several(items, letter, lang)
    return replace(made, id=letter.id, day=letter.day, name=letter.name, office=letter.office)


def alone(told: Told, lang: str = "vi", doors: Doors | None = None) -> Message:
    """One notice by itself, for a person's channel: a case, which no digest holds."""
    return replace(_single(told, lang, doors), name=told.recipient_name, office=told.key.office)


def _single(told: Told, lang: str, doors: Doors | None = None) -> Message:
    message = write(told, lang)
    shown = _doors(doors, lang)
    html = template("one-notice.html").render(
        lang=lang, subject=message.subject, paragraphs=_paragraphs(message.body), doors=shown
    )
    body = message.body + "".join(f"\n{words}\n{address}\n" for words, address in shown)
    return replace(message, html=html, body=body)


def _doors(doors: Doors | None, lang: str) -> list[tuple[str, str]]:
    """(words, address) of each; the words say what it opens, until when, and whose word counts there."""
    if doors is None:
        return []
    units = [
        (say("digest.opens", lang, unit=each.unit, day=written(each.last_day)), each.address) for each in doors.units
    ]
    follows = [
        (say(f"digest.{each}", lang), address) for each in ("board", "cases") if (address := getattr(doors, each))
    ]
    return units + follows


def _paragraphs(body: str) -> list[list[str]]:
    return [part.split("\n") for part in body.strip().split("\n\n")]


def _several(items: list[Told], letter: Letter, lang: str) -> Message:
    parts = [(name, list(of)) for name, of in groupby(items, key=section)]
    subject = _subject(parts, letter, lang)
    view = {
        "lang": lang,
        "subject": subject,
        "to": say("notice.to", lang, recipient=letter.name),
        "opening": say("digest.opening", lang, sender=letter.sender, day=written(letter.day)),
        "sections": [
            {"title": say(f"digest.section.{name}", lang, count=len(of)), "items": [_item(each, lang) for each in of]}
            for name, of in parts
        ],
        "unsent": [
            say("digest.unsent.line", lang, name=each.name, notices=each.notices, reason=each.reason)
            for each in letter.unsent
        ],
        "unsent_title": say("digest.unsent", lang, count=len(letter.unsent)),
        "doors": _doors(letter.doors, lang),
        "end": say("notice.end", lang),
        "sender": letter.sender,
    }
    return Message(
        id=letter.id,
        recipient=letter.recipient,
        subject=subject,
        body=template("digest.txt").render(view),
        day=letter.day,
        html=template("digest.html").render(view),
        brief=_brief(items, letter.doors, lang),
    )


def _subject(parts: list[tuple[str, list[Told]]], letter: Letter, lang: str) -> str:
    counts = [say(f"digest.count.{name}", lang, count=len(of)) for name, of in parts]
    asked = {name for name, _ in parts} <= {"request", "advisory"}
    kind = "digest.subject.request" if asked and not letter.unsent else "digest.subject"
    return say(kind, lang, day=written(letter.day), counts=", ".join(counts) or say("digest.unsent.count", lang))


def _item(told: Told, lang: str) -> dict[str, object]:
    _, *lines = facts(told, lang)
    lines += [say("digest.done", lang, done="; ".join(told.done))] if told.done else []
    lines.append(say("digest.why", lang, why=why(told, lang)))
    if told.passed_from:
        lines.append(f"- {say('notice.passed', lang, from_=told.passed_from)}")
    lines.append(f"- {say('notice.code', lang, code=told.key.short)}")
    return {"title": title(told, lang), "lines": [line.removeprefix("- ") for line in lines]}


def _brief(items: list[Told], doors: Doors | None, lang: str) -> str:
    lines = [_brief_line(each, lang) for each in items[:_BRIEF]]
    if len(items) > _BRIEF:
        lines.append(say("digest.more", lang, count=len(items) - _BRIEF))
    for words, address in _doors(doors, lang):
        lines += ["", words, address]
    return "\n".join(lines) + "\n"


def _brief_line(told: Told, lang: str) -> str:
    name = section(told)
    values = {"title": title(told, lang), "days": abs(told.days_late), "last_day": written(told.last_day)}
    return say(f"digest.brief.{name}", lang, unit=told.unit_name, **values)
