"""Made calendar texts kept together: one long body with the names and sizes of what is in it, and changes spliced in.

A name sorts as items do in a calendar (outputs.ical.name_of), so a splice needs one pass over what changed and copies
everything between as it lies.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeAlias

Piece: TypeAlias = bytes | memoryview
"""Part of a body, as it lies or as it was made anew."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Texts one after the other. `sizes` is the JSON object {name: size in octets}, its names in order.

    In a chunk of changes a size of 0 says that the item has left the calendar.
    """

    sizes: str
    body: bytes

    def lengths(self) -> dict[str, int]:
        """name -> octets, in the order of the body."""
        lengths: dict[str, int] = json.loads(self.sizes)
        return lengths

    def texts(self) -> dict[str, bytes]:
        """name -> text, each on its own: for chunks of changes, which are small."""
        lengths = self.lengths()
        ends = accumulate(lengths.values())
        return {name: self.body[end - size : end] for (name, size), end in zip(lengths.items(), ends, strict=True)}


def pack(texts: Iterable[tuple[str, bytes]]) -> Chunk:
    """One chunk of (name, text), which come in the order of their names."""
    texts = list(texts)
    return Chunk(_as_json({name: len(text) for name, text in texts}), b"".join(text for _, text in texts))


def splice(base: Chunk, changes: Mapping[str, bytes]) -> list[Piece]:
    """The body of `base` with every changed text in its place, as pieces to join; an empty text leaves the item out."""
    if not changes:
        return [base.body]
    lengths = base.lengths()
    names, ends = list(lengths), list(accumulate(lengths.values(), initial=0))
    body, at, done = memoryview(base.body), 0, 0
    pieces: list[Piece] = []
    for name in sorted(changes):
        at = bisect_left(names, name, at)
        pieces += (body[done : ends[at]], changes[name])
        at += at < len(names) and names[at] == name
        done = ends[at]
    pieces.append(body[done:])
    return pieces


def compact(base: Chunk, changes: Mapping[str, bytes]) -> Chunk:
    """`base` with the changes in it, as a chunk of its own."""
    lengths = base.lengths() | {name: len(text) for name, text in changes.items()}
    return Chunk(
        _as_json({name: lengths[name] for name in sorted(lengths) if lengths[name]}), b"".join(splice(base, changes))
    )


def _as_json(lengths: Mapping[str, int]) -> str:
    return json.dumps(lengths, ensure_ascii=False, separators=(",", ":"))
