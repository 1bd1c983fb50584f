"""The connections of our own server, bounded: for who reaches it without a server in front.

uvicorn waits for ever for a request that comes in drop by drop, and for whoever never sends one; its limit_concurrency
refuses everybody while such connections stand. Here a request must come in at some pace, an answer must be taken (the
kernel sees to that), and where there are too many connections, whoever has asked for nothing for longest makes room.

One look a second over all connections; a request costs no timer.
"""

from __future__ import annotations

import socket
from asyncio import Transport
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST = 512
"""Connections at once; with the files of the database well below the 1024 that a process may usually hold open."""
PATIENCE = 20.0
"""Seconds in which a request must have begun, and come in whole where it is small."""
PACE = 500
"""Octets that give a second more: as slow as a modem of forty years ago."""
TAKING_MILLISECONDS = 60_000
"""In which something must be taken of an answer that waits to be."""
MOST_HEADERS = 64 * 1024
"""Octets of a request's head. httptools itself knows no bound."""


def bound(listener: socket.socket) -> None:
    """Let the kernel end a connection of this listener whose answer nobody takes, where it can (Linux).

    Only it knows: what a slow telephone has yet to take may lie in the kernel's buffers for minutes, unmoved for us.
    """
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, TAKING_MILLISECONDS)


class Connection(HttpToolsProtocol):
    """One connection, and what it has kept us waiting for."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Room for it is made, where there is none, by one that asks for nothing."""
        self.began = self.loop.time()
        self.received = 0
        """Octets of the request that is coming in."""
        self.coming = False
        """Whether a request has begun to come in and is not here whole."""
        self._answered: Any = None
        super().connection_made(transport)
        if len(self.connections) > MOST:
            idle = (each for each in self.connections if isinstance(each, Connection) and each.may_go)
            min(idle, key=lambda each: each.began).transport.abort()  # itself, where all others are at work

    @property
    def asks_nothing(self) -> bool:
        """Whether no head of a request is here that waits for its answer."""
        return self.cycle is None or self.cycle.response_complete

    @property
    def may_go(self) -> bool:
        """Whether nobody loses anything by its end."""
        return self.asks_nothing and not self.transport.is_closing() and not self.transport.get_write_buffer_size()

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        super().data_received(data)
        if self.coming and self.cycle is self._answered and self.received > MOST_HEADERS:
            self.transport.abort()

    def on_message_begin(self) -> None:
        self.coming, self._answered = True, self.cycle
        self.began, self.received = self.loop.time(), 0
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self.coming, self.began = False, self.loop.time()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        if not self.coming:  # else the rest of a request that was answered early is still to come, at its pace
            self.began = self.loop.time()
        super().on_response_complete()

    def is_over(self, now: float) -> bool:
        """Whether it has kept us waiting for too long."""
        if self.transport.get_write_buffer_size():
            return False  # it takes an answer, at a pace that the kernel sees
        if self.coming:
            return now - self.began > PATIENCE + self.received / PACE
        return self.asks_nothing and now - self.began > PATIENCE


class Server(uvicorn.Server):
    """uvicorn's, which ends what keeps it waiting."""

    async def on_tick(self, counter: int) -> bool:
        """Called ten times a second."""
        if counter % 10 == 0:
            for each in list(self.server_state.connections):
                if isinstance(each, Connection) and each.is_over(each.loop.time()):
                    each.transport.abort()
        return await super().on_tick(counter)
