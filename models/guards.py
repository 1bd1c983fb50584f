"""The triggers by which the database itself refuses to change what was recorded.

They hold against every writer that does not own the tables, connections without our pragmas among them. SQLite's INSERT
OR REPLACE deletes the row in its way without firing DELETE triggers, so an existing key is refused before the insert.
On PostgreSQL they are ENABLE ALWAYS, and name every table with its schema, so neither a replication role nor a
temporary table of the same name gets round them. Whoever owns the tables can drop them: `missing` sees that, and
`models.chain.verify` sees what was changed meanwhile.

A migration that alters a guarded table calls `install` again; statements here may only name columns that exist since
the first migration, or that migration gets its own copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

INSERT_ONLY = {
    "entry": ("office", "plan", "seq"),
    "plan_revision": ("office", "plan", "revision"),
    "occurrence_version": ("office", "plan", "task", "unit", "period", "revision"),
}

# Each rule of an event: a condition on the row (new., old. as the database calls it) that must not hold. {s} is the
# schema's prefix, {redacted} reads the seq that a `redacted` entry names.
_RULES: dict[tuple[str, str], dict[str, str]] = {
    # With the unique (office, seq) this lets in the next entry only, chained to the last.
    ("entry", "insert"): {
        "not the next in the chain": (
            "(new.seq = 1 and new.prev_hash <> '') or (new.seq <> 1 and not exists (select 1 from {s}entry"
            " where office = new.office and seq = new.seq - 1 and hash = new.prev_hash))"
        ),
    },
    ("entry_text", "insert"): {
        "no entry hashes such a text": (
            "not exists (select 1 from {s}entry where office = new.office and plan = new.plan and seq = new.seq"
            " and text_hash <> '')"
        ),
    },
    ("entry_text", "update"): {
        "texts are only erased": (
            "new.salt is not null or new.text is not null or new.office <> old.office or new.plan <> old.plan"
            " or new.seq <> old.seq"
        ),
        "no redacted entry names it": (
            "not exists (select 1 from {s}entry where office = old.office and plan = old.plan and kind = 'redacted'"
            " and {redacted} = old.seq)"
        ),
    },
    ("plan_revision", "insert"): {
        "no entry records it": (
            "not exists (select 1 from {s}entry where office = new.office and plan = new.plan and seq = new.seq"
            " and kind = 'plan_revised')"
        ),
    },
    ("office", "insert"): {
        "a new ledger is empty": "new.head_seq <> 0 or new.head_hash <> '' or new.head_recorded_at is not null",
    },
    ("office", "update"): {
        "offices keep their id": "new.id <> old.id",
        "the head only rises": "new.head_seq < old.head_seq",
        "the head is the last entry": (
            "new.head_seq = old.head_seq and (new.head_hash <> old.head_hash"
            " or coalesce(new.head_recorded_at <> old.head_recorded_at,"
            " (new.head_recorded_at is null) <> (old.head_recorded_at is null)))"
            " or new.head_seq <> old.head_seq and not exists (select 1 from {s}entry where office = new.id"
            " and seq = new.head_seq and hash = new.head_hash and recorded_at = new.head_recorded_at)"
        ),
    },
}
# SQLite: REPLACE deletes any row that meets a unique key of the new one. PostgreSQL: unique keys refuse by themselves.
_UNIQUE = [
    *INSERT_ONLY.items(),
    ("entry", ("office", "seq")),
    ("entry", ("office", "request_id")),
    ("entry_text", ("office", "plan", "seq")),
    ("office", ("id",)),
]
_NEVER = [(table, event) for table in INSERT_ONLY for event in ("update", "delete")]
_NEVER += [("entry_text", "delete"), ("office", "delete")]
_TRUNCATED = (*INSERT_ONLY, "entry_text", "office")


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger: what makes it, and what the database must then say it is."""

    name: str
    table: str
    create: tuple[str, ...]
    definition: str


def _name(table: str, event: str) -> str:
    return f"kehoach_{table}_{event}"


