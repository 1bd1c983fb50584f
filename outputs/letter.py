"""Letters as .docx drafts: công văn đôn đốc, công văn đề nghị phối hợp, phiếu nhắc việc, by the unit's relation.

Form: Nghị định 30/2020/NĐ-CP, Phụ lục I, in outputs/letters/letter.docx (made by scripts/letter_template.py). What only
people may give stays open: the clerk's number, place and day, TM./KT. and the signature, the telephone. A body that can
only be requested («đề nghị») never reads «quá hạn», «trả lại» or a percentage (design section 5).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

from outputs.letter_view import REMIND, REQUEST, URGE, LetterView, Matter
from texts import say

TEMPLATE = Path(__file__).parent / "letters" / "letter.docx"

END = "./."
"""What closes the words of an official document (Phụ lục I, II.6)."""

_POINTS = "abcdđeghik"
"""The letters of points, in the order of the Vietnamese alphabet."""
_CLAUSE = re.compile(r"(?P<section>[^-+(]+)(?:\((?P<again>\d+)\))?(?:-(?P<bullet>\d+))?(?:\+(?P<plus>\d+))?")
_PLACE = re.compile(r"\s+(?=(?:phường|xã|thị trấn|đặc khu)\s)", re.IGNORECASE)
_UNPRINTABLE = re.compile(r"[^\x20-\U0010ffff]|[\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest time a zip can bear: the same letter gives the same bytes."""


def letter(view: LetterView, lang: str = "vi") -> bytes:
    """The draft as .docx. The same view gives the same bytes."""
    template = DocxTemplate(TEMPLATE)
    template.render(_words(view, lang), autoescape=True)
    made = BytesIO()
    template.save(made)
    return _undated(made)


def _undated(made: BytesIO) -> bytes:
    """The same package without the moment at which it was zipped."""
    again = BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, _EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return again.getvalue()


def _words(view: LetterView, lang: str) -> dict[str, Any]:
    remind = view.form == REMIND
    above = ".above" if view.form == URGE and view.to != view.unit else ""
    subject = say(f"letter.subject.{view.form}{above}", lang, what=_what(view, lang))
    by_form = ".remind" if remind else ""
    words = {
        "office": view.office,
        "issuer": _PLACE.split(_clean(view.office).upper(), maxsplit=1),
        "number": say(f"letter.number{by_form}", lang),
        "about": "" if remind else say("letter.about", lang, subject=subject),
        "title": say("letter.title.remind", lang) if remind else "",
        "subject": subject,
        "nation": say("letter.nation", lang),
        "motto": say("letter.motto", lang),
        "placed": say("letter.placed", lang, year=view.today.year),
        "to": say("letter.to", lang, name=view.to),
        "opening": _opening(view, lang),
        "matters": [_matter(each, n, view, lang) for n, each in enumerate(view.matters, start=1)],
        "closing": list(_closing(view, lang)),
        "copies_to": say("letter.copies", lang),
        "copies": list(_copies(view, lang)),
        "signs_for": say("letter.signs_for", lang),
        "signs": say(f"letter.signs{by_form}", lang),
        "signs_open": say("letter.signs_open", lang),
    }
    return {name: _cleaned(value) for name, value in words.items()}


def _cleaned(value: Any) -> Any:
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if isinstance(value, dict):
        return {name: _cleaned(each) for name, each in value.items()}
    return _clean(value)


def _clean(text: str) -> str:
    """Text of one line that XML can hold; runs of blanks stay, the clerk writes into them."""
    return _UNPRINTABLE.sub(" ", text).strip()


def _what(view: LetterView, lang: str) -> str:
    """The one matter's title, the plan's where there are several; of a case nothing that names it."""
    if any(each.private for each in view.matters):
        return say("letter.case", lang)
    if len(view.matters) > 1:
        return say("letter.several", lang, plan=view.plan)
    title = _titled(view.matters[0], lang)
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]  # UBND is no word that can lose its capital


def _titled(matter: Matter, lang: str) -> str:
    if matter.private:
        return say("letter.case_title", lang, code=matter.title)
    return say("letter.labelled", lang, title=matter.title, label=matter.label) if matter.label else matter.title


def _opening(view: LetterView, lang: str) -> str:
    number = say("letter.plan_number", lang, number=view.plan_number) if view.plan_number else None
    day = say("letter.plan_day", lang, day=_day(view.plan_day, lang)) if view.plan_day else None
    plan = say(
        "letter.plan",
        lang,
        title=view.plan,
        number=number or say("letter.plan_number_open", lang),
        day=day or say("letter.plan_day_open", lang),
        office=view.office,
    )
    return say(
        f"letter.opening.{view.form}",
        lang,
        plan=plan,
        today=_day(view.today, lang),
        unit=view.unit,
        office=view.office,
        count=f"{len(view.matters):02}",
    )


def _matter(matter: Matter, n: int, view: LetterView, lang: str) -> dict[str, Any]:
    several = len(view.matters) > 1
    key = "letter.heading_numbered" if several else "letter.heading"
    texts = list(_points(matter, view, lang))
    points = [say("letter.point", lang, letter=at, text=text) for at, text in zip(_POINTS, texts, strict=False)]
    return {"heading": say(key, lang, n=n, title=_titled(matter, lang)), "points": points}


