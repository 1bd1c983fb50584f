"""Files that people send as evidence: what they are by their content, what is refused, and what is kept of them.

A name says nothing: it is cleaned for people to read, and its ending follows from the content. Documents are kept byte
for byte, so that what is signed stays signed; photographs lose what the telephone wrote into them (usecases.photos).
"""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from threading import BoundedSemaphore
from unicodedata import normalize

from rules.errors import RequestRefused
from usecases import pdf_lines, photos, stamps
from usecases.evidence import MAX_BYTES, MAX_FILES, MAX_TOGETHER, Handed, Sent
from usecases.handed import Given, Looked

PHOTOS = ("jpg", "png", "webp")
OPEN_DOCUMENT = ("odt", "ods")
KINDS = ("pdf", *PHOTOS, "docx", "xlsx", *OPEN_DOCUMENT, "doc", "xls")
"""What is taken; also the endings of the names."""

_HEAD = 4096
_MOST_TEXT = 8 * 1024 * 1024
_MOST_PARTS, _MOST_NAMES = 40, 10_000
_MOST_UNPACKED = 512 * 1024 * 1024
_READ_IN = {
    "docx": ("word/document.xml", "word/header", "word/footer"),
    "xlsx": ("xl/",),
    **dict.fromkeys(OPEN_DOCUMENT, ("content.xml", "styles.xml")),
}
"""By kind how the parts begin that hold words. Heads and feet of an OpenDocument are styles of its pages."""
_MIMETYPES = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_LONGEST_NAME = 120
_READERS = BoundedSemaphore(2)
"""How many PDFs are read at once: each may take a processor and a gigabyte for some seconds."""
_UNREADABLE = (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, NotImplementedError, EOFError, OSError)
"""What zipfile and zlib raise over a file that is encrypted, cut short or packed in an unknown way."""


