"""The Phú La plan of 2025 as encoded, held against its document. How it was read: decisions 0010–0019."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

import plan as plans
from plan.source import Clause, read_source, within
from rules.targets import assess
from rules.values import CHECK_IN, Terms

PHU_LA = Path(plans.__file__).parent / "phu-la-2025"
OVERLAY = PHU_LA / "example" / "overlay.yaml"
RECEIVED = "90ee0868a5f5591c6fff1f57bce79b6a27bf8c59dcf2289263845109fc4ea6ef"
"""SHA-256 of the text as it was received."""

ROUNDS = {"dot-1": (date(2025, 4, 10), date(2025, 4, 24)), "dot-2": (date(2025, 7, 15), date(2025, 7, 29))} | {
    "dot-3": (date(2025, 10, 15), date(2025, 10, 29))
}
STATED = {
    ("bao-cao-bo-chi-tieu", "6-thang"): (date(2025, 5, 13), date(2025, 5, 12)),
    ("bao-cao-ket-qua", "6-thang"): (date(2025, 5, 14), date(2025, 5, 13)),
    ("bao-cao-bo-chi-tieu", "9-thang"): (date(2025, 8, 13), date(2025, 8, 12)),
    ("bao-cao-bo-chi-tieu", "nam"): (date(2025, 11, 13), date(2025, 11, 12)),
    ("bao-cao-ket-qua", "nam"): (date(2025, 11, 14), date(2025, 11, 13)),
}


@pytest.fixture(scope="module")
def plan() -> plans.Plan:
    return plans.load(PHU_LA)


@pytest.fixture(scope="module")
def tasks(plan: plans.Plan) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in plans.tasks_json(plan)}


@pytest.fixture(scope="module")
def occurrences(plan: plans.Plan) -> list[Terms]:
    return plans.occurrences(plan)


def clauses_of(task: Mapping[str, Any]) -> set[str]:
    return {each["clause"] for each in task["sources"]}


# The document


def test_source_is_kept_as_received() -> None:
    """The official text is the bytes that came in; a correction must be a new text, not a silent edit."""
    assert hashlib.sha256((PHU_LA / "source.txt").read_bytes()).hexdigest() == RECEIVED


def test_duties_stand_in_45_bullets_a_paragraph_and_two_plus_lines() -> None:
    """Parts I.2, II and III are cut as the paper is printed, the second section 8 apart from the first."""
    source = read_source((PHU_LA / "source.txt").read_text(encoding="utf-8"))

    def under(part: str) -> list[Clause]:
        return [clause for address, clause in source.by_address.items() if within(address, part)]

    duties = [each for part in ("I.2", "II", "III") for each in under(part)]
    kinds = Counter(each.kind for each in duties)
    assert kinds == {"bullet": 45, "plus": 2, "paragraph": 1}
    assert [each.address for each in duties if each.kind == "paragraph"] == ["III.7"]
    assert [each.address for each in duties if each.kind == "plus"] == ["III.1+1", "III.1+2"]
    assert [each.address for each in under("III.8")] == ["III.8-1", "III.8-2", "III.8-3"]
    assert [each.address for each in under("III.8(2)")] == ["III.8(2)-1", "III.8(2)-2", "III.8(2)-3"]


def test_every_word_of_duty_is_quoted(plan: plans.Plan) -> None:
    """100 %: nothing uncovered, no quote that does not stand in its clause, exclusions declared with reasons."""
    covered = plans.coverage(plan).as_json()
    assert (covered["percent"], covered["uncovered"], covered["unmatched_quotes"]) == (100.0, [], [])
    assert covered["covered"] == covered["obligations"]
    assert {each["clause"] for each in covered["excluded"]} == {"mở đầu", "đề mục", "I.1", "kết thúc", "nơi nhận"}
    assert all(each["why"] for each in covered["excluded"])


def test_ninety_five_duties_with_ids_of_their_own(plan: plans.Plan, tasks: dict[str, dict[str, Any]]) -> None:
    """88 tasks and 7 targets; no id repeats, not even in another case."""
    ids = [*tasks, *plan.targets]
    assert (len(tasks), len(plan.targets)) == (88, 7)
    assert len({each.lower() for each in ids}) == len(ids) == 95


def test_a_phrase_under_two_clauses_is_quoted_under_both(tasks: dict[str, dict[str, Any]]) -> None:
    """«thúc đẩy quyền tham gia…» stands word for word in II.1-2 and III.3-2; one quote would leave the other bare."""
    assert clauses_of(tasks["quyen-tham-gia"]) == {"II.1-2", "III.3-2"}
    quotes = {each["quote"].rstrip(".") for each in tasks["quyen-tham-gia"]["sources"]}
    assert quotes == {"thúc đẩy quyền tham gia của trẻ em vào các vấn đề về trẻ em"}


# Dates


def test_five_stated_dates_all_before_all_set_above(tasks: dict[str, dict[str, Any]]) -> None:
    """The only obligations with a date: «trước ngày», so the last day is the day before; only cấp trên may extend."""
    stated = {
        (task["id"], each["period"]): each
        for task in tasks.values()
        for each in task["deadlines"]
        if each["basis"] == "stated"
    }
    found = {
        key: (date.fromisoformat(each["stated"]), date.fromisoformat(each["last_day"])) for key, each in stated.items()
    }
    assert found == STATED
    assert {each["set_by"] for each in stated.values()} == {"cấp trên"}
    assert all(each["words"].startswith("trước ngày") for each in stated.values())


def test_no_stated_date_elsewhere(occurrences: list[Terms]) -> None:
    """Numbers of resolutions, telephone numbers and the periods 2021–2030 in the text have become no deadline."""
    stated = [each for each in occurrences if each.dates.basis == "stated"]
    assert sorted(each.dates.last_day for each in stated if each.dates.last_day) == sorted(
        last for _, last in STATED.values()
    )
    assert {each.kind for each in stated} == {"report"}


def test_continuous_duties_have_no_deadline(tasks: dict[str, dict[str, Any]], occurrences: list[Terms]) -> None:
    """«Thường xuyên», «tăng cường» go into the rounds; none makes an occurrence of its own."""
    continuous = {each["id"] for each in tasks.values() if each["kind"] == "continuous"}
    assert len(continuous) == 61
    assert all(not tasks[each]["deadlines"] for each in continuous)
    assert not continuous & {each.key.task for each in occurrences}


def test_one_offs_have_the_plan_year_and_no_day(tasks: dict[str, dict[str, Any]]) -> None:
    """Courses, plans, checks and the budget: in 2025, basis plan; the document gives none of them a day."""
    once = {each["id"]: each["deadlines"] for each in tasks.values() if each["kind"] == "once"}
    assert {"tap-huan", "ke-hoach-kiem-tra", "ke-hoach-cao-diem", "phan-bo-du-toan"} <= once.keys()
    for deadlines in once.values():
        assert [(each["basis"], each["last_day"]) for each in deadlines] == [("plan", "2025-12-31")]


def test_events_have_no_invented_term(tasks: dict[str, dict[str, Any]]) -> None:
    """«Theo quy định», «kịp thời», «nếu có» name no term."""
    events = [each for each in tasks.values() if each["kind"] == "on-event"]
    assert len(events) == 7
    for each in events:
        (deadline,) = each["deadlines"]
        assert deadline["last_day"] is None
        trigger = deadline["trigger"]
        assert trigger["event"]
        assert not any(trigger.get(name) for name in ("hours", "days", "working_days"))


@pytest.mark.parametrize(
    ("period", "first", "last", "basis"),
    [
        ("thang-hanh-dong", "2025-06-01", "2025-06-30", "law"),
        ("quoc-te-thieu-nhi", "2025-06-01", "2025-06-01", "custom"),
        ("he", "2025-06-01", "2025-08-31", "custom"),
        ("khai-giang", "2025-09-05", "2025-09-05", "custom"),
        ("trung-thu", None, "2025-10-06", "custom"),
        ("vi-chat-dot-1", "2025-06-01", "2025-06-02", "custom"),
        ("vi-chat-dot-2", "2025-12-01", "2025-12-02", "custom"),
    ],
)
def test_campaigns_are_dated_by_law_or_custom_with_reasons(
    occurrences: list[Terms], period: str, first: str | None, last: str, basis: str
) -> None:
    """No campaign is dated in the document; Tết Trung thu is lunar 8-15, 6 October in 2025."""
    found = [each.dates for each in occurrences if each.kind == "campaign" and each.key.period == period]
    assert found
    assert {each.last_day for each in found} == {date.fromisoformat(last)}
    assert {each.basis for each in found} == {basis}
    assert all(each.reason for each in found)
    if first is not None:
        assert {each.from_day for each in found} == {date.fromisoformat(first)}


def test_month_of_action_is_by_the_law_on_children(occurrences: list[Terms]) -> None:
    """Luật Trẻ em 2016, Điều 11."""
    reasons = {each.dates.reason for each in occurrences if each.key.period == "thang-hanh-dong"}
    assert reasons == {"Luật Trẻ em 2016, Điều 11"}


# Check-ins


@pytest.mark.parametrize("period", ROUNDS)
def test_rounds_end_ten_working_days_before_the_report(plan: plans.Plan, occurrences: list[Terms], period: str) -> None:
    """24/4 counts the make-up Saturday 26/4 and skips 30/4–2/5; each opens ten working days earlier."""
    opens, last = ROUNDS[period]
    rounds = [each for each in occurrences if each.kind == CHECK_IN and each.key.period == period]
    assert {(each.opens_on, each.dates.last_day) for each in rounds} == {(opens, last)}
    report = {"dot-1": "6-thang", "dot-2": "9-thang", "dot-3": "nam"}[period]
    assert plan.calendar.add_working(STATED["bao-cao-bo-chi-tieu", report][1], -10) == last


def test_rounds_are_advisory_until_a_document_sets_them(occurrences: list[Terms]) -> None:
    """The plan names no document for its rounds; the example's overlay does, and there they bind."""
    assert {each.advisory for each in occurrences if each.kind == CHECK_IN} == {True}
    example = plans.occurrences(plans.load(PHU_LA, OVERLAY))
    assert {each.advisory for each in example if each.kind == CHECK_IN} == {False}


