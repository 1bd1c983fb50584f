"""Adding to the ledger, reading it back as facts, erasing a text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from unicodedata import normalize

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError

from models import chain, ledger
from models.queries import revised_data
from models.session import begin, reading
from models.tables import EntryText, Office
from rules import states
from rules.errors import RequestRefused
from tests.models import made


@pytest.fixture(autouse=True)
def _ward(engine: Engine) -> None:
    made.ward(engine)


def _head(engine: Engine) -> Office:
    with reading(engine) as session:
        office = session.get(Office, made.OFFICE)
    assert office is not None
    return office


def test_an_entry_is_chained_and_given_back(engine: Engine) -> None:
    """seq follows the last, the hash covers its predecessor, and the head row is the entry."""
    first = made.append(engine, "a", data={"số": "01/BC-UBND", "a": 1}, text="Đã gửi.")
    second = made.append(engine, "b")
    assert (first.seq, second.seq, second.prev_hash) == (2, 3, first.hash)
    assert first.data == '{"a":1,"số":"01/BC-UBND"}'
    head = _head(engine)
    assert (head.head_seq, head.head_hash, head.head_recorded_at) == (3, second.hash, second.recorded_at)
    assert first.hash == chain.entry_hash(first.model_dump())


def test_the_canonical_form_is_what_it_says() -> None:
    """Format 1, byte for byte: another program can check the chain with these words alone."""
    entry = {
        "office": "phu-la",
        "plan": "p",
        "seq": 1,
        "task": None,
        "unit": None,
        "period": None,
        "line": None,
        "kind": "noted",
        "happened_on": date(2025, 5, 1),
        "recorded_at": datetime(2025, 5, 1, 10, 0, 0, 5, tzinfo=UTC),
        "declared_by": "ubnd",
        "recorded_by": "Bà Đào",
        "channel": "cli",
        "request_id": "r",
        "data": "{}",
        "text_hash": "",
        "format": 1,
        "prev_hash": "",
    }
    body = (
        '{"channel":"cli","data":"{}","declared_by":"ubnd","format":1,"happened_on":"2025-05-01","kind":"noted",'
        '"line":null,"office":"phu-la","period":null,"plan":"p","prev_hash":"","recorded_at":'
        '"2025-05-01T10:00:00.000005Z","recorded_by":"Bà Đào","request_id":"r","seq":1,"task":null,"text_hash":"",'
        '"unit":null}'
    )
    assert chain.entry_hash(entry) == sha256(body.encode()).hexdigest()


def test_letters_are_kept_as_one(engine: Engine) -> None:
    """What comes as letter and mark is kept as what is typed elsewhere, and is the same request."""
    apart = normalize("NFD", "Đã gửi Tổ trưởng")
    first = made.append(engine, "a", text=apart)
    assert made.append(engine, "a", text="Đã gửi Tổ trưởng").seq == first.seq
    with reading(engine) as session:
        assert ledger.texts(session, made.OFFICE, made.PLAN)[first.seq] == "Đã gửi Tổ trưởng" != apart


def test_recorded_at_never_decreases(engine: Engine) -> None:
    """A clock that was set back does not turn the ledger's own back; any zone comes out as UTC."""
    later = made.append(engine, "a", now=made.NOW + timedelta(hours=2))
    earlier = made.append(engine, "b", now=made.NOW - timedelta(days=3))
    assert earlier.recorded_at == later.recorded_at
    local = made.append(engine, "c", now=(made.NOW + timedelta(hours=3)).astimezone(UTC))
    assert local.recorded_at - later.recorded_at == timedelta(hours=1)


