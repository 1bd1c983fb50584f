"""Makes outputs/letters/letter.docx, the docxtpl form of our letters by Nghị định 30/2020/NĐ-CP, Phụ lục I.

    python scripts/letter_template.py [FILE]

The form has no words of its own; outputs/letter.py fills its tags. Sizes in points, lengths in millimetres. Run it
again after a change here and commit the file: a test compares what it makes with what is committed.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

FORM = Path(__file__).parent.parent / "outputs" / "letters" / "letter.docx"
FONT = "Times New Roman"
MADE = datetime(2026, 11, 24, tzinfo=UTC)
"""The form's own date, fixed so that making it again gives the same bytes inside."""

LEFT, RIGHT = 64, 96
"""Widths of the two columns of the head and the foot; with the margins of 30 and 20 they fill the 210 of A4."""
MOTTO = 56
"""How long the line under the motto is: the words «Độc lập - Tự do - Hạnh phúc» in bold 13."""
SHORT = 18
"""The rule under the issuing body: between a third and a half of its name."""

BODY = 13
"""Of 13 and 14 the one that keeps most letters on one page."""

CENTRE, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


def form() -> Any:
    """The whole form, a python-docx document."""
    document = Document()
    document.element.body.clear_content()
    _styles(document)
    _page(document)
    _head(document)
    _title(document)
    _body(document)
    _foot(document)
    return document


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = FONT, Pt(BODY), RGBColor(0, 0, 0)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    language = OxmlElement("w:lang")
    for name in ("val", "eastAsia"):
        language.set(qn(f"w:{name}"), "vi-VN")
    normal.element.rPr.append(language)
    spacing = normal.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule = WD_LINE_SPACING.SINGLE
    properties = document.core_properties
    properties.title, properties.author, properties.comments = "{{ subject }}", "{{ office }}", ""
    properties.created = properties.modified = MADE
    properties.language = "vi-VN"


def _page(document: Any) -> None:
    """A4 upright; the page number centred in the top margin, not on the first page."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin = page.bottom_margin = Mm(20)
    page.left_margin, page.right_margin = Mm(30), Mm(20)
    page.header_distance = page.footer_distance = Mm(10)
    page.different_first_page_header_footer = True
    number = page.header.paragraphs[0]
    number.style = document.styles["Normal"]
    number.alignment = CENTRE
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = number.add_run()
        _sized(run, 13)
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text
        run._r.append(part)


def _head(document: Any) -> None:
    left, right = _columns(document)
    _loop(left, "line in issuer", "{{ line }}", 12, bold=True)
    _rule(left, SHORT, LEFT)
    _line(left, "{{ number }}", 13, before=6)
    _tag(left, "{%p if about %}")
    _line(left, "{{ about }}", 12, before=3)
    _tag(left, "{%p endif %}")
    _line(right, "{{ nation }}", 12, bold=True)
    _line(right, "{{ motto }}", 13, bold=True)
    _rule(right, MOTTO, RIGHT)
    _line(right, "{{ placed }}", 13, italic=True, before=6)


def _title(document: Any) -> None:
    _tag(document, "{%p if title %}")
    _line(document, "{{ title }}", 14, bold=True, before=14)
    _line(document, "{{ subject }}", 14, bold=True)
    _rule(document, SHORT, LEFT + RIGHT)
    _tag(document, "{%p endif %}")
    _line(document, "{{ to }}", BODY, before=14, after=6)


def _body(document: Any) -> None:
    _prose(document, "{{ opening }}")
    _tag(document, "{%p for matter in matters %}")
    _prose(document, "{{ matter.heading }}", bold=True, keep=True)
    _tag(document, "{%p for point in matter.points %}")
    _prose(document, "{{ point }}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p for line in closing %}")
    _prose(document, "{{ line }}", keep=True)  # no signature stands alone on a page
    _tag(document, "{%p endfor %}")
    _line(document, "", 6).paragraph_format.keep_with_next = True


def _foot(document: Any) -> None:
    left, right = _columns(document)
    _line(left, "{{ copies_to }}", 12, bold=True, italic=True, align=WD_ALIGN_PARAGRAPH.LEFT)
    _loop(left, "line in copies", "{{ line }}", 11, align=WD_ALIGN_PARAGRAPH.LEFT)
    _line(right, "{{ signs_for }}", 13, italic=True)
    _line(right, "{{ signs }}", 14, bold=True)
    _line(right, "{{ signs_open }}", 13, italic=True, after=60)


def _columns(document: Any) -> tuple[_Cell, _Cell]:
    """Two cells without lines; a row is never broken over two pages."""
    table = document.add_table(rows=1, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        none = OxmlElement(f"w:{side}")
        none.set(qn("w:w"), "0")
        none.set(qn("w:type"), "dxa")
        margins.append(none)
    table._tbl.tblPr.append(margins)
    whole = OxmlElement("w:cantSplit")
    table.rows[0]._tr.get_or_add_trPr().append(whole)
    for column, width in zip(table.columns, (LEFT, RIGHT), strict=True):
        column.width = column.cells[0].width = Mm(width)
    cells: tuple[_Cell, _Cell] = table.rows[0].cells
    for cell in cells:
        cell._tc.remove(cell.paragraphs[0]._p)
    return cells


def _line(
    where: Any,
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
    after: float = 0,
    align: WD_ALIGN_PARAGRAPH = CENTRE,
) -> Paragraph:
    paragraph: Paragraph = where.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    if not text:
        paragraph.paragraph_format.line_spacing = Pt(size)
        return paragraph
    run = _sized(paragraph.add_run(text), size)
    run.bold, run.italic = bold, italic
    return paragraph


def _prose(document: Any, text: str, *, bold: bool = False, keep: bool = False) -> None:
    """A paragraph of the body: justified, first line indented by 12,7, six points apart."""
    paragraph = _line(document, text, BODY, bold=bold, before=6, align=JUSTIFY)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.keep_with_next = keep
    paragraph.paragraph_format.widow_control = True


def _tag(where: Any, tag: str) -> None:
    """A paragraph that is only a tag; docxtpl takes it away."""
    where.add_paragraph(tag)


def _loop(where: Any, each: str, text: str, size: float, **form: Any) -> None:
    _tag(where, f"{{%p for {each} %}}")
    _line(where, text, size, **form)
    _tag(where, "{%p endfor %}")


def _rule(where: Any, length: float, width: float) -> None:
    """A thin line of that length in the middle: an empty paragraph's lower border between two indents."""
    paragraph = _line(where, "", 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm((width - length) / 2)
    borders = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _sized(run: Run, size: float) -> Run:
    run.font.size, run.font.name = Pt(size), FONT
    return run


if __name__ == "__main__":
    target = Path(sys.argv[1]) if sys.argv[1:] else FORM
    form().save(str(target))
