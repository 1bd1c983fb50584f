"""Files by their content: what is taken, what is refused, and photographs that no longer say where they were taken."""

from __future__ import annotations

import io
import struct
import time
import zipfile
import zlib
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import OutsideFailed, RequestRefused
from tests.usecases.conftest import Ward
from tests.usecases.files import (
    GPS,
    JFIF,
    PDF,
    excel,
    exif,
    framed,
    jpeg,
    open_document,
    package,
    pdf,
    png,
    runs,
    segment,
    stream,
    webp,
    word,
)
from usecases import evidence, photos, stamps, uploads
from usecases.evidence import MAX_BYTES
from usecases.verify import verify

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MADE = {
    "pdf": PDF,
    "jpg": jpeg(),
    "png": png(),
    "webp": webp((b"VP8 ", b"x" * 11)),
    "docx": word("Báo cáo"),
    "xlsx": excel(),
    "odt": open_document("odt", "<text:p>Báo cáo</text:p>"),
    "ods": open_document("ods", "<table:table-cell><text:p>Báo cáo</text:p></table:table-cell>"),
    "doc": OLE + bytes(600),
}
STAMPS = ("MẬT", "TỐI MẬT", "TUYỆT MẬT")


def secret(body: bytes, name: str = "cong-van") -> bool:
    """Whether the file is refused as secret; every other refusal is a fault of the test."""
    try:
        uploads.checked(name, body)
    except RequestRefused as refusal:
        assert refusal.code == "upload.secret", refusal
        return True
    return False


def why(name: str, body: bytes) -> str:
    """The code with which a file is refused."""
    with pytest.raises(RequestRefused) as refusal:
        uploads.checked(name, body)
    return refusal.value.code.removeprefix("upload.")


@pytest.mark.parametrize("kind", MADE)
@pytest.mark.parametrize("name", ["Báo cáo.{}", "bao-cao.exe", "../../etc/bao cao", "a\\b\\bao.html", "báo\r\ncáo.pdf"])
def test_the_ending_follows_from_the_content(kind: str, name: str) -> None:
    """Whatever the name says; and nothing of a path, a line or another ending is left of it."""
    sent = uploads.checked(name.format(kind), MADE[kind])
    assert sent.name.endswith(f".{kind}")
    assert not set(sent.name) & set('/\\\r\n"<>')
    assert sent.name.count(".") == 1 or kind in sent.name
    assert uploads.kind_of(sent.body) in (kind, "doc")
    assert sent.photo == (kind in uploads.PHOTOS)


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx", "odt", "ods", "doc"])
def test_documents_are_kept_byte_for_byte(kind: str) -> None:
    """A signature is over bytes: what is signed stays signed."""
    assert uploads.checked("a", MADE[kind]).body == MADE[kind]


@pytest.mark.parametrize(
    "body",
    [
        b"<html><script>alert(1)</script>",
        b"<html>%PDF-1.7 <script>alert(1)</script>",
        b"GIF89a" + bytes(20),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<?xml version='1.0'?><svg onload='alert(1)'/>",
        b"MZ" + bytes(100),
        b"PK\x03\x04 broken",
        package({"anything.txt": "a"}),
        word("a", vbaProject="").replace(b"vbaProject.xml", b"vbaProject.bin"),
        package({"content.xml": "a", "mimetype": "application/vnd.oasis.opendocument.text"}),
        open_document("odb", "a"),
        open_document("odt", "a", Basic__Standard__Module1="<script:module/>"),
        open_document("ods", "a", Scripts__python__tinh="import os"),
        b"#!/bin/sh\n",
        b"M\xe1\xba\xadt\n",
    ],
)
def test_other_kinds_are_refused(body: bytes) -> None:
    """Pages, drawings that run, programs, macros, what is no document of the ward's."""
    assert why("bao-cao.pdf", body) == "unknown_kind"


