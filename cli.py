"""The command line: where it begins, and the order of its commands. What a command does is in usecases/.

Imports here are what `kehoach --help` pays for: Typer and the standard library.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from console import door
from console.call import Call
from console.commands import files, keeping, sending, standing, telling
from console.group import build_group

SUBJECTS = (files.subject, standing.subject, telling.subject, sending.subject, keeping.subject)
"""As `kehoach --help` lists them."""


def main(args: Sequence[str] | None = None, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> int:
    """Run the command line and return its exit code. `clock` gives an aware instant; nothing else reads the clock."""
    from settings import Settings

    call = Call(now=clock(), lang=Settings.from_environment().lang)
    return door.run(build_group(SUBJECTS), sys.argv[1:] if args is None else args, call)


if __name__ == "__main__":
    sys.exit(main())
