"""The digest: its order, its words, and that it never says of a requested body what must not be said."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs.digest import SECTIONS, Letter, Unsent, alone, compose, digest_id, ordered, section
from outputs.notices import Told, write
from rules.values import COOPERATING, RELATIONS, REQUESTED, SUBORDINATE, Key

DAY = date(2025, 5, 21)
LETTER = Letter(UUID(int=1), "chu-tich", "Chủ tịch", DAY, "phu-la", "UBND phường Phú La")


def told(task: str, late: int, *, relation: str = SUBORDINATE, role: str = "chair", **more: object) -> Told:
    """An item that is `late` days late on the digest's day."""
    values: dict[str, object] = {
        "key": Key("phu-la", "phu-la-2025", task, "ldtbxh", "6-thang"),
        "title": f"Việc {task}",
        "unit_name": "Bộ phận A",
        "words": "",
        "last_day": DAY - timedelta(days=late),
        "basis": "stated",
        "relation": relation,
        "rung": "chair",
        "version": 1,
        "role": role,
        "recipient": "chu-tich",
        "recipient_name": "Chủ tịch",
        "due_on": DAY,
        "days_late": late,
        "sender": "UBND phường Phú La",
    }
    return Told(**(values | more))  # type: ignore[arg-type]


ITEMS = [
    told("tre-9-cap-tren", 9, set_by="cấp trên"),
    told("tre-2-cap-tren", 2, set_by="cấp trên"),
    told("tre-30", 30, set_by="UBND"),
    told("tre-3", 3),
    told("hom-nay", 0, set_by="cấp trên"),
    told("sap-1", -1),
    told("sap-9", -9, set_by="cấp trên"),
    told("de-nghi", 8, relation=REQUESTED),
    told("tham-khao", 5, advisory=True, basis="office"),
]


@pytest.mark.parametrize("seed", range(5))
def test_most_urgent_first(seed: int) -> None:
    """Overdue, of it what the upper level set, by days late; today; coming, the nearest first; then what is asked."""
    mixed = random.Random(seed).sample(ITEMS, len(ITEMS))
    assert [each.key.task for each in ordered(mixed)] == [each.key.task for each in ITEMS]
    assert compose(mixed, LETTER) == compose(ITEMS, LETTER)


def test_what_a_digest_says() -> None:
    """Each item with its days, basis, what was done already, why it is sent and its code."""
    items = [
        told("bao-cao", 8, words="trước ngày 14/5/2025", done=("đã thông báo 3 lần, gần nhất ngày 16/05/2025",)),
        told("tap-huan", -2, role="unit"),
    ]
    message = compose(items, LETTER)
    assert message.subject == "Nhắc việc ngày 21/05/2025: 1 việc quá hạn, 1 việc sắp đến hạn"
    assert message.body == (
        "Kính gửi: Chủ tịch\n"
        "\n"
        "UBND phường Phú La tổng hợp các nội dung cần lưu ý trong ngày 21/05/2025:\n"
        "\n"
        "QUÁ HẠN (1)\n"
        "\n"
        "1. Việc bao-cao\n"
        "   - Đơn vị chủ trì: Bộ phận A\n"
        "   - Thời hạn: trước ngày 14/5/2025; ngày cuối cùng: 13/05/2025 (ghi trong văn bản)\n"
        "   - Tình trạng: chưa hoàn thành, quá hạn 8 ngày\n"
        "   - Đã thực hiện: đã thông báo 3 lần, gần nhất ngày 16/05/2025\n"
        "   - Lý do gửi: đây là Chủ tịch\n"
        "   - Mã nhiệm vụ: bao-cao/ldtbxh/6-thang\n"
        "\n"
        "SẮP ĐẾN HẠN (1)\n"
        "\n"
        "1. Việc tap-huan\n"
        "   - Đơn vị chủ trì: Bộ phận A\n"
        "   - Thời hạn: ngày cuối cùng 23/05/2025 (ghi trong văn bản)\n"
        "   - Tình trạng: chưa hoàn thành, trong hạn, còn 2 ngày\n"
        "   - Lý do gửi: đây là đơn vị chủ trì nhiệm vụ\n"
        "   - Mã nhiệm vụ: tap-huan/ldtbxh/6-thang\n"
        "\n"
        "Trân trọng.\n"
        "UBND phường Phú La\n"
    )
    assert message.chat == (
        "Nhắc việc ngày 21/05/2025: 1 việc quá hạn, 1 việc sắp đến hạn\n"
        "\n"
        "• Việc bao-cao (Bộ phận A): quá hạn 8 ngày (hạn 13/05/2025)\n"
        "• Việc tap-huan (Bộ phận A): còn 2 ngày (hạn 23/05/2025)\n"
    )
    assert (message.id, message.day, message.name, message.office) == (LETTER.id, DAY, "Chủ tịch", "phu-la")


