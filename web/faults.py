"""A fault as a log may keep it: where in the code it happened, never what somebody typed.

The words of an exception repeat what it was given (a value that is no number, the parameters of a statement); so they
are left out, and only its kind and the places in the code are told.
"""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def places(error: BaseException) -> str:
    """The kinds of an exception and of those that led to it, the first one first, each with its places."""
    return "\n".join(reversed(list(_told(error, set()))))


def _told(error: BaseException | None, seen: set[int]) -> Iterator[str]:
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = traceback.extract_tb(error.__traceback__)
        lines = (f"  {each.filename}:{each.lineno} in {each.name}" for each in frames)
        yield "\n".join((f"{type(error).__module__}.{type(error).__qualname__}", *lines))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


class WithoutWords(logging.Filter):
    """For a logger of somebody else's that writes the exceptions it meets."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, its exception told by places."""
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = places(record.exc_info[1])
            record.exc_info = None
        return True