def test_a_repeated_request_is_harmless(engine: Engine) -> None:
    """The same id with the same content gives the first entry, however much later, and writes nothing."""
    said = {"kind": "reported", "data": {"document": "01/BC"}, "text": "Đã gửi."}
    with begin(engine) as session:
        first, repeated = ledger.append(session, request_id="r", **made.words(**said))
        assert not repeated
    with begin(engine) as session:
        again, repeated = ledger.append(session, request_id="r", **made.words(**said, now=made.NOW + timedelta(days=1)))
    assert repeated
    assert again.model_dump() == first.model_dump()
    assert _head(engine).head_seq == first.seq


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "confirmed"},
        {"happened_on": date(2025, 3, 1)},
        {"declared_by": "cong-an"},
        {"recorded_by": "người khác"},
        {"channel": "zalo"},
        {"key": made.ROUND},
        {"key": None},
        {"line": "tuan-tra"},
        {"data": {"document": "02/BC"}},
        {"text": "Khác."},
        {"text": None},
    ],
    ids=str,
)
def test_a_request_id_is_for_one_request(engine: Engine, other: dict[str, object]) -> None:
    """The same id with other content is refused, naming the entry that has it; nothing is written."""
    first = made.append(engine, "r", text="Đã gửi.")
    with pytest.raises(RequestRefused) as refused:
        made.append(engine, "r", **({"text": "Đã gửi."} | other))
    assert refused.value.code == "ledger.request_reused"
    assert refused.value.values == {"request_id": "r", "seq": first.seq}
    assert _head(engine).head_seq == first.seq


def test_request_ids_are_an_office_s_own(engine: Engine) -> None:
    """Another office may use the same id, and its ledger starts at 1."""
    made.append(engine, "r")
    made.ward(engine, "kien-hung")
    other = made.append(engine, "r", office="kien-hung", key=made.REPORT._replace(office="kien-hung"))
    assert other.seq == 2
    with reading(engine) as session:
        assert ledger.verify(session, "kien-hung") == ledger.verify(session, made.OFFICE) == []


def test_many_are_what_each_would_be(engine: Engine) -> None:
    """append_many keeps order, gives each its seq, and knows repeats from before and from within the batch."""
    made.append(engine, "r1", kind="noted")
    words = made.words()
    for name in ("office", "now"):
        del words[name]
    drafts = [ledger.Draft(**words, request_id=f"r{number}") for number in (0, 1, 2, 0)]
    with begin(engine) as session:
        written = ledger.append_many(session, made.OFFICE, drafts, now=made.NOW)
    assert [(each.seq, each.repeated) for each in written] == [(3, False), (2, True), (4, False), (3, True)]
    with reading(engine) as session:
        assert ledger.verify(session, made.OFFICE) == []


def test_thousands_are_quick_to_look_up(engine: Engine) -> None:
    """A batch beyond one statement's parameters is found again whole."""
    words = made.words()
    for name in ("office", "now"):
        del words[name]
    drafts = [ledger.Draft(**words, request_id=f"r{number}") for number in range(1201)]
    with begin(engine) as session:
        ledger.append_many(session, made.OFFICE, drafts, now=made.NOW)
    with begin(engine) as session:
        again = ledger.append_many(session, made.OFFICE, drafts, now=made.NOW)
    assert all(each.repeated for each in again)
    assert [each.seq for each in again] == list(range(2, 1203))


def test_an_unknown_office_is_refused(engine: Engine) -> None:
    """No head row, no ledger."""
    with pytest.raises(RequestRefused) as refused:
        made.append(engine, "r", office="nowhere")
    assert refused.value.code == "ledger.unknown_office"


def test_an_entry_is_about_what_there_is(engine: Engine) -> None:
    """An occurrence that does not exist cannot have an entry; data that is no JSON cannot be recorded."""
    with pytest.raises(IntegrityError):
        made.append(engine, "r", key=made.REPORT._replace(period="none"))
    with pytest.raises(ValueError, match="JSON"):
        made.append(engine, "r", data={"value": float("nan")})
    assert _head(engine).head_seq == 1


