"""The letter as a reader of .docx sees it: the form of Nghị định 30/2020/NĐ-CP, and the words each relation allows."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs.letter import TEMPLATE, clause, letter
from outputs.letter_view import REMIND, REQUEST, URGE, LetterView, Matter, Source
from texts import LANGUAGES

ROOT = Path(__file__).parents[2]

REPORT = Matter(
    title="Báo cáo Bộ Chỉ tiêu",
    label="9 tháng",
    sources=(Source("III.1+2", "báo cáo 9 tháng (trước ngày 13/8/2025);"),),
    words="trước ngày 13/8/2025",
    last_day=date(2025, 8, 12),
    basis="stated",
    reason="",
    days_late=8,
    told=(("Thủ trưởng đơn vị", (date(2025, 8, 13), date(2025, 8, 15))),),
    urged=(("phone", date(2025, 8, 14)),),
)
VIEW = LetterView(
    form=URGE,
    office="Uỷ ban nhân dân phường Phú La",
    plan="Kế hoạch công tác trẻ em năm 2025",
    plan_number=None,
    plan_day=None,
    unit="Công an phường",
    to="Công an phường",
    today=date(2025, 8, 20),
    proposed=date(2025, 8, 28),
    matters=(REPORT,),
    contact="Cán bộ theo dõi kế hoạch, theo-doi@phuong.example",
)


def opened(view: LetterView, lang: str = "vi") -> Any:
    return Document(BytesIO(letter(view, lang)))


def paragraphs(document: Any) -> list[Any]:
    """In reading order: the head's two cells, the body, the foot's two cells."""
    head, foot = (document.tables[n]._cells for n in (0, 1))
    cells = [[each for cell in part for each in cell.paragraphs] for part in (head, foot)]
    return [*cells[0], *document.paragraphs, *cells[1]]


def lines(document: Any) -> list[str]:
    return [each.text for each in paragraphs(document) if each.text]


def text(view: LetterView, lang: str = "vi") -> str:
    return "\n".join(lines(opened(view, lang)))


def run_of(document: Any, words: str) -> Any:
    """The first run of the paragraph that says these words."""
    return next(each.runs[0] for each in paragraphs(document) if words in each.text)


def test_the_page_is_that_of_the_decree() -> None:
    """A4 upright; margins 20, 20, 30, 20 mm; pages numbered from the second on, in the middle of the top margin."""
    document = opened(VIEW)
    (page,) = document.sections
    assert (round(page.page_width / Mm(1)), round(page.page_height / Mm(1))) == (210, 297)
    margins = [page.top_margin, page.bottom_margin, page.left_margin, page.right_margin]
    assert [round(each / Mm(1)) for each in margins] == [20, 20, 30, 20]
    assert page.different_first_page_header_footer
    assert "PAGE" in page.header._element.xml and "PAGE" not in page.first_page_header._element.xml


def test_everything_is_in_times_new_roman() -> None:
    """One typeface for every script, no theme font behind it; sizes 11 to 14, black."""
    document = opened(VIEW)
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert {value for name, value in fonts.items() if not name.endswith("hint")} == {"Times New Roman"}
    runs = [run for each in paragraphs(document) for run in each.runs]
    assert runs
    assert {run.font.name for run in runs} == {"Times New Roman"}
    assert all(Pt(11) <= run.font.size <= Pt(14) and run.font.color.rgb is None for run in runs)


@pytest.mark.parametrize(
    ("words", "size", "bold", "italic"),
    [
        ("UỶ BAN NHÂN DÂN", 12, True, False),
        ("CỘNG HÒA XÃ HỘI", 12, True, False),
        ("Độc lập - Tự do", 13, True, False),
        ("Số:", 13, False, False),
        ("V/v ", 12, False, False),
        (", ngày  ", 13, False, True),
        ("Căn cứ:", 13, False, False),
        ("Nơi nhận:", 12, True, True),
        ("- Lưu: VT.", 11, False, False),
        ("CHỦ TỊCH", 14, True, False),
    ],
)
def test_each_part_has_its_size_and_face(words: str, size: int, bold: bool, italic: bool) -> None:
    """Phụ lục I: what is bold, what is italic, how large."""
    run = run_of(opened(VIEW), words)
    assert (run.font.size, bool(run.bold), bool(run.italic)) == (Pt(size), bold, italic)


def test_the_parts_come_in_their_order() -> None:
    """Issuing body, number, subject; nation, motto, place and day; to whom; the words; copies; who signs."""
    said = lines(opened(VIEW))
    assert said[:8] == [
        "UỶ BAN NHÂN DÂN",
        "PHƯỜNG PHÚ LA",
        "Số:      /UBND-…",
        "V/v đôn đốc thực hiện báo cáo Bộ Chỉ tiêu (9 tháng)",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "…………, ngày      tháng      năm 2025",
        "Kính gửi: Công an phường.",
    ]
    assert said[-7:] == [
        "Trân trọng./.",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT.",
        "(TM., KT. hoặc TL.: cơ quan ghi)",
        "CHỦ TỊCH",
        "(chữ ký, họ tên)",
    ]


def test_lines_stand_under_the_motto_and_the_issuing_body() -> None:
    """A rule as long as the motto (about 56 mm in bold 13), and a short one under the body's name."""
    document = opened(VIEW)
    cells = document.tables[0]._cells
    lengths = []
    for cell, width in zip(cells, (64, 96), strict=True):
        (rule,) = [each for each in cell.paragraphs if "w:pBdr" in each._p.xml]
        form = rule.paragraph_format
        lengths.append(round(width - (form.left_indent + form.right_indent) / Mm(1)))
    assert lengths == [18, 56]