def test_a_single_item_reads_as_its_notice() -> None:
    """Same subject and body as by itself; the id is the digest's."""
    message = compose(ITEMS[:1], LETTER)
    notice = write(ITEMS[0])
    assert (message.subject, message.body) == (notice.subject, notice.body)
    assert message.id == LETTER.id != notice.id
    assert alone(ITEMS[0]).id == notice.id


class _Text(HTMLParser):
    """The text of a page, and whether its elements close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("br", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_html_says_what_the_text_says_and_escapes_it() -> None:
    """Titles are text, whatever they hold; every word of the text part stands in the page."""
    items = [replace(ITEMS[0], title='<img src=x onerror="alert(1)"> & "A"'), ITEMS[1]]
    message = compose(items, LETTER)
    page = _Text()
    page.feed(message.html)
    assert page.open == []
    assert "<img" not in message.html
    found = " ".join(" ".join(page.text).split())
    for line in message.body.splitlines():
        assert line.strip().lstrip("-0123456789. ") in found


def test_one_item_as_html() -> None:
    """A single notice has its page, too."""
    page = _Text()
    page.feed(compose(ITEMS[:1], LETTER).html)
    assert page.open == []
    assert any("UBND phường Phú La" in each for each in page.text)


items = st.lists(
    st.builds(
        told,
        st.from_regex(r"[a-z]{1,6}", fullmatch=True),
        st.integers(-30, 60),
        relation=st.sampled_from(RELATIONS),
        role=st.sampled_from(["unit", "head:ldtbxh", "monitor", "chair"]),
        advisory=st.booleans(),
        set_by=st.sampled_from([None, "cấp trên", "UBND"]),
        extended_from=st.none() | st.dates(),
    ),
    min_size=1,
    max_size=16,
)


@settings(max_examples=60, deadline=None)
@given(items, st.sampled_from(["vi", "en"]))
def test_every_item_stands_in_its_digest(several: list[Told], lang: str) -> None:
    """Nothing waiting is left out of the text; sections come in their order; the subject counts add up."""
    message = compose(several, LETTER, lang)
    for each in several:
        assert each.key.short in message.body
    found = [section(each) for each in ordered(several)]
    assert found == sorted(found, key=SECTIONS.index)
    assert len(message.chat) < 2000


@settings(max_examples=60, deadline=None)
@given(items, st.sampled_from(["vi", "en"]))
def test_of_a_requested_body_nothing_is_late(several: list[Told], lang: str) -> None:
    """A digest of requests alone has none of the words, in any of its forms."""
    asked = [replace(each, relation=REQUESTED) for each in several]
    message = compose(asked, LETTER, lang)
    said = (message.chat + message.body + message.html).lower().replace("related", "")
    for word in ("quá hạn", "trả lại", "yêu cầu", "đôn đốc", "overdue", "returned", "late", "deadline"):
        if any(each.advisory for each in asked) and word == "deadline":
            continue  # «not a deadline» is what an advisory day says of itself
        assert word not in said, word


def test_the_officer_reads_who_was_not_reached() -> None:
    """Even a single item then comes as a digest, with the list after it."""
    unsent = (Unsent("Trạm trưởng", "550 5.1.1 no such user", 2),)
    message = compose([told("bao-cao", 3, relation=COOPERATING)], replace(LETTER, unsent=unsent))
    assert "THÔNG BÁO CHƯA GỬI ĐƯỢC (1)\n   - Trạm trưởng: 2 thông báo; 550 5.1.1 no such user\n" in message.body
    assert "550 5.1.1 no such user" in message.html


def test_the_id_is_one_per_person_day_and_channel() -> None:
    """Pinned: a changed id would make the repeat of a half-sent night look new to the mail server."""
    one = digest_id("phu-la", "chu-tich", "email", DAY)
    assert str(one) == "71d6f538-1371-5264-afbf-4a0d83e58508"
    others = [("x", "chu-tich", "email", DAY), ("phu-la", "x", "email", DAY), ("phu-la", "chu-tich", "zalo", DAY)]
    assert len({one, *(digest_id(*each) for each in others), digest_id("phu-la", "chu-tich", "email", date.min)}) == 5
