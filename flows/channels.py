"""People's channels as the environment sets them up, and Prefect's limit on how many runs use one at a time.

One office has one deliverer; an installation may have workers for many offices in front of one mail server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from settings import ChannelSettings, MailSettings

if TYPE_CHECKING:
    from outputs.channels import Channel
    from outputs.channels.mail import Mail, Security

RUNS = 2
"""How many runs may use one channel at the same time."""


@contextmanager
def set_up(known: ChannelSettings, outbox: Path, at: datetime) -> Iterator[dict[str, Channel]]:
    """The channels by the names that people's `channels` use; e-mails are dated `at`. Connections close at the end."""
    from outputs.channels import ZaloText
    from outputs.channels.services import Service
    from outputs.channels.zalo import ADDRESS, Zalo

    made: dict[str, Channel] = {"zalo-text": ZaloText(outbox / "zalo")}
    made |= {name: Service(name, url) for name, url in known.services.items()}
    if known.zalo_token:
        made["zalo"] = Zalo(known.zalo_token, url=known.zalo_url or ADDRESS)
    with ExitStack() as stack:
        if known.mail is not None:
            made["email"] = stack.enter_context(_mail(known.mail, at))
        yield made


def _mail(known: MailSettings, at: datetime) -> Mail:
    from outputs.channels.mail import Mail, Server
    from outputs.channels.mime import Sender

    server = Server(
        known.host,
        known.port,
        cast("Security", known.security),
        known.user,
        known.password,
        known.timeout,
        known.authority,
    )
    return Mail(server, Sender(known.sender, known.name, known.reply_to), at)


def limited(known: ChannelSettings) -> list[str]:
    """The names of Prefect's limits on the channels that leave the machine."""
    names = [*known.services, *(["zalo"] if known.zalo_token else []), *(["email"] if known.mail else [])]
    return [f"kehoach-{name}" for name in sorted(names)]


@contextmanager
def places(names: list[str]) -> Iterator[None]:
    """Wait for a place at each of the limits, and hold them. A limit that nobody defined would let everybody pass.

    A server takes back the place of a killed run when its lease ends. An API that lives for one run does not, and has
    nobody else to make wait.
    """
    from prefect.settings import PREFECT_API_URL

    from flows import server

    if not names or server.is_own(PREFECT_API_URL.value()):
        yield
        return
    from prefect.client.orchestration import get_client
    from prefect.concurrency.sync import concurrency

    with get_client(sync_client=True) as client:
        for name in names:
            client.upsert_global_concurrency_limit_by_name(name, RUNS)
    with concurrency(names, occupy=1, strict=True, raise_on_lease_renewal_failure=False):
        yield