def test_an_erased_text_leaves_a_whole_ledger(engine: Engine) -> None:
    """The words and their salt are gone, who erased them stays, the chain verifies, a repeat stays harmless."""
    told = made.append(engine, "r", text="Cháu bé ở số 3")
    with begin(engine) as session:
        entry, repeated = ledger.redact(
            session, seq=told.seq, request_id="x", reason="dữ liệu cá nhân", **_without("kind", "key")
        )
    assert (entry.kind, entry.data, entry.task, repeated) == (
        "redacted",
        '{"reason":"dữ liệu cá nhân","seq":2}',
        "bao-cao",
        False,
    )
    with reading(engine) as session:
        row = session.get(EntryText, (made.OFFICE, made.PLAN, told.seq))
        assert row is not None
        assert (row.salt, row.text) == (None, None)
        assert ledger.verify(session, made.OFFICE) == []
        assert ledger.texts(session, made.OFFICE, made.PLAN) == {told.seq: None}
    assert made.append(engine, "r", text="Cháu bé ở số 3").seq == told.seq
    with begin(engine) as session:
        _, repeated = ledger.redact(
            session, seq=told.seq, request_id="x", reason="dữ liệu cá nhân", **_without("kind", "key")
        )
    assert repeated


@pytest.mark.parametrize(("seq", "code"), [(9, "ledger.unknown_entry"), (1, "ledger.no_text")])
def test_what_cannot_be_erased(engine: Engine, seq: int, code: str) -> None:
    """No such entry, or one without a text: refused, and nothing is recorded."""
    with pytest.raises(RequestRefused) as refused, begin(engine) as session:
        ledger.redact(session, seq=seq, request_id="x", **_without("kind", "key"))
    assert refused.value.code == code
    assert _head(engine).head_seq == 1


def test_an_erased_text_is_not_erased_twice(engine: Engine) -> None:
    """A second erasure has nothing to erase."""
    told = made.append(engine, "r", text="Thừa")
    with begin(engine) as session:
        ledger.redact(session, seq=told.seq, request_id="x", **_without("kind", "key"))
    with pytest.raises(RequestRefused) as refused, begin(engine) as session:
        ledger.redact(session, seq=told.seq, request_id="y", **_without("kind", "key"))
    assert refused.value.code == "ledger.no_text"


def test_texts_of_one_occurrence(engine: Engine) -> None:
    """Only its own."""
    made.append(engine, "a", text="một")
    made.append(engine, "b", text="hai", key=made.ROUND)
    with reading(engine) as session:
        assert ledger.texts(session, made.OFFICE, made.PLAN, made.ROUND) == {3: "hai"}


def test_the_same_text_hashes_differently(engine: Engine) -> None:
    """A salt of its own each time: equal texts cannot be told from their hashes, nor guessed."""
    assert made.append(engine, "a", text="Có").text_hash != made.append(engine, "b", text="Có").text_hash
    assert made.append(engine, "c", text="").text_hash != ""


def _without(*names: str) -> dict[str, object]:
    return {name: value for name, value in made.words().items() if name not in names}


# ---- facts

MARCH, APRIL = date(2025, 3, 3), date(2025, 4, 1)


def test_facts_come_by_occurrence_in_order(engine: Engine) -> None:
    """Entries and what revisions said, as the rules see them; none of what is about the plan itself."""
    made.append(engine, "a", kind="reported", happened_on=MARCH, data={"document": "01"})
    made.append(engine, "b", kind="answered", key=made.ROUND, line="ra-soat", data={"answer": "nothing"})
    made.append(engine, "c", kind="measured", key=None, line="chi-tieu", data={"value": "3"})
    with reading(engine) as session:
        facts = ledger.facts(session, made.OFFICE, made.PLAN, zone=made.ZONE)
    assert {key: [fact.kind for fact in of_it] for key, of_it in facts.items()} == {
        made.REPORT: ["revised", "reported"],
        made.ROUND: ["revised", "answered"],
    }
    assert facts[made.REPORT][0].data == {"last_day": "2025-05-13", "withdrawn": False, "lines": []}
    assert facts[made.REPORT][0].data == revised_data(made.terms(), withdrawn=False)
    assert facts[made.ROUND][0].data == revised_data(made.check_in(), withdrawn=False)
    reported = facts[made.REPORT][1]
    assert (reported.seq, reported.happened_on, reported.data) == (2, MARCH, {"document": "01"})
    assert (reported.recorded_at, reported.recorded_on) == (made.NOW, date(2025, 2, 10))