def test_every_continuous_duty_is_a_line_of_its_unit(
    tasks: dict[str, dict[str, Any]], occurrences: list[Terms]
) -> None:
    """In every round, each continuous duty is asked of each unit that has it, and of those who help with it."""
    lines = {each.key.unit: set(each.lines) for each in occurrences if each.key.period == "dot-1"}
    for task in tasks.values():
        units = set(task["with"])
        if task["kind"] == "continuous":
            units.add(task["unit"])
        if "to-dan-pho" in units:
            units = (units - {"to-dan-pho"}) | {f"to-dan-pho-{n:02}" for n in range(1, 13)}
        for unit in units:
            assert task["id"] in lines[unit], (task["id"], unit)


# Who


def test_every_unit_of_duty_leads_tasks(tasks: dict[str, dict[str, Any]]) -> None:
    """Each section of part III has its unit, and the ward committee what part II leaves to nobody."""
    assert Counter(each["unit"] for each in tasks.values()) == {
        "ldtbxh": 22,
        "cong-an": 5,
        "truong": 11,
        "tram-y-te": 9,
        "van-hoa-thong-tin": 8,
        "tu-phap": 4,
        "tai-chinh": 3,
        "mttq": 4,
        "doan-thanh-nien": 2,
        "hoi-lhpn": 3,
        "to-dan-pho": 8,
        "ubnd-phuong": 9,
    }


