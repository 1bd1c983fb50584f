"""Small files of every kind, made by hand: pictures, packages and PDFs that are what they say."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

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
START = segment(0xDA, b"\x01\x01\0\0\x3f\0")


def frame(height: int = 1, width: int = 1) -> bytes:
    return segment(0xC2, struct.pack(">BHH", 8, height, width) + b"\x01\x01\x11\0")


def jpeg(*more: bytes, end: bytes = b"", size: tuple[int, int] = (1, 1)) -> bytes:
    """A progressive picture with two scans; `more` stands among its segments, `end` after it."""
    second = segment(0xC4, b"\0" + bytes(16)) + START + SCAN
    return b"\xff\xd8" + JFIF + b"".join(more) + TABLE + frame(*size) + START + SCAN + second + b"\xff\xd9" + end


def png(*more: tuple[bytes, bytes], end: bytes = b"", size: tuple[int, int] = (1, 1)) -> bytes:
    head = (b"IHDR", struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0))
    chunks = [head, *more, (b"IDAT", zlib.compress(b"\0" * 4)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body + end


def webp(*chunks: tuple[bytes, bytes], end: bytes = b"") -> bytes:
    inside = b"WEBP" + b"".join(
        struct.pack("<4sI", name, len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks
    )
    return struct.pack("<4sI", b"RIFF", len(inside)) + inside + end


def package(parts: dict[str, str]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return body.getvalue()


def runs(*paragraphs: str) -> str:
    """Word's XML of the paragraphs, each in two runs."""
    return "".join(
        f"<w:p><w:r><w:t>{each[:2]}</w:t><w:t xml:space='preserve'>{each[2:]}</w:t></w:r></w:p>" for each in paragraphs
    )


def word(*paragraphs: str, **others: str) -> bytes:
    """A Word file; `others` are further parts of word/ by their name without ending."""
    parts = {"word/document.xml": f"<w:document><w:body>{runs(*paragraphs)}</w:body></w:document>"}
    return package(parts | {f"word/{name}.xml": text for name, text in others.items()})


def excel(**parts: str) -> bytes:
    """An Excel file; a part's name has `__` for a slash."""
    named = {f"xl/{name.replace('__', '/')}.xml": text for name, text in parts.items()}
    return package({"xl/workbook.xml": "<workbook/>"} | named)


def open_document(kind: str, body: str, **others: str) -> bytes:
    """An OpenDocument (odt, ods; odb is none of ours) with this content; `others` are further parts by
    their name without ending."""
    of = {"odt": "text", "ods": "spreadsheet", "odb": "base"}[kind]
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{of}",
        "content.xml": f"<office:document-content><office:body>{body}</office:body></office:document-content>",
        "META-INF/manifest.xml": "<manifest:manifest/>",
    }
    return package(parts | {f"{name.replace('__', '/')}.xml": text for name, text in others.items()})


def pdf(*pages: list[tuple[int, int, str]], more: dict[int, bytes] | None = None, trailer: str = "") -> bytes:
    """A PDF whose pages show words at (x, y) in points from the lower left corner (A4 is 595 x 842), in a font that
    tells its letters by a table (ISO 32000-1, 9.10.3). `more` are further objects by number, from 900."""
    letters = sorted({letter for page in pages for _, _, text in page for letter in text})
    code = {letter: place + 1 for place, letter in enumerate(letters)}
    table = "".join(f"<{code[each]:04x}> <{each.encode('utf-16-be').hex()}>\n" for each in letters)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{table}endbfchar endcmap end end"
    )
    font = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /T /Encoding /Identity-H /ToUnicode 4 0 R /DescendantFonts [ << "
        "/Type /Font /Subtype /CIDFontType2 /BaseFont /T /DW 500 "
        "/CIDSystemInfo << /Registry (A) /Ordering (I) /Supplement 0 >> >> ] >>"
    )
    kids = " ".join(f"{10 + 2 * place} 0 R" for place in range(len(pages)))
    objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 3: font.encode(), 4: stream(cmap.encode())}
    objects[2] = f"<< /Type /Pages /Kids [ {kids} ] /Count {len(pages)} >>".encode()
    for place, page in enumerate(pages):
        shown = "\n".join(
            f"BT /F 12 Tf 1 0 0 1 {x} {y} Tm <{''.join(f'{code[each]:04x}' for each in text)}> Tj ET"
            for x, y, text in page
        )
        objects[10 + 2 * place] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> "
            f"/Contents {11 + 2 * place} 0 R >>"
        ).encode()
        objects[11 + 2 * place] = stream(shown.encode())
    return framed(objects | (more or {}), trailer)


def stream(body: bytes, extra: str = "") -> bytes:
    return f"<< /Length {len(body)} {extra} >>\nstream\n".encode() + body + b"\nendstream"


def framed(objects: dict[int, bytes], trailer: str = "") -> bytes:
    """The objects with the table of where they stand."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in sorted(places.items()):
        out += f"{number} 1\n{place:010} 00000 n \n".encode()
    out += f"trailer\n<< /Size {max(places) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


PDF = pdf([(72, 770, "Báo cáo")])
