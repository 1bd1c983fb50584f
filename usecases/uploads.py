"""Files that people send as evidence: what they are by their content, what is refused, and what is kept of them.

A name says nothing: it is cleaned for people to read, and its ending follows from the content.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from unicodedata import normalize

from rules.errors import RequestRefused
from rules.values import Terms
from usecases import photos
from usecases.evidence import MAX_BYTES

PHOTOS = ("jpg", "png", "webp")
KINDS = ("pdf", *PHOTOS, "docx", "xlsx", "doc", "xls")
"""What is taken; also the endings of the names."""

# Visits and gifts: a child in need would be in the picture (design section 6; Luật Trẻ em 2016, Điều 21).
_NO_PHOTOS = re.compile(r"thăm|tặng quà|trao quà|phát quà|khám|trẻ em có hoàn cảnh")
_SECRET_WORDS = frozenset({"mật", "tối mật", "tuyệt mật"})
_SECRET_NAME = re.compile(r"(?<!\w)(?:(?:tối|tuyệt) mật|mật(?! (?:khẩu|độ|thiết|ong))|(?:toi|tuyet) mat)(?!\w)")
_HEAD = 4096
_MOST_TEXT = 8 * 1024 * 1024
_PARAGRAPH = re.compile(rb"<w:p[ >].*?</w:p>", re.DOTALL)
_RUN = re.compile(rb"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_LONGEST_NAME = 120


def photos_allowed(terms: Terms) -> bool:
    """Whether photographs may prove this work: not visits, gifts and cases, where a child would be in them."""
    return not terms.private and not _NO_PHOTOS.search(normalize("NFC", terms.title).lower())


def checked(name: str, body: bytes, *, photos_too: bool = True) -> tuple[str, bytes]:
    """The name and the bytes to keep. Photographs lose their position.

    Raises RequestRefused: `upload.too_large`, `.empty`, `.unknown_kind`, `.no_photos`, `.secret`, `.broken`.
    """
    if len(body) > MAX_BYTES:
        raise RequestRefused("upload.too_large", limit=MAX_BYTES // 1024 // 1024)
    if not body:
        raise RequestRefused("upload.empty")
    kind = kind_of(body, name)
    if kind is None:
        raise RequestRefused("upload.unknown_kind", allowed=", ".join(KINDS))
    if kind in PHOTOS and not photos_too:
        raise RequestRefused("upload.no_photos")
    stem = _stem(name)
    if _SECRET_NAME.search(re.sub(r"[\W_]+", " ", stem.lower())) or (kind == "docx" and _is_secret(body)):
        raise RequestRefused("upload.secret")
    return f"{stem}.{kind}", photos.clean(kind, body) if kind in PHOTOS else body


def kind_of(body: bytes, name: str = "") -> str | None:
    """What the bytes are; the name tells only Word's old files from Excel's, which begin alike."""
    head = body[:_HEAD]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(body)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls" if name.lower().endswith(".xls") else "doc"
    return None


def _office_kind(body: bytes) -> str | None:
    """A Word or Excel file among zips; one with macros is neither."""
    try:
        names = set(zipfile.ZipFile(io.BytesIO(body)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None  # a zip that cannot be read is no document: the caller refuses it and says which kinds are taken
    if any(each.endswith("vbaProject.bin") for each in names):
        return None
    found = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
    return next((kind for inside, kind in found.items() if inside in names), None)


def _is_secret(body: bytes) -> bool:
    """Whether a Word file bears the stamp MẬT, TỐI MẬT or TUYỆT MẬT as a paragraph of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)).open("word/document.xml") as inside:
            text = inside.read(_MOST_TEXT)
    except (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, NotImplementedError, EOFError) as fault:
        # Encrypted, cut short or packed in an unknown way: what cannot be looked into is refused, never let through.
        raise RequestRefused("upload.broken") from fault
    paragraphs = (b"".join(_RUN.findall(each)) for each in _PARAGRAPH.findall(text))
    return any(
        normalize("NFC", each.decode("utf-8", "replace")).strip().lower() in _SECRET_WORDS for each in paragraphs
    )


def _stem(name: str) -> str:
    """The name without folders, its ending and what a header or a file system could trip over."""
    last = PurePosixPath(normalize("NFC", name).replace("\\", "/")).name
    plain = "".join(each for each in last if each.isprintable() and each not in '<>:"/|?*\0').strip(" .")
    return (plain.rpartition(".")[0] or plain)[:_LONGEST_NAME].strip(" .") or "tep"


@contextmanager
def at_hand(name: str, body: bytes) -> Iterator[Path]:
    """The bytes under that name, as long as a use case needs them as a file; they are stored by usecases.evidence."""
    with TemporaryDirectory(prefix="kehoach-") as folder:
        path = Path(folder) / name
        path.write_bytes(body)
        yield path
