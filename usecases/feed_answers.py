"""What a calendar link answers, and by which version: the bytes follow from the ledger, the plan's revision, the
renderer, the form asked for and the address of the desk. `Version` names them all, and nothing that today changes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from models import feed
from models.feed import Finder, Found, Standing
from models.session import begin, reading
from outputs import ical
from rules.errors import OutsideFailed
from usecases import calendars, plans
from usecases.feeds import Form, name_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


class Behind(NamedTuple):
    """What one revision of the plan says of a calendar; it holds as long as that revision and the office's name do."""

    revision: int
    office_name: str
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
    """The links of one database. Every method may be called from any thread. `base` is where people reach the desk,
    `since` when calendars came to be served as they are (served_since)."""

    def __init__(self, engine: Engine, base: str = "", since: datetime | None = None) -> None:
        self._engine, self._base, self._since = engine, base, since

    def version(self, found: Found, form: Form, *, known: Behind | None = None) -> Version:
        """What `found` now answers in this form, without making it; three indexed look-ups where `known` still holds.

        Raises RequestRefused where its unit is no more.
        """
        with reading(self._engine) as session:
            now, behind = feed.standing(session, found.office, found.plan), known
            if behind is None or (behind.revision, behind.office_name) != (now.revision, now.office_name):
                in_force = plans.in_force(session, found.office, found.plan)
                behind = _behind(in_force, found.which, form.lang)
            return self._version(session, found, now, behind, form)

    def made(self, found: Found, form: Form) -> tuple[Version, bytes]:
        """The version and its bytes, of one moment. Raises RequestRefused where its unit is no more."""
        with reading(self._engine) as session:
            now = feed.standing(session, found.office, found.plan)
            in_force = plans.in_force(session, found.office, found.plan)
            body = calendars.calendar(session, in_force, which=found.which, base=self._base, **form._asdict())
            behind = _behind(in_force, found.which, form.lang)
            return self._version(session, found, now, behind, form), body

    def _version(self, session: Session, found: Found, now: Standing, behind: Behind, form: Form) -> Version:
        shown = feed.extent(session, found.office, found.plan, behind.holders)
        instants = [each for each in (now.revised_at, shown.changed_at, shown.left_at) if each is not None]
        served = [self._since] if self._since else []
        asked = (found.office, found.plan, found.which, *form, self._base, ical.RENDERER)
        said = (behind.revision, behind.office_name, behind.name)
        # The instants, because a ledger that went back to a backup gives the same numbers to other entries.
        stamps = tuple(each.timestamp() for each in instants)
        return Version(
            at=(behind.revision, now.head_seq),
            tag=sha256(repr((asked, said, shown.size, shown.seq, shown.left_seq, stamps)).encode()).hexdigest()[:24],
            changed_at=max(instants + served) + timedelta(seconds=ical.RENDERER),
            behind=behind,
        )


def served_since(engine: Engine, *, base: str, lang: str, now: datetime) -> datetime | None:
    """Since when calendars are served with this address and language; None where they never were otherwise.

    Remembers what was new. Where it cannot be written down, `now`: clients then read once too often, never too seldom.
    """
    try:
        with reading(engine) as session:
            known = feed.served(session)
        if known is not None and (known.base, known.lang) == (base, lang):
            since: datetime | None = known.since
            return since
        since = None if known is None else now
        with begin(engine) as session:
            feed.serve(session, base=base, lang=lang, since=since)
    except OutsideFailed:
        return now
    return since


def _behind(in_force: plans.InForce, which: str, lang: str) -> Behind:
    campaigns = which == calendars.CAMPAIGNS  # they follow from the revisions alone
    holders = frozenset[str]() if campaigns else calendars.scope_of(in_force, which).holders
    return Behind(
        in_force.revision,
        in_force.office_name,
        holders,
        name_of(in_force, which, lang),
        f"{in_force.plan}-{which}",
    )


__all__ = ["Answers", "Behind", "Finder", "Found", "Version"]
