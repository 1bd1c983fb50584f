"""Files by their content: what is taken, what is refused, and photographs that no longer say where they were taken."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import RequestRefused
from rules.values import Dates, Key, Terms
from usecases import photos, uploads

GPS = b"N21.0123E105.7654 may anh cua to truong"


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def exif(turn: int | None, order: str = ">") -> bytes:
    """An Exif segment with a position in its text, turned or not."""
    entries = [] if turn is None else [struct.pack(f"{order}HHIHH", 0x0112, 3, 1, turn, 0)]
    entries.append(struct.pack(f"{order}HHII", 0x8825, 4, 1, 26))
    head = b"MM" if order == ">" else b"II"
    tiff = head + struct.pack(f"{order}HIH", 42, 8, len(entries)) + b"".join(entries) + struct.pack(f"{order}I", 0)
    return segment(0xE1, b"Exif\0\0" + tiff + GPS)


SCAN = b"\x12\x34\xff\x00\x56\xff\xd0\x78\xff\x00"
JFIF = segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0")
TABLE = segment(0xDB, b"\0" + bytes(64))
FRAME = segment(0xC2, b"\x08\0\x01\0\x01\x01\x01\x11\0")
START = segment(0xDA, b"\x01\x01\0\0\x3f\0")


def jpeg(*more: bytes, end: bytes = b"") -> bytes:
    """A progressive picture with two scans; `more` stands among its segments, `end` after it."""
    second = segment(0xC4, b"\0" + bytes(16)) + START + SCAN
    return b"\xff\xd8" + JFIF + b"".join(more) + TABLE + FRAME + START + SCAN + second + b"\xff\xd9" + end


def png(*more: tuple[bytes, bytes], end: bytes = b"") -> bytes:
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)), *more, (b"IDAT", zlib.compress(b"\0" * 4))]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in [*chunks, (b"IEND", b"")]
    )
    return b"\x89PNG\r\n\x1a\n" + body + end


def webp(*chunks: tuple[bytes, bytes], end: bytes = b"") -> bytes:
    inside = b"WEBP" + b"".join(
        struct.pack("<4sI", name, len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return struct.pack("<4sI", b"RIFF", len(inside)) + inside + end


def office(*names: str, text: str = "") -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as made:
        for name in names:
            made.writestr(name, text)
    return body.getvalue()


def word(*paragraphs: str) -> bytes:
    runs = "".join(
        f"<w:p><w:r><w:t>{each[:2]}</w:t><w:t xml:space='preserve'>{each[2:]}</w:t></w:r></w:p>" for each in paragraphs
    )
    return office("word/document.xml", text=f"<w:document><w:body>{runs}</w:body></w:document>")


PDF = b"%PDF-1.7\n%%EOF"
MADE = {
    "pdf": PDF,
    "jpg": jpeg(),
    "png": png(),
    "webp": webp((b"VP8 ", b"x" * 11)),
    "docx": word("Báo cáo"),
    "xlsx": office("xl/workbook.xml"),
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
}


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("name", ["Báo cáo.{}", "bao-cao.exe", "../../etc/bao cao", "a\\b\\bao.html", "báo\r\ncáo.pdf"])
def test_the_ending_follows_from_the_content(kind: str, name: str) -> None:
    """Whatever the name says; and nothing of a path, a line or another ending is left of it."""
    kept, body = uploads.checked(name.format(kind), MADE[kind])
    assert kept.endswith(f".{kind}")
    assert not set(kept) & set('/\\\r\n"<>')
    assert kept.count(".") == 1 or kind in kept
    assert uploads.kind_of(body) in (kind, "doc")


@pytest.mark.parametrize(
    "body",
    [
        b"<html><script>alert(1)</script>",
        b"GIF89a" + bytes(20),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ" + bytes(100),
        b"PK\x03\x04 broken",
        office("anything.txt"),
        office("word/document.xml", "word/vbaProject.bin"),
        b"\x00\x00\x00\x18ftypheic" + bytes(50),
        b"#!/bin/sh\n",
    ],
)
def test_other_kinds_are_refused(body: bytes) -> None:
    """Pages, drawings that run, programs, macros, what is no document of the ward's."""
    with pytest.raises(RequestRefused) as refused:
        uploads.checked("bao-cao.pdf", body)
    assert refused.value.code == "upload.unknown_kind"


@pytest.mark.parametrize("name", ["Công văn MẬT.pdf", "tuyet_mat_2025.pdf", "Tối mật - kế hoạch.pdf", "12-mật.pdf"])
def test_documents_marked_secret_are_refused_by_name(name: str) -> None:
    """With marks or without, alone or in a longer name."""
    with pytest.raises(RequestRefused) as refused:
        uploads.checked(name, PDF)
    assert refused.value.code == "upload.secret"


