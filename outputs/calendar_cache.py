"""Made calendar texts kept together: chunks of texts that lie one after the other, and changes spliced into them.

A name sorts as items do in a calendar (outputs.ical.name_of) and holds no line break, being made of slugs. A splice is
one pass over what changed; everything between is copied as it lies.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate
from typing import TypeAlias

CHUNK_OCTETS = 64 * 1024
"""A chunk is closed when it reaches this: small enough to be copied within a processor's cache, one after the other."""

Piece: TypeAlias = bytes | memoryview
"""Part of a body, as it lies or as it was made anew."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Texts one after the other, in the order of their names. An empty text: its item has left the calendar."""

    names: str
    """The names, a line each."""
    sizes: bytes
    """The octets of each text: 32-bit numbers, least octet first."""
    body: bytes

    @property
    def last(self) -> str:
        return self.names.rpartition("\n")[2]

    def bounds(self) -> tuple[list[str], list[int]]:
        """The names, and where each text begins, with the end of the last one after them."""
        return self.names.split("\n") if self.names else [], list(accumulate(_numbers(self.sizes), initial=0))

    def texts(self) -> Iterator[tuple[str, bytes]]:
        """(name, text) of each."""
        names, bounds = self.bounds()
        return ((name, self.body[bounds[at] : bounds[at + 1]]) for at, name in enumerate(names))


def pack(texts: Iterable[tuple[str, bytes]]) -> list[Chunk]:
    """(name, text) pairs, in the order of their names, as chunks; one without texts where there are none."""
    chunks: list[Chunk] = []
    held: list[tuple[str, bytes]] = []
    octets = 0
    for pair in texts:
        held.append(pair)
        octets += len(pair[1])
        if octets >= CHUNK_OCTETS:
            chunks.append(_chunk(held))
            held, octets = [], 0
    return [*chunks, _chunk(held)] if held or not chunks else chunks


def splice(chunks: Iterable[Chunk], changes: Mapping[str, bytes]) -> Iterator[Piece]:
    """The bodies of `chunks` with every changed text in its place, in pieces; an empty text leaves its item out.

    A chunk is not looked at again once the next one is asked for, so a stream of them needs the memory of one.
    """
    waiting, at = sorted(changes), 0
    for chunk in chunks:
        end = bisect_right(waiting, chunk.last, at)
        if end == at:
            yield chunk.body
        else:
            yield from _spliced(chunk, waiting[at:end], changes)
        at = end
    for name in waiting[at:]:
        yield changes[name]


def join(pieces: Iterable[Piece], expected: int) -> bytes:
    """The pieces as one; `expected` octets, best at least as many as there are, are set aside at once.

    Joining a list would hold a large calendar twice, and a buffer that grows is copied over and over: either costs
    five times what the copying does.
    """
    body = BytesIO()
    body.seek(expected)
    body.write(b"\0")
    body.seek(0)
    for piece in pieces:
        body.write(piece)
    body.truncate()
    return body.getvalue()


def compact(chunks: Sequence[Chunk], changes: Mapping[str, bytes]) -> list[Chunk]:
    """`chunks` with the changes in them, packed anew."""
    texts = dict(pair for each in chunks for pair in each.texts())
    texts.update(changes)
    return pack((name, texts[name]) for name in sorted(texts) if texts[name])


def _spliced(chunk: Chunk, names: Iterable[str], changes: Mapping[str, bytes]) -> Iterator[Piece]:
    known, bounds = chunk.bounds()
    body, at, done = memoryview(chunk.body), 0, 0
    for name in names:
        at = bisect_left(known, name, at)
        yield body[done : bounds[at]]
        yield changes[name]
        at += at < len(known) and known[at] == name
        done = bounds[at]
    yield body[done:]


def _chunk(texts: Sequence[tuple[str, bytes]]) -> Chunk:
    numbers = array("I", (len(text) for _, text in texts))
    if sys.byteorder == "big":
        numbers.byteswap()
    return Chunk("\n".join(name for name, _ in texts), numbers.tobytes(), b"".join(text for _, text in texts))


def _numbers(packed: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(packed)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
