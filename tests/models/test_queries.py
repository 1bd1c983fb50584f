"""What use cases ask and write: rows and values agree, each query stays in its office and plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from models import queries, rows
from models.session import begin, open_engine, reading
from rules import states
from rules.values import ANSWERS, BASES, RELATIONS, Answer, Dates, Key, State, Terms
from tests.models import made
from tests.postgres import APPLICATION, Server

OTHER = "kien-hung"
LATER = made.NOW + timedelta(days=50)
DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))
# PostgreSQL keeps no NUL, and a lone surrogate is no text.
WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
TERMS = st.builds(
    Terms,
    key=st.just(made.REPORT),
    kind=st.sampled_from(["report", "check-in", "campaign"]),
    title=WORDS,
    label=WORDS,
    dates=st.builds(
        Dates,
        stated=st.none() | DAYS,
        last_day=st.none() | DAYS,
        advised_day=st.none() | DAYS,
        time=st.none() | st.times().map(lambda each: each.replace(fold=0)),
        from_day=st.none() | DAYS,
        to_day=st.none() | DAYS,
        basis=st.sampled_from(BASES),
        set_by=st.none() | WORDS,
        words=WORDS,
        reason=WORDS,
    ),
    relation=st.sampled_from(RELATIONS),
    confirm=st.none() | WORDS,
    evidence=st.sampled_from(["any", "document", "note", "file"]),
    lines=st.lists(WORDS, max_size=3).map(tuple),
    advisory=st.booleans(),
    private=st.booleans(),
    opens_on=st.none() | DAYS,
)
STATES = st.builds(
    State,
    phase=st.sampled_from(["open", "submitted", "returned", "done", "cancelled"]),
    done_on=st.none() | DAYS,
    document=st.none() | WORDS,
    recorded_late=st.booleans(),
    last_day=st.none() | DAYS,
    plan_day=st.none() | DAYS,
    version=st.integers(1, 99),
    extended_from=st.none() | DAYS,
    held_by=WORDS,
    answers=st.dictionaries(
        WORDS, st.builds(Answer, st.sampled_from(ANSWERS), DAYS, st.none() | WORDS, st.none() | WORDS), max_size=3
    ),
    acknowledged_on=st.none() | DAYS,
    sequence=st.integers(0, 99),
    changed_seq=st.integers(0, 10**6),
    changed_at=st.none() | st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1990 < at.year < 2090),
    reporter=WORDS,
    withdrawn=st.booleans(),
)


class Row:
    """A row of the given columns."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self.__dict__.update(columns)


@given(TERMS, STATES)
def test_values_pass_through_columns_unchanged(terms: Terms, state: State) -> None:
    """Terms and state come back from their columns as they went in."""
    assert queries.to_terms(Row(terms.key._asdict() | queries.terms_columns(terms))) == terms
    assert queries.to_state(Row(queries.state_columns(state))) == state


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Two offices with the same plan."""
    made.ward(engine)
    made.ward(engine, OTHER)
    return engine


def _row(engine: Engine, key: Key = made.REPORT) -> Any:
    with reading(engine) as session:
        return queries.occurrence(session, key)


def test_values_pass_through_the_database_unchanged(filled: Engine) -> None:
    """The same through real columns of every type, on both databases."""

    @settings(max_examples=15, deadline=None)
    @given(TERMS, STATES)
    def passes(terms: Terms, state: State) -> None:
        # the day by the plan is one column, and so is being withdrawn
        state = replace(state, plan_day=terms.dates.last_day)
        with begin(filled) as session:
            queries.revise_occurrences(session, [terms], 1, withdrawn=state.withdrawn)
            queries.save_states(session, [(terms.key, state)])
        row = _row(filled)
        assert (queries.to_terms(row), queries.to_state(row)) == (terms, state)
        assert queries.to_pairs([row]) == [(terms, state)]

    passes()


def test_hours_and_days_stay_what_they_are(filled: Engine) -> None:
    """«trước 17 giờ ngày 14/5» is 17:00 local, whatever the server's zone."""
    terms = made.terms(last_day=date(2025, 5, 14))
    terms = replace(terms, dates=replace(terms.dates, time=time(17)))
    with begin(filled) as session:
        queries.revise_occurrences(session, [terms], 1, withdrawn=False)
    assert queries.to_terms(_row(filled)).dates == terms.dates