def look(handed: Sequence[Given]) -> Looked:
    """Look at every file, also after one that is not taken."""
    files: dict[bytes, Sent] = {}
    refusals: list[tuple[str, RequestRefused]] = []
    if len(handed) > MAX_FILES:
        return Looked(refusals=(("", RequestRefused("upload.too_many", most=MAX_FILES)),), count=len(handed))
    for each in handed:
        try:
            sent = each if isinstance(each, Sent) else _looked_at(each)
            files.setdefault(sent.body, sent)
        except RequestRefused as refused:
            refusals.append((f"{_stem(each.name)}{PurePosixPath(each.name).suffix[:8]}", refused))
    if sum(map(len, files)) > MAX_TOGETHER:
        refusals.append(("", RequestRefused("upload.too_large_together", limit=MAX_TOGETHER // 1024 // 1024)))
    return Looked(tuple(files.values()), tuple(refusals), len(handed))


def _looked_at(handed: Path | Handed) -> Sent:
    return of_file(handed) if isinstance(handed, Path) else checked(handed.name, handed.body)


def of_file(path: Path) -> Sent:
    """A file on this machine, looked at as one that was sent."""
    try:
        if not path.exists():
            raise RequestRefused("request.no_such_file", file=str(path))
        if not path.is_file():
            raise RequestRefused("request.not_a_file", file=str(path))
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as fault:
        raise RequestRefused("request.unreadable_file", file=str(path), fault=fault.strerror or str(fault)) from None
    return checked(path.name, body)


def checked(name: str, body: bytes) -> Sent:
    """The file as it is kept. Takes up to some seconds for a PDF: call it outside transactions.

    Raises RequestRefused: `upload.too_large`, `.empty`, `.heic`, `.unknown_kind`, `.secret`, `.encrypted`, `.broken`.
    """
    if len(body) > MAX_BYTES:
        raise RequestRefused("upload.too_large", limit=MAX_BYTES // 1024 // 1024)
    if not body:
        raise RequestRefused("upload.empty")
    kind = kind_of(body, name)
    if kind is None:
        raise RequestRefused("upload.heic" if _is_heic(body) else "upload.unknown_kind", allowed=", ".join(KINDS))
    stem = _stem(name)
    if stamps.in_name(stem) or _is_stamped(kind, body):
        raise RequestRefused("upload.secret")
    photo = kind in PHOTOS
    return Sent(f"{stem}.{kind}", photos.clean(kind, body) if photo else body, photo)


def kind_of(body: bytes, name: str = "") -> str | None:
    """What the bytes are; the name tells only Word's old files from Excel's, which begin alike. What begins as a
    picture or a package is one, whatever else it would pass for further down."""
    head = body[:_HEAD]
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
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"%PDF-"):
        return "pdf"
    return None


def _is_heic(body: bytes) -> bool:
    """Photographs as iPhones keep them (ISO/IEC 23008-12): browsers do not show them, and a position is in them."""
    return body[4:8] == b"ftyp" and body[8:12] in (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif")


def _office_kind(body: bytes) -> str | None:
    """A document among zips (Office Open XML, OpenDocument); one with macros is none, nor one that would swell beyond
    all measure."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            parts = package.infolist()
            mimetype = package.read("mimetype") if parts and _is_mimetype(parts[0]) else b""
    except _UNREADABLE:
        return None  # a zip that cannot be read is no document: the caller refuses it and says which kinds are taken
    names = {each.filename for each in parts}
    if any(map(_is_macro, names)):
        return None
    if len(parts) > _MOST_NAMES or sum(each.file_size for each in parts) > _MOST_UNPACKED:
        return None
    if mimetype:
        return _MIMETYPES.get(mimetype)
    found = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
    return next((kind for inside, kind in found.items() if inside in names), None)


def _is_macro(part: str) -> bool:
    """Whether a part of a package may run; an OpenDocument has the lists of its libraries without any macro, too."""
    libraries = part.startswith("Basic/") and part.endswith(".xml") and not part.endswith(("-lc.xml", "-lb.xml"))
    return libraries or part.endswith("vbaProject.bin") or (part.startswith("Scripts/") and not part.endswith("/"))


def _is_mimetype(part: zipfile.ZipInfo) -> bool:
    """An OpenDocument says first and plainly what it is (OpenDocument 1.2, part 3, 3.3)."""
    return part.filename == "mimetype" and part.file_size < _HEAD


def _is_stamped(kind: str, body: bytes) -> bool:
    """Whether the document bears the stamp MẬT, TỐI MẬT or TUYỆT MẬT. What cannot be looked into is refused."""
    if kind in _READ_IN:
        try:
            read = stamps.open_document_lines if kind in OPEN_DOCUMENT else stamps.paragraphs
            return any(stamps.in_lines(read(each)) for each in _parts(kind, body))
        except _UNREADABLE as fault:
            raise RequestRefused("upload.broken") from fault
    if kind == "pdf":
        return stamps.in_lines(_pdf_lines(body))
    return kind in ("doc", "xls") and stamps.in_old_office(body)


def _parts(kind: str, body: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        if kind in OPEN_DOCUMENT:
            with package.open("META-INF/manifest.xml") as manifest:
                if b"encryption-data" in manifest.read(_MOST_TEXT):
                    raise RequestRefused("upload.encrypted")
            package.getinfo("content.xml")
        names = [each for each in package.namelist() if each.startswith(_READ_IN[kind]) and each.endswith(".xml")]
        left = _MOST_TEXT
        for name in names[:_MOST_PARTS]:
            with package.open(name) as inside:
                xml = inside.read(left)
            left -= len(xml)
            yield xml


def _pdf_lines(body: bytes) -> list[str]:
    """The heads of its pages. One that is encrypted or has no pages is refused; one whose text cannot be read within
    the limits is judged by what was read, as a scan is, which has none."""
    command = [sys.executable, "-P", pdf_lines.__file__]
    with _READERS:
        try:
            ran = subprocess.run(  # noqa: S603 - our own interpreter and file
                command, input=body, capture_output=True, timeout=1.5 * pdf_lines.SECONDS, check=False
            )
            said, end = ran.stdout, ran.returncode
        except subprocess.TimeoutExpired as late:
            said, end = late.stdout or b"", pdf_lines.READ
    if end == pdf_lines.ENCRYPTED:
        raise RequestRefused("upload.encrypted")
    if end == pdf_lines.BROKEN:
        raise RequestRefused("upload.broken")
    return said.decode("utf-8", "replace").splitlines()


def _stem(name: str) -> str:
    """The name without folders, its ending and what a header or a file system could trip over."""
    last = PurePosixPath(normalize("NFC", name).replace("\\", "/")).name
    plain = "".join(each for each in last if each.isprintable() and each not in '<>:"/|?*\0').strip(" .")
    return (plain.rpartition(".")[0] or plain)[:_LONGEST_NAME].strip(" .") or "tep"