def test_a_unit_quotes_its_own_section(plan: plans.Plan, tasks: dict[str, dict[str, Any]]) -> None:
    """Every task stands in its unit's section, or in part II where a duty of that section carries it out."""
    for task in tasks.values():
        section = plan.units[task["unit"]].section
        assert section
        own = [each for each in clauses_of(task) if each.startswith(section)]
        assert own or all(each.startswith("II.") for each in clauses_of(task)), task["id"]


def test_what_only_part_two_says_is_led_by_the_ward(tasks: dict[str, dict[str, Any]]) -> None:
    """`ubnd-phuong` leads nothing that part III gives to somebody."""
    for task in tasks.values():
        if task["unit"] == "ubnd-phuong":
            assert all(each.startswith("II.") for each in clauses_of(task)), task["id"]


def test_twelve_groups_each_have_their_own(occurrences: list[Terms], plan: plans.Plan) -> None:
    """The document gives their number: three campaign days and three rounds for each of the twelve."""
    members = [f"to-dan-pho-{n:02}" for n in range(1, 13)]
    assert plan.units["to-dan-pho"].members == 12
    assert plan.units["to-dan-pho-07"].name == "Tổ dân phố số 7"
    counts = Counter(each.key.unit for each in occurrences if each.key.unit.startswith("to-dan-pho"))
    assert counts == dict.fromkeys(members, 6)


def test_schools_act_as_one_until_named(occurrences: list[Terms], plan: plans.Plan) -> None:
    """Neither number nor names are given: members unknown, one occurrence for all."""
    assert plan.units["truong"].members is None
    assert [each.key.short for each in occurrences if each.key.task == "ban-giao-hoc-sinh"] == [
        "ban-giao-hoc-sinh/truong/nam"
    ]