def test_one_office_does_not_see_the_other(filled: Engine) -> None:
    """Every query that takes an office answers for it alone."""
    with reading(filled) as session:
        for office in (made.OFFICE, OTHER):
            of = (session, office, made.PLAN)
            _, versions = queries.versions_at(*of, LATER.date(), None, made.ZONE)
            for rows_of_it in (queries.occurrences(*of), queries.standing(*of), versions):
                assert [row.office for row in rows_of_it] == [office, office]
            assert queries.head(session, office) == 1
        assert queries.offices(session) == [OTHER, made.OFFICE]
        assert queries.occurrences(session, "nowhere", made.PLAN) == []
        assert queries.head(session, "nowhere") == 0


def test_saving_one_state_leaves_the_others(filled: Engine) -> None:
    """The row that is named, in its own office, and no other."""
    before = _row(filled, made.REPORT._replace(office=OTHER)), _row(filled, made.ROUND)
    done = replace(made.state(made.terms()), phase="done", done_on=date(2025, 5, 2), held_by="phong-moi")
    with begin(filled) as session:
        queries.save_states(session, [(made.REPORT, done)])
        queries.save_states(session, [])
    assert queries.to_state(_row(filled)) == done
    assert (_row(filled, made.REPORT._replace(office=OTHER)), _row(filled, made.ROUND)) == before


def test_names_and_lists(filled: Engine) -> None:
    """Names as people type them, check-ins of a unit, what is open and held by units that ended."""
    with begin(filled) as session:
        done = replace(made.state(made.check_in()), phase="done", done_on=date(2025, 4, 2))
        queries.save_states(session, [(made.ROUND, done)])
    with reading(filled) as session:
        assert sorted(queries.occurrence_names(session, made.OFFICE, made.PLAN)) == [
            "bao-cao/ldtbxh/6-thang",
            "cap-nhat/cong-an/dot-1",
        ]
        assert [row.period for row in queries.check_ins_of(session, made.OFFICE, made.PLAN, "cong-an")] == ["dot-1"]
        assert queries.check_ins_of(session, made.OFFICE, made.PLAN, "ldtbxh") == []
        held = queries.open_held_by(session, made.OFFICE, made.PLAN, {"cong-an", "ldtbxh", "none"})
        assert [row.held_by for row in held] == ["ldtbxh"]


def test_what_is_withdrawn_is_no_longer_asked(filled: Engine) -> None:
    """It stays among all occurrences, and leaves those that stand."""
    with begin(filled) as session:
        queries.revise_occurrences(session, [made.terms()], 1, withdrawn=True)
    with reading(filled) as session:
        assert len(queries.occurrences(session, made.OFFICE, made.PLAN)) == 2
        assert [row.task for row in queries.standing(session, made.OFFICE, made.PLAN)] == ["cap-nhat"]
        assert queries.occurrence_names(session, made.OFFICE, made.PLAN) == ["cap-nhat/cong-an/dot-1"]
        assert len(queries.standing(session, OTHER, made.PLAN)) == 2


# ---- revisions

MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)


