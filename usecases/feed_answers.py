"""What a calendar link answers, and by which version: the bytes follow from the ledger, the plan's revision, the
renderer, the form asked for and the address of the desk. `Version` names them all, and nothing that today changes.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from models import feed, queries
from models.feed import Finder, Found
from models.session import reading
from outputs import ical
from usecases import calendars, plans
from usecases.feeds import Form, name_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

_PLANS = 4
"""Plans whose documents stay read: after a night many links of one office are asked for, one after the other."""


class Behind(NamedTuple):
    """What one revision of the plan says of a calendar; it holds as long as that revision does."""

    revision: int
    revised_at: datetime
    holders: frozenset[str] | None
    """Whose occurrences it shows; everybody's where None, nobody's where empty."""
    name: str
    file: str
    """A file name in ASCII, without its ending."""


class Version(NamedTuple):
    """What one answer of a link is: two equal tags are the same bytes."""

    at: tuple[int, int]
    """(revision, head_seq) of the plan and its office when this was read: equal ones need no second look."""
    tag: str
    """A hash over all that the bytes follow from."""
    changed_at: datetime
    """When they last changed, in UTC. A renderer's version adds a second, as it adds one to each SEQUENCE."""
    behind: Behind


class Answers:
    """The links of one database. Every method may be called from any thread. `base` is where people reach the desk."""

    def __init__(self, engine: Engine, base: str = "") -> None:
        self._engine, self._base = engine, base
        self._plans: OrderedDict[tuple[str, str, int], plans.InForce] = OrderedDict()
        self._lock = Lock()

    def version(self, found: Found, form: Form, *, known: Behind | None = None) -> Version:
        """What `found` now answers in this form, without making it; three indexed look-ups where `known` still holds.

        Raises RequestRefused where its unit is no more.
        """
        with reading(self._engine) as session:
            behind = known
            if behind is None or behind.revision != found.revision:
                behind = _behind(session, self._in_force(session, found), found.which, form.lang)
            return self._version(session, found, behind, form)

    def made(self, found: Found, form: Form) -> tuple[Version, bytes]:
        """The version and its bytes, of one moment. Raises RequestRefused where its unit is no more."""
        with reading(self._engine) as session:
            in_force = self._in_force(session, found)
            body = calendars.calendar(session, in_force, which=found.which, base=self._base, **form._asdict())
            return self._version(session, found, _behind(session, in_force, found.which, form.lang), form), body

    def _in_force(self, session: Session, found: Found) -> plans.InForce:
        """The plan as of the session's moment: a revision never changes, so what was read of it stays right."""
        name = (found.office, found.plan, feed.current_revision(session, found.office, found.plan))
        with self._lock:
            kept = self._plans.get(name)
        if kept is None:
            kept = plans.in_force(session, found.office, found.plan)
            with self._lock:
                self._plans[name] = kept
                while len(self._plans) > _PLANS:
                    self._plans.popitem(last=False)
        return kept

    def _version(self, session: Session, found: Found, behind: Behind, form: Form) -> Version:
        head = queries.head(session, found.office)
        shown = feed.extent(session, found.office, found.plan, behind.holders)
        facts = (found.office, found.plan, found.which, *form, self._base, ical.RENDERER, behind.revision, behind.name)
        counted = (shown.size, shown.seq, shown.left_seq)
        changed = max(each for each in (behind.revised_at, shown.changed_at, shown.left_at) if each is not None)
        return Version(
            at=(behind.revision, head),
            tag=sha256(repr((facts, counted)).encode()).hexdigest()[:24],
            changed_at=changed + timedelta(seconds=ical.RENDERER),
            behind=behind,
        )


def _behind(session: Session, in_force: plans.InForce, which: str, lang: str) -> Behind:
    revised = feed.revised_at(session, in_force.office, in_force.plan, in_force.revision)
    campaigns = which == calendars.CAMPAIGNS  # they follow from the revisions alone
    holders = frozenset[str]() if campaigns else calendars.scope_of(in_force, which).holders
    return Behind(in_force.revision, revised, holders, name_of(in_force, which, lang), f"{in_force.plan}-{which}")


__all__ = ["Answers", "Behind", "Finder", "Found", "Version"]
