"""An event for which the document gives no term: no day, so nothing that a day could come from, in any output."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from models.tables import Occurrence
from outputs.standing import shown_lines
from tests.usecases import small
from tests.usecases.conftest import Ward
from texts import LANGUAGES, say
from usecases import calendars, events, record, reports, show
from usecases.status import status
from usecases.verify import verify

NOW = small.at("2025-02-03", 10)
EVENT = "ra-soat-kho-khan/to-02/kk-1"


@pytest.fixture
def opened(ward: Ward) -> Ward:
    """A public event without a term, on a plan that has one."""
    small.edit(
        ward.folder / "tasks/04-to.yaml",
        "    kind: continuous\n    source: [{ clause: I.4-1, quote: Rà soát",
        "    kind: on-event\n    private: false\n    trigger: { event: kho-khan }\n"
        "    source: [{ clause: I.4-1, quote: Rà soát",
    )
    ward.sync("2025-02-01")
    return ward


def open_it(ward: Ward) -> record.Recorded:
    said = {"task": "ra-soat-kho-khan", "unit": "to-02", "at": small.at("2025-02-03"), "ref": "kk-1", "now": NOW}
    return events.open_event(ward.engine, recorded_by="thử", **said)


def test_its_day_comes_from_nowhere(opened: Ward) -> None:
    """Null in JSON, as in `tasks`; and in words that the document names no term, never that the plan's year does."""
    open_it(opened)
    (item,) = [each for each in status(opened.engine, now=NOW).as_json()["occurrences"] if each["id"] == EVENT]
    assert (item["last_day"], item["basis"]) == (None, None)
    shown = show.show(opened.engine, occurrence=EVENT, now=NOW).as_json()
    assert (shown["basis"], shown["set_by"]) == (None, None)
    assert "plan" not in str(shown["ledger"][0]["data"])
    for lang in LANGUAGES:
        assert say("state.no-term", lang) in "\n".join(shown_lines(shown, str, str, lang))
        for words in (
            calendars.export(opened.engine, which="to-02", lang=lang, now=NOW).decode().replace("\r\n ", ""),
            reports.report(opened.engine, form="md", lang=lang, now=NOW),
        ):
            of_it = [line for line in words.splitlines() if "Rà soát các trường hợp" in line]
            assert not any(say("state.plan", lang) in line for line in of_it)
    assert verify(opened.engine).faults == []


def test_a_row_of_before_says_the_same(opened: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an earlier version recorded with the plan's year as its basis reads as having none, and is no fault."""
    with monkeypatch.context() as before:
        before.setattr(events, "NO_TERM", "plan")
        open_it(opened)
    with Session(opened.engine) as session:
        assert session.exec(select(Occurrence.basis).where(Occurrence.task == "ra-soat-kho-khan")).one() == "plan"
    (item,) = [each for each in status(opened.engine, now=NOW).as_json()["occurrences"] if each["id"] == EVENT]
    assert item["basis"] is None
    assert show.show(opened.engine, occurrence=EVENT, now=NOW, as_of=NOW.date()).as_json()["basis"] is None
    assert verify(opened.engine).faults == []


def test_with_a_term_its_basis_stands(ward: Ward) -> None:
    """A term of law is by law, and a plan's year still gives the day of a task of that year."""
    events.open_event(
        ward.engine, task="vu-viec", at=small.at("2025-02-03"), ref="vv-1", now=NOW, by="a", recorded_by="thử"
    )
    assert show.show(ward.engine, occurrence="vu-viec/a/vv-1", now=NOW).as_json()["basis"] == "law"
    assert show.show(ward.engine, occurrence="tap-huan/a/nam", now=NOW).as_json()["basis"] == "plan"