def _points(matter: Matter, view: LetterView, lang: str) -> Iterator[str]:
    requested = view.form == REQUEST
    yield _basis(matter, lang)
    yield _due(matter, requested, lang)
    if matter.extended_from is not None:
        key = "extended_wish" if requested else "extended"
        yield say(f"letter.{key}", lang, day=_day(matter.extended_from, lang))
    yield say("letter.state", lang, state=_state(matter, requested, lang))
    if matter.told:
        yield say("letter.told", lang, who="; ".join(_told(name, days, lang) for name, days in matter.told))
    if matter.urged:
        how = ", ".join(
            say("letter.urged_one", lang, via=say(f"letter.via_{via}", lang), day=_day(day, lang))
            for via, day in matter.urged
        )
        yield say("letter.urged.request" if requested else "letter.urged", lang, how=how)


def _told(name: str, days: tuple[date, ...], lang: str) -> str:
    key = "told_one" if len(days) > 1 else "told_once"
    return say(f"letter.{key}", lang, name=name, days=", ".join(_day(day, lang) for day in days))


def _basis(matter: Matter, lang: str) -> str:
    if not matter.sources:
        return say("letter.basis_plain", lang, basis=matter.reason or say(f"state.{matter.basis}", lang))
    said = [
        say("letter.source", lang, clause=clause(each.clause, lang), quote=each.quote.rstrip(" .,:;"))
        for each in matter.sources
    ]
    return say("letter.basis", lang, sources="; ".join(said))


def clause(address: str, lang: str = "vi") -> str:
    """The address of a clause as people say it: `III.1-2` is «III.1, gạch đầu dòng thứ 2» (docs/decisions/0010)."""
    found = _CLAUSE.fullmatch(address)
    if found is None:
        return address
    said = found["section"]
    if found["again"]:
        said = say("letter.again", lang, section=said, n=found["again"])
    for name in ("bullet", "plus"):
        if found[name]:
            said = say(f"letter.{name}", lang, section=said, n=found[name])
    return said


def _due(matter: Matter, requested: bool, lang: str) -> str:
    if matter.last_day is None:
        return say("letter.undated", lang)
    basis = say(f"state.{matter.basis}", lang)
    if matter.reason and matter.sources:
        basis = f"{basis}: {matter.reason}"
    plain = "" if matter.words else "_plain"
    key = "advised" if matter.advisory else f"{'wished' if requested else 'due'}{plain}"
    return say(f"letter.{key}", lang, words=matter.words, last_day=_day(matter.last_day, lang), basis=basis)


def _state(matter: Matter, requested: bool, lang: str) -> str:
    state = _bare_state(matter, requested, lang)
    if matter.returned and not requested:
        state = say("letter.state.returned", lang, state=state)
    if matter.unanswered is None:
        return state
    left, every = matter.unanswered
    return say("letter.joined", lang, state=state, more=say("letter.lines", lang, left=left, all=every))


def _bare_state(matter: Matter, requested: bool, lang: str) -> str:
    if requested:
        return say("letter.state.asked_more" if matter.returned else "letter.state.silent", lang)
    if matter.advisory or matter.last_day is None:
        return say("letter.state.open", lang)
    key = "late" if matter.days_late > 0 else "today" if matter.days_late == 0 else "in_time"
    return say(f"letter.state.{key}", lang, days=abs(matter.days_late))


def _closing(view: LetterView, lang: str) -> Iterator[str]:
    above = view.to != view.unit
    late = any(each.days_late > 0 and not each.advisory for each in view.matters)
    blanks = {
        "unit": view.unit,
        "to": view.to,
        "office": view.office,
        "day": _day(view.proposed, lang),
        "proposal": say("letter.proposal", lang),
    }
    key = "above" if above else "late" if late else "in_time"
    yield say(f"letter.ask.{view.form}.{key}", lang, **blanks)
    if key != "in_time" and view.form != REQUEST:
        yield say("letter.no_extension", lang)
    yield say("letter.contact", lang, who=view.contact)
    trouble = say(f"letter.trouble.{view.form}", lang)
    if view.form == REMIND:
        yield f"{trouble.rstrip('.')}{END}"
    else:
        yield trouble
        yield f"{say('letter.end', lang)}{END}"


def _copies(view: LetterView, lang: str) -> Iterator[str]:
    yield say("letter.copy_above", lang)
    if view.to != view.unit:
        yield say("letter.copy_unit", lang, unit=view.unit)
    yield say("letter.copy_archive", lang)


def _day(day: date, lang: str) -> str:
    """13/5/2025 and 05/02/2025: days below 10 and months 1 and 2 bear a zero (Phụ lục I, II.4); ISO in English."""
    if lang != "vi":
        return day.isoformat()
    return f"{day.day:02}/{day.month:02}/{day.year}" if day.month <= 2 else f"{day.day:02}/{day.month}/{day.year}"
