"""What is held of plan revisions: read once, shared, never another's, bounded."""

from __future__ import annotations

import gc
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier
from typing import Any
from weakref import ref

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlmodel import Session, select

from models.session import begin, database, open_engine, reading
from models.tables import PlanRevision
from tests.conftest import Database
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import plans, revisions, sync, verify
from usecases.plans import InForce


def in_force(engine: Engine) -> InForce:
    with reading(engine) as session:
        return plans.in_force(session, *plans.find(session))


DROP = "drop trigger kehoach_plan_revision_update"


class Statements(list[str]):
    """What an engine is asked from now on."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _: Connection, __: Any, statement: str, *___: Any) -> None:
        self.append(statement)

    def of_documents(self) -> int:
        return sum("plan_revision.tasks" in each for each in self)


def test_documents_are_read_once(ward: Ward) -> None:
    """Every reader and every writer of a database gets the same values, after one small query."""
    first = in_force(ward.engine)
    asked = Statements(ward.engine)
    assert in_force(ward.engine) is first
    with begin(ward.engine) as session:
        assert plans.in_force(session, first.office, first.plan) is first
        assert plans.latest(session, first.office) is first
    ward.done("bao-cao/a/6-thang", "a", "2025-05-20", on="2025-05-12", document="1/BC-UBND")
    assert asked.of_documents() == 0
    assert sum("plan_revision" in each for each in asked) == 4


def test_a_new_revision_is_seen_and_the_old_one_is_still_itself(ward: Ward) -> None:
    """A revision of the plan, and the plan as it stood before it."""
    first = in_force(ward.engine)
    small.edit(ward.folder / "plan.yaml", "title: ", "title: Sửa ")
    ward.sync("2025-02-01")
    second = in_force(ward.engine)
    assert (first.revision, second.revision) == (1, 2)
    assert second.meta["title"] == f"Sửa {first.meta['title']}"
    with reading(ward.engine) as session:
        before = plans.in_force(session, first.office, first.plan, revision=1)
    assert before.meta["title"] == first.meta["title"]


def test_a_revision_that_was_rolled_back_leaves_nothing(ward: Ward) -> None:
    """Its number is given again, to other words: those are read."""
    with pytest.raises(ZeroDivisionError), begin(ward.engine) as session:
        office, plan = plans.find(session)
        _revise(session, "Không thành")
        assert plans.in_force(session, office, plan).meta == {"title": "Không thành"}
        raise ZeroDivisionError
    assert in_force(ward.engine).revision == 1
    with begin(ward.engine) as session:
        _revise(session, "Thành")
    assert (in_force(ward.engine).revision, in_force(ward.engine).meta) == (2, {"title": "Thành"})


def _revise(session: Session, title: str) -> None:
    """Revision 2, from other files, with other words in `meta`."""
    first = session.exec(select(PlanRevision)).one().model_dump()
    said = {"revision": 2, "file_hash": title, "meta": f'{{"title": "{title}"}}'}
    session.add(PlanRevision(**first | said))
    session.flush()
    session.execute(text("update plan set revision = 2"))


def test_a_renamed_office_is_called_by_its_new_name(database: Database, ward: Ward) -> None:
    """What stands outside the documents is read each time."""
    first = in_force(ward.engine)
    with database.open(owner=True).begin() as connection:
        connection.execute(text("update office set name = 'Tên mới'"))
    second = in_force(ward.engine)
    assert (second.office_name, second.revision) == ("Tên mới", first.revision)
    assert second.units is first.units


def test_who_checks_reads_what_stands_there(database: Database, ward: Ward) -> None:
    """What somebody changed past the guards is seen by `verify` in a process that holds what stood there before."""
    assert in_force(ward.engine).meta["year"] == 2025
    assert not verify.verify(ward.engine).faults
    with database.open(owner=True).begin() as connection:
        on_postgres = database.backend == "postgres"
        guard = "alter table plan_revision disable trigger user" if on_postgres else DROP
        connection.execute(text(guard))
        connection.execute(text("update plan_revision set meta = replace(meta, '2025', '2026')"))
    assert in_force(ward.engine).meta["year"] == 2025
    assert "verify.plan_differs" in {each.code for each in verify.verify(ward.engine).faults}


def test_two_databases_keep_apart(tmp_path: Path, ward: Ward, sqlite_template: Path) -> None:
    """The same office, plan and revision with other words in another database."""
    shutil.copyfile(sqlite_template, tmp_path / "other.db")
    other = open_engine(f"sqlite:///{tmp_path / 'other.db'}")
    folder = small.write(tmp_path / "other")
    small.edit(folder / "plan.yaml", "title: ", "title: Khác ")
    sync.sync(other, directory=folder, overlay=None, now=small.at("2025-01-10"), recorded_by="thử")
    here, there = in_force(ward.engine), in_force(other)
    other.dispose()
    assert there.meta["title"] == f"Khác {here.meta['title']}"
    assert there.tasks is here.tasks  # these say the same
    assert there.meta is not here.meta


def test_a_closed_database_lets_go_of_its_revisions(database: Database, ward: Ward) -> None:
    """Nothing outlives the engine that it was read by, so nobody else can be given it."""
    engine = open_engine(database.url)
    held = ref(in_force(engine))
    engine.dispose()
    del engine
    gc.collect()
    assert held() is None


def test_an_engine_is_one_database_by_every_option(ward: Ward) -> None:
    """Reading and writing set options on copies of the engine."""
    with reading(ward.engine) as one, begin(ward.engine) as other:
        assert database(one) is database(other)


def test_threads_that_come_at_once_get_the_same(ward: Ward) -> None:
    """Sixteen that find nothing held read at once, and all go on with one."""
    ward.engine.dispose()
    gate = Barrier(16)

    def come(_: int) -> InForce:
        with reading(ward.engine) as session:
            gate.wait(60)
            found = plans.latest(session, "nho")
            assert found.units and found.calendar and found.directory
            return found

    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(come, range(16)))
    assert len({id(each) for each in found}) == 1
    assert len({id(each.units) for each in found}) == 1


@dataclass
class Paper:
    """Something with documents."""

    documents: dict[str, revisions.Document]


def paper(*texts: str) -> Paper:
    return Paper({str(n): revisions.document(each) for n, each in enumerate(texts)})


class Home:
    """A database."""


def test_what_was_not_used_for_longest_is_let_go() -> None:
    """By octets of distinct documents; one stays however large it is."""
    shelf, home, made = revisions.Shelf[Paper](most=30), Home(), []

    def ask(key: str, *texts: str) -> None:
        def make() -> Paper:
            made.append(key)
            return paper(*texts)

        shelf.get(home, key, make)

    ask("a", "chung" * 2, "aaaaaaaaaa")
    ask("b", "chung" * 2, "bbbbbbbbbb")  # 30: what both say counts once
    ask("a")
    assert made == ["a", "b"]
    ask("c", "chung" * 2, "cccccccccc")
    ask("a")
    assert made == ["a", "b", "c"]
    ask("b", "chung" * 2, "bbbbbbbbbb")
    assert made == ["a", "b", "c", "b"]
    ask("d", "d" * 100)
    ask("d")
    assert made == ["a", "b", "c", "b", "d"]


def test_equal_documents_are_one_as_long_as_anybody_holds_them() -> None:
    """And are parsed once; afterwards nothing of them stays."""
    one, other = revisions.document("[1]"), revisions.document("[1]")
    assert one is other
    assert one.read(json.loads) is other.read(json.loads)
    gone = ref(one)
    del one, other
    gc.collect()
    assert gone() is None


def test_who_writes_into_what_is_held_is_found_out() -> None:
    """What the tests ask after each of them can fail."""
    held = revisions.document('{"a": []}')
    held.read(json.loads)["a"].append(1)
    assert held.changed() == ["loads"]
    assert held in revisions.held()
    del held
