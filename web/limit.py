"""How often an address may try tokens that open nothing. Who has a link that opens is never counted."""

from __future__ import annotations

import time
from ipaddress import IPv6Address, ip_address
from math import ceil

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

TRIES = 30
"""In any sixty seconds, from one address. Guessing is hopeless anyway; this keeps guessers from costing anything."""

_NETWORK = 64
"""An IPv6 subscriber has a network of this many bits, not an address."""


class Limiter:
    """In memory, for one process: a restart forgets, and nothing is kept about anybody who stays away a minute."""

    def __init__(self, tries: int = TRIES) -> None:
        self._limit = RateLimitItemPerMinute(tries)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def refuse_for(self, address: str) -> int:
        """Count one wrong token from `address`; the seconds to wait where those were too many, else 0."""
        who = _who(address)
        if self._window.hit(self._limit, who):
            return 0
        return max(1, ceil(self._window.get_window_stats(self._limit, who).reset_time - time.time()))


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