def test_the_body_is_justified_indented_and_apart() -> None:
    """First line 12.7 mm, six points between paragraphs, both edges straight."""
    (paragraph,) = [each for each in opened(VIEW).paragraphs if each.text.startswith("a) Căn cứ")]
    form = paragraph.paragraph_format
    assert paragraph.alignment == 3
    assert round(form.first_line_indent / Mm(1), 1) == 12.7
    assert form.space_before == Pt(6)


def test_a_late_matter_tells_basis_days_what_was_done_and_the_new_day() -> None:
    """Plan and clause with the quote, state and days late, who was told and urged, and a day marked as a proposal."""
    said = text(VIEW)
    assert "Kế hoạch công tác trẻ em năm 2025 (số ……, ngày ……) của Uỷ ban nhân dân phường Phú La" in said
    assert "a) Căn cứ: mục III.1, dấu cộng thứ 2 của Kế hoạch: «báo cáo 9 tháng (trước ngày 13/8/2025)»." in said
    assert "b) Thời hạn: trước ngày 13/8/2025; ngày cuối cùng là 12/8/2025 (ghi trong văn bản)." in said
    assert "c) Tình trạng: chưa hoàn thành, quá hạn 8 ngày." in said
    assert "d) Đã nhắc: Thủ trưởng đơn vị các ngày 13/8/2025, 15/8/2025." in said
    assert "đ) Đã đôn đốc: qua điện thoại ngày 14/8/2025." in said
    assert "chậm nhất ngày 28/8/2025 (ngày đề xuất của dự thảo, người ký quyết định)" in said
    assert "không phải là gia hạn" in said
    assert "Đầu mối liên hệ: Cán bộ theo dõi kế hoạch, theo-doi@phuong.example; điện thoại:" in said


def test_a_known_number_and_day_of_the_plan_are_written() -> None:
    """A day below ten and a month below three bear a zero (05/02/2025)."""
    said = text(replace(VIEW, plan_number="12/KH-UBND", plan_day=date(2025, 2, 5)))
    assert "(số 12/KH-UBND, ngày 05/02/2025)" in said


def test_inside_the_ward_it_is_a_phieu() -> None:
    """«Phiếu nhắc việc» has its name in the middle, no «V/v», orders («yêu cầu») and is signed by the office."""
    said = lines(opened(replace(VIEW, form=REMIND)))
    assert "PHIẾU NHẮC VIỆC" in said
    assert not any(each.startswith("V/v") for each in said)
    assert any(each.startswith("Yêu cầu Công an phường khẩn trương") for each in said)
    assert "VĂN PHÒNG" in said
    assert next(each for each in said if each.endswith("./."))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("above", [False, True])
@pytest.mark.parametrize("returned", [False, True])
def test_a_body_that_is_only_requested_reads_of_no_lateness(lang: str, above: bool, returned: bool) -> None:
    """«Đề nghị»: never «quá hạn», «trả lại», an order or a percentage, whatever the days say."""
    matter = replace(REPORT, returned=returned, extended_from=date(2025, 7, 1), unanswered=(2, 4))
    to = "Thành đoàn" if above else VIEW.unit
    said = text(replace(VIEW, form=REQUEST, to=to, matters=(matter, REPORT)), lang).lower()
    for word in ("quá hạn", "trả lại", "%", "yêu cầu", "đôn đốc", "chậm", "thời hạn", "overdue", "returned", "late"):
        assert word not in said
    if lang == "vi":
        assert "đề nghị bổ sung" in said if returned else "chưa phản hồi" in said


def test_several_matters_stand_in_one_letter() -> None:
    """Numbered one below the other, with points of their own; the subject is then the plan."""
    second = replace(REPORT, title="Rà soát trẻ em", label="", last_day=None, told=(), urged=())
    said = lines(opened(replace(VIEW, matters=(REPORT, second))))
    assert "1. Báo cáo Bộ Chỉ tiêu (9 tháng)" in said
    assert "2. Rà soát trẻ em" in said
    assert said[3] == "V/v đôn đốc thực hiện các nội dung thuộc Kế hoạch công tác trẻ em năm 2025"
    assert any("còn 02 nội dung" in each for each in said)
    assert sum(each.startswith("a) ") for each in said) == 2


