"""An office's own services through `apprise`: webhooks, Teams, ntfy, Telegram and a hundred more, by one address each.

The service's address is a secret of the installation (settings.py), never of the plan; where it holds `{address}`, the
recipient's own part (a topic, a chat) is put there.
"""

from __future__ import annotations

import logging
from urllib.parse import quote

from outputs.channels.base import AddressRefused, ChannelFailed
from outputs.notices import Message


class Service:
    """One service under the name that people's `channels` use."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self._url = url

    def send(self, message: Message) -> None:
        # One third of a second, and Prefect's own: only who uses a service pays for it.
        from apprise import Apprise, NotifyFormat
        from apprise.logger import LogCapture

        if "{address}" in self._url and not message.address:
            raise AddressRefused(self.name, "no address", for_good=False)
        service = Apprise()
        url = self._url.replace("{address}", quote(message.address, safe=""))
        with LogCapture(level=logging.WARNING, fmt="%(message)s") as log:  # type: ignore[no-untyped-call]
            taken = service.add(url) and service.notify(
                body=message.brief or message.body, title=message.subject, body_format=NotifyFormat.TEXT
            )
            said = " ".join(log.getvalue().split())
        if not taken:
            raise ChannelFailed(self.name, said.replace(url, self.name)[:200] or "not taken")
