"""How a statement is scoped to an office and plan, or to one occurrence: no other module writes these conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, bindparam, insert

from models.tables import OCCURRENCE_KEY
from rules.ladder import NEWS
from rules.values import Key

if TYPE_CHECKING:
    from sqlmodel import Session


def of_plan(table: Table, office: str, plan: str) -> tuple[Any, Any]:
    """The rows of one plan."""
    return table.c.office == office, table.c.plan == plan


def of_key(table: Table, key: Key) -> list[Any]:
    """The rows of one occurrence."""
    return [table.c[name] == value for name, value in key._asdict().items()]


def key_of(row: Any) -> Key:
    """The key of any row that has its five columns."""
    return Key(row.office, row.plan, row.task, row.unit, row.period)


def by_name(table: Table, names: Sequence[str] = OCCURRENCE_KEY) -> list[Any]:
    """The row whose key `named` gives, for statements run with many parameter sets."""
    return [table.c[name] == bindparam(f"k_{name}") for name in names]


def named(row: Any, names: Sequence[str] = OCCURRENCE_KEY) -> dict[str, Any]:
    """The parameters that `by_name` asks for, from a key or a row."""
    return {f"k_{name}": getattr(row, name) for name in names}


def insert_all(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert the rows in one executemany; all must name the same columns."""
    if rows:
        session.execute(insert(table), rows)


def count(session: Session, statement: Any, rows: list[dict[str, Any]]) -> int:
    """Run a statement with each parameter set; how many rows it changed in all."""
    return session.connection().execute(statement, rows).rowcount if rows else 0


def on_the_ladder(notices: Table) -> Any:
    """The notices of the ladder's rungs: news of an extension is none."""
    return notices.c.rung.not_like(f"{NEWS}%")