def test_a_photograph_in_the_clothes_of_a_pdf_is_a_photograph() -> None:
    """Polyglots: what begins as a picture is cleaned as one; what is appended goes."""
    sent = uploads.checked("a.pdf", jpeg(segment(0xFE, b"%PDF-1.7 " + GPS), exif(1), end=PDF + package({"a.js": "x"})))
    assert (sent.name, sent.photo, sent.body) == ("a.jpg", True, jpeg())
    assert uploads.checked("a.pdf", png(end=PDF)).body == png()


@pytest.mark.parametrize("brand", ["heic", "heix", "mif1", "avif"])
def test_heic_is_refused_in_words_that_help(brand: str) -> None:
    """An iPhone's photograph from its files; chosen from its album the form gets a JPEG."""
    assert why("IMG_0001.HEIC", b"\x00\x00\x00\x18ftyp" + brand.encode() + bytes(50)) == "heic"


def test_too_large_and_empty() -> None:
    """Neither is looked into."""
    assert why("a.pdf", b"") == "empty"
    assert why("a.pdf", PDF + bytes(MAX_BYTES)) == "too_large"


# Bombs


def test_a_package_that_swells_is_refused() -> None:
    """What claims to unpack to more than a computer holds, or has parts without number; a text is read so far only."""
    with io.BytesIO() as body:
        with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as made:
            made.writestr("word/document.xml", "<w:document/>")
            for number in range(6):
                made.writestr(f"word/media/{number}.emf", bytes(100 * 1024 * 1024))
        assert why("a.docx", body.getvalue()) == "unknown_kind"
    assert why("a.docx", word("a", **{f"p{number}": "" for number in range(10_001)})) == "unknown_kind"


@pytest.mark.parametrize(
    "xml",
    [
        "<w:p>" * 4_000_000,
        "<w:p><w:t>" * 2_000_000,
        "<w:t " + "a " * 8_000_000,
        "<w:p><w:t>" + "M " * 8_000_000 + "</w:t>",
        "<w:s " * 4_000_000,
        "<w:p " * 4_000_000,
    ],
    ids=["open paragraphs", "open runs", "open tag", "spaced letters", "open blanks", "open paragraph tags"],
)
def test_no_text_makes_the_search_slow(xml: str) -> None:
    """Time grows with the length, however the tags are nested or left open."""
    began = time.process_time()
    assert not secret(word("a", header1=xml))
    assert not secret(open_document("odt", xml.replace("w:t", "text:span").replace("w:", "text:")))
    assert time.process_time() - began < 10


def test_pictures_of_absurd_size_are_refused() -> None:
    """A few bytes may claim a picture that no computer can show."""
    assert why("a.jpg", jpeg(size=(65535, 65535))) == "too_many_pixels"
    assert why("a.png", png(size=(200_000, 200_000))) == "too_many_pixels"
    head = b"\0\0\0\0" + b"\xff\xff\xff" * 2
    assert why("a.webp", webp((b"VP8X", head), (b"VP8 ", b"abc"))) == "too_many_pixels"
    assert uploads.checked("a.jpg", jpeg(size=(12_240, 16_320))).photo  # the largest telephones


def test_a_pdf_that_swells_loops_or_dawdles_ends() -> None:
    """Bombs of compression, pages that contain themselves, forms that call themselves, words without end: judged within
    the limits, each by what could be read."""
    frame = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"}
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"
    )
    form = stream(
        b"/X Do " * 1000, "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>"
    )
    bomb = stream(zlib.compress(zlib.compress(bytes(300_000_000))), "/Filter [/FlateDecode /FlateDecode]")
    words = stream(zlib.compress(b"BT (a) Tj ET\n" * 3_000_000), "/Filter /FlateDecode")
    began = time.monotonic()
    for content in (bomb, stream(b"/X Do"), words):
        assert not secret(framed(frame | {3: page, 4: content, 5: form}))
    assert why("a.pdf", framed({1: frame[1], 2: b"<< /Type /Pages /Kids [2 0 R] /Count 1000000 >>"})) == "broken"
    assert time.monotonic() - began < 60


