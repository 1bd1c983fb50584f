"""The contracts of design section 8, and the documents of a revision read back."""

from __future__ import annotations

import json
import tempfile
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import plan
from plan import stored
from rules.delivery import Hours, Reach
from tests.plan.tiny import FILES, edited, write

REAL = Path(plan.__file__).parent / "phu-la-2025"
DEADLINE_KEYS = {"label", "period", "stated", "last_day", "advised_day", "time", "from", "to", "basis", "set_by"} | {
    "words",
    "trigger",
}


@pytest.fixture(scope="module")
def real() -> plan.Plan:
    return plan.load(REAL)


def test_the_tasks_contract(real: plan.Plan) -> None:
    """Exactly the keys of the contract; kinds have the deadlines that it says."""
    for each in plan.tasks_json(real):
        assert set(each) == {"id", "title", "unit", "with", "kind", "sources", "deadlines", "to", "via"}
        assert all(set(one) == {"clause", "quote"} for one in each["sources"])
        assert all(set(one) == DEADLINE_KEYS for one in each["deadlines"])
        if each["kind"] == "continuous":
            assert each["deadlines"] == []
        else:
            assert each["deadlines"]
        if each["kind"] == "on-event":
            (only,) = each["deadlines"]
            assert set(only["trigger"]) == {"event", "hours", "days", "working_days"}
            assert only["last_day"] is None
        else:
            assert all(one["trigger"] is None and one["last_day"] for one in each["deadlines"])


def test_a_deadline_in_json(real: plan.Plan) -> None:
    """Days are ISO, unknown is null."""
    task = next(each for each in plan.tasks_json(real) if each["id"] == "bao-cao-ket-qua")
    assert task["deadlines"][0] == {
        "label": "6 tháng",
        "period": "6-thang",
        "stated": "2025-05-14",
        "last_day": "2025-05-13",
        "advised_day": None,
        "time": None,
        "from": None,
        "to": None,
        "basis": "stated",
        "set_by": "cấp trên",
        "words": "trước ngày 14/5/2025",
        "trigger": None,
    }


@pytest.mark.parametrize(
    ("within", "trigger"),
    [
        ("5 working days", {"hours": None, "days": None, "working_days": 5}),
        ("1 day", {"hours": None, "days": 1, "working_days": None}),
        ("24 hours", {"hours": 24, "days": None, "working_days": None}),
    ],
)
def test_a_trigger_in_json(within: str, trigger: dict[str, int | None], tmp_path: Path) -> None:
    """The unit used has its number, the others are null."""
    name = "tasks/01-cong-an.yaml"
    words = f"kind: on-event\n    trigger: {{ event: vu-viec, within: {within}, basis: law, article: Điều 1 }}"
    loaded = plan.load(write(tmp_path, {name: edited(name, ("kind: continuous", words))}))
    (only,) = plan.tasks_json(loaded)[0]["deadlines"]
    assert only["trigger"] == {"event": "vu-viec"} | trigger
    assert (only["basis"], only["set_by"]) == ("law", "luật")


def test_the_units_contract(real: plan.Plan) -> None:
    """Groups with their count, members naming their group, unknown members null."""
    units = {each["id"]: each for each in plan.units_json(real)}
    keys = {"id", "name", "relation", "group", "members", "from", "until", "successors", "inside"}
    assert all(set(each) == keys for each in units.values())
    assert units["to-dan-pho"]["members"] == 12
    assert (units["to-dan-pho-12"]["group"], units["to-dan-pho-12"]["members"]) == ("to-dan-pho", 1)
    assert units["truong"]["members"] is None


def test_documents_are_canonical_and_read_back(real: plan.Plan) -> None:
    """The same plan gives the same texts; each reads back to what it was."""
    documents = plan.documents(real)
    assert set(documents) == {"units", "tasks", "targets", "ladder", "calendar", "meta"}
    assert documents == plan.documents(plan.load(REAL))
    for text in documents.values():
        assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    _assert_round_trip(real, documents)


