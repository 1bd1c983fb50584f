"""No case leaves the ward's totals: a case with words of its own is looked for in all that others can read.

Design section 6: in a residential group even a code identifies. The unit that handles it, and its head, are the persons
named for it; everybody else must find neither code, title, unit, days, document nor a word that was typed about it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from models import queries
from models.session import reading
from outputs import ical
from outputs.channels import FileChannel
from outputs.notices import Message
from outputs.tables import Table, plain
from rules.ladder import EVENTS
from rules.values import Key
from tests.clients.conftest import in_json
from tests.usecases import small
from tests.usecases.conftest import Ward
from texts import LANGUAGES
from usecases import (
    calendar_diff,
    calendars,
    deliver,
    events,
    plans,
    publish,
    reports,
    show,
    status,
    sweep,
    told,
    verify,
)

CODE, TITLE, UNIT, NOTE, DOCUMENT = "zqma7", "Zqviệc khẩn", "Đội Zqđơn vị", "Zqlời ghi", "917/ZQ-UBND"
CASE = f"vu-viec/kin/{CODE}"
HAPPENED, DUE = date(2025, 3, 19), date(2025, 3, 21)
"""A Wednesday; two working days later. Nothing else in the plan is anywhere near."""
HANDLERS = {"unit:kin", "head:kin"}


def spelt(day: date) -> set[str]:
    """A day in every form that an output writes."""
    return {
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d/%m/%Y}",
        f"{day.day}/{day.month}",
        f"{day:%d/%m}",
        f"{day.day} tháng {day.month}",
        f"ngày {day:%d} tháng {day:%m}",
    }


WORDS = {CODE, "vu-viec/", TITLE, UNIT, NOTE, DOCUMENT, "14:37", "1437"}
DAYS = set().union(*(spelt(HAPPENED + timedelta(days=n)) for n in range(4)))
ANY_DAY = re.compile(rf"(?<!\d)(?:{'|'.join(sorted(map(re.escape, DAYS), key=len, reverse=True))})(?!\d)")


def uids() -> set[str]:
    """What its calendar items would be called."""
    key = Key("nho", "nho-2025", *CASE.split("/"))
    return {ical.uid(key, form) for form in ical.FORMS}


def leaks(body: bytes | str, allowed: Iterable[str] = ()) -> set[str]:
    """The words of the case in an output: as it lies, unfolded, unescaped, in any spelling of its letters."""
    text = body.decode() if isinstance(body, bytes) else body
    found = set()
    for each in (text, text.replace("\r\n ", ""), html.unescape(text), text.replace("\\", "")):
        flat = unicodedata.normalize("NFC", each).casefold()
        found |= {word for word in WORDS | uids() if word.casefold() in flat}
        found |= set(ANY_DAY.findall(flat))
    return found - set(allowed)


@pytest.fixture
def case(ward: Ward) -> Ward:
    """The small plan with a unit that has nothing but cases; one was opened, is late, was talked about, and is done."""
    tasks = (ward.folder / "tasks" / "01-a.yaml").read_text(encoding="utf-8")
    start = tasks.index("  - id: vu-viec")
    one = tasks[start:].replace("title: Báo cáo vụ việc", f"title: {TITLE}")
    (ward.folder / "tasks" / "01-a.yaml").write_text(tasks[:start], encoding="utf-8")
    (ward.folder / "tasks" / "05-kin.yaml").write_text(f"unit: kin\ntasks:\n{one}", encoding="utf-8")
    small.edit(
        ward.folder / "units.yaml", "units:\n", f"units:\n  - id: kin\n    name: {UNIT}\n    relation: trực thuộc\n"
    )
    ward.sync("2025-01-11")
    at = small.at("2025-03-19", 14, 37)
    events.open_event(ward.engine, task="vu-viec", at=at, ref=CODE, now=at, recorded_by="thử")
    return ward


def moments(ward: Ward) -> Iterator[tuple[str, list[Message]]]:
    """The days on which others read: while it is open, when it is late, once it is done; with what was sent by then."""
    channel, day = Kept(ward.home / "outbox"), date(2025, 3, 19)
    until = {
        "2025-03-20": lambda: ward.say("noted", CASE, "2025-03-20", by="kin", note=NOTE),
        "2025-04-10": lambda: ward.say("urged", CASE, "2025-04-10", by="van-phong", via="phone", note=NOTE),
        "2025-05-20": lambda: ward.done(CASE, "kin", "2025-05-20", document=DOCUMENT, note=NOTE),
        "2025-05-28": lambda: None,
    }
    for last, act in until.items():
        while day <= date.fromisoformat(last):
            now = small.at(day.isoformat(), 1, 30)
            sweep.sweep(ward.engine, today=day, now=now)
            deliver.deliver(
                ward.engine, channel=channel, now=small.at(day.isoformat(), 8), run="thử", emit=channel.emit
            )
            day += timedelta(days=4)  # a night that was missed is caught up
        act()
        yield last, channel.messages


class Kept(FileChannel):
    """The file channel, and what went through it; events too, as the words they hand to automations."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.messages: list[Message] = []
        self.events: list[Any] = []

    def send(self, message: Message) -> None:
        super().send(message)
        self.messages.append(message)

    def emit(self, of: list[Any]) -> list[Any]:
        self.events += of
        return [each.id for each in of]


