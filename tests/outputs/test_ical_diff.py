"""What a subscriber would see change: each kind of change, in words; nothing where nothing is seen; hostile files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs import ical, ical_diff, ical_diff_words
from outputs.ical_diff import Calendar, Step
from outputs.ical_item import Item
from rules.errors import RequestRefused
from rules.values import REQUESTED
from tests.outputs.ical_items import HOSTILE, campaign, every_kind, item, items
from texts import LANGUAGES

FOREIGN = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Ai đó//Lịch//VI
NAME:Lịch họp
BEGIN:VEVENT
UID:hop@example.org
DTSTAMP:20250101T000000Z
DTSTART:20250512T080000Z
DURATION:PT1H
SUMMARY:Hạn: họp giao ban – phòng 2
LOCATION:Phòng 2
END:VEVENT
BEGIN:VEVENT
UID:hop@example.org
RECURRENCE-ID:20250519T080000Z
DTSTAMP:20250101T000000Z
DTSTART:20250520T080000Z
SUMMARY:Họp bù
END:VEVENT
BEGIN:VTODO
UID:viec@example.org
DTSTAMP:20250101T000000Z
DUE;VALUE=DATE:20250512
SUMMARY:Nộp số liệu
END:VTODO
END:VCALENDAR
""".replace("\n", "\r\n")


def read(of: list[Item], form: str = ical.EVENT, lang: str = "vi", name: str = "Lịch") -> Calendar:
    """A calendar of ours, read back."""
    return ical_diff.read(ical.calendar(of, name=name, description="", form=form, lang=lang), "a.ics")


def steps(before: Calendar, after: Calendar) -> list[Step]:
    """All steps, which must be about one item."""
    (change,) = ical_diff.diff(before.items, after.items)
    return list(change.steps)


def kinds(was: Item, now: Item, form: str, lang: str = "vi") -> list[str]:
    """The kinds of what changed from one item to the other, without what follows."""
    found = steps(read([was], form, lang), read([now], form, lang))
    return [step.kind for step in found if step.kind not in ("alarms", "said", "fields")]


DONE: dict[str, Any] = {"phase": "done", "done_on": date(2025, 5, 9), "document": "45/BC-UBND"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("form", ical.FORMS)
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"last_day": date(2025, 5, 20), "extended_from": date(2025, 5, 12)}, ["moved"]),
        ({"title": "Báo cáo khác"}, ["renamed"]),
        ({"unit": "Phòng Văn hóa - Xã hội", "short": ""}, ["handed"]),
        (DONE, ["done"]),
        (DONE | {"phase": "submitted"}, ["submitted"]),
        ({"phase": "returned"}, ["returned"]),
        ({"phase": "cancelled"}, ["cancelled"]),
        ({"at": time(17)}, ["moved"]),
        ({"recipient": "UBND thành phố"}, []),
        (DONE | {"title": "Báo cáo khác", "unit": "Phòng Văn hóa", "short": ""}, ["renamed", "handed", "done"]),
    ],
)
def test_each_change_has_its_kind(form: str, lang: str, changes: dict[str, Any], expected: list[str]) -> None:
    """In both forms and languages, and back again."""
    was, now = item(), replace(item(), **changes)
    assert kinds(was, now, form, lang) == expected
    back = kinds(now, was, form, lang)
    assert back == [kind if kind in ("moved", "renamed", "handed") else "reopened" for kind in expected]


def test_what_nobody_sees_is_no_change() -> None:
    """Stamps and SEQUENCE alone; the same items in another order."""
    of = every_kind()
    again = [replace(each, sequence=each.sequence + 3, changed_at=each.changed_at + timedelta(days=9)) for each in of]
    assert ical_diff.diff(read(of).items, read(again[::-1]).items) == []


