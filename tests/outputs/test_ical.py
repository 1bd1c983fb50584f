"""What calendars say: days, states, identity, words, and that nothing private or hostile gets through."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from random import Random
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs import ical
from outputs.ical_item import Item, NotShown
from outputs.ical_text import clean, escape, fold
from rules.errors import RequestRefused
from rules.values import REQUESTED, SETTERS, Key
from tests.outputs.ical_items import HOSTILE, campaign, check_in, every_kind, item, items, succession


def lines(text: str) -> list[str]:
    """The unfolded content lines."""
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def value(text: str, name: str) -> str:
    """The value of the first property of that name, still escaped."""
    return next(line.partition(":")[2] for line in lines(text) if re.match(rf"{name}[;:]", line))


def make(of: list[Item], **options: object) -> bytes:
    """A calendar with a plain name."""
    return ical.calendar(of, name="Lịch", description="Lịch thử", **options)  # type: ignore[arg-type]


def test_a_deadline_is_all_day_on_its_last_acceptable_day() -> None:
    """«trước ngày 13/5» is an event of 12/5 alone: DTEND is exclusive."""
    made = lines(ical.event(item()))
    assert "DTSTART;VALUE=DATE:20250512" in made
    assert "DTEND;VALUE=DATE:20250513" in made
    assert "TRANSP:TRANSPARENT" in made


def test_an_hour_is_an_instant_of_the_plans_zone() -> None:
    """«trước 17 giờ» keeps its hour, in a zone that the calendar defines."""
    at_five = item(at=time(17))
    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20250512T170000" in lines(ical.event(at_five))
    assert "DUE;TZID=Asia/Ho_Chi_Minh:20250512T170000" in lines(ical.todo(at_five))
    assert b"TZID:Asia/Ho_Chi_Minh\r\n" in make([at_five])


def test_a_campaign_is_its_whole_period() -> None:
    """1–30/6 ends on 1/7, exclusive; as a to-do it starts on 1/6 and is due on 30/6."""
    event, todo = lines(ical.event(campaign())), lines(ical.todo(campaign()))
    assert "DTSTART;VALUE=DATE:20250601" in event and "DTEND;VALUE=DATE:20250701" in event
    assert "DTSTART;VALUE=DATE:20250601" in todo and "DUE;VALUE=DATE:20250630" in todo


def test_a_todo_of_one_day_has_no_start() -> None:
    """RFC 5545 3.8.2.3: DUE must be later than DTSTART."""
    one_day = campaign(to_day=date(2025, 6, 1), last_day=date(2025, 6, 1))
    made = ical.todo(one_day)
    assert "DTSTART" not in made
    assert "TRIGGER;RELATED=END:" in made


@pytest.mark.parametrize(
    ("phase", "event", "todo", "said"),
    [
        ("open", "CONFIRMED", "NEEDS-ACTION", "Hạn: "),
        ("returned", "CONFIRMED", "NEEDS-ACTION", "Trả lại: "),
        ("submitted", "CONFIRMED", "IN-PROCESS", "Chờ xác nhận: "),
        ("done", "CONFIRMED", "COMPLETED", "✓ hoàn thành: "),
        ("cancelled", "CANCELLED", "CANCELLED", "Đã hủy: "),
    ],
)
def test_states_are_told_by_status_and_summary(phase: str, event: str, todo: str, said: str) -> None:
    """A client that hides STATUS still shows the state in words."""
    of = item(phase=phase, done_on=date(2025, 5, 9) if phase in ("done", "submitted") else None)
    assert value(ical.event(of), "STATUS") == event
    assert value(ical.todo(of), "STATUS") == todo
    assert value(ical.event(of), "SUMMARY").startswith(said)


def test_a_check_in_is_called_once() -> None:
    """«Hạn: Cập nhật tình hình…»: a phone shows the first words of a line, and those are not said twice."""
    made = value(ical.event(check_in()), "SUMMARY")
    assert made == "Hạn: Cập nhật tình hình thực hiện (đợt 1): 14 nội dung – Tổ dân phố số 1"
    assert "(đợt 1): 1 to answer" in value(ical.event(check_in(lines=1), "en"), "SUMMARY")


def test_a_period_of_one_day_is_a_day() -> None:
    """Not «từ 1/6/2025 đến hết 1/6/2025»."""
    one_day = campaign(to_day=date(2025, 6, 1), last_day=date(2025, 6, 1))
    said = value(ical.event(one_day), "DESCRIPTION")
    assert "Thời gian: ngày 1/6/2025\\n" in said and "đến hết" not in said
    assert "Thời gian: từ 1/6/2025 đến hết 30/6/2025\\n" in value(ical.event(campaign()), "DESCRIPTION")


@pytest.mark.parametrize("set_by", SETTERS)
def test_only_who_decides_is_said_to_set_a_day(set_by: str) -> None:
    """«Căn cứ: theo thông lệ» needs no «Người ấn định: thông lệ»; a body or a person is always named."""
    said = value(ical.event(item(set_by=set_by)), "DESCRIPTION")
    assert ("Người ấn định: " in said) is (set_by not in ("luật", "thông lệ"))


def test_english_days_cannot_be_taken_for_american_ones() -> None:
    """1/7/2025 is January to some who read English; the command line says 2025-07-01 to them, and so does this."""
    of = item(last_day=date(2025, 7, 1), phase="done", done_on=date(2025, 6, 5), extended_from=date(2025, 5, 12))
    said = value(ical.event(of, "en"), "DESCRIPTION")
    assert {"Done on 2025-06-05", "Last day: 2025-07-01"} <= set(said.split("\\n"))
    assert "the first last day was 2025-05-12" in said and "From 2025-07-01 on" in ical.event(succession(), "en")
    assert "Ngày cuối: 1/7/2025" in value(ical.event(of), "DESCRIPTION")


def test_a_todo_that_is_done_says_when() -> None:
    """COMPLETED is an instant within the local day that the ledger names."""
    made = ical.todo(item(phase="done", done_on=date(2025, 5, 9), document="45/BC-UBND"))
    stamp = datetime.strptime(value(made, "COMPLETED"), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert stamp.astimezone(timezone(timedelta(hours=7))).date() == date(2025, 5, 9)
    assert value(made, "PERCENT-COMPLETE") == "100"
    assert "Hoàn thành ngày 9/5/2025\\, văn bản 45/BC-UBND" in value(made, "DESCRIPTION")


@pytest.mark.parametrize(
    ("of", "alarms"),
    [
        (item(), 2),
        (item(phase="returned"), 2),
        (item(advisory=True), 1),
        (item(relation=REQUESTED), 1),
        (item(phase="submitted", done_on=date(2025, 5, 9)), 0),
        (item(phase="done", done_on=date(2025, 5, 9)), 0),
        (item(phase="cancelled"), 0),
    ],
)
def test_alarms_stop_when_nothing_is_to_be_done(of: Item, alarms: int) -> None:
    """Two reminders; one for what is asked for or advisory; none once reported, done or cancelled, or unwanted."""
    for render in (ical.event, ical.todo):
        assert render(of).count("BEGIN:VALARM") == alarms
        assert "VALARM" not in render(of, "vi", False)


def test_alarms_of_a_day_ring_in_the_morning() -> None:
    """An all-day item starts at midnight: its reminders are at 8:00 of the seventh day before and the day before."""
    triggers = re.findall(r"TRIGGER:(\S+)", ical.event(item()))
    assert triggers == ["-P6DT16H", "-PT16H"]
    assert re.findall(r"TRIGGER:(\S+)", ical.event(item(at=time(17)))) == ["-P7D", "-P1D"]


def test_the_uid_is_what_the_item_is_and_nothing_else() -> None:
    """A rename, an extension, another holder: the same UID; another form, plan or office: another."""
    of = item()
    expected = str(uuid5(ical.NAMESPACE, "phu-la/phu-la-2025/bao-cao/ldtbxh/6-thang/event"))
    assert value(ical.event(of), "UID") == expected
    changed = replace(of, title="Khác", unit="Phòng Văn hóa - Xã hội", last_day=date(2026, 1, 1), sequence=9)
    assert value(ical.event(changed, "en", False), "UID") == expected
    assert value(ical.todo(of), "UID") != expected
    keys = {of.key, *(of.key._replace(**{name: "khac"}) for name in Key._fields)}
    assert len({ical.uid(key, form) for key in keys for form in ical.FORMS}) == 2 * len(keys)


def test_the_namespace_is_frozen() -> None:
    """A changed namespace would give every subscriber each item twice."""
    assert UUID("4c1d6f0e-3f0a-5c86-9a55-0e8b5f5d7c21") == ical.NAMESPACE
    assert ical.uid(item().key, ical.EVENT) == str(
        uuid5(UUID("4c1d6f0e-3f0a-5c86-9a55-0e8b5f5d7c21"), "phu-la/phu-la-2025/bao-cao/ldtbxh/6-thang/event")
    )


def test_stamps_and_sequence_come_from_the_ledger() -> None:
    """DTSTAMP and LAST-MODIFIED are the last change in UTC, in any zone it is given; SEQUENCE adds the renderer."""
    of = item(sequence=4)
    local = replace(of, changed_at=of.changed_at.astimezone(timezone(timedelta(hours=7))))
    for made in (ical.event(of), ical.event(local)):
        assert value(made, "DTSTAMP") == value(made, "LAST-MODIFIED") == "20250303T021530Z"
        assert value(made, "SEQUENCE") == str(4 + ical.RENDERER)


def test_the_description_says_where_the_day_comes_from() -> None:
    """Clause and quote, words, basis, who set it, who leads and helps, to whom it is sent."""
    of = item(helpers=("Công an phường", "Trạm Y tế"), extended_from=date(2025, 5, 5))
    said = clean(value(ical.event(of), "DESCRIPTION").replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";"))
    assert said.split("\n") == [
        "Ngày cuối: 12/5/2025",
        "Văn bản ghi: «trước ngày 13/5/2025»",
        "Căn cứ của ngày: ghi trong văn bản",
        "Người ấn định: cấp trên",
        "Đã gia hạn; thời hạn đầu: 5/5/2025",
        "Chủ trì: Bộ phận Lao động - Thương binh và Xã hội phường",
        "Phối hợp: Công an phường, Trạm Y tế",
        "Nơi nhận: UBND quận Hà Đông, qua Phòng LĐ-TB&XH quận",
        f"III.1+2: «{of.sources[0][1]}»",
    ]


BASE = "https://kehoach.phu-la.example/ban"


@pytest.mark.parametrize("render", [ical.event, ical.todo])
def test_an_item_leads_to_its_page_on_the_desk(render: Callable[..., str]) -> None:
    """URL, and the same address as the last line of the description, which Google and Outlook show; none without."""
    address = f"{BASE}/don-vi/phong-vhxh/xem/bao-cao/ldtbxh/6-thang"
    of = item(holder="phong-vhxh")  # it has passed on: the page is where it now is
    made = render(of, "vi", True, BASE)
    assert value(made, "URL") == address
    assert value(made, "DESCRIPTION").endswith(f"\\nXem và báo cáo: {address}")
    assert all(len(each) <= 75 for each in made.encode().split(b"\r\n"))
    bare = render(of)
    assert "URL" not in bare and "http" not in bare
    assert [line for line in lines(made) if line not in lines(bare)] == [
        f"DESCRIPTION:{value(made, 'DESCRIPTION')}",
        f"URL:{address}",
    ]
    for without in (campaign(holder=""), succession()):
        assert render(without, "vi", True, BASE) == render(without)


@pytest.mark.parametrize("text", ["", BASE, BASE + "/", "http://127.0.0.1:8000", "https://a.vn/"])
def test_the_desks_address_is_taken_without_its_slash(text: str) -> None:
    """Both ways of writing it give the same bytes."""
    assert ical.base_address(text) == text.rstrip("/")


@pytest.mark.parametrize(
    "text",
    ["phu-la.vn", "javascript:alert(1)", "https://a.vn/ b", "https://a.vn\r\nX:1", "https://a.vn/?t=1", "https://"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    """It would stand in every event as it is."""
    with pytest.raises(RequestRefused, match=r"ical\.bad_base"):
        ical.base_address(text)


def test_a_succession_points_on_without_a_link() -> None:
    """An all-day event of that day: who took over, by which document, whom to ask; no alarm, no address."""
    made = ical.event(succession(), "vi", True, BASE)
    assert "DTSTART;VALUE=DATE:20250701" in lines(made) and "DTEND;VALUE=DATE:20250702" in lines(made)
    assert value(made, "SUMMARY") == "Phòng Văn hóa - Xã hội tiếp nhận công việc của Bộ phận LĐ-TB&XH"
    said = value(made, "DESCRIPTION")
    assert "Theo văn bản: 05/QĐ-UBND ngày 01/7/2025" in said
    assert "hỏi Uỷ ban nhân dân phường Phú La" in said
    assert "VALARM" not in made and "http" not in made
    gone = ical.event(succession(phase="cancelled"))
    assert value(gone, "STATUS") == "CANCELLED" and value(gone, "SUMMARY").startswith("Đã hủy: ")


def test_a_recipient_that_has_ended_is_said_to_have() -> None:
    """Nobody is guessed: the report of November has a recipient that ended in June, and no document names another."""
    said = value(ical.event(item(recipient_until=date(2025, 6, 30))), "DESCRIPTION")
    assert "UBND quận Hà Đông kết thúc ngày 30/6/2025\\; nơi nhận mới: chưa có văn bản xác định" in said
    assert "kết thúc" not in ical.event(item())


def test_advisory_and_advised_days_say_so() -> None:
    """A day without its document is advisory; a last day off advises the working day before."""
    assert "chưa có văn bản ấn định" in ical.event(check_in(advisory=True)).replace("\r\n ", "")
    assert "nên xong trong ngày 9/5/2025" in ical.event(item(advised_day=date(2025, 5, 9))).replace("\r\n ", "")


def test_a_check_in_says_how_many_lines_it_has() -> None:
    """A check-in is one event on its last day, with the number of its lines."""
    made = ical.event(check_in())
    assert "DTSTART;VALUE=DATE:20250425" in lines(made)
    assert "14 nội dung" in value(made, "SUMMARY")
    assert "Số nội dung cần cập nhật: 14" in value(made, "DESCRIPTION")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_requested_body_is_never_pressed(lang: str) -> None:
    """«quá hạn» and «trả lại» are never said to a body that is only requested, in whichever state."""
    phases = ("open", "submitted", "returned", "done", "cancelled")
    for phase in phases:
        of = item(relation=REQUESTED, phase=phase, advisory=phase == "open", done_on=date(2025, 5, 20))
        for render in (ical.event, ical.todo):
            said = render(of, lang, True).replace("\r\n ", "").lower()
            assert not re.search(r"quá hạn|trả lại|overdue|returned", said)


def test_private_items_never_enter() -> None:
    """A case is left out of a calendar, and refused where it is asked for by itself."""
    case = item("vu-viec", private=True, title="Vụ việc 7")
    assert "Vụ việc".encode() not in make([case, item()])
    assert make([case, item()]) == make([item()])
    for render in (ical.event, ical.todo):
        with pytest.raises(NotShown):
            render(case)


def test_what_has_no_day_is_left_out() -> None:
    """An item whose day nobody set is not given one."""
    undated = item(last_day=None)
    assert make([undated]) == make([])
    with pytest.raises(NotShown):
        ical.event(undated)


@pytest.mark.parametrize("form", ical.FORMS)
def test_bytes_do_not_depend_on_the_order_of_items(form: str) -> None:
    """The same items give the same bytes, in whichever order a database returns them."""
    of = every_kind()
    expected = make(of, form=form)
    for seed in range(3):
        Random(seed).shuffle(of)
        assert make(of, form=form) == expected


@given(items(), items())
@settings(max_examples=40, deadline=None)
def test_a_change_changes_only_its_own_item(one: Item, other: Item) -> None:
    """The text of an item is the same alone and in any company."""
    both = make([one, other])
    for each in (one, other):
        assert ical.event(each).encode() in both


def test_the_head_names_the_calendar_for_every_client() -> None:
    """NAME for RFC 7986, X-WR-CALNAME and X-WR-CALDESC for Google; both refresh hints; no METHOD."""
    made = lines(ical.head("Lịch; công tác", "Trẻ em, 2025", "vi"))
    assert made[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for wanted in (
        "NAME:Lịch\\; công tác",
        "X-WR-CALNAME:Lịch\\; công tác",
        "DESCRIPTION:Trẻ em\\, 2025",
        "X-WR-CALDESC:Trẻ em\\, 2025",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
        "COLOR:steelblue",
        "X-APPLE-CALENDAR-COLOR:#4682B4",
    ):
        assert wanted in made
    assert not [line for line in made if line.startswith("METHOD")]
    assert next(line for line in made if line.startswith("PRODID:")) == "PRODID:-//kehoach//kehoach calendar//VI"


def test_categories_are_unit_and_kind() -> None:
    """Two categories, whatever commas the unit's name has; a colour by kind."""
    made = ical.event(item(unit="Phòng Kinh tế, Hạ tầng"))
    assert value(made, "CATEGORIES") == "Phòng Kinh tế\\, Hạ tầng,Báo cáo"
    assert value(made, "COLOR") == "crimson"
    assert value(ical.event(item(phase="cancelled")), "COLOR") == "gray"


