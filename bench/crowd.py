"""People at their desks: real HTTP with cookies and forms, each reading, thinking, marking; no answer is trusted."""

from __future__ import annotations

import asyncio
import random
import re
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

THINKING = 5.0
"""Seconds on average between two pages of one person."""
_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@dataclass(slots=True)
class Times:
    """Milliseconds from the call to the last byte, by what was asked; and what was not answered as it must be."""

    of: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def said(self, name: str) -> str:
        """Median / 99th percentile (how many)."""
        found = sorted(self.of.get(name, ()))
        if not found:
            return ""
        late = found[min(len(found) - 1, int(0.99 * len(found)))]
        return f"{statistics.median(found):.0f} / {late:.0f} ({len(found)})"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: the status, the octets of the body as sent, the body where it was asked for uncompressed."""

    status: int
    size: int
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Someone:
    """One browser: the server's port and the session it bears."""

    port: int
    token: str

    async def ask(self, path: str, form: dict[str, str] | None = None, *, plain: bool = False) -> Answer:
        """One request on a connection of its own: a thought outlives an idle one."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            body = urlencode(form).encode() if form is not None else b""
            head = [f"{'GET' if form is None else 'POST'} {path} HTTP/1.1", "Host: desk", "Connection: close"]
            head += [f"Cookie: kehoach={self.token}", f"Accept-Encoding: {'identity' if plain else 'gzip, br, zstd'}"]
            if form is not None:
                head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
            writer.write("\r\n".join([*head, "", ""]).encode() + body)
            answer = await reader.read()
        finally:
            writer.close()
        first, _, rest = answer.partition(b"\r\n\r\n")
        return Answer(int(first.split(b" ", 2)[1]), len(rest), rest)

    async def timed(self, name: str, path: str, times: Times, form: dict[str, str] | None = None) -> None:
        """One request, its time and whether it was answered as it should: 200, or 303 to a form."""
        started = time.perf_counter()
        answer = await self.ask(path, form)
        times.of.setdefault(name, []).append(1000 * (time.perf_counter() - started))
        if answer.status != (200 if form is None else 303):
            times.wrong.append(f"{name} {path}: {answer.status}")

    async def mark(self, path: str, filled: dict[str, str], times: Times, name: str = "mark") -> None:
        """Open a form and send it filled in, as a browser does; what is timed is the sending."""
        page = await self.ask(path, plain=True)
        found = {key: value for key, value in _FIELD.findall(page.body.decode()) if key != "file"}
        await self.timed(name, path, times, found | filled)


Act = Callable[[Someone, Times], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a session, who does one of these things after another; each thing with its weight."""

    token: str
    acts: Sequence[tuple[float, Act]]


def reads(name: str, path: str) -> Act:
    """Open a page."""

    async def act(someone: Someone, times: Times) -> None:
        await someone.timed(name, path, times)

    return act


@dataclass(frozen=True, slots=True)
class Work:
    """An occurrence of a unit, and whether it was reported."""

    unit: str
    id: str
    done: bool

    def form(self, what: str) -> str:
        return f"/don-vi/{self.unit}/{what}/{self.id}"


def notes(work: Work) -> Act:
    """Open a work's form for a remark and send it."""

    async def act(someone: Someone, times: Times) -> None:
        await someone.mark(work.form("nhan"), {"note": "đang làm"}, times)

    return act


def reports(work: Work, day: str) -> Act:
    """Report the work done, the next time take that back, and so on."""
    done = work.done

    async def act(someone: Someone, times: Times) -> None:
        nonlocal done
        filled = {"note": "nhầm"} if done else {"on": day, "note": "đã thực hiện"}
        await someone.mark(work.form("rut" if done else "bao"), filled, times)
        done = not done

    return act


async def _live(person: Person, port: int, until: float, times: Times, chance: random.Random) -> None:
    someone = Someone(port, person.token)
    acts, weights = [act for _, act in person.acts], [weight for weight, _ in person.acts]
    await asyncio.sleep(chance.random() * THINKING)
    while time.perf_counter() < until:
        await chance.choices(acts, weights)[0](someone, times)
        await asyncio.sleep(chance.expovariate(1 / THINKING))


async def crowd(people: Sequence[Person], port: int, seconds: float) -> Times:
    """Everybody for a while, with the same pauses each time."""
    times, until = Times(), time.perf_counter() + seconds
    await asyncio.gather(*(_live(each, port, until, times, random.Random(n)) for n, each in enumerate(people)))
    return times


async def storm(people: Sequence[tuple[str, Work]], port: int, times_each: int) -> Times:
    """Everybody sends forms as fast as they are answered: (session, work) each; nobody may be refused."""
    times = Times()

    async def one(token: str, work: Work) -> None:
        for _ in range(times_each):
            await notes(work)(Someone(port, token), times)

    await asyncio.gather(*(one(*each) for each in people))
    return times


async def alone(port: int, token: str, path: str, rounds: int, before: Callable[[], None] = lambda: None) -> float:
    """The median milliseconds of one page after another, with something done before each."""
    someone, times = Someone(port, token), Times()
    for _ in range(rounds + 3):
        before()
        await someone.timed(path, path, times)
    assert not times.wrong, times.wrong[:3]
    return statistics.median(times.of[path][3:])
