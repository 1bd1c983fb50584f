"""What a revision of the plan said cannot be changed behind the guards without `verify` finding it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from models import ledger, queries
from models.revisions import DOCUMENTS
from models.session import begin, reading
from rules.values import Terms
from tests.conftest import Database
from tests.models import made

EVENT = replace(made.terms(made.REPORT._replace(task="vu-viec", period="vv-01")), kind="on-event")
SAID = [(made.terms(last_day=date(2025, 6, 13)), False), (made.check_in(), True)]


def _revise(session: Session, said: list[tuple[Terms, bool]]) -> int:
    """Revision 2 as sync writes it: its entry holds the digest of what it says."""
    documents = dict.fromkeys(DOCUMENTS, "{}")
    data = {
        "revision": 2,
        "file_hash": "files-2",
        "calendar_hash": "",
        "digest": queries.revision_digest(documents, said),
    }
    later = made.NOW + timedelta(days=50)
    seq = made.revise(session, 2, [], date(2025, 4, 1), later, data=data)
    for terms, withdrawn in said:
        queries.add_versions(session, [terms], 2, withdrawn=withdrawn)
    return seq


@pytest.fixture
def owner(database: Database) -> Engine:
    """A ledger with a second revision at seq 2, in the hands of its tables' owner, without guards."""
    application = database.open()
    made.ward(application)
    with begin(application) as session:
        _revise(session, SAID)
    engine = database.open(owner=True)
    with engine.begin() as connection:
        for table in ("plan_revision", "occurrence_version"):
            for event in ("update", "delete", "insert"):
                on = "" if database.backend == "sqlite" else f" ON {table}"
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS kehoach_{table}_{event}{on}")
    return engine


def _faults(engine: Engine) -> list[tuple[str, int]]:
    with reading(engine) as session:
        return [(each.code, each.seq) for each in ledger.verify(session, made.OFFICE)]


def test_an_untouched_revision_stands(owner: Engine) -> None:
    """The digest of rows read back is the digest of the values they were made from."""
    assert _faults(owner) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE occurrence_version SET first_last_day = '2025-06-14' WHERE revision = 2 AND task = 'bao-cao'",
        "UPDATE occurrence_version SET withdrawn = NOT withdrawn WHERE revision = 2 AND task = 'bao-cao'",
        "UPDATE occurrence_version SET advisory = NOT advisory WHERE revision = 2 AND task = 'cap-nhat'",
        "UPDATE occurrence_version SET lines = '[]' WHERE revision = 2 AND task = 'cap-nhat'",
        "DELETE FROM occurrence_version WHERE revision = 2 AND task = 'bao-cao'",
        "UPDATE plan_revision SET effective_on = '2025-03-31' WHERE revision = 2",
        "UPDATE plan_revision SET recorded_at = '2025-03-01 00:00:00.000000' WHERE revision = 2",
        "UPDATE plan_revision SET tasks = '[]' WHERE revision = 2",
        "UPDATE plan_revision SET units = '[]' WHERE revision = 2",
        "UPDATE plan_revision SET calendar = '[]' WHERE revision = 2",
        "UPDATE plan_revision SET file_hash = 'x' WHERE revision = 2",
        "UPDATE plan_revision SET calendar_hash = 'x' WHERE revision = 2",
    ],
)
def test_a_changed_revision_is_found(owner: Engine, statement: str) -> None:
    """A last day, a line, a document or a clock of the revision: the entry that records it no longer agrees."""
    with owner.begin() as connection:
        assert connection.exec_driver_sql(statement).rowcount == 1
    assert _faults(owner) == [("ledger.fault_revision", 2)]


def test_a_revision_moved_or_added_is_found(owner: Engine) -> None:
    """A row that names another's entry, and one that no entry records."""
    with owner.begin() as connection:
        connection.exec_driver_sql("UPDATE plan_revision SET seq = 1 WHERE revision = 2")
    assert _faults(owner) == [("ledger.fault_revision", 1), ("ledger.fault_revision", 2)]
    with owner.begin() as connection:
        connection.exec_driver_sql("UPDATE plan_revision SET seq = 2 WHERE revision = 2")
    assert _faults(owner) == []
    made.append(owner, "three")
    with owner.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO plan_revision SELECT office, plan, 3, effective_on, recorded_at, 3, file_hash, calendar_hash,"
            " libraries, units, tasks, targets, ladder, calendar, meta FROM plan_revision WHERE revision = 2"
        )
    assert _faults(owner) == [("ledger.fault_revision_added", 3)]


def test_rows_that_cannot_be_read_are_found(sqlite_engine: Engine) -> None:
    """SQLite keeps any bytes: a day that is none, letters that are none."""
    made.ward(sqlite_engine)
    with begin(sqlite_engine) as session:
        _revise(session, SAID)
    for value in ("'hôm qua'", "CAST(x'ff' AS TEXT)"):
        with sqlite_engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER IF EXISTS kehoach_plan_revision_update")
            connection.exec_driver_sql(f"UPDATE plan_revision SET effective_on = {value} WHERE revision = 2")
        assert _faults(sqlite_engine) == [("ledger.fault_revision", 2)]


def test_events_join_a_revision_later(engine: Engine) -> None:
    """An opened event adds a version to the revision in force; its own entry holds its terms."""
    made.ward(engine)
    with begin(engine) as session:
        _revise(session, SAID)
        queries.add_occurrences(session, [(EVENT, made.state(EVENT))], 2)
        queries.add_versions(session, [EVENT], 2, withdrawn=False)
    assert _faults(engine) == []


def test_the_order_of_saying_does_not_matter() -> None:
    """The digest is of what is said, not of how it was listed; and of every document."""
    documents = dict.fromkeys(DOCUMENTS, "{}")
    digest = queries.revision_digest(documents, SAID)
    assert queries.revision_digest(documents, SAID[::-1]) == digest
    assert queries.revision_digest(documents, SAID[:1]) != digest
    for name in DOCUMENTS:
        assert queries.revision_digest(documents | {name: "[]"}, SAID) != digest