def test_relations_decide_who_may_be_pressed(plan: plans.Plan) -> None:
    """Ordered, cooperating, requested; Đoàn and Hội stand inside the bullets of III.8 and share its «đề nghị»."""
    day = date(2025, 3, 3)
    by_relation: dict[str, set[str]] = {}
    for unit in plan.units.values():
        if unit.section and unit.group is None:
            by_relation.setdefault(unit.relation_on(day), set()).add(unit.id)
    assert by_relation == {
        "trực thuộc": {
            "ldtbxh", "tram-y-te", "van-hoa-thong-tin", "tu-phap", "tai-chinh", "to-dan-pho", "ubnd-phuong",
        },
        "phối hợp": {"cong-an", "truong"},
        "đề nghị": {"mttq", "doan-thanh-nien", "hoi-lhpn"},
    }  # fmt: skip
    assert [each.id for each in plan.units.values() if each.inside == "mttq"] == ["doan-thanh-nien", "hoi-lhpn"]
    assert plan.units["to-dan-pho"].section == "III.8(2)"


def test_support_never_leads(tasks: dict[str, dict[str, Any]]) -> None:
    """«Phối hợp» lines are help where the other body has the task (0012): III.3-4, III.5-2, III.8-2, III.8-1."""
    assert set(tasks["hoat-dong-cao-diem"]["with"]) == {"truong", "van-hoa-thong-tin", "doan-thanh-nien"}
    assert clauses_of(tasks["hoat-dong-cao-diem"]) == {"III.1-4", "II.2-1", "III.3-4", "III.5-2", "III.8-2"}
    assert tasks["tap-huan"]["with"] == ["mttq"]
    assert tasks["ra-soat-phan-mem"]["with"] == ["to-dan-pho"]
    assert (tasks["ban-giao-hoc-sinh"]["unit"], tasks["ban-giao-hoc-sinh"]["with"]) == ("truong", ["doan-thanh-nien"])
    assert all(each["unit"] not in each["with"] for each in tasks.values())


def test_reports_go_to_the_district_and_are_not_confirmed_here(
    tasks: dict[str, dict[str, Any]], occurrences: list[Terms]
) -> None:
    """«về UBND quận qua Phòng Lao động - Thương binh và Xã hội»; issuing closes them."""
    for report in ("bao-cao-ket-qua", "bao-cao-bo-chi-tieu"):
        assert (tasks[report]["to"], tasks[report]["via"]) == ("ubnd-quan", "phong-ldtbxh-quan")
    reports = [each for each in occurrences if each.kind == "report"]
    assert {(each.confirm, each.evidence) for each in reports} == {(None, "document")}


def test_nobody_confirms_their_own_work(occurrences: list[Terms]) -> None:
    """The monitor confirms others; its own goes to the office."""
    confirmed = {each.key.unit: each.confirm for each in occurrences if each.confirm}
    assert confirmed.pop("ldtbxh") == "van-phong"
    assert confirmed
    assert set(confirmed.values()) == {"ldtbxh"}


# The reorganisation and the figures


def test_nothing_moves_without_a_document(plan: plans.Plan) -> None:
    """What ended on 30/6/2025 names likely successors without a deciding document; the rest bears no end."""
    ended = {each.id for each in plan.units.values() if each.until == date(2025, 6, 30)}
    assert ended == {"ldtbxh", "van-hoa-thong-tin", "tu-phap", "tai-chinh", "ubnd-phuong", "van-phong"}
    for each in ended:
        successors = plan.units[each].successors
        assert successors
        assert all(one.by is None and one.on == date(2025, 7, 1) for one in successors)
    assert not [each.id for each in plan.units.values() if each.until and each.id not in ended]


def test_targets_without_a_baseline_stay_unknown(plan: plans.Plan) -> None:
    """The document gives no figure of 2024, so a decrease of 10 % cannot be judged yet."""
    falling = plan.targets["giam-tu-vong-tai-nan"]
    assert (falling.operator, falling.value, falling.baseline, falling.baseline_year) == (
        "decrease_at_least",
        10,
        None,
        2024,
    )
    assert assess(falling.operator, falling.value, falling.baseline, 0) == (None, "unknown")
    assert all(each.baseline is None for each in plan.targets.values())


def test_targets_say_what_the_document_counts(plan: plans.Plan) -> None:
    """I.2 and the two figures of III.6, each with its operator; nothing is added to «tăng» and «giữ vững»."""
    assert {each.id: (each.operator, each.value) for each in plan.targets.values()} == {
        "don-vi-ban-hanh-ke-hoach": ("at_least", 100),
        "tre-dac-biet-duoc-tro-giup": ("at_least", 100),
        "tre-bi-xam-hai-duoc-can-thiep": ("at_least", 100),
        "giam-tu-vong-tai-nan": ("decrease_at_least", 10),
        "phuong-phu-hop-tre-em": ("keep", None),
        "khai-sinh-dung-do-tuoi": ("at_least", 100),
        "ty-le-lien-thong": ("increase", None),
    }


