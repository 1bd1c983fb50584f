"""How often an address may try tokens that open nothing. Who has a link that opens is never counted."""

from __future__ import annotations

import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address
from math import ceil
from threading import Lock

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.storage.memory import Entry
from limits.strategies import MovingWindowRateLimiter

TRIES = 30
"""In any sixty seconds, from one address. Guessing is hopeless anyway; this keeps guessers from costing anything."""

ADDRESSES = 4096
"""Of so many at once it is known how often they tried; beyond, who has tried nothing for longest is forgotten. Who has
more addresses than that is stopped by no count of addresses."""

_NETWORK = 64
"""An IPv6 subscriber has a network of this many bits, not an address."""


class Limiter:
    """In memory, for one process: a restart forgets, and nothing is kept about anybody who stays away that long.

    May be called from any thread.
    """

    def __init__(self, tries: int = TRIES, *, minutes: int = 1, addresses: int = ADDRESSES) -> None:
        """`tries` in any run of so many minutes."""
        self._limit = RateLimitItemPerMinute(tries, minutes)
        self._windows = _Windows(addresses)
        self._strategy = MovingWindowRateLimiter(self._windows)

    def refuse_for(self, address: str) -> int:
        """Count one wrong token from `address`; the seconds to wait where those were too many, else 0."""
        who = _who(address)
        if self._strategy.hit(self._limit, who):
            return 0
        return max(1, ceil(self._strategy.get_window_stats(self._limit, who).reset_time - time.time()))

    def is_full(self, address: str) -> bool:
        """Whether the next try of `address` would be refused; nothing is counted."""
        return not self._strategy.test(self._limit, _who(address))

    def __len__(self) -> int:
        """Of how many addresses something is known."""
        return len(self._windows.events)


class _Windows(MemoryStorage):
    """Windows that end. `limits` itself keeps a list for every key that ever came, and walks them all after a hit."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.events: OrderedDict[str, list[Entry]] = OrderedDict()
        """By key, its hits, the latest first; the keys in the order of their latest hits."""
        self._most = most
        self._lock = Lock()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Whether `amount` hits fit into the window of `expiry` seconds that ends now; those that do are counted."""
        with self._lock:
            begin = time.time() - expiry
            while self.events and next(iter(self.events.values()))[0].atime <= begin:
                self.events.popitem(last=False)
            within = [each for each in self.events.get(key, ()) if each.atime > begin]
            if len(within) + amount > limit:
                return False
            self.events[key] = [Entry(expiry)] * amount + within
            self.events.move_to_end(key)
            if len(self.events) > self._most:
                self.events.popitem(last=False)
            return True


def _who(address: str) -> str:
    """The address, or the network of an IPv6 one; what is no address (a socket's file) is itself."""
    try:
        at = ip_address(address)
    except ValueError:
        return address
    if isinstance(at, IPv6Address):
        if at.ipv4_mapped is not None:
            return str(at.ipv4_mapped)
        return str(int(at) >> (128 - _NETWORK))
    return str(at)