def every_calendar(engine: Engine) -> Iterator[tuple[str, bytes]]:
    """Every kind of link, in both forms and languages, with and without alarms; the unit's own among them.

    First as a link reads it, then as a night keeps it.
    """
    layers: list[calendars.Layer] = []
    for keeping in (None, layers):
        with reading(engine) as session:
            in_force = plans.in_force(session, *plans.find(session))
            for which in (calendars.OFFICE, calendars.CAMPAIGNS, *in_force.units):
                for form, lang, alarms in product(ical.FORMS, LANGUAGES, (True, False)):
                    if alarms or which == calendars.OFFICE:
                        options: dict[str, Any] = {"form": form, "lang": lang, "alarms": alarms, "base": "https://a.vn"}
                        body = calendars.calendar(session, in_force, which=which, worth_keeping=keeping, **options)
                        yield which, body
    calendars.keep_layers(engine, layers)


def test_no_case_in_any_calendar(case: Ward) -> None:
    """At every moment of its life, and as of every past day; the unit's own calendar has its name and nothing else."""
    for moment, _ in moments(case):
        now = small.at(moment, 23)
        for which, body in every_calendar(case.engine):
            assert leaks(body, {UNIT} if which == "kin" else ()) == set(), (moment, which)
            assert which != "kin" or (b"BEGIN:VEVENT" not in body and b"BEGIN:VTODO" not in body)
        for as_of in (HAPPENED, DUE, DUE + timedelta(days=1), date(2025, 4, 11)):
            for which in (None, "kin"):
                body = calendars.export(case.engine, now=now, which=which, as_of=as_of)
                assert leaks(body, {UNIT} if which else ()) == set(), (moment, which, as_of)
        before = calendar_diff.of_day(case.engine, HAPPENED - timedelta(days=5), now=now)
        after = calendar_diff.of_day(case.engine, date.fromisoformat(moment), now=now)
        assert calendar_diff.between(before, after).changes == []


def test_no_case_in_what_is_printed_and_published(case: Ward, tmp_path: Path) -> None:
    """Reports in both forms and languages, status, progress, every published file, every other occurrence's page."""
    for moment, _ in moments(case):
        now, today = small.at(moment, 23), date.fromisoformat(moment)
        for lang in LANGUAGES:
            for form in ("md", "html"):
                assert leaks(reports.report(case.engine, now=now, form=form, lang=lang)) <= plan_days(moment)  # type: ignore[arg-type]
            (made,) = publish.publish(case.engine, folder=tmp_path / moment / lang, today=today, now=now, lang=lang)
            assert leaks(in_json(made.as_json() | {"folder": ""})) <= plan_days(moment)
            files = [path for path in (tmp_path / moment / lang).rglob("*") if path.is_file()]
            assert len(files) > 5 and not [path for path in files if "kin" in path.stem]
            for path in files:
                assert leaks(path.read_bytes()) <= plan_days(moment), path
        whole = status.status(case.engine, now=now)
        assert leaks(in_json(whole.as_json())) <= plan_days(moment)
        assert sum(whole.cases.values()) == 1, "it counts in the totals, and nowhere else"
        with reading(case.engine) as session:
            names = queries.occurrence_names(session, "nho", "nho-2025")
        assert leaks("\n".join(names)) == set()
        for name in names[:6]:
            assert leaks(in_json(show.show(case.engine, occurrence=name, now=now).as_json())) <= plan_days(moment)
        for unit in ("a", "van-phong", "kin"):
            found = status.status(case.engine, now=now, unit=unit)
            assert leaks(in_json(found.as_json())) <= plan_days(moment)
        assert leaks(in_json(verify.verify(case.engine).as_json())) == set()


def plan_days(moment: str) -> set[str]:
    """The day itself, where that is what an output is dated."""
    return spelt(date.fromisoformat(moment))


def test_only_its_handlers_are_written_to(case: Ward) -> None:
    """Notices, digests and events to anybody else never speak of it, however late it is; to its unit they do."""
    *_, (_, messages) = moments(case)
    others = [each for each in messages if each.recipient not in HANDLERS]
    of_unit = [each for each in messages if each.recipient in HANDLERS]
    assert others, "somebody else is written to in those weeks"
    assert of_unit, "the unit is told of its case"
    for each in others:
        assert leaks(f"{each.subject}\n{each.body}\n{each.html}\n{each.name}") == set(), each.recipient
    for each in of_unit:  # on paper and on a phone anybody may look over a shoulder: not even to them its content
        assert leaks(f"{each.subject}\n{each.body}") <= DAYS | {UNIT}
    with reading(case.engine) as session:
        rows = queries.notices(session, "nho", "nho-2025", upto=date(2025, 12, 31))
    assert {row.recipient for row in rows if row.task == "vu-viec"} <= HANDLERS
    assert EVENTS not in {row.recipient for row in rows if row.task == "vu-viec"}
    written = told.written(case.engine, upto=date(2025, 12, 31))
    assert leaks(in_json([each for each in written if each.recipient not in HANDLERS])) == set()


def test_the_search_would_find_it(case: Ward) -> None:
    """The page of the case itself, which its handlers see, has what is looked for: the search is not blind."""
    case.say("noted", CASE, "2025-03-20", by="kin", note=NOTE)
    case.done(CASE, "kin", "2025-03-21", document=DOCUMENT)
    shown = show.show(case.engine, occurrence=CASE, now=small.at("2025-03-21"))
    found = leaks(in_json(shown.as_json()))
    assert {CODE, TITLE, NOTE, DOCUMENT, DUE.isoformat(), HAPPENED.isoformat()} <= found
    assert leaks("SUMMARY:Zqvi\r\n ệc khẩn") == leaks("Zqviệc khẩn".encode()) == {TITLE}
    assert leaks(html.escape(TITLE)) == {TITLE}
    assert leaks(unicodedata.normalize("NFD", TITLE)) == {TITLE}
    assert leaks(plain(Table(("x",), [(UNIT,)], "t"))) == {UNIT}
