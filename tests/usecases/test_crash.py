"""Killed (SIGKILL) at random during sweep and deliver: nothing is missing, nothing that was answered comes twice."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.crash import crash


def test_thirty_kills_lose_nothing_and_repeat_only_what_was_not_answered() -> None:
    """The harness of bench/crash.py, which does it two hundred times."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        outcome = crash(30, 7, Path(folder))
    assert outcome.kills == 30
    assert outcome.told > 100
    assert outcome.missing == []
    assert outcome.unexplained == []