# The stamp


@pytest.mark.parametrize("name", ["Công văn MẬT.pdf", "tuyet_mat_2025.pdf", "Tối mật - kế hoạch.pdf", "12-mật.pdf"])
def test_documents_marked_secret_are_refused_by_name(name: str) -> None:
    """With marks or without, alone or in a longer name."""
    assert secret(PDF, name)


@pytest.mark.parametrize(
    "name", ["Mật độ dân cư.pdf", "doi mat khau.pdf", "bí mật khẩu.pdf", "thân mật thiết.pdf", "mat.pdf"]
)
def test_words_that_only_sound_so_are_not(name: str) -> None:
    """A density of people is no secret."""
    assert not secret(PDF, name)


HEAD = [(72, 790, "UỶ BAN NHÂN DÂN"), (330, 790, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), (72, 760, "Số: 12/KH-UBND")]
TEXT = [(72, 640, "Kính gửi: các đơn vị"), (72, 620, "Thực hiện kế hoạch, giữ bí mật đời tư của trẻ em.")]


@pytest.mark.parametrize("place", [(72, 740), (400, 740), (400, 790), (400, 760)])
def test_a_pdf_stamped_secret_is_refused(place: tuple[int, int]) -> None:
    """In its own line, in the other column, beside the number."""
    assert secret(pdf([*HEAD, (*place, "MẬT"), *TEXT]))


@pytest.mark.parametrize(
    "stamp", ["Tuyệt mật", "[ MẬT ]", "M Ậ T", "T Ố I   M Ậ T", "M  Ậ  T", normalize("NFD", "TỐI MẬT"), "MËT"]
)
def test_a_stamp_in_a_pdf_may_be_spaced_framed_or_decomposed(stamp: str) -> None:
    """On any of the first pages, too."""
    assert secret(pdf([*HEAD, *TEXT], [(72, 790, stamp), *TEXT]))


SPOKEN_OF = [
    ("QUY CHẾ BẢO VỆ BÍ MẬT NHÀ NƯỚC",),
    ("QUY CHẾ BẢO VỆ BÍ", "MẬT NHÀ NƯỚC"),
    ("QUY ĐỊNH VỀ BẢO", "MẬT"),
    ("MẬT ĐỘ DÂN CƯ",),
    ("Các xã giữ bí", "mật."),
    ("Phân loại: mật, tối mật, tuyệt mật",),
    ("BÍ  MẬT  ĐỜI  TƯ",),
    ("Mật khẩu: đổi ba tháng một lần",),
]


@pytest.mark.parametrize("lines", SPOKEN_OF)
def test_secrets_that_are_spoken_of_are_no_stamp(lines: tuple[str, ...]) -> None:
    """In running text and headings, broken over lines or set wide."""
    assert not stamps.in_lines(lines)


def test_secrets_that_a_pdf_speaks_of_are_no_stamp() -> None:
    """Each of them on a page of its own."""
    pages = [[(72, 780 - 20 * place, line) for place, line in enumerate(lines)] for lines in SPOKEN_OF]
    assert not secret(pdf([*HEAD, *TEXT], *pages))


def test_a_word_file_stamped_secret_is_refused() -> None:
    """As a paragraph in however many runs, in the head or foot of pages, in a text box, behind a tab, drawn across."""
    for stamp in (*STAMPS, "Tuyệt mật", "M Ậ T", normalize("NFD", "MẬT")):
        assert secret(word("UBND PHƯỜNG", stamp, "Kính gửi"))
        assert secret(word("Kính gửi", header1=f"<w:hdr>{runs(stamp)}</w:hdr>"))
        assert secret(word("Kính gửi", footer2=f"<w:ftr>{runs(stamp)}</w:ftr>"))
        box = f"<w:p><w:r><w:t>Kính gửi</w:t></w:r><w:txbxContent>{runs(stamp)}</w:txbxContent></w:p>"
        assert secret(word("a", document=box))
        assert secret(word("a", header1=f'<v:shape><v:textpath style="x" string="{stamp}"/></v:shape>'))
        assert secret(word("a", document=f"<w:p><w:t>Số: 5/KH</w:t><w:tab/><w:t>{stamp}</w:t></w:p>"))
    assert not secret(word("Giữ bí mật đời tư của trẻ em", "MẬT ĐỘ DÂN CƯ"))
    assert why("a.docx", word("a").replace(b"\x08\0", b"\x63\0")) in ("broken", "unknown_kind")