def test_an_entry_as_a_fact(engine: Engine) -> None:
    """The local day of recording, not UTC's: 18:30 in Greenwich is the next day in Việt Nam."""
    entry = made.append(engine, "a", now=datetime(2025, 3, 3, 18, 30, tzinfo=UTC))
    assert ledger.as_fact(entry, made.ZONE).recorded_on == date(2025, 3, 4)
    with reading(engine) as session:
        facts = ledger.facts(session, made.OFFICE, made.PLAN, zone=made.ZONE, key=made.REPORT)
    assert facts == {made.REPORT: [facts[made.REPORT][0], ledger.as_fact(entry, made.ZONE)]}


@pytest.mark.parametrize(
    ("limits", "kinds"),
    [
        ({}, ["revised", "reported", "noted"]),
        ({"upto": MARCH}, ["revised", "reported"]),
        ({"upto": MARCH - timedelta(days=1)}, ["revised"]),
        ({"upto": made.START - timedelta(days=1)}, []),
        ({"known_by": date(2025, 3, 9)}, ["revised"]),
        ({"known_by": date(2025, 3, 10)}, ["revised", "reported"]),
        ({"known_by": date(2025, 4, 1), "upto": MARCH}, ["revised", "reported"]),
        ({"known_by": made.START - timedelta(days=1)}, []),
    ],
    ids=str,
)
def test_as_of_and_known_by(engine: Engine, limits: dict[str, date], kinds: list[str]) -> None:
    """`upto` asks when it happened, `known_by` when it was recorded, to 24:00 of that local day."""
    last_instant = datetime(2025, 3, 10, 16, 59, 59, 999999, tzinfo=UTC)  # 23:59:59.999999 in Việt Nam
    made.append(engine, "a", kind="reported", happened_on=MARCH, now=last_instant)
    made.append(engine, "b", happened_on=APRIL, now=last_instant + timedelta(microseconds=1))
    with reading(engine) as session:
        facts = ledger.facts(session, made.OFFICE, made.PLAN, zone=made.ZONE, **limits)
    assert [fact.kind for fact in facts.get(made.REPORT, [])] == kinds


def test_a_later_revision_is_a_fact_in_its_place(engine: Engine) -> None:
    """What revision 2 says comes between the entries around it and leads the replay to the new day."""
    made.append(engine, "a", happened_on=MARCH)
    moved = made.terms(last_day=date(2025, 6, 13))
    with begin(engine) as session:
        made.revise(session, 2, [moved], APRIL, made.NOW + timedelta(days=50))
    made.append(engine, "b", happened_on=APRIL)
    with reading(engine) as session:
        facts = ledger.facts(session, made.OFFICE, made.PLAN, zone=made.ZONE)[made.REPORT]
        before = ledger.facts(session, made.OFFICE, made.PLAN, zone=made.ZONE, upto=MARCH)[made.REPORT]
    assert [(fact.seq, fact.kind) for fact in facts] == [(1, "revised"), (2, "noted"), (3, "revised"), (4, "noted")]
    assert [(fact.seq, fact.kind) for fact in before] == [(1, "revised"), (2, "noted")]
    start = states.initial(moved, facts[0].seq, facts[0].recorded_at, facts[0].data)
    assert start.last_day == date(2025, 5, 13)
    assert states.replay(moved, start, facts[1:], strict=True).last_day == date(2025, 6, 13)


def test_offices_do_not_see_each_other(engine: Engine) -> None:
    """The same plan id in another office gives its own facts only."""
    made.ward(engine, "kien-hung")
    made.append(engine, "a")
    with reading(engine) as session:
        theirs = ledger.facts(session, "kien-hung", made.PLAN, zone=made.ZONE)
        texts = session.execute(select(func.count()).select_from(EntryText)).scalar()
    assert {key.office for key in theirs} == {"kien-hung"}
    assert [fact.kind for of_it in theirs.values() for fact in of_it] == ["revised", "revised"]
    assert texts == 0