@given(st.text(max_size=400) | st.sampled_from(HOSTILE))
@settings(max_examples=200, deadline=None)
def test_folding_keeps_letters_whole_and_lines_short(text: str) -> None:
    """Every physical line is at most 75 octets of valid UTF-8, and unfolding gives the line back."""
    line = f"SUMMARY:{escape(text)}"
    folded = fold(line)
    physical = folded.encode().split(b"\r\n")
    assert all(len(each) <= 75 and each.decode() for each in physical)
    assert all(each.startswith(b" ") for each in physical[1:])
    assert folded.replace("\r\n ", "") == line
    if len(physical) > 1:
        assert len(physical[0]) >= 72, "filled as far as a letter allows"


@given(st.text(max_size=400) | st.sampled_from(HOSTILE))
@settings(max_examples=200, deadline=None)
def test_cleaning_drops_what_calendars_cannot_hold_and_nothing_else(text: str) -> None:
    """Line breaks are one newline, tabs spaces; controls, half surrogates and direction marks go; the rest is NFC."""
    marks = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    kept = []
    for letter in text.replace("\r\n", "\n"):
        if letter in "\n\r\v\f\x85\u2028\u2029":
            kept.append("\n")
        elif letter == "\t":
            kept.append(" ")
        elif unicodedata.category(letter) not in ("Cc", "Cs") and letter not in marks:
            kept.append(letter)
    assert clean(text) == unicodedata.normalize("NFC", "".join(kept))
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("form", ical.FORMS)
def test_nothing_breaks_out_of_its_property(form: str, text: str) -> None:
    """Hostile words in every text field leave the calendar's structure as it is."""
    hostile = item(
        title=text, label=text, unit=text, short=text, words=text, reason=text, set_by=text, document=text,
        sources=((text, text),), helpers=(text, text), recipient=text, via=text, phase="submitted",
        done_on=date(2025, 5, 9),
    )  # fmt: skip
    made = make([hostile], form=form)
    tame = make([replace(item(), phase="submitted", done_on=date(2025, 5, 9))], form=form)

    def names(of: bytes) -> list[str]:
        return [re.split("[:;]", line)[0] for line in lines(of.decode())]

    assert names(made) == names(tame)
    assert b"\r" not in made.replace(b"\r\n", b"") and b"\n" not in made.replace(b"\r\n", b"")
    assert all(len(each) <= 75 for each in made.split(b"\r\n"))