def test_an_excel_file_stamped_secret_is_refused() -> None:
    """In a cell, shared or not, in a sheet's head or foot, in a drawing."""
    for part, text in (
        ("sharedStrings", "<sst><si><t>a</t></si><si><r><t>M</t></r><r><t>ẬT</t></r></si></sst>"),
        ("worksheets__sheet1", '<c t="inlineStr"><is><t>TỐI MẬT</t></is></c>'),
        (
            "worksheets__sheet1",
            '<headerFooter><oddHeader>&amp;L&amp;12Sổ 5&amp;R&amp;"Arial,Bold"MẬT</oddHeader></headerFooter>',
        ),
        ("drawings__drawing1", "<xdr:txBody><a:p><a:r><a:t>TUYỆT MẬT</a:t></a:r></a:p></xdr:txBody>"),
    ):
        assert secret(excel(**{part: text})), part
        assert not secret(excel(**{part: text.replace("ẬT", "ẬT ĐỘ").replace("<t>M</t>", "<t>M</t>")})), part


@pytest.mark.parametrize("stamp", [*STAMPS, "Tuyệt mật", "M Ậ T", normalize("NFD", "MẬT")])
def test_an_open_document_stamped_secret_is_refused(stamp: str) -> None:
    """As a paragraph or heading in however many pieces, in a cell, a text box, the head of pages, behind a tab."""
    half = f"<text:span text:style-name='T1'>{stamp[:1]}</text:span>{stamp[1:]}"
    for body in (
        f"<text:p text:style-name='P1'>UBND PHƯỜNG</text:p><text:p text:style-name='P2'>{half}</text:p><text:p/>",
        f"<text:h text:outline-level='1'>{half}</text:h>",
        f"<text:p>Số: 5/KH<text:tab/>{half}</text:p>",
        f"<text:p>Số: 5/KH<text:s text:c='12'/>{half}</text:p>".replace("'", '"'),
        f"<text:p>Số: 5/KH<text:line-break/>{half}</text:p>",
        f"<text:p>a<draw:frame><draw:text-box><text:p>{half}</text:p></draw:text-box></draw:frame></text:p>",
    ):
        assert secret(open_document("odt", body)), body
    head = f"<style:header><text:p>{half}</text:p></style:header>"
    assert secret(open_document("odt", "<text:p>Kính gửi</text:p>", styles=head))
    cell = f"<table:table-row><table:table-cell><text:p>{half}</text:p></table:table-cell></table:table-row>"
    assert secret(open_document("ods", cell))


def test_an_open_document_that_only_speaks_of_secrets_is_taken() -> None:
    """«Bí mật», «mật độ» and a style's name are no stamp."""
    spoken = (
        "<text:p text:style-name='MẬT'>Giữ bí <text:span>mật</text:span> đời tư</text:p><text:h>MẬT ĐỘ DÂN CƯ</text:h>"
    )
    for kind in ("odt", "ods"):
        assert not secret(open_document(kind, spoken, styles="<style:style style:name='MẬT'/>"))
    assert why("a.odt", open_document("odt", spoken).replace(b"content.xml", b"konzept.xml")) == "broken"
    locked = {"META-INF__manifest": "<manifest:encryption-data manifest:checksum='x'/>"}
    assert why("a.odt", open_document("odt", "x", **locked)) == "encrypted"
    libraries = {"Basic__script-lc": "<library:libraries/>", "Basic__Standard__script-lb": "<library:library/>"}
    assert not secret(open_document("odt", "<text:p>a</text:p>", **libraries))