def _assert_round_trip(loaded: plan.Plan, documents: dict[str, str]) -> None:
    assert stored.units_from(documents["units"]) == loaded.units
    assert stored.policy_from(documents["ladder"]) == loaded.policy
    assert stored.people_from(documents["ladder"]) == loaded.people
    assert stored.calendar_from(documents["calendar"]) == loaded.calendar
    assert stored.tasks_json(documents["tasks"]) == plan.tasks_json(loaded)
    assert stored.units_json(documents["units"]) == plan.units_json(loaded)
    assert [each["id"] for each in stored.tasks_from(documents["tasks"])] == list(loaded.tasks)
    assert stored.absences_from(documents["ladder"]) == loaded.absences
    meta = json.loads(documents["meta"])
    assert (meta["confirmer"], meta["monitor"]) == (loaded.meta.confirmer, loaded.meta.monitor)


def test_how_people_are_reached_reads_back(tmp_path: Path) -> None:
    """One person's addresses under several roles come together; the hours that hold; days off hold by default."""
    folder = write(tmp_path / "thu")
    assert stored.reach_from(plan.documents(plan.load(folder))["ladder"]) == {}
    assert stored.hours_from(plan.documents(plan.load(folder))["ladder"]) == Hours(hold_days_off=True)
    (tmp_path / "send.yaml").write_text("escalation:\n  delivery: { days_off: send }\n", encoding="utf-8")
    assert stored.hours_from(plan.documents(plan.load(folder, tmp_path / "send.yaml"))["ladder"]) == Hours()
    over = """escalation:
  delivery: { at: "7:30", quiet: ["20:00", "07:00"], days_off: hold }
  people:
    chair: { id: x, name: X, email: x@phuong.example.vn }
    office: { id: x, name: X, addresses: { zalo: "25" }, channels: [zalo, email], email: x@phuong.example.vn }
"""
    (tmp_path / "overlay.yaml").write_text(over, encoding="utf-8")
    text = plan.documents(plan.load(folder, tmp_path / "overlay.yaml"))["ladder"]
    reach = Reach({"email": "x@phuong.example.vn", "zalo": "25"}, ("zalo", "email"))
    assert stored.reach_from(text)["x"] == reach
    assert stored.hours_from(text) == Hours(time(7, 30), (time(20), time(7)), hold_days_off=True)


DAYS = st.dates(min_value=date(2025, 1, 1), max_value=date(2026, 12, 31))
WORDS = st.text(alphabet="aăâđêôơưáàảãạ ẽỹ\"'&:#{}-0123456789", min_size=1, max_size=20).map(lambda each: f"x{each}x")
RELATIONS = st.sampled_from(["trực thuộc", "phối hợp", "đề nghị"])


