"""`kehoach extend`: one verb of usecases.extend; what each needs is said in one line."""

from __future__ import annotations

from datetime import date
from typing import Any

from console.call import Call
from console.words import WrongUsage
from usecases import extend

_NEEDS = {"ask": ("until", "reason"), "grant": ("by",), "refuse": ("by", "reason")}
_TAKES = {
    "ask": ("by", "on", "until", "reason"),
    "grant": ("by", "on", "until", "document", "decided_by", "note"),
    "refuse": ("by", "on", "reason", "document", "decided_by"),
}
_SPELT = {"document": "--doc", "decided_by": "--decided-by"}


def run(call: Call, action: str, occurrence: str, given: dict[str, str | date | None]) -> None:
    """Ask, grant or refuse. Raises WrongUsage where an option is missing, or is none of that verb's."""
    told: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    for name in _NEEDS[action]:
        if name not in told:
            raise WrongUsage("cli.missing", name=_spelt(name))
    for name in told:
        if name not in _TAKES[action]:
            raise WrongUsage("cli.not_with", name=_spelt(name), action=action)
    verb: Any = {"ask": extend.ask, "grant": extend.grant, "refuse": extend.refuse}[action]
    call.record(verb, occurrence=occurrence, **told)


def _spelt(name: str) -> str:
    return _SPELT.get(name, f"--{name}")
