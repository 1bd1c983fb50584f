"""What befell an account is told to who holds it, by their own channel: who did not ask for it hears of it.

Kept in the transaction of the act, sent by the delivery of the outbox within the office's hours. Accounts are the
desk's, addresses the plan's: they are matched by name among those whom the plan knows for the account's roles and unit,
and where nobody has the name, by the only one there is. Where that is not certain nobody is told. docs/decisions/0079.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from unicodedata import normalize
from uuid import uuid5
from zoneinfo import ZoneInfo

from models import account_news
from models.session import begin, reading
from outputs.channels import AddressRefused, Channel, ChannelFailed
from outputs.notices import NAMESPACE, Message
from rules.delivery import OF_ONE_PERSON, Reach
from rules.units import holder
from texts import say
from usecases.roles import OF_UNIT

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from usecases.outgoing import Outgoing
    from usecases.plans import InForce


def waits(engine: Engine, office: str) -> bool:
    """Whether anything is to be told in this office."""
    with reading(engine) as session:
        return bool(account_news.waiting(session, office))


def send(of: Outgoing, channels: Mapping[str, Channel]) -> None:
    """Tell what waits, unless the hours of the office's latest plan hold it. What a channel does not take just now
    waits for the next run; a repeat after a crash is the same message."""
    in_force = max(of.plans.values(), key=lambda each: (each.year, each.plan))
    if in_force.hours.held(of.here, in_force.calendar) is not None:
        return
    with reading(of.engine) as session:
        rows = account_news.waiting(session, of.office)
    for row in rows:
        told, channel = _tell(of, in_force, row, channels)
        if told:
            with begin(of.engine) as session:
                account_news.settle(session, row, of.now, channel)


def _tell(of: Outgoing, in_force: InForce, row: Any, channels: Mapping[str, Channel]) -> tuple[bool, str | None]:
    """(whether it is settled, the channel that took it)."""
    mine = {name: channel for name, channel in channels.items() if name in OF_ONE_PERSON}
    recipient = _holder(in_force, row, of.today)
    failed = False
    for name, address in of.reach.get(recipient or "", Reach()).ways(mine, of.dead):
        message = _message(in_force, row, recipient or "", address, of.lang)
        try:
            mine[name].send(message)
        except AddressRefused as refusal:
            with begin(of.engine) as session:
                of.bury(session, name, address, refusal)
            failed = failed or not refusal.for_good
        except ChannelFailed:
            failed = True
        else:
            return True, name
    return not failed, None


def _holder(in_force: InForce, row: Any, today: date) -> str | None:
    """The recipient of the plan who holds this account; None where it is not certain."""
    people = in_force.directory.people
    known: dict[str, None] = {}
    for role in row.roles.split():
        unit = row.unit and holder(in_force.units, row.unit, today)[0]
        at = f"{role}:{unit}" if role in OF_UNIT else role
        known |= dict.fromkeys([each.id for each in people.get(at, ()) if each.serves_on(today)] or [at])
    named = [each for each in known if _plain(in_force.names.get(each, "")) == _plain(row.name)]
    found = named or [each for each in known if each in in_force.reach]
    return found[0] if len(found) == 1 else None


def _plain(name: str) -> str:
    return " ".join(normalize("NFC", name).casefold().split())


def _message(in_force: InForce, row: Any, recipient: str, address: str, lang: str) -> Message:
    at = row.at.astimezone(ZoneInfo(in_force.zone))
    blanks = {"login": row.login, "by": row.by or "—", "at": f"{at:%H:%M %d/%m/%Y}"}
    lines = [
        say(f"account.news_{row.what}", lang, **blanks),
        say("account.news_not_you", lang),
        "",
        in_force.office_name,
    ]
    return Message(
        id=uuid5(NAMESPACE, "\x1f".join(("account", row.office, row.account, row.id))),
        recipient=recipient,
        subject=say("account.news_subject", lang, login=row.login),
        body="\n".join(lines) + "\n",
        day=at.date(),
        address=address,
        name=in_force.names.get(recipient, row.name),
        office=row.office,
    )
