"""The one base error. A rule names what is wrong by a code and values; the words are in texts/."""

from __future__ import annotations

from collections.abc import Callable, Sequence


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


class SeveralRefused(RequestRefused):
    """Several things that are wrong with one request, said at once; `each` has what one is about ("": the whole)."""

    def __init__(self, code: str, each: Sequence[tuple[str, RequestRefused]]) -> None:
        super().__init__(code, count=len(each))
        self.each = tuple(each)

    def lines(self, words: Callable[[KehoachError], str]) -> list[str]:
        """A line for itself and one for each, by what says a refusal in words."""
        return [words(self), *(f"«{of}»: {words(one)}" if of else words(one) for of, one in self.each)]


class IllegalMove(RequestRefused):
    """An entry that the transition table does not allow in this phase; `values["allowed"]` lists what is."""


class OutsideFailed(KehoachError):
    """Something outside failed: the disk, the database, a channel."""

    exit_code = 3
