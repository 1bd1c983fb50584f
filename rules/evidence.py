"""Which files an entry of the ledger names: the one place that knows how its data says so.

One file is a word, the form of the first entries, which are in the chain for good; several are a list in the order in
which they were sent. By their SHA-256 alone: a file's name may tell as much as the file, and the chain never forgets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def named(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The SHA-256 of the files that an entry with this data names, in their order."""
    files = data.get("evidence") or ()
    return (files,) if isinstance(files, str) else tuple(files)


def as_data(hashes: Sequence[str]) -> str | list[str] | None:
    """What an entry's data says under `evidence`; None for no file."""
    return list(hashes) if len(hashes) > 1 else next(iter(hashes), None)
