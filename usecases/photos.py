"""Photographs without what a telephone writes into them: where, when and by which device; the turn stays, the picture
is untouched.

JPEG (ITU T.81 annex B, Exif 2.32), PNG (third edition, chapters 5 and 11), WebP (RFC 9649). What follows the end of a
picture goes too: telephones append films and second pictures, each with a position of its own.
"""

from __future__ import annotations

import re
import struct
import zlib

from rules.errors import RequestRefused

_APP0, _APP1, _APP2, _APP14, _APP15, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_SOS, _EOI = 0xDA, 0xD9
_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
_ORIENTATION = 0x0112
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs", b"sBIT", b"bKGD", b"acTL", b"fcTL", b"fdAT"}
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Segments that say how large a picture is."""
_MOST_PIXELS = 256 * 1024 * 1024
"""More than any telephone takes, 200 million; what claims more is made to choke who looks at it."""
_WEBP_HAS = 0x08 | 0x04  # VP8X: it has Exif, it has XMP


def clean(kind: str, body: bytes) -> bytes:
    """The picture of that kind (jpg, png, webp) without its position.

    Raises RequestRefused: `upload.broken`, `upload.too_many_pixels`.
    """
    try:
        return {"jpg": _jpeg, "png": _png, "webp": _webp}[kind](body)
    except (struct.error, IndexError, ValueError) as fault:
        raise RequestRefused("upload.broken") from fault


def _jpeg(body: bytes) -> bytes:
    out, at, turn = [b"\xff\xd8"], 2, None
    while True:
        found = _MARKER.search(body, at)
        if found is None:
            raise ValueError
        out.append(body[at : found.start()])  # what a scan holds; between other segments nothing
        marker, at = found[1][0], found.end()
        if marker == _EOI:
            head = _turned(turn) if turn is not None else b""
            return b"".join([out[0], head, *out[1:], b"\xff\xd9"])
        length = struct.unpack_from(">H", body, at)[0]
        segment = body[at : at + length]
        if len(segment) != length or length < 2:
            raise ValueError
        at += length
        if marker in _FRAMES:
            _require_size(*struct.unpack_from(">HH", segment, 3))
        if marker == _APP1 and segment[2:8] == b"Exif\0\0":
            turn = _orientation(segment[8:])
        if _keeps(marker, segment):
            out.append(bytes([0xFF, marker]) + segment)


def _require_size(height: int, width: int) -> None:
    if height * width > _MOST_PIXELS:
        raise RequestRefused("upload.too_many_pixels")


def _keeps(marker: int, segment: bytes) -> bool:
    """Of the application's segments: JFIF, a colour profile, Adobe's transform."""
    if marker == _APP2:
        return segment[2:13] == b"ICC_PROFILE"
    return not (_APP1 <= marker <= _APP15 or marker == _COMMENT) or marker == _APP14


def _orientation(tiff: bytes) -> int | None:
    """The turn of the picture, 2 to 8, from the first directory of its TIFF; None where it stands upright."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    first = struct.unpack_from(f"{order}I", tiff, 4)[0]
    for n in range(min(struct.unpack_from(f"{order}H", tiff, first)[0], 200)):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * n)
        if tag == _ORIENTATION and kind == 3:
            return int(value) if 2 <= value <= 8 else None
    return None


def _turned(turn: int) -> bytes:
    """An Exif segment that says only how the picture is turned."""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, turn, 0, 0)
    return struct.pack(">BBH", 0xFF, _APP1, len(tiff) + 8) + b"Exif\0\0" + tiff


def _png(body: bytes) -> bytes:
    out, at = [_PNG], len(_PNG)
    while True:
        length, name = struct.unpack_from(">I4s", body, at)
        chunk = body[at : at + 12 + length]
        if len(chunk) != 12 + length or zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            raise ValueError
        at += len(chunk)
        if name == b"IHDR":
            _require_size(*struct.unpack_from(">II", chunk, 8))
        if name[:1].isupper() or name in _PNG_KEPT:
            out.append(chunk)
        if name == b"IEND":
            return b"".join(out)


def _webp(body: bytes) -> bytes:
    end = 8 + struct.unpack_from("<I", body, 4)[0]
    if end > len(body):
        raise ValueError
    out, at = [], 12
    while at < end:
        name, length = struct.unpack_from("<4sI", body, at)
        data = body[at + 8 : at + 8 + length]
        if len(data) != length:
            raise ValueError
        at += 8 + length + length % 2
        if name == b"VP8X":
            _require_size(*(1 + int.from_bytes(data[place : place + 3], "little") for place in (4, 7)))
            data = bytes([data[0] & ~_WEBP_HAS]) + data[1:]
        if name not in (b"EXIF", b"XMP "):
            out.append(struct.pack("<4sI", name, length) + data + b"\0" * (length % 2))
    inside = b"WEBP" + b"".join(out)
    return struct.pack("<4sI", b"RIFF", len(inside)) + inside
