"""How units behave in a simulation: what each does about its work once it is told of it, or on a day of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from rules.values import State, Terms


@dataclass(frozen=True, slots=True)
class Conduct:
    """What a unit does about its work. By default nothing, ever."""

    after: int | None = None
    """Does it so many calendar days after it was first told of it."""
    on: date | None = None
    """Does it on that day, told or not; the first possible day where that one is too early."""
    acknowledges: bool = False
    """Says that it has heard, on the day of each message."""
    extension: int = 0
    """Asks for so many calendar days more, once, on the day it is first told, where that is before the last day."""
    granted: bool = True
    """Whether who set the date agrees, on the next working day."""
    absent: tuple[tuple[date, date], ...] = ()
    """Days on which it does nothing; what it would have done then, it does on the first day after."""

    def there(self, day: date) -> date:
        """`day`, or the first day after an absence that covers it."""
        for first, last in sorted(self.absent):
            if first <= day <= last:
                day = last + timedelta(days=1)
        return day


@dataclass(frozen=True, slots=True)
class Script:
    """How everybody behaves: by task, else by unit (who holds the work), else the default."""

    default: Conduct = field(default_factory=Conduct)
    units: Mapping[str, Conduct] = field(default_factory=dict)
    tasks: Mapping[str, Conduct] = field(default_factory=dict)
    confirms: int | None = 1
    """After so many calendar days a report that waits is confirmed; None is never."""

    def of(self, terms: Terms, state: State) -> Conduct:
        """The conduct that counts for one occurrence."""
        return self.tasks.get(terms.key.task) or self.units.get(state.held_by) or self.default
