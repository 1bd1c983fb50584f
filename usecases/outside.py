"""Accounts that an identity at the city's provider opens (OpenID Connect): bound by an invitation, never by a claim.

No account is made or found by a name, an e-mail or a number that a provider tells: the office invites, and whoever has
the one-time link chooses the identity that opens the account from then on. What is kept is a mark of it, no identifier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from models import account, spent_logout
from models.session import begin, reading
from rules.errors import RequestRefused
from usecases import codes, desk_sessions, invitations, second_factor
from usecases.desk_key import derived
from usecases.roles import needs_second

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a provider says has just signed in there."""

    mark: str
    second: bool
    """The provider says that a second factor was used, in the words that the office has agreed with it."""
    session: str | None = None
    """The mark of the session there, by which the provider tells of its end; None where it says none."""


ON_THE_WAY = timedelta(minutes=15)
"""For so long a session that ended there may still be on its way in: the answer, and ten minutes for the digits."""


class CodeNeeded(RequestRefused):
    """All is right, but the six digits of our own second factor are asked for too."""


def mark_of(key: bytes, issuer: str, subject: str) -> str:
    """What is kept of an identity: a subject may be a citizen's number, so it lies nowhere. The same subject of another
    issuer is another identity (OpenID Connect Core 5.7)."""
    return derived(key, "outside identity", issuer.encode(), subject.encode()).hex()


def session_mark_of(key: bytes, issuer: str, session: str) -> str:
    """What is kept of a session at the provider (`sid`)."""
    return derived(key, "outside session", issuer.encode(), session.encode()).hex()


def sign_in(engine: Engine, *, key: bytes, who: Identity, now: datetime, code: str | None = None) -> str:
    """Open a session for the account that this identity opens; returns its token, which is kept nowhere.

    Raises CodeNeeded (`account.oidc_code`), RequestRefused: `account.oidc_unknown` (bound to no account that stands),
    `.oidc_second` (the provider said nothing of a second factor and there is none of ours), `.oidc_stale` (signed out
    there meanwhile), `.wrong_code`.
    """
    with begin(engine) as session:
        _require_lasting(session, who, now)
        row = account.by_outside(session, who.mark, lock=True)
        if row is None or row.disabled_at is not None:
            raise RequestRefused("account.oidc_unknown")
        second = who.second or (row.totp_salt is None and not needs_second(frozenset(row.roles.split())))
        if not second and row.totp_salt is None:
            raise RequestRefused("account.oidc_second")
        if not second and code is None:
            raise CodeNeeded("account.oidc_code")
        token = None
        if second or codes.take(session, row, key, code or "", now):
            token = desk_sessions.opened(session, row, now, outside=who.session)
    if token is None:  # raised here: a wrong code stays counted
        raise RequestRefused("account.wrong_code")
    return token


def take_up(engine: Engine, *, key: bytes, token: str, who: Identity, now: datetime, code: str | None = None) -> str:
    """Bind the invited account to this identity and open a session; returns its token. A password it had, and whatever
    else opened it before, opens it no longer.

    Roles that need a second factor need it here: from the provider, or by the code of the secret on the invitation.
    Raises CodeNeeded (`account.oidc_code`), RequestRefused: `account.invitation_over`, `.oidc_taken` (this identity
    opens another account), `.oidc_stale`, `.wrong_code`.
    """
    with begin(engine) as session:
        _require_lasting(session, who, now)
        found, row = invitations.opened(session, token, now, lock=True)
        if found is None:
            raise RequestRefused("account.invitation_over")
        other = account.by_outside(session, who.mark)
        if other is not None and (other.office, other.id) != (row.office, row.id):
            raise RequestRefused("account.oidc_taken")
        values: dict[str, Any] = {"outside": who.mark}
        if found.needs_second and not who.second:
            if code is None:
                raise CodeNeeded("account.oidc_code")
            step = second_factor.accepted_step(second_factor.secret(key, found.salt), code, now, None)
            if step is None:
                raise RequestRefused("account.wrong_code")
            values |= {"totp_salt": found.salt, "totp_step": step}
        from sqlalchemy.exc import IntegrityError

        try:
            invitations.settle(session, row, now, **values)
        except IntegrityError:  # another account was bound to it at the same moment
            raise RequestRefused("account.oidc_taken") from None
        return desk_sessions.opened(session, row, now, outside=who.session)


def _require_lasting(session: Session, who: Identity, now: datetime) -> None:
    """The session there has not ended while its answer was on the way here, or while the digits were typed; a word of
    its end that comes in this very moment waits, and finds the session that is opened."""
    if who.session is None:
        return
    spent_logout.hold(session, who.session)
    if spent_logout.is_spent(session, who.session, now):
        raise RequestRefused("account.oidc_stale")


def sign_out(
    engine: Engine,
    *,
    key: bytes,
    issuer: str,
    subject: str | None,
    session: str | None,
    id: str,
    until: datetime,
    now: datetime,
) -> int:
    """End what the provider's word of signing out names: the sessions that began with its `session`, of `subject` where
    it is told; without a session, all of the subject's. Of a subject those go, too, of which it is not known with which
    session they began. How many ended; none is no fault (Back-Channel Logout 1.0, section 2.7).

    Raises RequestRefused(`account.oidc_replayed`) where the word `id`, good `until` then, was taken before.
    """
    there = session_mark_of(key, issuer, session) if session is not None else None
    with begin(engine) as held:
        once = derived(key, "outside logout", issuer.encode(), id.encode()).hex()
        if not spent_logout.spend(held, once, until, now):
            raise RequestRefused("account.oidc_replayed")
        if there is not None:
            spent_logout.hold(held, there)
            spent_logout.spend(held, there, now + ON_THE_WAY, now)
        row = account.by_outside(held, mark_of(key, issuer, subject), lock=True) if subject is not None else None
        if subject is not None and row is None:
            return 0
        of = (row.office, row.id) if row is not None else None
        return account.end_outside_sessions(held, now, of=of, outside=there)


def opens(engine: Engine, *, office: str, account_id: str) -> bool:
    """Whether this account is opened from outside."""
    with reading(engine) as session:
        row = account.by_id(session, office, account_id)
        return row is not None and row.outside is not None