@pytest.mark.parametrize("clause", ["I.2-1", "II.1-5", "II.1-8", "III.1-3", "III.6-1", "III.3", "III.1+2"])
def test_what_only_a_person_can_settle_is_asked(plan: plans.Plan, clause: str) -> None:
    """Words left over from the district's plan, unnamed schools, reports without sender or addressee."""
    assert any(clause == each.values.get("clause") for each in plan.warnings)


# The ladder


def test_ladder_by_relation(plan: plans.Plan) -> None:
    """The whole ladder, a letter after the office, or one reminder and a letter of request."""
    policy = plan.policy
    assert list(policy.relations["trực thuộc"]) == [
        "unit-10", "unit-3", "office-2", "unit-0", "head", "monitor", "office", "vice-chair", "chair",
    ]  # fmt: skip
    assert list(policy.relations["phối hợp"])[-1] == "letter"
    assert list(policy.relations["đề nghị"]) == ["unit-3", "request-letter"]
    rungs = {each.id: each for each in policy.rungs}
    assert {name: rungs[name].at for name in ("head", "monitor", "office", "vice-chair", "chair")} == {
        "head": 1,
        "monitor": 3,
        "office": 5,
        "vice-chair": 10,
        "chair": 15,
    }
    assert (rungs["chair"].every, rungs["chair"].times) == (5, 4)
    assert (rungs["office-2"].only_kinds, rungs["office-2"].only_set_by) == (("report",), ("cấp trên",))


# The example


def test_no_photographs_of_visits_gifts_and_examinations(plan: plans.Plan) -> None:
    """Nor of help to a child in need, nor of cases; the plan says so itself, task by task."""
    kept = {each["id"]: each["photos"] for each in json.loads(plans.documents(plan)["tasks"])}
    off = {each for each, allowed in kept.items() if not allowed}
    cases = {each.id for each in plan.tasks.values() if each.kind == "on-event"}
    assert off - cases == {
        *("kham-thai", "uong-vitamin-a", "tiem-chung", "giup-tre-benh-khuyet-tat", "kham-suc-khoe"),
        *("tham-hoi-ngay-le", "tham-hoi-khai-giang", "ho-tro-hoc-tot", "ra-soat-hoan-canh"),
    }
    assert cases <= off
    assert [each.code for each in plan.warnings if each.code == "photos_unsaid"] == []


def test_example_says_that_it_is_one() -> None:
    """Its documents, roles and entries are invented: each file says so in its first line."""
    for name in ("overlay.yaml", "entries.yaml"):
        first = (PHU_LA / "example" / name).read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# VÍ DỤ")


def test_example_entries_are_in_order_and_name_what_exists() -> None:
    """Two chapters; every entry names an occurrence of the plan, in the order of typing."""
    told = yaml.safe_load((PHU_LA / "example" / "entries.yaml").read_text(encoding="utf-8"))
    example = plans.load(PHU_LA, OVERLAY)
    known = {each.key.short for each in plans.occurrences(example)}
    entries = told["entries"]
    assert [str(each) for each in told["chapters"]] == ["2025-05-20", "2025-08-20"]
    times = [datetime.fromisoformat(str(each["at"])) for each in entries]
    assert times == sorted(times)
    opened = {f"{each['task']}/ldtbxh/{each['ref']}" for each in entries if each["verb"] == "event"}
    named = {each["occurrence"] for each in entries if "occurrence" in each}
    assert named <= known | opened
    assert {each["target"] for each in entries if each["verb"] == "measure"} <= set(example.targets)


def test_example_answers_whole_check_ins() -> None:
    """Whoever answers in the example answers every line that is asked, and no other."""
    told = yaml.safe_load((PHU_LA / "example" / "entries.yaml").read_text(encoding="utf-8"))
    asked = {each.key.short: set(each.lines) for each in plans.occurrences(plans.load(PHU_LA, OVERLAY))}
    answered: dict[str, set[str]] = {}
    for each in told["entries"]:
        if each["verb"] == "answer":
            answered.setdefault(each["occurrence"], set()).add(each["line"])
    assert answered
    assert answered == {occurrence: asked[occurrence] for occurrence in answered}


def test_one_official_holds_several_roles_in_the_example() -> None:
    """In a ward one person is often three recipients: the digest must not reach them three times."""
    people = plans.load(PHU_LA, OVERLAY).people
    held = Counter(each.id for holders in people.values() for each in holders)
    assert held["can-bo-ldtbxh"] == 3
