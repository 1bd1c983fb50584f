"""The words at the head of a PDF's pages, one line each. Run on its own, as a process with limits: a PDF may come from
anybody, and what reads it may loop, swell or fall (bombs of compression, circles of references).

Reads the PDF from standard input and writes lines of UTF-8 as it goes, so that who waits has what was read until the
limits struck. Ends with a code of ENDS; with any other one it was stopped. Imports nothing of ours: it is run by path.
"""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

READ, ENCRYPTED, BROKEN = 0, 3, 4
ENDS = (READ, ENCRYPTED, BROKEN)
SECONDS = 5
"""Of processor time; who waits allows half as much again on the clock."""
_MEMORY = 1024 * 1024 * 1024
_PAGES, _LINES, _LENGTH = 40, 40, 400
"""Pages looked at, lines of each, characters of a line: a stamp stands at the head."""

_FAULTS = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, ArithmeticError, OSError)
"""What pypdf lets out beside its own errors where a file does not hold together. Any other one ends the process."""


def main() -> int:
    import resource

    for what, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))
    logging.disable()
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        if reader.is_encrypted and not reader.decrypt(""):
            return ENCRYPTED
        count = len(reader.pages)
    except (DependencyError, NotImplementedError):
        return ENCRYPTED
    except (PyPdfError, *_FAULTS):
        return BROKEN
    if not count:
        return BROKEN
    for number in range(min(count, _PAGES)):
        for line in _lines(reader, number):
            sys.stdout.buffer.write(line.replace("\n", " ")[:_LENGTH].encode("utf-8", "replace") + b"\n")
        sys.stdout.buffer.flush()
    return READ


def _lines(reader: object, number: int) -> Iterator[str]:
    """The page's first lines twice: as they lie on the paper, columns wide apart, and in the order of the file, which
    has what is turned or lies apart. A page that cannot be read gives none."""
    from pypdf.errors import PyPdfError

    for options in ({"extraction_mode": "layout", "layout_mode_space_vertically": False}, {}):
        try:
            text = reader.pages[number].extract_text(**options)  # type: ignore[attr-defined]
        except (PyPdfError, *_FAULTS):
            text = ""
        yield from [each for each in text.splitlines() if each.strip()][:_LINES]
        yield ""


if __name__ == "__main__":
    sys.exit(main())
