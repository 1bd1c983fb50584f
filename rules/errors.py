"""The one base error. A rule names what is wrong by a code and values; the words are in texts/."""

from __future__ import annotations


class KehoachError(Exception):
    """Something a person can mend. `code` is a key of texts/ (area.name), `values` fill its blanks."""

    exit_code = 1

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return f"{self.code} {self.values}" if self.values else self.code


class RequestRefused(KehoachError):
    """The request itself is wrong: an unknown id, an illegal move, one's own confirmation."""


class IllegalMove(RequestRefused):
    """An entry that the transition table does not allow in this phase; `values["allowed"]` lists what is."""


class OutsideFailed(KehoachError):
    """Something outside failed: the disk, the database, a channel."""

    exit_code = 3