def test_a_reader_of_words_is_told_what_matters() -> None:
    """A line an item, in the order of its days; what only follows from being done is not said again."""
    extended = item("gia-han", last_day=date(2025, 5, 20), extended_from=date(2025, 5, 12), sequence=1)
    first = item("gia-han")
    before = read([item(), first, item("cu", title="Việc cũ", last_day=date(2025, 3, 1)), campaign()])
    after = read(
        [replace(item(), **DONE), extended, item("moi", title="Việc mới", last_day=date(2025, 4, 1)), campaign()]
    )
    changes = ical_diff.diff(before.items, after.items)
    assert ical_diff_words.lines(before, after, changes, "vi") == [
        "Người đăng ký lịch sẽ thấy 4 mục thay đổi:",
        "− Không còn: «Việc cũ (6 tháng)» – Bộ phận LĐ-TB&XH, 1/3/2025",
        "+ Thêm: «Việc mới (6 tháng)» – Bộ phận LĐ-TB&XH, 1/4/2025",
        "~ «Báo cáo Bộ Chỉ tiêu công tác trẻ em (6 tháng)» – Bộ phận LĐ-TB&XH, 12/5/2025: đã hoàn thành",
        "~ «Báo cáo Bộ Chỉ tiêu công tác trẻ em (6 tháng)» – Bộ phận LĐ-TB&XH, 20/5/2025: "
        "dời từ 12/5/2025 sang 20/5/2025",
    ]
    assert ical_diff.counts(changes)["moved"] == 1
    same = ical_diff_words.lines(before, read([], name="Khác"), [], "vi")
    assert same == ["Người đăng ký lịch không thấy mục nào thay đổi.", "Tên lịch: «Lịch» → «Khác»"]


def told(was: Item, now: Item, lang: str = "vi") -> list[str]:
    """What a reader is told, without the line that counts and without what the item is called."""
    before, after = read([was], lang=lang), read([now], lang=lang)
    _, first, *rest = ical_diff_words.lines(before, after, ical_diff.diff(before.items, after.items), lang)
    return [first.partition(": ")[2], *rest]


@pytest.mark.parametrize(
    ("changes", "vi", "en"),
    [
        ({"advisory": True}, "trước là thời hạn, nay là ngày dự kiến", "was a deadline, now an expected day"),
        ({"relation": REQUESTED}, "trước là thời hạn, nay là đề nghị", "was a deadline, now a request"),
    ],
)
def test_what_an_item_is_called_is_told(changes: dict[str, Any], vi: str, en: str) -> None:
    """«Hạn:» that becomes «Dự kiến:» is another thing to its reader, on the same day or not."""
    assert told(item(), replace(item(), **changes))[0].startswith(f"{vi}; số lần nhắc: 2 → 1")
    assert told(item(), replace(item(), **changes), "en")[0].startswith(f"{en}; reminders: 2 → 1")


def test_what_a_description_says_else_is_told() -> None:
    """The lines that went and that came; of a long one the beginning; reminders that only ring at another hour."""
    other = replace(item(), recipient="UBND thành phố", via="", helpers=("Công an",))
    assert told(item(), other) == [
        "đổi nội dung",
        "    − Nơi nhận: UBND quận Hà Đông, qua Phòng LĐ-TB&XH quận",
        "    + Phối hợp: Công an",
        "    + Nơi nhận: UBND thành phố",
    ]
    many = replace(item(), sources=tuple((f"III.{n}", "x") for n in range(20)))
    lines = told(item(), many)
    assert len(lines) == 1 + 1 + ical_diff_words.MOST_LINES + 1 and lines[-1] == "    + …"
    assert told(item(), replace(item(), at=time(17)))[0].endswith("; đổi giờ nhắc")
    assert told(item(), other, "en")[0] == "description changed"


def test_the_document_is_json() -> None:
    """Days are ISO, inclusive; steps say what was and what is."""
    before, after = read([campaign()]), read([campaign(to_day=date(2025, 7, 5), last_day=date(2025, 7, 5))])
    document = ical_diff_words.as_json(before, after, ical_diff.diff(before.items, after.items))
    assert json.loads(json.dumps(document)) == document
    (change,) = document["changes"]
    assert (change["from"], change["to"], change["phase"]) == ("2025-06-01", "2025-07-05", "open")
    assert change["steps"][0] == {
        "kind": "moved",
        "was": ["2025-06-01", "2025-06-30"],
        "now": ["2025-06-01", "2025-07-05"],
    }


def test_anybodys_calendar_is_read_as_it_is() -> None:
    """No words of ours are looked for in it; an hour, an instance of a series, a place, a to-do that is done."""
    before = ical_diff.read(FOREIGN.encode(), "a.ics")
    assert before.name == "Lịch họp"
    titles = {each.title for each in before.items.values()}
    assert titles == {"Họp bù", "Hạn: họp giao ban – phòng 2", "Nộp số liệu"}
    changed = (
        FOREIGN.replace("DTSTART:20250512T080000Z", "DTSTART:20250512T090000Z")
        .replace("LOCATION:Phòng 2", "LOCATION:Phòng 3")
        .replace("SUMMARY:Nộp số liệu", "SUMMARY:Nộp số liệu\r\nSTATUS:COMPLETED")
    )
    after = ical_diff.read(changed.encode(), "b.ics")
    assert ical_diff_words.lines(before, after, ical_diff.diff(before.items, after.items), "vi")[1:] == [
        "~ «Nộp số liệu», 12/5/2025: đã hoàn thành",
        "~ «Hạn: họp giao ban – phòng 2», 16:00 12/5/2025 – 17:00 12/5/2025: "
        "dời từ 15:00 12/5/2025 – 16:00 12/5/2025 sang 16:00 12/5/2025 – 17:00 12/5/2025; đổi địa điểm",
    ]