def test_what_is_in_time_is_asked_for_its_own_day() -> None:
    """No new day is proposed where the first has not passed; what has no document for its day is no deadline."""
    said = text(replace(VIEW, matters=(replace(REPORT, days_late=-3),)))
    assert "chưa hoàn thành, trong hạn, còn 3 ngày" in said
    assert "đề xuất" not in said
    advised = text(replace(VIEW, matters=(replace(REPORT, advisory=True),)))
    assert "chưa có văn bản ấn định" in advised and "quá hạn" not in advised


def test_a_letter_to_the_superior_names_the_unit_and_copies_it() -> None:
    """«Phối hợp» ends in a letter to the body's superior: who is asked to see to it is not who does the work."""
    said = lines(opened(replace(VIEW, to="Công an thành phố")))
    assert "Kính gửi: Công an thành phố." in said
    assert said[3] == "V/v đề nghị chỉ đạo thực hiện báo cáo Bộ Chỉ tiêu (9 tháng)"
    assert any("đề nghị Công an thành phố quan tâm chỉ đạo Công an phường" in each for each in said)
    assert said[said.index("Nơi nhận:") :][:4] == ["Nơi nhận:", "- Như trên;", "- Công an phường;", "- Lưu: VT."]


def test_a_case_is_named_by_its_code_alone() -> None:
    """The subject, which stands in every register, says only that it is a case."""
    matter = replace(REPORT, title="vv-2025-01", label="", private=True)
    said = lines(opened(replace(VIEW, matters=(matter,))))
    assert said[3] == "V/v đôn đốc thực hiện vụ việc được giao"
    assert sum("vv-2025-01" in each for each in said) == 1


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("III.1-2", "III.1, gạch đầu dòng thứ 2"),
        ("III.1+1", "III.1, dấu cộng thứ 1"),
        ("III.8(2)-1", "III.8 (lần thứ 2), gạch đầu dòng thứ 1"),
        ("III.7", "III.7"),
        ("mở đầu", "mở đầu"),
    ],
)
def test_clauses_are_said_as_people_say_them(address: str, said: str) -> None:
    """The addresses of docs/decisions/0010 in words."""
    assert clause(address) == said


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_a_document(words: str) -> None:
    """Names and quotes may hold anything that was typed: markup, braces, control characters."""
    matter = replace(REPORT, title=words, sources=(Source("III.1-1", words),), told=((words, (VIEW.today,)),))
    said = text(replace(VIEW, unit=words, to=words, contact=words, matters=(matter,)))
    assert "b) Thời hạn" in said


def test_markup_and_tags_in_a_name_stay_words() -> None:
    """A title with «<b>» or «{{ }}» is printed, not obeyed."""
    said = text(replace(VIEW, matters=(replace(REPORT, title="A & B <b>{{ office }}</b> {%p if %}"),)))
    assert "A & B <b>{{ office }}</b> {%p if %} (9 tháng)" in said


def test_the_same_view_gives_the_same_bytes() -> None:
    """No moment of making is in the file."""
    made = letter(VIEW)
    assert made == letter(VIEW)
    with zipfile.ZipFile(BytesIO(made)) as package:
        assert package.testzip() is None


def test_the_form_is_what_the_script_makes() -> None:
    """outputs/letters/letter.docx was not edited by hand: each part is what scripts/letter_template.py writes."""
    spec = importlib.util.spec_from_file_location("letter_template", ROOT / "scripts" / "letter_template.py")
    assert spec is not None and spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    again = BytesIO()
    script.form().save(again)
    with zipfile.ZipFile(again) as made, zipfile.ZipFile(TEMPLATE) as kept:
        assert made.namelist() == kept.namelist()
        assert [name for name in kept.namelist() if made.read(name) != kept.read(name)] == []


def test_it_prints_on_one_page(tmp_path: Path) -> None:
    """Where a word processor is at hand: a letter of one matter is one page, its signature with it."""
    office = shutil.which("soffice")
    if office is None or shutil.which("pdftotext") is None:
        assert len(lines(opened(VIEW))) < 30  # what fits: the decree's sizes give some 45 lines to a page
        return
    file = tmp_path / "letter.docx"
    file.write_bytes(letter(VIEW))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shown = subprocess.run(["pdftotext", str(tmp_path / "letter.pdf"), "-"], check=True, capture_output=True, text=True)
    assert shown.stdout.count("\f") == 1
    assert "CHỦ TỊCH" in shown.stdout