def test_the_plan_as_it_stood(filled: Engine) -> None:
    """The last revision effective by the day and known by then; of each occurrence, what it or one before it said."""
    moved, added = made.terms(last_day=date(2025, 6, 13)), made.terms(made.REPORT._replace(period="ca-nam"))
    with begin(filled) as session:
        queries.add_occurrences(session, [(added, made.state(added))], 2)
        made.revise(session, 2, [moved, added], APRIL, LATER)
    learned = LATER.astimezone(UTC).date()
    cases: list[tuple[date, date | None, int | None, dict[str, date]]] = [
        (made.START - timedelta(days=1), None, None, {}),
        (made.START, None, 1, {"6-thang": date(2025, 5, 13), "dot-1": date(2025, 4, 25)}),
        (MARCH, None, 1, {"6-thang": date(2025, 5, 13), "dot-1": date(2025, 4, 25)}),
        (
            APRIL,
            None,
            2,
            {"6-thang": date(2025, 6, 13), "dot-1": date(2025, 4, 25), "ca-nam": date(2025, 5, 13)},
        ),
        (APRIL, learned - timedelta(days=1), 1, {"6-thang": date(2025, 5, 13), "dot-1": date(2025, 4, 25)}),
        (
            APRIL,
            learned,
            2,
            {"6-thang": date(2025, 6, 13), "dot-1": date(2025, 4, 25), "ca-nam": date(2025, 5, 13)},
        ),
        (APRIL, made.START - timedelta(days=1), None, {}),
    ]
    with reading(filled) as session:
        for day, known_by, revision, last_days in cases:
            found, versions = queries.versions_at(session, made.OFFICE, made.PLAN, day, known_by, made.ZONE)
            assert found == revision, (day, known_by)
            assert {row.period: queries.to_terms(row).dates.last_day for row in versions} == last_days


def test_unchanged_files_are_recognised(filled: Engine) -> None:
    """Only the current revision's files count, and only as read by the same libraries."""
    with reading(filled) as session:
        found = queries.current_with_hash(session, "files-1", "{}")
        assert found is not None
        assert (found.plan, found.title, found.revision) == (made.PLAN, "Kế hoạch", 1)
        assert queries.current_with_hash(session, "files-1", '{"holidays":"1"}') is None
        assert queries.current_with_hash(session, "files-2", "{}") is None
    with begin(filled) as session:
        made.revise(session, 2, [], APRIL, LATER)
    with reading(filled) as session:
        found = queries.current_with_hash(session, "files-1", "{}")
        assert found is not None
        assert found.office == OTHER


# ---- entries


def test_entries_with_their_texts(filled: Engine) -> None:
    """In order, each with its words; by request id; and the measured values of targets."""
    made.append(filled, "a", text="Đã gọi.")
    made.append(filled, "b")
    made.append(filled, "c", kind="measured", key=None, line="chi-tieu", data={"value": "3"})
    with reading(filled) as session:
        assert [(entry.seq, words) for entry, words in queries.entries_of(session, made.REPORT)] == [
            (2, "Đã gọi."),
            (3, None),
        ]
        entry = queries.entry_by_request(session, made.OFFICE, "b")
        assert entry is not None
        assert entry.seq == 3
        assert queries.entry_by_request(session, OTHER, "b") is None
        assert [(row.line, row.data) for row in queries.measured(session, made.OFFICE, made.PLAN)] == [
            ("chi-tieu", '{"value":"3"}')
        ]


def test_terms_as_data_are_json() -> None:
    """What an entry keeps of the terms of an opened event: nothing empty, days as ISO text."""
    assert rows.terms_data(made.terms()) == {
        "kind": "report",
        "title": "Báo cáo kết quả",
        "label": "6 tháng",
        "stated_day": "2025-05-13",
        "first_last_day": "2025-05-13",
        "basis": "stated",
        "relation": "trực thuộc",
        "evidence": "any",
        "advisory": False,
        "private": False,
    }


# ---- rungs and the outbox


def _rung(key: Key = made.REPORT, rung: str = "unit-3", day: date = date(2025, 5, 10), **more: Any) -> dict[str, Any]:
    return (
        key._asdict()
        | {
            "rung": rung,
            "version": 1,
            "recipient": "ba-dao",
            "due_on": day,
            "role": "unit",
            "passed_from": None,
        }
        | more
    )


def _notice(**more: Any) -> dict[str, Any]:
    return {"made_at": made.NOW, "state": "pending", "attempts": 0} | _rung(**more)


def _tell(engine: Engine, *notices: dict[str, Any]) -> None:
    from sqlalchemy import insert

    from models.tables import Notice

    with begin(engine) as session:
        session.execute(insert(Notice), list(notices))


