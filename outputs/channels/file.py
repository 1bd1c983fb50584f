"""Files: one text a notice, and one ready text a Zalo group, each whole or not there at all.

Another process (a mail robot, a clerk) may take the files while we write: they appear by rename, after their bytes are
on the disk. A repeat writes the same name with the same bytes.
"""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from outputs.channels.base import ChannelFailed
from outputs.notices import Message
from texts import say


class FileChannel:
    """One text file a notice in a folder: `<day>-<recipient>-<id>.txt`. Who has no other way is told here."""

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


class ZaloText:
    """A text to paste into a Zalo group, `<day>-<group>-<id>.txt`: how most wards really tell each other.

    The file holds the message and nothing else, so that all of it can be copied; the address is the group's name.
    """

    name = "zalo-text"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, message: Message) -> Path:
        """Where the text goes."""
        return self._folder / f"{message.day.isoformat()}-{slug(message.address or message.recipient)}-{message.id}.txt"

    def send(self, message: Message) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_whole(self.path(message), message.chat.encode())
        except OSError as error:
            raise ChannelFailed(self.name, error.strerror or error) from error


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
