"""What recipients read: the words each relation allows, the days, the reason, and one id for every repeat."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs.notices import OverdueEvent, Told, notice_id, write
from rules.values import BASES, COOPERATING, RELATIONS, REQUESTED, SUBORDINATE, Key
from texts import area

KEY = Key("phu-la", "phu-la-2025", "bao-cao-ket-qua", "ldtbxh", "6-thang")
TOLD = Told(
    key=KEY,
    title="Báo cáo kết quả thực hiện công tác trẻ em",
    label="6 tháng",
    unit_name="Bộ phận Lao động - Thương binh và Xã hội phường",
    words="trước ngày 14/5/2025",
    last_day=date(2025, 5, 13),
    basis="stated",
    relation=SUBORDINATE,
    rung="head",
    version=1,
    role="head",
    recipient="truong-bo-phan",
    recipient_name="Trưởng Bộ phận LĐ-TB&XH",
    due_on=date(2025, 5, 21),
    days_late=8,
    sender="UBND phường Phú La",
)
ROLES = ("unit", "head", "head:ldtbxh", "monitor", "office", "vice-chair", "chair", "deputy")


def test_a_subordinate_unit_reads_how_late_it_is() -> None:
    """«quá hạn N ngày», the document's own words and the last acceptable day stand in the notice."""
    message = write(TOLD)
    assert message.subject == (
        "Đôn đốc: quá hạn 8 ngày (hạn 13/05/2025) - Báo cáo kết quả thực hiện công tác trẻ em (6 tháng)"
    )
    assert message.body == (
        "Kính gửi: Trưởng Bộ phận LĐ-TB&XH\n"
        "\n"
        "- Nhiệm vụ: Báo cáo kết quả thực hiện công tác trẻ em (6 tháng)\n"
        "- Đơn vị chủ trì: Bộ phận Lao động - Thương binh và Xã hội phường\n"
        "- Thời hạn: trước ngày 14/5/2025; ngày cuối cùng: 13/05/2025 (ghi trong văn bản)\n"
        "- Tình trạng: chưa hoàn thành, quá hạn 8 ngày\n"
        "\n"
        "Yêu cầu đơn vị khẩn trương hoàn thành nhiệm vụ, báo cáo kết quả và nêu rõ nguyên nhân chậm.\n"
        "\n"
        "Thông báo này được gửi tới Trưởng Bộ phận LĐ-TB&XH vì đây là người đứng đầu đơn vị chủ trì.\n"
        "Mã nhiệm vụ: bao-cao-ket-qua/ldtbxh/6-thang\n"
        "\n"
        "Trân trọng.\n"
        "UBND phường Phú La\n"
    )


@pytest.mark.parametrize(
    ("days_late", "subject"),
    [(-10, "Nhắc việc: còn 10 ngày đến hạn"), (0, "Nhắc việc: hôm nay là ngày cuối"), (1, "Đôn đốc: quá hạn 1 ngày")],
)
def test_the_words_follow_the_day(days_late: int, subject: str) -> None:
    """Before the last day it reminds, on it it says today, after it it urges."""
    assert write(replace(TOLD, days_late=days_late)).subject.startswith(subject)


@pytest.mark.parametrize(("lang", "role"), list(itertools.product(("vi", "en"), ROLES)))
@pytest.mark.parametrize("days_late", [-10, 0, 8])
def test_a_requested_body_is_never_called_late(lang: str, role: str, days_late: int) -> None:
    """Of «đề nghị» nobody, not even the chair, reads «quá hạn», «trả lại», an order or a percentage."""
    message = write(
        replace(
            TOLD, relation=REQUESTED, role=role, days_late=days_late, extended_from=date(2025, 5, 1), passed_from="x"
        ),
        lang,
    )
    text = (message.subject + message.body).lower()
    for word in ("quá hạn", "trả lại", "%", "yêu cầu", "đôn đốc", "chậm", "overdue", "returned", "late", "deadline"):
        assert word not in text.replace("related", ""), word
    assert ("đề nghị phối hợp" if lang == "vi" else "request for cooperation") in message.subject.lower()


def test_a_requested_body_that_is_silent_has_not_responded() -> None:
    """«chưa phản hồi» is what is said of it, and a letter is the chair's to decide."""
    body = write(replace(TOLD, relation=REQUESTED, role="chair", recipient_name="Chủ tịch")).body
    assert "- Tình trạng: chưa phản hồi\n" in body
    assert "quyết định việc có văn bản đề nghị phối hợp" in body


def test_a_cooperating_unit_is_asked_not_ordered() -> None:
    """«phối hợp» units may be late but are not commanded."""
    message = write(replace(TOLD, relation=COOPERATING, role="unit"))
    assert message.subject.startswith("Phối hợp thực hiện: quá hạn 8 ngày")
    assert "Yêu cầu" not in message.body
    assert "Đề nghị quý đơn vị" in message.body


