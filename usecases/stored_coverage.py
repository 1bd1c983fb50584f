"""Coverage as `kehoach coverage` counts it, from what a revision keeps of the official text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plan.covering import cover
from plan.stored import source_from

if TYPE_CHECKING:
    from usecases.plans import InForce


def coverage(in_force: InForce) -> dict[str, Any]:
    """The `coverage` contract of design section 8. A revision from before the text was kept obliges nobody."""
    excluded = {each["clause"]: each["why"] for each in in_force.meta.get("excluded", ())}
    owners = (*in_force.tasks.values(), *in_force.targets)
    quotes = ((owner["id"], each["clause"], each["quote"]) for owner in owners for each in owner["sources"])
    return cover(source_from(in_force.meta), in_force.meta.get("obliges", ()), excluded, quotes).as_json()
