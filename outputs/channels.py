"""Channels: how a notice leaves. Each either has sent it when `send` returns, or raises ChannelFailed.

A repeat of the same message must be harmless: after a crash between sending and marking, twice beats never.
"""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from typing import Protocol, TextIO

from outputs.notices import Message
from rules.errors import OutsideFailed
from texts import say


class ChannelFailed(OutsideFailed):
    """A channel could not take a message: `values` name the channel and the reason. Worth another try."""

    def __init__(self, channel: str, reason: object) -> None:
        super().__init__("notice.channel_failed", channel=channel, reason=str(reason))


class Channel(Protocol):
    """What deliver needs of a way to tell somebody something."""

    @property
    def name(self) -> str:
        """The word kept in the outbox beside the notice that went this way."""

    def send(self, message: Message) -> None:
        """Tell it. Raises ChannelFailed, and nothing else, where it did not leave."""


class FileChannel:
    """One text file a notice in a folder: `<day>-<recipient>-<id>.txt`, whole or not there at all.

    Another process (a mail robot, a clerk) may take the files while we write: they appear by rename, after their
    bytes are on the disk. A repeat writes the same name with the same bytes.
    """

    name = "file"

    def __init__(self, folder: Path, lang: str = "vi") -> None:
        self._folder = folder
        self._lang = lang

    def path(self, message: Message) -> Path:
        """Where the message goes."""
        return self._folder / f"{message.day.isoformat()}-{slug(message.recipient)}-{message.id}.txt"

    def send(self, message: Message) -> None:
        path = self.path(message)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_whole(path, self._text(message).encode())
        except OSError as error:
            raise ChannelFailed(self.name, error.strerror or error) from error

    def _text(self, message: Message) -> str:
        head = [
            say("notice.file.to", self._lang, recipient=message.recipient),
            say("notice.file.subject", self._lang, subject=message.subject),
            say("notice.file.id", self._lang, id=message.id),
        ]
        return "\n".join((*head, "", message.body))


class ConsoleChannel:
    """A line a notice on a text stream: who, and the subject."""

    name = "console"

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def send(self, message: Message) -> None:
        try:
            self._stream.write(f"{message.recipient}: {message.subject}\n")
            self._stream.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream was closed
            raise ChannelFailed(self.name, error) from error


class Both:
    """Two channels as one: sent when both have it; where the second fails, the repeat of the first is harmless."""

    def __init__(self, first: Channel, second: Channel) -> None:
        self._channels = (first, second)
        self.name = f"{first.name}+{second.name}"

    def send(self, message: Message) -> None:
        for channel in self._channels:
            channel.send(message)


def slug(text: str) -> str:
    """A file name's part of any name: ASCII letters, digits and hyphens, at most 60 of them, never empty."""
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].rstrip("-") or "x"


def _write_whole(path: Path, data: bytes) -> None:
    # The temporary name is fixed, so what a killed run left behind is overwritten by the run that repeats it.
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the rename itself must outlive a power cut
    finally:
        os.close(folder)
