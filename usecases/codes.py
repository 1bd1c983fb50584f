"""The six digits of an account: each opens once, and they are not found by trying.

Three of a million are right at any moment (usecases.second_factor), and whoever knows the password may try. So wrong
ones behind a right password are counted with the account: after ten in an hour none is looked at until that hour is
over, and the holder is told. A stranger without the password counts for nothing here and shuts nobody out.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from models import account, account_news
from usecases import second_factor

if TYPE_CHECKING:
    from sqlmodel import Session

MOST_WRONG = 10
WITHIN = timedelta(hours=1)
"""From the first of them on."""


def take(session: Session, row: Any, key: bytes, given: str, now: datetime) -> bool:
    """Whether `given` is the code of this account (its row locked) now; then it is used up. A wrong one is counted, so
    the transaction is to be kept either way. Nothing typed is no try."""
    wrong = row.wrong_codes if row.wrong_since is not None and now - row.wrong_since < WITHIN else 0
    if not given.strip() or wrong >= MOST_WRONG:
        return False
    step = second_factor.accepted_step(second_factor.secret(key, row.totp_salt), given, now, row.totp_step)
    if step is not None:
        account.change(session, row.office, row.id, totp_step=step, wrong_codes=0, wrong_since=None)
        return True
    since = row.wrong_since if wrong else now
    account.change(session, row.office, row.id, wrong_codes=wrong + 1, wrong_since=since)
    if wrong + 1 == MOST_WRONG:
        account_news.add(session, row.office, row.id, account_news.CODES, now, "")
    return False