def test_a_file_of_a_day_and_an_hour_at_once_is_read() -> None:
    """A DTEND that is a day after a DTSTART that is an hour: wrong, common, and no reason to refuse the file."""
    odd = FOREIGN.replace("DURATION:PT1H", "DTEND;VALUE=DATE:20250513")
    items_ = ical_diff.read(odd.encode(), "a.ics").items
    assert len(items_) == 3


def test_words_of_a_stranger_stay_on_their_line() -> None:
    """Titles are cut and cleaned before a terminal sees them."""
    of = item(title="Dòng\r\n1\x1b[31m \u202exyz" + "đ" * 400)
    foreign = ical.event(of).replace("\\n", "\\n").encode()
    body = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + foreign + b"END:VCALENDAR\r\n"
    after = ical_diff.read(body, "a.ics")
    (said,) = ical_diff_words.lines(after, after, ical_diff.diff({}, after.items), "vi")[1:]
    assert said.isprintable() and len(said) < 300


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"xin ch\xc3\xa0o",
        bytes(range(256)) * 8,
        "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".encode("utf-16"),
        b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n",
        b"%PDF-1.7 \x00\x01",
    ],
    ids=range(7),
)
def test_what_is_no_calendar_is_refused_in_one_line(body: bytes) -> None:
    """With the file's name; never with the library's own words."""
    with pytest.raises(RequestRefused) as refusal:
        ical_diff.read(body, "x.ics")
    assert (refusal.value.code, refusal.value.values) == ("diff.not_a_calendar", {"file": "x.ics"})


def test_what_is_too_large_is_not_parsed() -> None:
    """64 MiB is some 50,000 items."""
    with pytest.raises(RequestRefused, match=r"diff\.too_large"):
        ical_diff.read(b" " * (ical_diff.MAX_OCTETS + 1), "x.ics")


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_file_is_read_or_refused(seed: int) -> None:
    """Bytes flipped, cut out, repeated: a calendar or one refusal, and whatever was read can be compared and said."""
    random = Random(seed)
    whole = ical.calendar(every_kind()[:5], name="x", description="y")
    read_ = 0
    for _ in range(60):
        body = bytearray(whole)
        for _ in range(random.randrange(1, 4)):
            at = random.randrange(len(body))
            body[at : at + random.randrange(9)] = random.choice(
                [b"", random.randbytes(5), bytes(body[: random.randrange(99)]), b"\r\nDTSTART;TZID=X/Y:2025"]
            )
        try:
            found = ical_diff.read(bytes(body), "x.ics")
        except RequestRefused:
            continue
        read_ += 1
        changes = ical_diff.diff(read(every_kind()).items, found.items) if read_ % 10 == 0 else []
        changes += ical_diff.diff({}, found.items)
        for lang in LANGUAGES:
            assert all("\n" not in line for line in ical_diff_words.lines(found, found, changes, lang))
        json.dumps(ical_diff_words.as_json(found, found, changes))
    assert read_ > 10, "most damage is survived"


@given(st.lists(items(), max_size=3, unique_by=lambda each: each.key), st.sampled_from(ical.FORMS))
@settings(max_examples=30, deadline=None)
def test_a_calendar_never_differs_from_itself(of: list[Item], form: str) -> None:
    """Whatever stands in it; and against nothing, every item is new."""
    found = read(of, form)
    assert ical_diff.diff(found.items, read(of, form).items) == []
    assert len(ical_diff.diff({}, found.items)) == len(of)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_title_is_one_change(text: str) -> None:
    """Renamed from anything, it is said in one line."""
    before, after = read([item()]), read([item(title=text)])
    changes = ical_diff.diff(before.items, after.items)
    assert [step.kind for step in changes[0].steps if step.kind not in ("fields", "alarms")] == ["renamed"]
    assert len(ical_diff_words.lines(before, after, changes, "vi")) == 2
