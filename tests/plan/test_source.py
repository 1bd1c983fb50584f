"""The official text and the addresses of its clauses: the real one, and the traps of texts out of word processors."""

from __future__ import annotations

from pathlib import Path

import pytest

import plan
from plan.source import CLOSING, PREAMBLE, RECIPIENTS, Source, below, read_source, within

REAL = Path(plan.__file__).parent / "phu-la-2025" / "source.txt"


@pytest.fixture(scope="module")
def real() -> Source:
    return read_source(REAL.read_text("utf-8"))


def test_every_duty_clause_of_the_real_text(real: Source) -> None:
    """45 dash bullets in I.2, II and III, the undashed III.7, two plus-lines: counted on the printed page."""
    duty = [each for each in real.by_address.values() if each.address.startswith(("I.2-", "II.", "III."))]
    kinds = [each.kind for each in duty]
    assert (kinds.count("bullet"), kinds.count("plus"), kinds.count("paragraph")) == (45, 2, 1)
    assert real.by_address["III.7"].text.startswith("Tham mưu UBND phường phân bổ kinh phí")
    assert real.headings["III.7"].text == "Bộ phận Tài chính - Kế toán phường"


def test_two_sections_of_one_number(real: Source) -> None:
    """Both 8s are there, the second by its own address, and neither lies within the other."""
    assert real.by_address["III.8-2"].text.startswith("Đoàn Thanh niên phường")
    assert real.headings["III.8(2)"].text == "Các tổ dân phố"
    second = [each for each in real.by_address if within(each, "III.8(2)")]
    assert second == ["III.8(2)-1", "III.8(2)-2", "III.8(2)-3"]
    assert not {each for each in real.by_address if within(each, "III.8")} & set(second)


def test_plus_lines_are_counted_by_section(real: Source) -> None:
    """The plus-lines under the ninth bullet of III.1 are III.1+1 and III.1+2; the bullet ends before them."""
    assert real.by_address["III.1+1"].text.startswith(
        "Báo cáo kết quả thực hiện công tác trẻ em 6 tháng (trước ngày 14/5"
    )
    assert real.by_address["III.1-9"].text.endswith("Phòng Lao động - Thương binh và Xã hội:")


def test_page_breaks_and_wrapped_lines_join(real: Source) -> None:
    """A sentence cut by a page break goes on; a hyphen at a line's end joins, a dash between words stays one."""
    assert "quy định chi tiết một số điều của Luật Trẻ em, Chỉ thị số 28-CT/TW" in real.by_address["II.1-1"].text
    assert real.by_address["II.1-6"].text.endswith("theo Nghị định số 56/2017/NĐ-CP của Chính phủ.")
    assert "Bộ Lao động - Thương binh và Xã hội;" in real.by_address["III.1-9"].text
    assert "giai đoạn 2021 - 2025, giai đoạn 2021 - 2030." in real.by_address["II.1-1"].text
    assert real.by_address["III.4-1"].line == 282


def test_what_bears_no_number(real: Source) -> None:
    """Preamble, closing line and «Nơi nhận» with the signature are clauses of their own, never part of a duty."""
    assert real.by_address[PREAMBLE].text.endswith("như sau:")
    assert real.by_address[CLOSING].text.startswith("Trên đây là Kế hoạch")
    assert real.by_address[RECIPIENTS].text.endswith("Nguyễn Phương Anh")
    assert real.by_address["III.8(2)-3"].text.endswith("vi phạm quyền trẻ em trên địa bàn.")


def test_every_word_lies_in_one_clause(real: Source) -> None:
    """Nothing of the text is lost but the marks of numbering."""
    kept = " ".join(each.text for each in real.clauses).split()
    marks = {"-", "+"} | {f"{n}." for n in range(1, 9)} | {"I.", "II.", "III."}
    text = REAL.read_text("utf-8").replace("NĐ-\n\nCP", "NĐ-CP")
    words = [each for each in text.split() if each not in marks]
    assert [each for each in kept if each not in marks] == words


def test_each_word_has_its_line(real: Source) -> None:
    """A place inside a clause leads back to the line of the page."""
    lines = REAL.read_text("utf-8").split("\n")
    for clause in real.clauses:
        for start, number in zip(clause.starts, clause.lines, strict=True):
            word = clause.text[start:].split()[0]
            assert word in lines[number - 1].split()
            assert clause.line_at(start) == number
        assert clause.line_at(len(clause.text) - 1) == clause.lines[-1]


def test_a_number_in_a_sentence_is_no_section() -> None:
    """«12. » and «I. » at a wrapped line's start continue the sentence where the count says so."""
    text = "I. PHẦN MỘT\n1. Mục một\n- Rà soát từ ngày\n12. Sau đó báo cáo theo phần\nI. Như trên."
    source = read_source(text)
    assert source.by_address["I.1-1"].text == "Rà soát từ ngày 12. Sau đó báo cáo theo phần I. Như trên."


def test_a_dash_between_numbers_is_no_bullet() -> None:
    """«2021 / - 2025» wrapped is one period."""
    source = read_source("I. PHẦN MỘT\n- Giai đoạn 2021\n- 2025, thực hiện tốt.\n- Việc hai.")
    assert [each.text for each in source.by_address.values()] == ["Giai đoạn 2021 - 2025, thực hiện tốt.", "Việc hai."]


def test_other_dashes_and_form_feeds() -> None:
    """Long dashes, dots and a form feed before a bullet are what word processors write."""
    source = read_source("I. PHẦN\r\n– Việc một.\r\n\f• Việc hai\r\n\fcòn tiếp.\r\n")
    assert [(each.address, each.text) for each in source.by_address.values()] == [
        ("I-1", "Việc một."),
        ("I-2", "Việc hai còn tiếp."),
    ]


def test_a_numbered_line_without_bullets_is_the_duty_itself() -> None:
    """«1. Giao Công an phường…» has nothing below it: it is a clause, not a lost heading."""
    source = read_source("I. TỔ CHỨC THỰC HIỆN\n1. Giao Công an phường tuần tra.\n2. Văn phòng\n- Tổng hợp.")
    assert source.by_address["I.1"].text == "Giao Công an phường tuần tra."
    assert list(source.headings) == ["I", "I.2"]


def test_headings_may_wrap() -> None:
    """A heading goes on in small letters, or in capitals below capitals; a sentence below it is a paragraph."""
    source = read_source("I. TỔ CHỨC\nTHỰC HIỆN\n1. Bộ phận Văn hoá\nvà Thông tin\nTuyên truyền.")
    assert source.headings["I"].text == "TỔ CHỨC THỰC HIỆN"
    assert source.headings["I.1"].text == "Bộ phận Văn hoá và Thông tin"
    assert source.by_address["I.1"].text == "Tuyên truyền."


@pytest.mark.parametrize(
    ("address", "above", "inside"),
    [
        ("III.1+2", "III.1", True),
        ("III.1", "III", True),
        ("III.10-1", "III.1", False),
        ("III.8(2)-1", "III.8", False),
        ("I.2", "I.2", True),
        ("II", "I", False),
    ],
)
def test_within(address: str, above: str, inside: bool) -> None:
    """An address lies within its section and part, by whole numbers; `below` says the same for str.startswith."""
    assert within(address, above) is inside
    assert (address + "-").startswith(below([above])) is inside


def test_a_text_without_parts_has_only_a_preamble() -> None:
    """A letter without parts gives no clause that could oblige, and no crash."""
    assert list(read_source("Kính gửi: …\n- Một việc.").by_address) == [PREAMBLE]
