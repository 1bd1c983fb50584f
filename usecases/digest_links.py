"""Signed links that go along in a digest: to the page of each unit that its reader acts for, and to nobody else's.

A link follows from whom it is for and from the stretch of 31 days that today is in: its id is an HMAC over both, and it
opens until 14 days after that stretch. So a digest that goes again after a crash is the same bytes, a reader has one
link a month and unit and not one a digest, and no row needs to say which digests it went with. docs/decisions/0069.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from models import account
from outputs.digest import Doors, Opens
from rules.delivery import OF_ONE_PERSON
from rules.directory import OWN_ROLES
from usecases import case_links, signed_links
from usecases.desk_key import derived

if TYPE_CHECKING:
    from sqlmodel import Session

    from usecases.plans import InForce

EVERY, AND_THEN = 31, 14
"""Days during which one link goes along, and days that it opens after the last of them."""

MADE_BY = "kehoach"
"""Nobody: the program, with a digest."""
BOARD = "/bang"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the desk is and what signs its links."""

    base: str
    """Where people reach it, without a slash at the end."""
    key: bytes = field(repr=False)


class Asked(NamedTuple):
    """Whose link to which unit's page."""

    plan: str
    unit: str
    recipient: str


@dataclass(frozen=True, slots=True)
class DigestLinks:
    """The links of one delivery: made with the claims of digests, read when their messages are written."""

    desk: Desk
    plans: Mapping[str, InForce]
    today: date
    """The local day of the digests."""
    now: datetime
    made: dict[Asked, Any] = field(default_factory=dict)
    """The row of each link."""

    def make(self, session: Session, parcels: Collection[tuple[str, Collection[Any]]]) -> None:
        """Make the links of these digests, (channel, rows) each, where they do not stand yet; in the claim's
        transaction, so that no digest leaves with a link that has no row."""
        asked = {each for channel, rows in parcels if channel in OF_ONE_PERSON for each in self._asked(rows)}
        tries = dict.fromkeys(asked - set(self.made), 0)
        while tries:
            rows = {each: self._row(each, n) for each, n in tries.items()}
            account.add_signed_links(session, list(rows.values()))
            found = account.signed_links_by_id(session, [row["id"] for row in rows.values()])
            for each, row in rows.items():
                kept = found[row["id"]]
                if kept.revoked_at is None:
                    self.made[each] = kept
                    del tries[each]
                else:  # the office ended it: whoever is still to be told gets another
                    tries[each] += 1

    def doors(self, rows: Collection[Any], channel: str, zone: str) -> Doors | None:
        """What a digest of these rows opens; None by a channel that more than its recipient may read."""
        if channel not in OF_ONE_PERSON:
            return None
        opens = [self._opens(each, zone) for each in self._asked(rows)]
        follows = any(not self._acts(row) for row in rows)
        return Doors(tuple(opens), f"{self.desk.base}{BOARD}" if follows else "")

    def case_door(self, session: Session, row: Any, channel: str) -> Doors | None:
        """What a notice about a case opens: the page of one's own cases, for who is named to it; else nothing."""
        if channel not in OF_ONE_PERSON or not case_links.is_named(session, self.plans[row.plan], row, self.today):
            return None
        return Doors(cases=f"{self.desk.base}{case_links.CASES}")

    def _asked(self, rows: Collection[Any]) -> list[Asked]:
        """In the order of the plan and of their units, each once."""
        found = {Asked(row.plan, row.held_by, row.recipient) for row in rows if self._acts(row)}
        return sorted(each for each in found if self._has_page(each))

    def _acts(self, row: Any) -> bool:
        """Whether who is told does the unit's work today, whatever role the rung names, and does not only follow it."""
        directory = self.plans[row.plan].directory
        addresses = (directory.address(role, row.held_by, self.today) for role in OWN_ROLES)
        return any(row.recipient in directory.at(each, self.today) for each in addresses if each)

    def _has_page(self, asked: Asked) -> bool:
        unit = self.plans[asked.plan].units.get(asked.unit)
        return unit is not None and unit.members in (1, None)

    def _opens(self, asked: Asked, zone: str) -> Opens:
        row = self.made[asked]
        last = (row.expires_at.astimezone(ZoneInfo(zone)) - timedelta(seconds=1)).date()
        token = signed_links.token_of(self.desk.key, row)
        return Opens(self.plans[asked.plan].unit_name(asked.unit), f"{self.desk.base}/mo/{token}", last)

    def _row(self, asked: Asked, n: int) -> dict[str, Any]:
        in_force = self.plans[asked.plan]
        stretch = self.today.toordinal() // EVERY
        last = date.fromordinal((stretch + 1) * EVERY - 1 + AND_THEN)
        said = (in_force.office, *asked, str(stretch), str(n))
        id = derived(self.desk.key, "digest link", *(each.encode() for each in said))[: signed_links.ID_BYTES]
        ends = datetime.combine(last + timedelta(days=1), time(), ZoneInfo(in_force.zone))
        return {
            "office": in_force.office,
            "plan": asked.plan,
            "id": urlsafe_b64encode(id).decode(),
            "unit": asked.unit,
            "label": in_force.names.get(asked.recipient, asked.recipient),
            "made_at": self.now,
            "made_by": MADE_BY,
            "expires_at": ends.astimezone(UTC),
        }