@st.composite
def units(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Units of all kinds, those of the tiny plan among them, successors only forwards."""
    made: list[dict[str, Any]] = []
    ids = ["cong-an", "to", "van-phong", *(f"u{n}" for n in range(draw(st.integers(0, 4))))]
    for place, name in enumerate(ids):
        unit: dict[str, Any] = {"id": name, "name": draw(WORDS), "relation": draw(RELATIONS)}
        if draw(st.booleans()):
            unit["relation"] = [{"relation": draw(RELATIONS), "until": str(draw(DAYS))}, {"relation": draw(RELATIONS)}]
        if draw(st.booleans()):
            unit["aliases"] = draw(st.lists(WORDS, min_size=1, max_size=2))
        if place + 1 < len(ids) and draw(st.booleans()):
            unit["until"] = "2026-12-31"
            unit["successors"] = [{"unit": ids[place + 1], "on": str(draw(DAYS)), "lead": "true"}]
            if draw(st.booleans()):
                unit["successors"][0]["by"] = draw(WORDS)
        if name == "to":
            count = {"count": str(draw(st.integers(1, 12))), "id": "to-{nn}", "name": "Tổ {n}"}
            named = [{"id": "to-a", "name": "Tổ A"}]
            unit["members"] = draw(st.sampled_from(["unknown", count, named]))
        made.append(unit)
    return made


@st.composite
def calendars(draw: st.DrawFn) -> dict[str, Any]:
    """Working weeks and overrides, over the tiny plan's campaign and round."""
    base: dict[str, Any] = yaml.load(FILES["calendar.yaml"], yaml.BaseLoader)
    base["week"] = draw(st.sampled_from([["mon", "tue", "wed", "thu", "fri"], ["mon", "wed", "sat"]]))
    added = draw(st.lists(DAYS, max_size=3, unique=True))
    base["holidays"] = {
        "add": [{"day": str(day), "name": draw(WORDS)} for day in added],
        "worked": [{"day": str(day)} for day in draw(st.lists(DAYS, max_size=2, unique=True)) if day not in added],
    }
    base["rounds"][0]["open"] = str(draw(st.integers(1, 30)))
    return base


@st.composite
def ladders(draw: st.DrawFn) -> dict[str, Any]:
    """Rungs of all roles, and people who come and go."""
    roles = st.sampled_from(["unit", "head", "monitor", "office", "vice-chair", "chair", "letter"])
    rungs: list[dict[str, Any]] = []
    for n in range(draw(st.integers(1, 5))):
        unit = draw(st.sampled_from(["days", "working days"]))
        rung: dict[str, Any] = {"id": f"r{n}", "at": f"{draw(st.integers(-20, 40))} {unit}", "to": draw(roles)}
        if draw(st.booleans()):
            rung |= {"every": f"{draw(st.integers(1, 9))} {unit}", "times": "3"}
        if draw(st.booleans()):
            rung["only"] = {"kind": ["report", "check-in"], "set_by": ["cấp trên"]}
        rungs.append(rung)
    ids = [each["id"] for each in rungs]
    people = [{"id": f"p{n}", "name": draw(WORDS), "from": str(draw(DAYS))} for n in range(draw(st.integers(0, 2)))]
    relations = dict.fromkeys(("trực thuộc", "phối hợp", "đề nghị"), ids)
    held = {"chair": people, "head:cong-an": {"id": "h", "name": "H"}} if people else {}
    away = [{"person": "h", "from": "2025-05-12", "until": "2025-05-16", "deputy": people[0]["id"]}] if people else []
    grace = {"check-in": f"{draw(st.integers(1, 9))} days", "report": "2 working days"}
    return {
        "rungs": rungs,
        "relations": relations,
        "kinds": {"campaign": ids[:1]},
        "people": held,
        "grace": grace,
        "absences": away,
    }


@settings(max_examples=25, deadline=None)
@given(units(), calendars(), ladders())
def test_any_plan_reads_back(units: list[dict[str, Any]], calendar: dict[str, Any], ladder: dict[str, Any]) -> None:
    """Documents of random plans round-trip: units, ladder, people, calendar, tasks."""

    def text(value: object) -> str:
        return yaml.dump(value, allow_unicode=True, sort_keys=False, Dumper=_Plain)

    with tempfile.TemporaryDirectory() as folder:
        changes: dict[str, str | bytes | None] = {"units.yaml": text({"units": units})}
        changes |= {"calendar.yaml": text(calendar), "escalation.yaml": text(ladder)}
        loaded = plan.load(write(Path(folder), changes))
        documents = plan.documents(loaded)
        _assert_round_trip(loaded, documents)
        assert [each.id for each in loaded.units.values() if each.group is None] == [each["id"] for each in units]


class _Plain(yaml.SafeDumper):
    """Writes shared lists twice: the plan language refuses aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def test_changed_sources_flag_the_tasks_built_on_them(tmp_path: Path) -> None:
    """A changed clause flags its tasks; a clause that only moved flags none."""
    before = plan.documents(plan.load(write(tmp_path)))["tasks"]
    assert plan.changed_sources(before, before) == []
    changed = FILES["source.txt"].replace("xã hội hoá.", "xã hội hoá. Công khai kết quả.")
    after = plan.documents(plan.load(write(tmp_path, {"source.txt": changed})))["tasks"]
    assert plan.changed_sources(after, before) == ["ra-soat"]
    moved = FILES["source.txt"].replace("- Tăng cường", "- Việc mới.\n\n- Tăng cường")
    tasks = FILES["tasks/01-cong-an.yaml"].replace("II.1-2", "II.1-3").replace("II.1-1", "II.1-2")
    after = plan.documents(plan.load(write(tmp_path, {"source.txt": moved, "tasks/01-cong-an.yaml": tasks})))["tasks"]
    assert plan.changed_sources(after, before) == []


def test_tone_placement_alone_changes_no_fingerprint() -> None:
    """«hoá» retyped as «hóa», or wrapped elsewhere, is the same text."""
    assert plan.fingerprint("xã hội hoá,\nkịp thời") == plan.fingerprint("xã hội hóa, kịp thời")
    assert plan.fingerprint("xã hội hoá") != plan.fingerprint("xã hội")


def test_content_hash_is_of_names_and_bytes(tmp_path: Path) -> None:
    """Any byte, name or overlay changes it; loading gives the same hash; nothing is parsed."""
    folder, overlay = write(tmp_path / "plan"), tmp_path / "overlay.yaml"
    first = plan.content_hash(folder)
    assert plan.load(folder).hash == first == plan.content_hash(folder, overlay)
    overlay.write_text("calendar: { rounds: [{ id: dot-1, label: đợt một }] }\n", "utf-8")
    laid = plan.content_hash(folder, overlay)
    assert laid == plan.load(folder, overlay).hash != first
    (folder / "tasks" / "02-to.yaml").rename(folder / "tasks" / "03-to.yaml")
    assert plan.content_hash(folder) != first
    (folder / "units.yaml").write_text("{[", "utf-8")
    assert plan.content_hash(folder) not in (first, laid)


def test_reading_stored_documents_needs_no_yaml() -> None:
    """`plan.stored` is what `kehoach status` imports: neither YAML nor pydantic may come with it."""
    import subprocess
    import sys

    code = (
        "import sys, plan.stored; print([m for m in ('yaml', 'pydantic', 'sqlmodel', 'holidays') if m in sys.modules])"
    )
    root = Path(plan.__file__).parent.parent
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert found.stdout.strip() == "[]"


def test_a_revision_keeps_the_official_text(real: plan.Plan) -> None:
    """Every clause comes back with its address, kind and words, so that the desk shows the text that was in force."""
    kept = stored.source_from(json.loads(plan.documents(real)["meta"]))
    said = [(each.address, each.kind, each.text) for each in real.source.clauses]
    assert [(each.address, each.kind, each.text) for each in kept.clauses] == said
    assert kept.by_address.keys() == real.source.by_address.keys()
    assert kept.headings.keys() == real.source.headings.keys()


def test_a_revision_from_before_the_text_was_kept_has_none() -> None:
    """What an older kehoach wrote is read without a text, never refused."""
    assert stored.source_from({}).clauses == ()


def test_photographs_are_off_where_the_plan_says_so(tmp_path: Path) -> None:
    """And of what an event opens unless the plan says otherwise; for every other task they are on."""
    cases = {
        "kind: continuous": True,
        "kind: continuous\n    photos: false": False,
        "kind: on-event\n    trigger: { event: x }": False,
        "kind: on-event\n    trigger: { event: x }\n    private: false": False,
        "kind: on-event\n    trigger: { event: x }\n    private: false\n    photos: true": True,
    }
    for place, (said, allowed) in enumerate(cases.items()):
        tasks = edited("tasks/01-cong-an.yaml", ("kind: continuous", said))
        loaded = plan.load(write(tmp_path / str(place), {"tasks/01-cong-an.yaml": tasks}))
        kept = {each["id"]: each for each in stored.tasks_from(plan.documents(loaded)["tasks"])}
        assert stored.allows_photos(kept["tuan-tra"]) is allowed, said
        assert stored.allows_photos(kept["bao-cao"]) is True


@pytest.mark.parametrize(
    ("title", "kind", "allowed"),
    [
        ("Thăm hỏi, tặng quà cho trẻ em", "campaign", False),
        ("Khám sức khỏe cho trẻ em", "continuous", False),
        ("Tuyên truyền Luật Trẻ em", "continuous", True),
        ("Báo cáo đột xuất", "on-event", False),
    ],
)
def test_a_revision_from_before_plans_said_so_is_judged_by_titles(title: str, kind: str, allowed: bool) -> None:
    """What an older kehoach wrote stays as careful as it was."""
    assert stored.allows_photos({"title": title, "kind": kind}) is allowed
    assert stored.allows_photos({"title": title, "kind": kind, "photos": not allowed}) is not allowed