def test_rungs_are_replaced_by_occurrence(filled: Engine) -> None:
    """The rungs given stand in place of that occurrence's; an empty list leaves none; others keep theirs."""
    other = made.REPORT._replace(office=OTHER)
    with begin(filled) as session:
        queries.replace_rung_days(session, {other: [_rung(other)]})
        queries.replace_rung_days(
            session, {made.REPORT: [_rung(), _rung(rung="head")], made.ROUND: [_rung(made.ROUND)]}
        )
        queries.replace_rung_days(session, {made.REPORT: [_rung(rung="chair")], made.ROUND: []})
        queries.replace_rung_days(session, {})
    with reading(filled) as session:
        assert [(row.task, row.rung) for row in queries.rung_days(session, made.OFFICE, made.PLAN)] == [
            ("bao-cao", "chair")
        ]
        assert [row.rung for row in queries.rung_days(session, OTHER, made.PLAN)] == ["unit-3"]


def test_notices_outside_the_ladder(filled: Engine) -> None:
    """One put in at once waits like the others; what is void is dropped while unsent, what is owed again forgotten."""
    other = made.REPORT._replace(office=OTHER)
    with begin(filled) as session:
        for rung, recipient in (("unit-3", "ba-dao"), ("not-yet", "ba-dao"), ("overdue", "@events")):
            queries.add_notice(session, _rung(rung=rung, recipient=recipient) | {"made_at": made.NOW})
        queries.add_notice(session, _rung(other) | {"made_at": made.NOW})
        queries.settle_unsent(session, [(made.REPORT, ("unit-3", 1, "ba-dao"))], [])
        queries.settle_unsent(session, [], [(made.REPORT, ("not-yet", 1, "ba-dao"))])
    with reading(filled) as session:
        found = {row.rung: row.state for row in queries.notices_of(session, made.REPORT)}
        assert found == {"unit-3": "dropped", "not-yet": "pending", "overdue": "pending"}
        assert [row.state for row in queries.notices_of(session, other)] == ["pending"]
        assert len(queries.notices(session, made.OFFICE, made.PLAN, upto=date(2025, 5, 10))) == 3
        assert queries.notices(session, made.OFFICE, made.PLAN, upto=date(2025, 5, 9)) == []
    with begin(filled) as session:
        queries.settle_unsent(session, [], [(made.REPORT, ("unit-3", 1, "ba-dao"))])
    with reading(filled) as session:
        assert {row.rung for row in queries.notices_of(session, made.REPORT)} == {"not-yet", "overdue"}


def test_what_was_told(filled: Engine) -> None:
    """By occurrence, whatever became of it; the last rung on its way or sent by a day."""
    sent = {"state": "sent"}
    _tell(
        filled,
        _notice(**sent),
        _notice(rung="unit-0", day=date(2025, 5, 13)),
        _notice(rung="head", day=date(2025, 5, 14), state="dropped"),
        _notice(rung="overdue", day=date(2025, 5, 14), recipient="@events"),
        _notice(key=made.REPORT._replace(office=OTHER), rung="chair"),
    )
    with reading(filled) as session:
        told = queries.told(session, made.OFFICE, made.PLAN)
        assert told == {
            made.REPORT: {
                ("unit-3", 1, "ba-dao"),
                ("unit-0", 1, "ba-dao"),
                ("head", 1, "ba-dao"),
                ("overdue", 1, "@events"),
            }
        }
        assert queries.told(session, made.OFFICE, made.PLAN, made.REPORT) == told
        assert queries.told(session, made.OFFICE, made.PLAN, made.ROUND) == {}
        rungs = {
            day: queries.latest_rungs(session, made.OFFICE, made.PLAN, upto=date(2025, 5, day)).get((made.REPORT, 1))
            for day in (9, 10, 12, 13, 20)
        }
        assert rungs == {9: None, 10: "unit-3", 12: "unit-3", 13: "unit-0", 20: "unit-0"}
        assert [row.rung for row in queries.notices_of(session, made.REPORT)] == ["unit-3", "unit-0", "head", "overdue"]


