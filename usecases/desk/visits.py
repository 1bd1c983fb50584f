"""Since which entry of the ledger a reader wants the news: the last one of the visit before this.

A visit is a run of pages with no pause longer than PAUSE; so a page that is loaded again, or looked at after a form
was sent, still shows what was new. What is kept with the reader is `seq.seq.minute`: where the visit before ended,
where this one has come to, and when it was last seen (whole minutes of Unix time).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

PAUSE = 30
"""Minutes without a page that end a visit."""

_KEPT = re.compile(r"(\d{1,12})\.(\d{1,12})\.(\d{1,10})")


@dataclass(frozen=True, slots=True)
class Visit:
    """From which entry on things are new to the reader (None: never here before), and what to keep for next time."""

    since: int | None
    keep: str


def visit(kept: str, head: int, now: datetime) -> Visit:
    """What the kept text says now that the ledger is at `head`; a text that is none is as good as none."""
    minute = int(now.timestamp()) // 60
    known = _KEPT.fullmatch(kept)
    if known is None:
        return Visit(None, f"{head}.{head}.{minute}")
    before, reached, seen = (min(int(known[1]), head), min(int(known[2]), head), int(known[3]))
    since = before if minute - seen <= PAUSE else reached
    return Visit(since, f"{since}.{head}.{minute}")