def _sqlite() -> list[Guard]:
    guards = []
    fill = {"s": "", "redacted": "json_extract(data, '$.seq')"}
    bodies = {
        key: " ".join(
            f"SELECT RAISE(ABORT, '{key[0]}: {why}') WHERE {condition.format(**fill)};"
            for why, condition in rules.items()
        )
        for key, rules in _RULES.items()
    }
    for table, key in _UNIQUE:
        same = " AND ".join(f"{name} = new.{name}" for name in key)
        met = f"SELECT RAISE(ABORT, '{table}: exists') WHERE EXISTS (SELECT 1 FROM {table} WHERE {same});"  # noqa: S608
        bodies[table, "insert"] = f"{met} {bodies.get((table, 'insert'), '')}".strip()
    bodies |= {key: f"SELECT RAISE(ABORT, '{key[0]}: no {key[1]}');" for key in _NEVER}
    for (table, event), body in bodies.items():
        name = _name(table, event)
        made = f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table} FOR EACH ROW BEGIN {body} END"
        guards.append(Guard(name, table, (f"DROP TRIGGER IF EXISTS {name}", made), made))
    return guards


def _postgresql(schema: str) -> list[Guard]:
    fill = {"s": f"{schema}.", "redacted": "(data::jsonb ->> 'seq')::bigint"}
    bodies = {
        key: "".join(
            f"if {condition.format(**fill)} then raise exception using errcode = 'restrict_violation',"
            f" message = '{key[0]}: {why}'; end if; "
            for why, condition in rules.items()
        )
        for key, rules in _RULES.items()
    }
    never = [*_NEVER, *((table, "truncate") for table in _TRUNCATED)]
    refuse = "raise exception using errcode = 'restrict_violation', message = '{0}: no {1}'; "
    bodies |= {key: refuse.format(*key) for key in never}
    guards = []
    for (table, event), body in bodies.items():
        name, source = _name(table, event), f"begin {body}return new; end"
        each = "STATEMENT" if event == "truncate" else "ROW"
        of = f"{schema}.{table}"
        create = (
            f"CREATE OR REPLACE FUNCTION {schema}.{name}() RETURNS trigger LANGUAGE plpgsql AS $guard${source}$guard$",
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {event.upper()} ON {of}"
            f" FOR EACH {each} EXECUTE FUNCTION {schema}.{name}()",
            f"ALTER TABLE {of} ENABLE ALWAYS TRIGGER {name}",
        )
        guards.append(Guard(name, table, create, f"{each} {event.upper()} {source}"))
    return guards


_IN_SQLITE = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
# tgtype (pg_trigger.h): 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate; tgenabled A: always.
_IN_POSTGRES = """
SELECT t.tgname AS name,
       CASE t.tgtype & 1 WHEN 1 THEN 'ROW ' ELSE 'STATEMENT ' END
       || CASE t.tgtype & 62 WHEN 6 THEN 'INSERT ' WHEN 10 THEN 'DELETE ' WHEN 18 THEN 'UPDATE '
                             WHEN 34 THEN 'TRUNCATE ' ELSE 'OTHER ' END
       || p.prosrc AS sql
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgenabled = 'A' AND t.tgqual IS NULL AND c.relnamespace = current_schema()::regnamespace
"""


def guards(connection: Connection) -> list[Guard]:
    """Every guard that a whole database has, in the connection's dialect and schema."""
    if connection.dialect.name == "sqlite":
        return _sqlite()
    return _postgresql(schema_of(connection))


def schema_of(connection: Connection) -> str:
    """PostgreSQL's current schema, quoted."""
    return str(connection.execute(text("SELECT quote_ident(current_schema())")).scalar_one())


def install(connection: Connection) -> None:
    """Make every guard, in place of an older one of the same name. The tables must be there."""
    for guard in guards(connection):
        for statement in guard.create:
            connection.exec_driver_sql(statement)


def missing(connection: Connection) -> list[str]:
    """The names of guards that are absent, altered or switched off; empty for a whole database."""
    query = _IN_SQLITE if connection.dialect.name == "sqlite" else _IN_POSTGRES
    found = {row.name: row.sql for row in connection.execute(text(query))}
    return [guard.name for guard in guards(connection) if found.get(guard.name) != guard.definition]


def broken_keys(connection: Connection) -> list[str]:
    """Foreign keys that do not hold: SQLite, the tables with rows of no parent; PostgreSQL, keys not validated."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        return sorted({f"{row[0]} -> {row[2]}" for row in rows})
    query = (
        "SELECT conname FROM pg_constraint"
        " WHERE contype = 'f' AND NOT convalidated AND connamespace = current_schema()::regnamespace"
    )
    return sorted(connection.execute(text(query)).scalars())
