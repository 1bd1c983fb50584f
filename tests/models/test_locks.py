"""One deliverer of an office at a time, and its lock dies with it."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from models.locks import delivering
from rules.errors import OutsideFailed
from tests.conftest import Database

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from models.locks import delivering
from models.session import open_engine

with delivering(open_engine(sys.argv[1]), "phu-la"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_deliverer_waits_for_a_killed_one(database: Database) -> None:
    """Held by another process: the second waits; killed with -9, it goes on at once. Another office never waits."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, database.url],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    entered = threading.Event()

    def deliver() -> None:
        with delivering(database.open(), "phu-la"):
            entered.set()

    second = threading.Thread(target=deliver)
    second.start()
    with delivering(database.open(), "kien-hung"):
        assert not entered.wait(0.2)
    holder.send_signal(signal.SIGKILL)
    holder.communicate(timeout=60)
    second.join(timeout=60)
    assert entered.is_set()


def test_a_lock_that_cannot_be_made(tmp_path: Path) -> None:
    """No folder for the lock: said like everything that fails outside."""
    database = Database("sqlite", f"sqlite:///{tmp_path / 'none' / 'kehoach.db'}", "")
    with pytest.raises(OutsideFailed) as failed, delivering(database.open(), "phu-la"):
        pass
    assert failed.value.code == "ledger.unreachable"
