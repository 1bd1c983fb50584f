"""What every channel is: it has sent a message when `send` returns, or it raises one of the failures here.

A repeat of the same message must be harmless: after a crash between sending and marking, twice beats never.
"""

from __future__ import annotations

from typing import Protocol

from outputs.notices import Message
from rules.errors import OutsideFailed


class ChannelFailed(OutsideFailed):
    """A channel could not take a message: `values` name the channel and the reason. Worth another try.

    `unknown`: the other side may have taken it all the same (the answer was lost); then only the very same message may
    be sent again, under the same id.
    """

    def __init__(self, channel: str, reason: object, *, unknown: bool = False) -> None:
        super().__init__("notice.channel_failed", channel=channel, reason=str(reason))
        self.unknown = unknown


class AddressRefused(ChannelFailed):
    """This address cannot be written to; the others can. `for_good`: nothing is to be sent there any more."""

    def __init__(self, channel: str, reason: object, *, for_good: bool = True) -> None:
        super().__init__(channel, reason)
        self.for_good = for_good


class Channel(Protocol):
    """What deliver needs of a way to tell somebody something."""

    @property
    def name(self) -> str:
        """The word kept in the outbox beside the notice that went this way."""

    def send(self, message: Message) -> None:
        """Tell it. Raises ChannelFailed or AddressRefused, and nothing else, where it did not leave."""


class Both:
    """Two channels as one: sent when both have it; where the second fails, the repeat of the first is harmless."""

    def __init__(self, first: Channel, second: Channel) -> None:
        self._channels = (first, second)
        self.name = f"{first.name}+{second.name}"

    def send(self, message: Message) -> None:
        for channel in self._channels:
            channel.send(message)