@pytest.mark.parametrize(
    "name", ["Mật độ dân cư.pdf", "doi mat khau.pdf", "bí mật khẩu.pdf", "thân mật thiết.pdf", "mat.pdf"]
)
def test_words_that_only_sound_so_are_not(name: str) -> None:
    """A density of people is no secret."""
    assert uploads.checked(name, PDF)[1] == PDF


def test_a_word_file_stamped_secret_is_refused() -> None:
    """The stamp is a paragraph of its own, in however many runs it was typed."""
    for stamp in ("MẬT", "TỐI MẬT", "Tuyệt mật"):
        with pytest.raises(RequestRefused):
            uploads.checked("cong-van.docx", word("UBND PHƯỜNG", stamp, "Kính gửi"))
    assert uploads.checked("cong-van.docx", word("Giữ bí mật đời tư của trẻ em"))


def test_sizes_and_photographs(tmp_path: Path) -> None:
    """Too large, empty, and a photograph where none may be taken are refused."""
    for body, code in ((b"", "upload.empty"), (PDF + bytes(uploads.MAX_BYTES), "upload.too_large")):
        with pytest.raises(RequestRefused) as refused:
            uploads.checked("a.pdf", body)
        assert refused.value.code == code
    with pytest.raises(RequestRefused) as refused:
        uploads.checked("a.jpg", jpeg(), photos_too=False)
    assert refused.value.code == "upload.no_photos"
    with uploads.at_hand("Báo cáo.pdf", PDF) as path:
        assert path.read_bytes() == PDF
        assert path.name == "Báo cáo.pdf"
    assert not path.exists()


@pytest.mark.parametrize(
    ("title", "private", "allowed"),
    [
        ("Thăm hỏi, tặng quà cho trẻ em", False, False),
        ("Tổ chức khám sức khỏe", False, False),
        ("Tuyên truyền Tháng hành động", False, True),
        ("Báo cáo vụ việc", True, False),
    ],
)
def test_where_photographs_are_off(title: str, private: bool, allowed: bool) -> None:
    """Visits, gifts, examinations and cases: a child would be in the picture."""
    terms = Terms(Key("o", "p", "t", "u", "k"), "campaign", title, "", Dates(), private=private)
    assert uploads.photos_allowed(terms) is allowed


# Photographs


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("turn", [None, 1, 3, 6, 8])
def test_a_jpeg_keeps_its_turn_and_loses_its_position(turn: int | None, order: str) -> None:
    """The picture's own segments and scans are the same bytes; what a telephone wrote is gone, films at the end too."""
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + GPS)
    more = (exif(turn, order), xmp, segment(0xED, GPS), segment(0xFE, GPS), segment(0xE2, b"MPF\0" + GPS))
    clean = photos.clean("jpg", jpeg(*more, end=b"\0\0\0\x18ftypmp42" + GPS))
    assert GPS not in clean
    plain = jpeg()
    if turn in (None, 1):
        assert clean == plain
    else:
        assert clean[:2] + clean[2 + clean[2:].index(JFIF) :] == plain
        assert photos.clean("jpg", clean) == clean
        assert photos._orientation(clean[12:]) == turn


def test_colours_stay() -> None:
    """A colour profile and Adobe's transform are part of how a picture looks."""
    profile, adobe = segment(0xE2, b"ICC_PROFILE\0\x01\x01profile"), segment(0xEE, b"Adobe\0d\0\0\0\0\x01")
    assert photos.clean("jpg", jpeg(profile, adobe)) == jpeg(profile, adobe)


def test_a_png_and_a_webp_lose_what_is_no_picture() -> None:
    """Texts, Exif and XMP, times, and what follows the end; the flags of WebP no longer promise them."""
    dirty = png((b"eXIf", GPS), (b"tEXt", GPS), (b"iTXt", GPS), (b"gAMA", b"\0\0\xb1\x8f"), end=GPS)
    assert photos.clean("png", dirty) == png((b"gAMA", b"\0\0\xb1\x8f"))
    head = b"\x0c\0\0\0\0\0\0\0\0\0"
    clean = photos.clean("webp", webp((b"VP8X", head), (b"VP8 ", b"abc"), (b"EXIF", GPS), (b"XMP ", GPS), end=GPS))
    assert clean == webp((b"VP8X", bytes(10)), (b"VP8 ", b"abc"))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["jpg", "png", "webp"]), st.data())
def test_damaged_pictures_are_refused_in_words(kind: str, data: st.DataObject) -> None:
    """Cut or changed anywhere, a picture is cleaned or refused; nothing else happens."""
    whole = {"jpg": jpeg(exif(6)), "png": png((b"eXIf", GPS)), "webp": webp((b"VP8 ", b"ab"), (b"EXIF", GPS))}[kind]
    cut = data.draw(st.integers(0, len(whole)))
    change = data.draw(st.binary(max_size=4))
    body = whole[:cut] + change + whole[cut + data.draw(st.integers(0, 4)) :]
    try:
        photos.clean(kind, body)
    except RequestRefused as refused:
        assert refused.code == "upload.broken"
