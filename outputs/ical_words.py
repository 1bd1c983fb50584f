"""What an item says in words: its summary, its description, its categories. Texts come out escaped, not yet folded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache

from outputs.figures import day as spoken
from outputs.ical_item import CAMPAIGN, CANCELLED, SUCCESSION, Item
from outputs.ical_text import escape, escape_name
from rules.values import BASES, REQUESTED
from texts import area


@cache
def _words(lang: str) -> dict[str, str]:
    """The templates of this area and of the bases, escaped, so that escaped values can be put in."""
    words = {**area("ical", lang), **{f"basis_{each}": area("state", lang)[each] for each in BASES}}
    return {key: escape(text) for key, text in words.items()}


def summary(item: Item, lang: str) -> str:
    """The line shown in the calendar: what it is, whose, and whether anything is still to be done."""
    words = _words(lang)
    what = escape(item.title)
    if item.kind == SUCCESSION:
        return _succession(item, words)
    if item.label:
        what = words["labelled"].format(title=what, label=escape_name(item.label))
    if item.lines:
        what = words["lines"].format(what=what, count=item.lines)
    if not item.unit:
        return words["cancelled_alone" if item.phase == CANCELLED else "alone"].format(what=what)
    return words[_tone(item)].format(what=what, unit=escape_name(item.short or item.unit))


def _succession(item: Item, words: dict[str, str]) -> str:
    key = "succession_cancelled" if item.phase == CANCELLED else "succession"
    return words[key].format(heir=escape_name(item.title), unit=escape_name(item.short or item.unit))


def _tone(item: Item) -> str:
    """Which summary fits. What a body is only requested to do is never said to be returned (design section 5)."""
    requested = item.relation == REQUESTED
    if item.phase != "open" and not (requested and item.phase == "returned"):
        return item.phase
    if item.spans:
        return CAMPAIGN
    if requested:
        return "requested"
    return "advisory" if item.advisory else "due"


def description(item: Item, lang: str, address: str = "") -> str:
    """State, days with their basis, who leads and helps, the clauses quoted, where to read on; a line each."""
    words = _words(lang)
    if item.kind == SUCCESSION:
        return "\\n".join(_handed_over(item, words, lang))
    said = [words["source"].format(clause=escape_name(clause), quote=escape(quote)) for clause, quote in item.sources]
    requested = item.relation == REQUESTED
    who = _who(item.unit, requested, item.helpers, item.recipient, item.via, item.recipient_until, lang)
    if address:  # Google and Outlook show no URL property
        said.append(words["page"].format(address=escape(address)))
    return "\\n".join([*_progress(item, words, lang), *_when(item, words, lang), *who, *_size(item, words), *said])


def _handed_over(item: Item, words: dict[str, str], lang: str) -> Iterable[str]:
    """Who takes over, when and by which document, and where the open work now is; never a link, which is a secret."""
    assert item.last_day is not None
    values = {"unit": escape(item.unit), "heir": escape(item.title), "office": escape(item.recipient)}
    if item.phase == CANCELLED:
        yield words["succession_withdrawn"]
        return
    yield words["succession_day"].format(day=spoken(item.last_day, lang), **values)
    yield words["succession_document"].format(document=escape(item.document))
    yield words["succession_work"].format(**values)
    yield words["succession_link"].format(**values)


def _progress(item: Item, words: dict[str, str], lang: str) -> Iterable[str]:
    """What the ledger says has been done, as far as it changes what the reader has to do."""
    if item.phase == CANCELLED:
        yield words["was_cancelled"]
    elif item.phase in ("done", "submitted") and item.done_on is not None:
        key = "done_on" if item.phase == "done" else "reported_on"
        key = f"{key}_document" if item.document else key
        yield words[key].format(day=spoken(item.done_on, lang), document=escape(item.document))


def _when(item: Item, words: dict[str, str], lang: str) -> Iterable[str]:
    """The days, and where they come from: wherever a day is shown, its basis is (design section 2)."""
    if item.spans:
        assert item.from_day is not None and item.to_day is not None
        key = "on_day" if item.from_day == item.to_day else "on_period"
        yield words[key].format(day=spoken(item.from_day, lang), until=spoken(item.to_day, lang))
    elif item.last_day is not None:
        key, hour = ("on_last_hour", f"{item.at:%H:%M}") if item.at is not None else ("on_last_day", "")
        yield words[key].format(day=spoken(item.last_day, lang), hour=hour)
    if item.words:
        yield words["stated_words"].format(words=escape_name(item.words))
    yield from _origin(item.basis, item.reason, item.set_by, lang)
    if item.advised_day is not None and item.extended_from is None:
        yield words["advised"].format(day=spoken(item.advised_day, lang))
    if item.extended_from is not None:
        yield words["extended"].format(day=spoken(item.extended_from, lang))
    if item.advisory:
        yield words["is_advisory"]


def _size(item: Item, words: dict[str, str]) -> Iterable[str]:
    if item.lines:
        yield words["line_count"].format(count=item.lines)


# Many items share what follows, so it is worded once.

_SAID_BY_THE_BASIS = frozenset(("luật", "thông lệ"))
"""No person and no body: «theo thông lệ» is said already, and nobody's decision."""


@lru_cache(maxsize=4096)
def _origin(basis: str, reason: str, set_by: str | None, lang: str) -> tuple[str, ...]:
    words = _words(lang)
    key = "basis_reason" if reason else "basis"
    said = words[key].format(basis=words[f"basis_{basis}"], reason=escape(reason))
    if not set_by or set_by in _SAID_BY_THE_BASIS:
        return (said,)
    return said, words["set_by"].format(set_by=words.get(f"set_by_{set_by}") or escape(set_by))


@lru_cache(maxsize=4096)
def _who(
    unit: str,
    requested: bool,
    helpers: tuple[str, ...],
    recipient: str,
    via: str,
    until: date | None,
    lang: str,
) -> tuple[str, ...]:
    words, said = _words(lang), []
    if unit:
        said.append(words["asked" if requested else "lead"].format(unit=escape(unit)))
    if helpers:
        said.append(words["helpers"].format(units="\\, ".join(map(escape, helpers))))
    if recipient:
        said.append(words["to_via" if via else "to"].format(recipient=escape(recipient), via=escape(via)))
    if recipient and until is not None:
        said.append(words["recipient_ended"].format(recipient=escape(recipient), day=spoken(until, lang)))
    return tuple(said)


def categories(unit: str, kind: str, lang: str) -> str:
    """The unit and the kind, as iCalendar CATEGORIES."""
    names = [escape(unit)] if unit else []
    return ",".join([*names, _words(lang)[f"kind_{kind}"]])