def test_a_notice_is_claimed_sent_and_marked(filled: Engine) -> None:
    """Pending until settled; a claim must change one row; what failed goes back with its reason."""
    _tell(filled, _notice(), _notice(rung="head"), _notice(rung="chair"))
    with reading(filled) as session:
        assert queries.anything_pending(session, made.OFFICE, made.PLAN)
        assert not queries.anything_pending(session, OTHER, made.PLAN)
        first, second, third = queries.pending(session, made.OFFICE, made.PLAN)
    assert queries.to_terms(first) == made.terms()
    assert (first.held_by, first.current_day, first.version, first.role) == ("ldtbxh", date(2025, 5, 13), 1, "unit")
    with begin(filled) as session:
        assert queries.claim(session, [first, second, third], "run-1", LATER) == [first, second, third]
        assert queries.mark(session, [first, second], "sent", LATER, "file") == 2
        assert queries.mark(session, [first], "sent", LATER, "file") == 0
        assert queries.mark(session, [], "sent", LATER, "file") == 0
        queries.release(session, [(third, "hộp thư đầy")])
        assert queries.claim(session, [first, third], "run-2", LATER) == [third]
        assert queries.claim(session, [], "run-2", LATER) == []
        queries.release(session, [(third, "hộp thư đầy")])
    with reading(filled) as session:
        found = {row.rung: row for row in queries.notices_of(session, made.REPORT)}
        (left,) = queries.pending(session, made.OFFICE, made.PLAN)
    assert (found[first.rung].state, found[first.rung].sent_at, found[first.rung].channel) == ("sent", LATER, "file")
    assert (found[first.rung].claimed_by, found[first.rung].attempts) == ("run-1", 1)
    failed = found[third.rung]
    assert (left.rung, failed.state, failed.claimed_by, failed.error) == (third.rung, "pending", None, "hộp thư đầy")
    with begin(filled) as session:
        assert queries.mark(session, [left], "folded", LATER, None) == 1
    with reading(filled) as session:
        settled = {row.rung: (row.state, row.sent_at) for row in queries.notices_of(session, made.REPORT)}
        assert settled[left.rung] == ("folded", None)
        assert not queries.anything_pending(session, made.OFFICE, made.PLAN)


def test_evidence_is_noted_once(filled: Engine) -> None:
    """The same bytes under another name are the same file."""
    for name in ("bien-ban.pdf", "copy.pdf"):
        with begin(filled) as session:
            queries.keep_evidence(session, made.OFFICE, made.PLAN, "ab" * 32, name, "application/pdf", 12, made.NOW)
    with reading(filled) as session:
        assert [(row.name, row.size, row.stored_at) for row in queries.evidence(session)] == [
            ("bien-ban.pdf", 12, made.NOW)
        ]


def test_the_rules_read_what_was_saved(filled: Engine) -> None:
    """From row to status without a detour."""
    assert queries.to_pairs([]) == []
    row = _row(filled)
    assert states.status(queries.to_terms(row), queries.to_state(row), date(2025, 5, 14)) == "overdue"


# ---- how PostgreSQL finds a row

BY_KEY = "office = $1 AND plan = $2 AND task = $3 AND unit = $4 AND period = $5"
LOOKUPS = {
    "pk_occurrence": f"SELECT 1 FROM occurrence WHERE {BY_KEY}",
    "uq_entry_office_seq": "SELECT hash FROM entry WHERE office = $1 AND seq = length($2) AND $3 || $4 || $5 <> ''",
    "ix_rung_day_occurrence": f"SELECT 1 FROM rung_day WHERE {BY_KEY}",
    "pk_notice": f"SELECT 1 FROM notice WHERE {BY_KEY}",
}


@pytest.mark.postgres
@pytest.mark.parametrize("index", LOOKUPS)
def test_a_fresh_postgres_looks_rows_up_by_their_whole_key(postgres_server: Server, index: str) -> None:
    """Without statistics, as in a first sync, a foreign key is not checked by reading the whole plan for each row."""
    with postgres_server.database() as name:
        engine = open_engine(postgres_server.url(name, APPLICATION))
        with engine.connect() as connection:
            run = connection.exec_driver_sql
            run("SET plan_cache_mode = force_generic_plan")
            run(f"PREPARE lookup (varchar, varchar, varchar, varchar, varchar) AS {LOOKUPS[index]}")
            plan = run("EXPLAIN EXECUTE lookup ('a', 'b', 'c', 'd', 'e')").scalars().all()
        engine.dispose()
    assert any(f"using {index} on" in line for line in plan), plan