def test_an_advisory_day_is_no_deadline() -> None:
    """A day that no signed document sets is told as planned, never as late, and says so."""
    text = "".join(str(part) for part in _texts(replace(TOLD, advisory=True, basis="office", days_late=8)))
    assert "quá hạn" not in text
    assert "chưa có văn bản ấn định" in text


def test_an_extension_keeps_the_first_deadline_in_sight() -> None:
    """The first day stands beside the current one."""
    body = write(replace(TOLD, extended_from=date(2025, 5, 6), version=2)).body
    assert "- Đã được gia hạn; thời hạn ban đầu: 06/05/2025\n" in body


def test_a_rung_passed_on_says_so() -> None:
    """Who should have been told is named, so that the gap is seen."""
    assert "chưa có người nhận ở bậc trước (Trưởng trạm)" in write(replace(TOLD, passed_from="Trưởng trạm")).body


def test_a_given_reason_replaces_the_roles() -> None:
    """A reason handed in is what the recipient reads."""
    assert "vì «chưa» hai đợt liền.\n" in write(replace(TOLD, reason="«chưa» hai đợt liền")).body


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_case_is_not_named(lang: str) -> None:
    """Of a private occurrence neither the title nor the code is written."""
    text = "".join(str(part) for part in _texts(replace(TOLD, private=True), lang))
    assert TOLD.title not in text
    assert KEY.period not in text
    assert KEY.short not in text


def test_a_subject_is_one_line() -> None:
    """Line breaks of a YAML title do not break the head of a file."""
    assert "\n" not in write(replace(TOLD, title="Báo cáo\nkết quả ")).subject


told = st.builds(
    Told,
    key=st.just(KEY),
    title=st.text(min_size=1, max_size=40),
    unit_name=st.text(min_size=1, max_size=20),
    words=st.sampled_from(["", "đến hết ngày 30/6/2025"]),
    last_day=st.dates(),
    basis=st.sampled_from(BASES),
    relation=st.sampled_from(RELATIONS),
    rung=st.just("unit-3"),
    version=st.integers(1, 5),
    role=st.sampled_from(ROLES),
    recipient=st.text(min_size=1, max_size=20),
    recipient_name=st.text(min_size=1, max_size=20),
    due_on=st.dates(),
    days_late=st.integers(-400, 400),
    extended_from=st.none() | st.dates(),
    passed_from=st.none() | st.just("head"),
    advisory=st.booleans(),
    private=st.booleans(),
)


@settings(max_examples=80, deadline=None)
@given(told, st.sampled_from(["vi", "en"]))
def test_every_combination_has_its_words(each: Told, lang: str) -> None:
    """No relation, role, basis or day lacks a text; days are dd/mm/yyyy; the same facts give the same message."""
    message = write(each, lang)
    assert message == write(each, lang)
    assert re.search(r"\b\d\d/\d\d/\d{4}\b", message.body)
    assert message.body.endswith("\n")


def test_the_id_is_one_per_telling() -> None:
    """Language, day and wording do not change it; each part of the telling does."""
    ids = {
        notice_id(KEY, "head", 1, "a"),
        notice_id(KEY, "head", 2, "a"),
        notice_id(KEY, "unit-0", 1, "a"),
        notice_id(KEY, "head", 1, "b"),
        notice_id(KEY._replace(period="9-thang"), "head", 1, "a"),
    }
    assert len(ids) == 5
    assert write(TOLD).id == write(replace(TOLD, due_on=date(2025, 6, 1)), "en").id
    # Pinned: a changed namespace would send every half-sent outbox twice.
    assert str(notice_id(KEY, "head", 1, "a")) == "ccca25eb-21de-5972-8650-0f6da3bcf9c0"


def test_an_event_is_addressed_by_its_occurrence() -> None:
    """The resource id carries the whole key, office first."""
    event = OverdueEvent(notice_id(KEY, "overdue", 1, "@events"), KEY, TOLD.title, "ldtbxh", TOLD.last_day)
    assert event.resource_id == "kehoach.occurrence.phu-la.phu-la-2025.bao-cao-ket-qua.ldtbxh.6-thang"


@pytest.mark.parametrize("name", ["notice", "flow"])
def test_both_languages_have_the_same_texts_with_the_same_blanks(name: str) -> None:
    """A text that lacks its twin would fail only in front of a person."""
    blanks = {lang: {key: _blanks(text) for key, text in area(name, lang).items()} for lang in ("vi", "en")}
    assert blanks["vi"] == blanks["en"]


def _texts(of: Told, lang: str = "vi") -> tuple[str, str]:
    message = write(of, lang)
    return message.subject, message.body


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
