"""The counts of wrong tokens: a window that moves, and a memory that nobody can fill."""

from __future__ import annotations

import time
from threading import Thread

import pytest

from web import limit
from web.limit import Limiter


class Time:
    """The clock of the limiter, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    """`time.time` for the limiter and for what it counts with."""
    made = Time()
    monkeypatch.setattr(time, "time", made.time)
    return made


def test_the_window_moves(clock: Time) -> None:
    """A try counts for sixty seconds from when it was made; what was refused does not count."""
    limiter = Limiter(2)
    assert limiter.refuse_for("192.0.2.1") == 0
    clock.now += 40
    assert limiter.refuse_for("192.0.2.1") == 0
    assert limiter.refuse_for("192.0.2.1") == 20
    clock.now += 15
    assert limiter.refuse_for("192.0.2.1") == 5
    clock.now += 5.1
    assert limiter.refuse_for("192.0.2.1") == 0
    assert limiter.refuse_for("192.0.2.1") == 40


def test_nothing_is_kept_of_who_stays_away(clock: Time) -> None:
    """A minute later an address is as unknown as before, and takes no room."""
    limiter = Limiter(3)
    for n in range(200):
        limiter.refuse_for(f"192.0.2.{n}")
    assert len(limiter) == 200
    clock.now += 61
    limiter.refuse_for("198.51.100.1")
    assert len(limiter) == 1


def test_the_number_of_addresses_is_bounded(clock: Time) -> None:
    """However many networks try, so many are known; who tried nothing for longest goes, who goes on stays refused."""
    limiter = Limiter(1, addresses=100)
    limiter.refuse_for("192.0.2.1")
    for n in range(1000):
        clock.now += 0.01
        limiter.refuse_for(f"2001:db8:{n:x}::1")
    assert len(limiter) == 100
    assert limiter.refuse_for("2001:db8:3e7::2") > 0, "the last network, by another of its addresses"
    assert limiter.refuse_for("192.0.2.1") == 0, "forgotten"
    for n in range(5000):
        limiter.refuse_for(f"2001:db8:0:0:{n:x}::1")  # one network: one count
    assert len(limiter) == 100


def test_by_itself_it_holds_four_thousand() -> None:
    """The default is a bound, too."""
    limiter = Limiter()
    for n in range(limit.ADDRESSES + 500):
        limiter.refuse_for(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")
    assert len(limiter) == limit.ADDRESSES


def test_threads_count_together() -> None:
    """Ten threads with a hundred tries each get a hundred through, of one address."""
    limiter, let = Limiter(100), list[int]()

    def go() -> None:
        let.extend(1 for _ in range(100) if not limiter.refuse_for("192.0.2.1"))

    threads = [Thread(target=go) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(let) == 100
