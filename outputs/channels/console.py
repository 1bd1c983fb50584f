"""A line a notice on a text stream: who, and the subject."""

from __future__ import annotations

from typing import TextIO

from outputs.channels.base import ChannelFailed
from outputs.notices import Message


class ConsoleChannel:
    """Tells a stream that somebody looks at."""

    name = "console"

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def send(self, message: Message) -> None:
        try:
            self._stream.write(f"{message.recipient}: {message.subject}\n")
            self._stream.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream was closed
            raise ChannelFailed(self.name, error) from error
