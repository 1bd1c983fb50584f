"""Accounts that an identity at the city's provider opens (OpenID Connect): bound by an invitation, never by a claim.

No account is made or found by a name, an e-mail or a number that a provider tells: the office invites, and whoever has
the one-time link chooses the identity that opens the account from then on. What is kept is a mark of it, no identifier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from models import account
from models.session import begin, reading
from rules.errors import RequestRefused
from usecases import desk_sessions, invitations, second_factor
from usecases.desk_key import derived
from usecases.roles import needs_second

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a provider says has just signed in there."""

    mark: str
    second: bool
    """The provider says that a second factor was used, in the words that the office has agreed with it."""


class CodeNeeded(RequestRefused):
    """All is right, but the six digits of our own second factor are asked for too."""


def mark_of(key: bytes, issuer: str, subject: str) -> str:
    """What is kept of an identity: a subject may be a citizen's number, so it lies nowhere. The same subject of another
    issuer is another identity (OpenID Connect Core 5.7)."""
    return derived(key, "outside identity", issuer.encode(), subject.encode()).hex()


def sign_in(engine: Engine, *, key: bytes, who: Identity, now: datetime, code: str | None = None) -> str:
    """Open a session for the account that this identity opens; returns its token, which is kept nowhere.

    Raises CodeNeeded (`account.oidc_code`), RequestRefused: `account.oidc_unknown` (bound to no account that stands),
    `.oidc_second` (the provider said nothing of a second factor and there is none of ours), `.wrong_code`.
    """
    with begin(engine) as session:
        row = account.by_outside(session, who.mark, lock=True)
        if row is None or row.disabled_at is not None:
            raise RequestRefused("account.oidc_unknown")
        if not who.second and (row.totp_salt is not None or needs_second(frozenset(row.roles.split()))):
            if row.totp_salt is None:
                raise RequestRefused("account.oidc_second")
            step = _step(second_factor.secret(key, row.totp_salt), code, now, row.totp_step)
            account.change(session, row.office, row.id, totp_step=step)
        return desk_sessions.opened(session, row, now)


def take_up(engine: Engine, *, key: bytes, token: str, who: Identity, now: datetime, code: str | None = None) -> str:
    """Bind the invited account to this identity and open a session; returns its token. A password it had, and whatever
    else opened it before, opens it no longer.

    Roles that need a second factor need it here: from the provider, or by the code of the secret on the invitation.
    Raises CodeNeeded (`account.oidc_code`), RequestRefused: `account.invitation_over`, `.oidc_taken` (this identity
    opens another account), `.wrong_code`.
    """
    with begin(engine) as session:
        found, row = invitations.opened(session, token, now, lock=True)
        if found is None:
            raise RequestRefused("account.invitation_over")
        other = account.by_outside(session, who.mark)
        if other is not None and (other.office, other.id) != (row.office, row.id):
            raise RequestRefused("account.oidc_taken")
        values: dict[str, Any] = {"outside": who.mark}
        if found.needs_second and not who.second:
            step = _step(second_factor.secret(key, found.salt), code, now, None)
            values |= {"totp_salt": found.salt, "totp_step": step}
        from sqlalchemy.exc import IntegrityError

        try:
            invitations.settle(session, row, now, **values)
        except IntegrityError:  # another account was bound to it at the same moment
            raise RequestRefused("account.oidc_taken") from None
        return desk_sessions.opened(session, row, now)


def _step(secret: bytes, code: str | None, now: datetime, used: int | None) -> int:
    if code is None:
        raise CodeNeeded("account.oidc_code")
    step = second_factor.accepted_step(secret, code, now, used)
    if step is None:
        raise RequestRefused("account.wrong_code")
    return step


def opens(engine: Engine, *, office: str, account_id: str) -> bool:
    """Whether this account is opened from outside."""
    with reading(engine) as session:
        row = account.by_id(session, office, account_id)
        return row is not None and row.outside is not None
