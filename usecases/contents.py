"""What a plan says: its tasks, units and targets, from the files or as the database's revision in force states them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rules.errors import RequestRefused

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Contents:
    """The documents of the `tasks`, `units` and `targets` contracts (design section 8)."""

    tasks: list[dict[str, Any]]
    units: list[dict[str, Any]]
    targets: list[dict[str, Any]]

    def of_unit(self, unit: str | None) -> list[dict[str, Any]]:
        """The tasks that `unit`, its group or a member of it leads; all where None. Refuses a unit nobody knows."""
        if unit is None:
            return self.tasks
        groups = {each["id"]: each["group"] for each in self.units}
        if unit not in groups:
            from usecases.plans import nearest

            raise RequestRefused("request.unknown_unit", unit=unit, near=nearest(unit, groups))
        leads = {unit, groups[unit], *(each for each, group in groups.items() if group == unit)}
        return [each for each in self.tasks if each["unit"] in leads]


def of_files(directory: Path) -> Contents:
    """From the plan's files; raises plan.problems.PlanErrors with all that is wrong with them."""
    import plan
    from usecases.targets import assessed

    loaded = plan.load(directory)
    targets = json.loads(plan.documents(loaded)["targets"])
    return Contents(plan.tasks_json(loaded), plan.units_json(loaded), [assessed(each, []) for each in targets])


def of_database(engine: Engine, *, plan: str | None = None) -> Contents:
    """From the revision in force, the targets with what has been measured."""
    from models.session import reading
    from plan import stored
    from usecases import plans
    from usecases.targets import targets

    with reading(engine) as session:
        office, plan_id = plans.find(session, plan)
        said = plans.in_force(session, office, plan_id)
    return Contents(
        stored.tasks_json(said.text("tasks")), stored.units_json(said.text("units")), targets(engine, plan=plan)
    )


def occurrence_names(engine: Engine, *, plan: str | None = None) -> list[str]:
    """Every occurrence as people name it, `task/unit/period`, of the plan in the database."""
    from models import queries
    from models.session import reading
    from usecases import plans

    with reading(engine) as session:
        return list(queries.occurrence_names(session, *plans.find(session, plan)))


def plan_ids(engine: Engine) -> list[str]:
    """The plans in the database, of every office."""
    from models.session import reading
    from usecases import plans

    with reading(engine) as session:
        return [plan for _, plan in plans.all_plans(session)]


def require_chosen(folder: Path, known: list[str]) -> None:
    """Refuse to lay the plan that comes with us beside plans of somebody's own (`known`) where nobody named it."""
    import plan

    if known and folder == plan.PACKAGED and folder.name not in known:
        raise RequestRefused("request.which_files", plans=", ".join(known))
