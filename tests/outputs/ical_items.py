"""Items for the calendar tests: the kinds of the real plan, and Hypothesis strategies for anything else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from outputs.ical_item import SUCCESSION, Item
from rules.values import BASES, CHECK_IN, CHECK_IN_TASK, COOPERATING, KINDS, RELATIONS, REQUESTED, SETTERS, Key

AT = datetime(2025, 3, 3, 2, 15, 30, tzinfo=UTC)
QUOTE = (
    "Báo cáo Bộ Chỉ tiêu công tác trẻ em: Báo cáo 6 tháng (trước ngày 13/5/2025); báo cáo 9 tháng "
    "(trước ngày 13/8/2025); báo cáo năm (trước ngày 13/11/2025)."
)
HOSTILE = [
    "a,b;c\\d\\n\\,e",
    "dòng 1\r\nATTENDEE:mailto:x@example.org\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR",
    "BEGIN:VEVENT",
    ":;=\"'^^n",
    "👩‍👧‍👦 trẻ em 🎉 " * 20,
    "đ" * 10_000,
    "ế" * 37 + "a" + "😀" * 40,
    "אבג \u202ertl\u202c مرحبا \u2066x\u2069",
    "".join(map(chr, range(32))) + "\x7f\x85\x9f\u2028\u2029",
    "te\u0302\u0301 vie\u0323\u0302t",
    "\ud800 nửa chữ",
    " đầu và cuối ",
    "{title} {0} %s",
]


def item(task: str = "bao-cao", first: str = "ldtbxh", period: str = "6-thang", **changes: Any) -> Item:
    """A report of the Phú La plan, with whatever a test changes."""
    values: dict[str, Any] = {
        "key": Key("phu-la", "phu-la-2025", task, first, period),
        "kind": "report",
        "title": "Báo cáo Bộ Chỉ tiêu công tác trẻ em",
        "label": "6 tháng",
        "unit": "Bộ phận Lao động - Thương binh và Xã hội phường",
        "short": "Bộ phận LĐ-TB&XH",
        "holder": "ldtbxh",
        "changed_at": AT,
        "last_day": date(2025, 5, 12),
        "words": "trước ngày 13/5/2025",
        "set_by": "cấp trên",
        "sources": (("III.1+2", QUOTE),),
        "recipient": "UBND quận Hà Đông",
        "via": "Phòng LĐ-TB&XH quận",
    }
    return Item(**(values | changes))


def campaign(**changes: Any) -> Item:
    """Tháng hành động vì trẻ em, 1–30/6."""
    values: dict[str, Any] = {
        "key": Key("phu-la", "phu-la-2025", "hoat-dong-cao-diem", "ldtbxh", "thang-hanh-dong"),
        "kind": "campaign",
        "title": "Tham mưu tổ chức các hoạt động cao điểm trong năm",
        "label": "Tháng hành động vì trẻ em",
        "last_day": date(2025, 6, 30),
        "from_day": date(2025, 6, 1),
        "to_day": date(2025, 6, 30),
        "basis": "law",
        "reason": "Luật Trẻ em 2016, Điều 11",
        "words": "",
    }
    return item(**(values | changes))


def check_in(**changes: Any) -> Item:
    """A round of a residential group, its day advisory until a document sets it."""
    values: dict[str, Any] = {
        "key": Key("phu-la", "phu-la-2025", CHECK_IN_TASK, "to-dan-pho-01", "dot-1"),
        "kind": CHECK_IN,
        "title": "Cập nhật tình hình thực hiện",
        "label": "đợt 1",
        "unit": "Tổ dân phố số 1",
        "short": "",
        "last_day": date(2025, 4, 25),
        "basis": "office",
        "set_by": "Văn phòng",
        "words": "",
        "lines": 14,
        "sources": (),
        "recipient": "",
        "via": "",
    }
    return item(**(values | changes))


def succession(**changes: Any) -> Item:
    """A unit that ended and whom a document made its successor."""
    values: dict[str, Any] = {
        "key": Key("phu-la", "phu-la-2025", "!succession", "ldtbxh", ""),
        "kind": SUCCESSION,
        "title": "Phòng Văn hóa - Xã hội",
        "label": "",
        "last_day": date(2025, 7, 1),
        "document": "05/QĐ-UBND ngày 01/7/2025",
        "recipient": "Uỷ ban nhân dân phường Phú La",
        "holder": "",
        "words": "",
        "sources": (),
        "via": "",
    }
    return item(**(values | changes))


def every_kind() -> list[Item]:
    """One item of every kind, state and shape that a calendar tells apart."""
    done: dict[str, Any] = {"phase": "done", "done_on": date(2025, 5, 9), "document": "45/BC-UBND", "sequence": 1}
    return [
        item(),
        item(period="9-thang", last_day=date(2025, 8, 12), extended_from=date(2025, 8, 5), sequence=3),
        item(period="nam", advised_day=date(2025, 11, 12), last_day=date(2025, 11, 13)),
        item("da-xong", **done),
        item("cho-xac-nhan", **(done | {"phase": "submitted"})),
        item("tra-lai", phase="returned", sequence=2),
        item("huy", phase="cancelled", sequence=1),
        item("co-gio", at=time(17), words="trước 17 giờ ngày 12/5/2025"),
        item("dung-0-gio", at=time(0, 30)),
        item("hang-thang", period="2025-02", kind="recurring", last_day=date(2025, 2, 28)),
        item("tap-huan", kind="once", last_day=date(2025, 12, 31), basis="plan", set_by="UBND"),
        item(
            "su-viec", kind="on-event", words="trong 5 ngày làm việc", helpers=("Công an phường", "Trạm Y tế, phường")
        ),
        item("mat-tran", "mat-tran", relation=REQUESTED, unit="Uỷ ban Mặt trận Tổ quốc", short="", advisory=False),
        item("mat-tran-tra-lai", "mat-tran", relation=REQUESTED, phase="returned", advisory=True),
        item("truong", "truong", relation=COOPERATING, unit="Các Nhà trường", short=""),
        item("mot-ngay-tu-den", from_day=date(2025, 5, 1), to_day=date(2025, 5, 12)),
        campaign(),
        item("cao-diem-xong", kind="campaign", from_day=date(2025, 6, 1), to_day=date(2025, 6, 30), **done),
        item("trung-thu", kind="campaign", from_day=date(2025, 10, 6), to_day=date(2025, 10, 6), last_day=None),
        item("@campaign", "", "trung-thu", kind="campaign", unit="", short="", last_day=date(2025, 10, 6)),
        check_in(),
        succession(),
        succession(phase="cancelled", sequence=1, key=Key("phu-la", "phu-la-2025", "!succession", "tu-phap", "")),
        check_in(advisory=True, key=Key("phu-la", "phu-la-2025", CHECK_IN_TASK, "to-dan-pho-02", "dot-1")),
    ]


texts = st.one_of(st.text(max_size=300), st.sampled_from(HOSTILE))
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,5})?", fullmatch=True)
hours = st.times().map(lambda at: at.replace(microsecond=0))
instants = st.tuples(days, hours).map(lambda pair: datetime.combine(*pair, tzinfo=UTC))


@st.composite
def items(draw: st.DrawFn) -> Item:
    """Any item that the plan and the ledger can make, with any text in it."""
    first = draw(days)
    kind = draw(st.sampled_from([*KINDS, CHECK_IN]))
    spans = kind == "campaign"
    phase = draw(st.sampled_from(["open", "submitted", "returned", "done", "cancelled"]))
    last = first + timedelta(days=draw(st.integers(0, 60))) if spans else first
    return Item(
        key=Key(draw(slugs), draw(slugs), draw(slugs), draw(slugs), draw(slugs)),
        kind=kind,
        title=draw(texts),
        label=draw(st.just("") | texts),
        unit=draw(texts.filter(bool)),
        short=draw(st.just("") | texts),
        holder=draw(st.just("") | slugs),
        changed_at=draw(instants),
        sequence=draw(st.integers(0, 10_000)),
        relation=draw(st.sampled_from(RELATIONS)),
        last_day=last,
        at=draw(st.none() | hours),
        from_day=first if spans else None,
        to_day=last if spans else None,
        advised_day=draw(st.none() | days),
        extended_from=draw(st.none() | days),
        advisory=draw(st.booleans()),
        words=draw(st.just("") | texts),
        basis=draw(st.sampled_from(BASES)),
        set_by=draw(st.none() | st.sampled_from(SETTERS) | texts),
        reason=draw(st.just("") | texts),
        sources=tuple(draw(st.lists(st.tuples(texts, texts), max_size=2))),
        helpers=tuple(draw(st.lists(texts, max_size=2))),
        recipient=draw(st.just("") | texts),
        via=draw(st.just("") | texts),
        recipient_until=draw(st.none() | days),
        lines=draw(st.integers(0, 30)),
        phase=phase,
        done_on=draw(days) if phase in ("done", "submitted") else None,
        document=draw(st.just("") | texts),
    )
