"""Signed links: one unit's page without sign-in, for a bounded time, until revoked.

A token is the link's id and an HMAC-SHA-256 over everything that the link is, by the key of the data folder: its row
alone opens nothing, a token whose row was changed opens nothing, and neither gives the other. Opening one writes
nothing: mail scanners follow links.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from models import account
from models.session import begin, reading
from rules.errors import RequestRefused
from usecases import plans
from usecases.desk_key import derived

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

DAYS = 45
"""How long a link opens where nobody says: from one digest or meeting to well after the next."""
MOST_DAYS = 400

ID_BYTES = 9
_SIGNATURE_BYTES = 18
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{(ID_BYTES + _SIGNATURE_BYTES) * 8 // 6}}}")
"""One spelling for one token: the decoder by itself would pass over letters that are not of its alphabet."""


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was just made; `token` can be made again only with the key."""

    id: str
    unit: str
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token opens."""

    id: str
    office: str
    plan: str
    unit: str
    label: str
    expires_at: datetime


def make(
    engine: Engine,
    *,
    key: bytes,
    unit: str,
    now: datetime,
    made_by: str,
    days: int = DAYS,
    label: str = "",
    plan: str | None = None,
) -> Made:
    """Make a link to the page of `unit`, a single one, that opens for `days` days (of 24 hours) from now.

    Raises RequestRefused for an unknown unit or plan, a group, or days outside 1 to MOST_DAYS.
    """
    if not 1 <= days <= MOST_DAYS:
        raise RequestRefused("account.link_days", most=MOST_DAYS)
    with begin(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        if in_force.require_unit(unit).members not in (1, None):
            raise RequestRefused("account.link_of_group", unit=in_force.unit_name(unit))
        row = account.SignedLink(
            office=in_force.office,
            plan=in_force.plan,
            id=urlsafe_b64encode(secrets.token_bytes(ID_BYTES)).decode(),
            unit=unit,
            label=label,
            made_at=now,
            made_by=made_by,
            expires_at=(now + timedelta(days=days)).replace(microsecond=0),
        )
        session.add(row)
        return Made(row.id, unit, token_of(key, row), row.expires_at)


def token_of(key: bytes, row: Any) -> str:
    """The token of a link's row: letters of base64url."""
    return str(row.id) + urlsafe_b64encode(_signature(key, row)).decode()


def _signature(key: bytes, row: Any) -> bytes:
    said = (row.office, row.plan, row.unit, row.id, str(int(row.expires_at.timestamp())))
    return derived(key, "signed link", *(each.encode() for each in said))[:_SIGNATURE_BYTES]


def opened(session: Session, *, key: bytes, token: str, now: datetime) -> Opened | None:
    """What `token` opens now; None for one that was never given, has expired or was revoked, alike."""
    if not _TOKEN.fullmatch(token):
        return None
    length = ID_BYTES * 8 // 6
    signature = urlsafe_b64decode(token[length:])
    row = account.signed_link(session, token[:length])
    if row is None or not hmac.compare_digest(signature, _signature(key, row)):
        return None
    if row.revoked_at is not None or now >= row.expires_at:
        return None
    return Opened(row.id, row.office, row.plan, row.unit, row.label, row.expires_at)


def listed(engine: Engine, *, plan: str | None = None, unit: str | None = None) -> list[dict[str, Any]]:
    """Every link of the plan or of one unit, the latest first: id, unit, label, made_at, made_by, expires_at,
    revoked_at (aware, UTC) and revoked_by. Never a token.
    """
    names = ("id", "unit", "label", "made_at", "made_by", "expires_at", "revoked_at", "revoked_by")
    with reading(engine) as session:
        rows = account.signed_links(session, *plans.find(session, plan), unit)
        return [{name: getattr(row, name) for name in names} for row in rows]


def revoke(
    engine: Engine, *, now: datetime, by: str, plan: str | None = None, id: str | None = None, unit: str | None = None
) -> int:
    """Revoke the link `id`, or every link of `unit`; how many stood until now.

    Raises RequestRefused(`account.unknown_link`) where the named one does not stand.
    """
    with begin(engine) as session:
        count = account.revoke_signed_links(session, *plans.find(session, plan), now, by, id=id, unit=unit)
        if id is not None and not count:
            raise RequestRefused("account.unknown_link", id=id)
        return count
