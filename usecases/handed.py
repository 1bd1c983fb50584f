"""Files that were handed in together: looked at one by one, taken or refused as one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from plan.stored import allows_photos
from rules.errors import RequestRefused, SeveralRefused
from usecases import evidence
from usecases.evidence import Handed, Sent

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from rules.values import Terms
    from usecases.permits import Case
    from usecases.plans import InForce

Given = Path | Handed | Sent
"""A file on this machine, one that came in, or one that was looked at already."""


@dataclass(frozen=True, slots=True)
class Looked:
    """Files after each was looked at (usecases.uploads.look)."""

    files: tuple[Sent, ...] = ()
    """As they are kept, in their order; the same bytes once."""
    refusals: tuple[tuple[str, RequestRefused], ...] = ()
    """The name of each file that is not taken, with why; "" where it is about all of them."""
    count: int = 0
    """How many were handed in."""

    @property
    def hashes(self) -> tuple[str, ...]:
        return tuple(evidence.digest(each) for each in self.files)

    def refuse(self, case: Case, lacks: RequestRefused | None) -> None:
        """Raise all that is refused at once: these files, photographs where none are taken, and what `lacks`.

        Raises the only refusal of the only file as it is, and SeveralRefused(`upload.several`).
        """
        every = [*self.refusals, *self._photos(case)] + ([("", lacks)] if lacks else [])
        if len(every) == 1 and (self.count < 2 or not every[0][0]):
            raise every[0][1]
        if every:
            raise SeveralRefused("upload.several", every)

    def _photos(self, case: Case) -> list[tuple[str, RequestRefused]]:
        photos = [each for each in self.files if each.photo]
        if not photos or photos_allowed(case.plan, case.terms):
            return []
        return [(each.name, RequestRefused("upload.no_photos")) for each in photos]

    def keeper(
        self, session: Session, case: Case, folder: Path | None, now: datetime, most_a_day: int | None
    ) -> Callable[[Session], object] | None:
        """What stores them in the entry's transaction; None for no file. Raises RequestRefused(`upload.day_full`)."""
        if not self.files:
            return None
        unit = case.state.held_by
        if most_a_day is not None:
            from usecases.allowance import require_room

            require_room(session, case.plan, self.files, unit, now, most_a_day)
        sender = None if most_a_day is None else unit
        return partial(evidence.keep, in_force=case.plan, files=self.files, folder=folder, now=now, unit=sender)

    def announced(self, engine: Engine, folder: Path | None) -> AbstractContextManager[None]:
        """Around the transaction in which they are kept."""
        return evidence.announced(engine, folder, self.hashes)


def photos_allowed(in_force: InForce, terms: Terms) -> bool:
    """Whether photographs may prove this work: no cases, and what the plan says of the task; of a check-in, of every
    line of it. A task that the revision in force no longer has is asked for documents."""
    tasks = [in_force.tasks.get(each) for each in terms.lines or (terms.key.task,)]
    return not terms.private and all(each is not None and allows_photos(each) for each in tasks)