def test_a_word_or_excel_file_of_before_2007_stamped_secret_is_refused() -> None:
    """A paragraph or a cell of its own in UTF-16; a word of a sentence is none."""
    assert secret(OLE + bytes(500) + "Số 5\rMẬT\rKính gửi".encode("utf-16-le"), "a.doc")
    assert secret(OLE + bytes(500) + struct.pack("<HB", 7, 1) + "TỐI MẬT".encode("utf-16-le"), "a.xls")
    assert not secret(OLE + bytes(500) + "\rBÍ MẬT\rMẬT ĐỘ\r".encode("utf-16-le"), "a.doc")


def test_a_pdf_with_a_password_is_refused_and_a_broken_one(tmp_path: Path) -> None:
    """What nobody can look into proves nothing; one that only forbids printing opens without a password."""
    from pypdf import PdfReader, PdfWriter

    for user, expected in (("bi-mat", "encrypted"), ("", None)):
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([(72, 770, "Báo cáo")]))))
        writer.encrypt(user_password=user, owner_password="chu", algorithm="AES-256")
        made = io.BytesIO()
        writer.write(made)
        if expected:
            assert why("a.pdf", made.getvalue()) == expected
        else:
            assert uploads.checked("a.pdf", made.getvalue()).body == made.getvalue()
    assert why("a.pdf", b"%PDF-1.7\nnothing\n%%EOF") == "broken"
    assert why("a.pdf", PDF[:300]) == "broken"


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_a_damaged_pdf_is_taken_or_refused_in_words(data: st.DataObject) -> None:
    """Whatever is cut or changed in it."""
    whole = pdf([(72, 770, "Báo cáo 6 tháng")])
    cut = data.draw(st.integers(10, len(whole)))
    body = whole[:cut] + data.draw(st.binary(max_size=6)) + whole[cut + data.draw(st.integers(0, 30)) :]
    try:
        assert uploads.checked("a.pdf", body).body == body
    except RequestRefused as refusal:
        assert refusal.code in ("upload.broken", "upload.encrypted")


# Where they are kept


def test_the_plan_decides_where_photographs_are_taken(ward: Ward, tmp_path: Path) -> None:
    """Not the page: whoever records a visit with a photograph is refused, and a document is taken."""
    picture, document = tmp_path / "tham.pdf", tmp_path / "tham.docx"
    picture.write_bytes(jpeg(exif(6)))
    document.write_bytes(word("Biên bản"))
    folder = ward.home / "evidence"
    with pytest.raises(RequestRefused, match=r"upload\.no_photos"):
        ward.done("tham-hoi/to-01/thang-6", "to-01", "2025-06-02", evidence=picture, evidence_folder=folder)
    assert not folder.exists()
    ward.done("tham-hoi/to-01/thang-6", "to-01", "2025-06-02", evidence=document, evidence_folder=folder)
    ward.done("tuyen-truyen/cong-an/thang-6", "cong-an", "2025-06-02", evidence=picture, evidence_folder=folder)
    kept = sorted(each.read_bytes() for each in folder.rglob("*") if each.is_file())
    assert kept == sorted((document.read_bytes(), photos.clean("jpg", picture.read_bytes())))
    assert all(GPS not in each for each in kept)
    assert verify(ward.engine, evidence_folder=folder).faults == []


def test_a_disk_that_fills_leaves_no_half_file(tmp_path: Path) -> None:
    """Here by the kernel's limit on a file's length: refused in words, and nothing lies there but what lay there."""
    import resource
    import signal

    before, rule = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OutsideFailed):
            evidence.place(tmp_path / "ab" / "abc", bytes(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, rule)
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []
    assert evidence.place(tmp_path / "ab" / "abc", bytes(5000))


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
        assert refused.code in ("upload.broken", "upload.too_many_pixels")
