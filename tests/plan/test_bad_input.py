"""Every fault of a plan's files: where it is, its code, and that the Vietnamese text says what would be right.

The line expected is the one that bears `# HERE`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

import plan
from plan.problems import Problem
from tests.plan.tiny import FILES, edited, write
from texts import say

TASKS = "tasks/01-cong-an.yaml"
STATED = "{ period: 6-thang, label: 6 tháng, before: 2025-05-14, basis: stated, set_by: cấp trên }"
QUOTE = "báo cáo kết quả 6 tháng (trước ngày 14/5/2025) và ngày 20/11/2025."


class Case(NamedTuple):
    name: str
    file: str
    edits: tuple[tuple[str, str], ...]
    code: str
    right: str
    """What the Vietnamese text must contain."""


def deadline(name: str, new: str, code: str, right: str) -> Case:
    """The tiny report's deadline replaced by another."""
    return Case(name, TASKS, ((STATED, new + " # HERE"),), code, right)


def office(rest: str) -> str:
    return f"{{ period: x, {rest}, basis: office, set_by: Văn phòng, document: 1/TB }}"


CASES = [
    # ids and references
    Case("unknown unit", TASKS, (("unit: cong-an", "unit: cong-am # HERE"),), "unknown_unit", "cong-an"),
    Case("unknown with", TASKS, (("with: [to]", "with: [too] # HERE"),), "unknown_unit", "có phải: to"),
    Case("with the lead", TASKS, (("with: [to]", "with: [cong-an] # HERE"),), "with_lead", "bỏ khỏi with"),
    Case("with twice", TASKS, (("with: [to]", "with: [to, to] # HERE"),), "duplicate_with", "bỏ một"),
    Case("unknown recipient", TASKS, (("to: quan", "to: quann # HERE"),), "unknown_recipient", "có phải: quan"),
    Case("unknown via", TASKS, (("to: quan", "via: qan # HERE"),), "unknown_recipient", "có phải: quan"),
    Case("unknown confirmer", TASKS, (("to: quan", "confirm: van-pong # HERE"),), "unknown_unit", "van-phong"),
    Case("confirms itself", TASKS, (("to: quan", "confirm: cong-an # HERE"),), "confirms_itself", "van-phong"),
    Case(
        "unknown campaign",
        TASKS,
        (("campaigns: [trung-thu]", "campaigns: [trung-thuu] # HERE"),),
        "unknown_campaign",
        "có phải: trung-thu",
    ),
    Case("reserved unit id", "units.yaml", (("id: van-phong", "id: office # HERE"),), "reserved_unit_id", "office-2"),
    Case(
        "reserved unit id in capitals",
        "units.yaml",
        (("id: van-phong", "id: Campaigns # HERE"),),
        "reserved_unit_id",
        "đổi",
    ),
    Case("reserved id", TASKS, (("id: tuan-tra", "id: cap-nhat # HERE"),), "reserved_id", "cap-nhat-…"),
    Case("not a slug", TASKS, (("id: tuan-tra", "id: Tuần Tra # HERE"),), "not_slug", "tuan-tra"),
    Case("duplicate id", TASKS, (("id: bao-cao", "id: tuan-tra # HERE"),), "duplicate_id", "tuan-tra-2"),
    Case("id differs by case", TASKS, (("id: bao-cao", "id: Tuan-Tra # HERE"),), "id_case", "tuan-tra-2"),
    Case(
        "duplicate unit",
        "units.yaml",
        (("id: van-phong", "id: cong-an # HERE"),),
        "duplicate_id",
        "cong-an-2",
    ),
    Case(
        "member is a unit",
        "units.yaml",
        (("id: cong-an", "id: to-02"), ("members:", "members: # HERE\n     ")),
        "duplicate_id",
        "to-02-2",
    ),
    Case("member pattern", "units.yaml", (('id: "to-{nn}"', "id: to # HERE\n     "),), "bad_member_id", "to-{nn}"),
    Case(
        "unknown inside",
        "units.yaml",
        (("relation: phối", "inside: van-fong # HERE\n    relation: phối"),),
        "unknown_unit",
        "van-phong",
    ),
    Case(
        "unknown section",
        "units.yaml",
        (("relation: phối", "section: II.9 # HERE\n    relation: phối"),),
        "unknown_clause",
        "II.1",
    ),
    Case(
        "cyclic successors",
        "units.yaml",
        (
            ("relation: phối hợp", "relation: phối hợp\n    successors: [{ unit: van-phong, on: 2025-07-01 }] # HERE"),
            ("relation: trực thuộc\n    members", "relation: trực thuộc\n    members"),
            ("name: Văn phòng\n", "name: Văn phòng\n    successors: [{ unit: cong-an, on: 2025-07-01 }]\n"),
        ),
        "successor_circle",
        "cong-an → van-phong → cong-an",
    ),
    Case(
        "unknown successor",
        "units.yaml",
        (("relation: phối", "successors: [{ unit: x, on: 2025-07-01 }] # HERE\n    relation: phối"),),
        "unknown_unit",
        "van-phong",
    ),
    Case(
        "two lead successors",
        "units.yaml",
        (
            (
                "relation: phối hợp",
                "relation: phối hợp\n    successors:\n      - { unit: to, on: 2025-07-01, lead: true }\n"
                "      - { unit: van-phong, on: 2025-07-01, lead: true } # HERE",
            ),
        ),
        "two_leads",
        "chỉ một đơn vị",
    ),
    Case(
        "until before from",
        "units.yaml",
        (("relation: phối", "from: 2025-03-01\n    until: 2025-02-01 # HERE\n    relation: phối"),),
        "ends_before",
        "từ 2025-03-01 trở đi",
    ),
    Case(
        "unknown monitor",
        "plan.yaml",
        (("monitor: van-phong", "monitor: vanphong # HERE"),),
        "unknown_unit",
        "van-phong",
    ),
    Case(
        "unknown zone",
        "plan.yaml",
        (("year: 2025", "year: 2025\ntime_zone: Asia/Hanoi # HERE"),),
        "bad_zone",
        "Asia/Ho_Chi_Minh",
    ),
    Case(
        "zone of another country",
        "plan.yaml",
        (("year: 2025", "year: 2025\ntime_zone: Europe/Paris # HERE"),),
        "bad_zone",
        "Asia/Ho_Chi_Minh",
    ),
    Case("impossible year", "plan.yaml", (("year: 2025", "year: 20255 # HERE"),), "bad_year", "1900 đến 2100"),
    # clauses and quotes
    Case(
        "unknown clause",
        TASKS,
        (("{ clause: II.1-2, quote", "{ clause: II.1-20, # HERE\n      quote"),),
        "unknown_clause",
        "II.1-2",
    ),
    Case(
        "quote in another clause",
        TASKS,
        (("{ clause: II.1-2, quote: Phối", "{ clause: II.1-1, # \n      quote: # HERE\n      Phối"),),
        "quote_elsewhere",
        "ở mục II.1-2",
    ),
    Case(
        "quote changed",
        TASKS,
        (("quote: Tăng cường tuần tra }", "\n      quote: Tăng cường tuần phòng # HERE\n      }"),),
        "quote_not_found",
        "«tuần tra; báo cáo",
    ),
    Case(
        "empty quote",
        TASKS,
        (("quote: Tăng cường tuần tra", 'quote: "…" # HERE\n     '),),
        "quote_empty",
        "chép nguyên văn",
    ),
    Case(
        "unknown excluded",
        "plan.yaml",
        (("clause: kết thúc", "clause: kết túc"), ("why: lời kết }", "why: lời kết } # HERE")),
        "unknown_clause",
        "kết thúc",
    ),
    Case(
        "unknown obliging part",
        "plan.yaml",
        (("obliges: [II]", "obliges: [II, IV] # HERE"),),
        "unknown_clause",
        "có phải: ",
    ),
    Case(
        "clause not accounted for",
        "plan.yaml",
        (("excluded:", "excluded: # HERE"), ("  - { clause: I, why: mục đích }\n", "")),
        "unaccounted",
        "obliges",
    ),
    Case(
        "headings not accounted for",
        "plan.yaml",
        (("excluded:", "excluded: # HERE"), ("  - { clause: đề mục, why: tên mục }\n", "")),
        "unaccounted",
        "đề mục",
    ),
    # stated dates
    deadline(
        "stated date not in its quote",
        STATED.replace("05-14", "05-15"),
        "date_not_in_quote",
        "«trước ngày 14/5/2025»",
    ),
    deadline(
        "stated date without its operator's words",
        STATED.replace("2025-05-14", "2025-11-20"),
        "date_without_words",
        "«trước ngày 20/11/2025»",
    ),
    deadline("operator of other words", STATED.replace("before", "by"), "words_differ", "viết before: 2025-05-14"),
    deadline(
        "month not in the quote", STATED.replace("before: 2025-05-14", "in: 2025-09"), "words_not_in_quote", "«tháng 9»"
    ),
    deadline(
        "window not in the quote",
        STATED.replace("before: 2025-05-14", "from: 2025-05-01, to: 2025-05-14"),
        "date_not_in_quote",
        "từ 1/5/2025 đến 14/5/2025",
    ),
    # operators
    deadline("30/2", office("by: 2025-02-30"), "no_such_day", "2025-02-30"),
    deadline("a day in other spelling", office("by: 14/5/2025"), "bad_day", "2025-05-14"),
    deadline("hour", office("by: 2025-05-14T25:00"), "bad_hour", "17:00"),
    deadline("before the plan's start", office("before: 2025-01-01"), "before_start", "từ 2025-01-01 trở đi"),
    deadline("a day years away", office("by: 2052-05-14"), "far_day", "năm kế hoạch 2025"),
    deadline("leap month that the year lacks", office("lunar: L8-15"), "no_leap_month", "8-15"),
    deadline("lunar day", office("lunar: 15/8"), "bad_lunar", "8-15"),
    deadline("two operators", office("before: 2025-05-14, by: 2025-05-15"), "two_operators", "before, by"),
    deadline("no operator", "{ period: x, basis: plan }", "no_operator", "before, by, in, from + to, lunar"),
    deadline("from without to", office("from: 2025-05-14"), "half_window", "«to»"),
    deadline("to before from", office("from: 2025-05-14, to: 2025-05-13"), "window_backwards", "từ 2025-05-14 trở đi"),
    deadline("quarter", office("in: 2025-Q5"), "bad_in", "2025-Q2"),
    deadline(
        "every with in", office("every: month, in: 2025").replace("period: x, ", ""), "every_operator", "before: 25"
    ),
    deadline(
        "every day of month", office("every: month, by: 32").replace("period: x, ", ""), "bad_every_day", "từ 1 đến 31"
    ),
    deadline("every with a period", office("every: month, by: 25"), "period_with_every", "bỏ period: x"),
    deadline("every unknown step", office("every: fortnight, by: 2"), "bad_choice", "quarter"),
    deadline("roll", office("by: 2025-05-14, roll: nearest"), "bad_choice", "next, previous, none"),
    deadline("roll of a before", office("before: 2025-05-14, roll: next"), "roll_refused", "bỏ roll"),
    deadline("no period", office("by: 2025-05-14").replace("period: x, ", ""), "no_period", "period: 6-thang"),
    Case(
        "period twice",
        TASKS,
        ((STATED, f"{STATED}\n      - {office('by: 2025-05-14').replace('period: x', 'period: 6-thang')} # HERE"),),
        "duplicate_period",
        "6-thang",
    ),
    # where a date comes from
    deadline("law without article", "{ period: x, by: 2025-05-14, basis: law }", "law_without_article", "Điều 11"),
    deadline(
        "custom without reason", "{ period: x, by: 2025-05-14, basis: custom }", "custom_without_reason", "reason"
    ),
    deadline(
        "office day that would bind without its document",
        "{ period: x, by: 2025-05-14, basis: office, advisory: false }",
        "office_without_document",
        "thêm document",
    ),
    deadline(
        "office day said to be stated", STATED.replace("cấp trên", "Văn phòng"), "setter_differs", "cấp trên, UBND"
    ),
    deadline(
        "office day set by others", office("by: 2025-05-14").replace("Văn phòng", "UBND"), "setter_differs", "Văn phòng"
    ),
    deadline("stated by nobody", STATED.replace(", set_by: cấp trên", ""), "stated_without_setter", "set_by: cấp trên"),
    deadline(
        "advisory by law",
        "{ period: x, by: 2025-05-14, basis: law, article: Điều 1, advisory: true }",
        "advisory_refused",
        "bỏ advisory",
    ),
    deadline("a day said to be the plan year", "{ period: x, by: 2025-05-14, basis: plan }", "plan_basis", "in: 2025"),
    deadline("unknown basis", STATED.replace("stated", "stoted"), "bad_choice", "stated"),
    # kinds
    Case("report without deadline", TASKS, (("kind: continuous", "kind: report # HERE"),), "kind_needs", "deadlines"),
    Case(
        "continuous with a deadline",
        TASKS,
        (("kind: report", "kind: continuous"), ("deadlines:", "deadlines: # HERE")),
        "kind_refuses",
        "report",
    ),
    Case(
        "campaigns of a report",
        TASKS,
        (("    to: quan", "    campaigns: [trung-thu] # HERE"),),
        "kind_refuses",
        "đổi kind thành: campaign",
    ),
    Case(
        "trigger of a report",
        TASKS,
        (("    to: quan", "    trigger: { event: x } # HERE"),),
        "kind_refuses",
        "on-event",
    ),
    Case("private report", TASKS, (("    to: quan", "    private: true # HERE"),), "kind_refuses", "on-event"),
    Case("unknown kind", TASKS, (("kind: continuous", "kind: contnuous # HERE"),), "bad_choice", "continuous"),
    Case("on-event without trigger", TASKS, (("kind: continuous", "kind: on-event # HERE"),), "kind_needs", "trigger"),
    Case(
        "term without basis",
        TASKS,
        (("kind: continuous", "kind: on-event\n    trigger: { event: x, within: 5 days } # HERE"),),
        "trigger_without_basis",
        "stated, law",
    ),
    Case(
        "basis without term",
        TASKS,
        (("kind: continuous", "kind: on-event\n    trigger: { event: x, basis: law } # HERE"),),
        "trigger_without_term",
        "thêm within",
    ),
    Case(
        "term of other units",
        TASKS,
        (("kind: continuous", "kind: on-event\n    trigger: { event: x, within: 5 weeks, basis: law } # HERE"),),
        "bad_within",
        "5 working days",
    ),
    # shapes
    Case("unknown key", TASKS, (("title: Tuần tra", "titel: Tuần tra # HERE"),), "unknown_key", "title"),
    Case(
        "missing key",
        TASKS,
        (("  - id: tuan-tra\n    title: Tuần tra", "  - id: tuan-tra # HERE"),),
        "missing_key",
        "«title:»",
    ),
    Case(
        "wrong type: list for text", TASKS, (("title: Tuần tra", "title: [a, b] # HERE"),), "not_text", "một dòng chữ"
    ),
    Case("wrong type: text for list", TASKS, (("with: [to]", "with: to # HERE"),), "not_list", "danh sách"),
    Case("wrong type: text for mapping", TASKS, ((STATED, "trước ngày 14 # HERE"),), "not_mapping", "khóa: giá trị"),
    Case("number", "calendar.yaml", (("open: 10", "open: mười # HERE"),), "not_number", "số nguyên"),
    Case("flag", TASKS, (("    to: quan", "    private: có # HERE"),), "not_flag", "true, false"),
    Case("flag of photographs", TASKS, (("    to: quan", "    photos: không # HERE"),), "not_flag", "true, false"),
    Case(
        "photographs of a case",
        TASKS,
        (("kind: continuous", "kind: on-event\n    trigger: { event: x }\n    photos: true # HERE"),),
        "private_photos",
        "bỏ photos",
    ),
    Case(
        "no sources",
        TASKS,
        (("source: [{ clause: II.1-1, quote: Tăng cường tuần tra }]", "source: [] # HERE"),),
        "empty_list",
        "ít nhất một",
    ),
    Case("plan day", "plan.yaml", (("year: 2025", "year: 2025\nday: 3/3/2025 # HERE"),), "bad_day", "2025-05-14"),
    # calendar
    Case(
        "round of no report",
        "calendar.yaml",
        (("task: bao-cao", "task: bao-cap"), ("working_days: 10 }", "working_days: 10 } # HERE")),
        "unknown_task",
        "bao-cao",
    ),
    Case(
        "round of no period",
        "calendar.yaml",
        (("working_days: 10 }", "working_days: 10 } # HERE"), ("6-thang", "9-thang")),
        "unknown_period",
        "6-thang",
    ),
    Case("round of no days", "calendar.yaml", (("open: 10", "open: 0 # HERE"),), "bad_round_days", "1 đến 120"),
    Case(
        "stated campaign",
        "calendar.yaml",
        (("basis: custom, set_by: thông lệ, reason: rằm tháng Tám }", "basis: stated, set_by: UBND } # HERE"),),
        "campaign_stated",
        "law, custom",
    ),
    Case(
        "campaign before a day",
        "calendar.yaml",
        (("lunar: 8-15", "before: 2025-10-07"), ("rằm tháng Tám }", "rằm } # HERE")),
        "campaign_operator",
        "from + to",
    ),
    Case("weekday", "calendar.yaml", (("week: [mon,", "week: [thứ hai, # HERE\n "),), "bad_choice", "mon"),
    # escalation and targets
    Case(
        "unknown rung",
        "escalation.yaml",
        (("phối hợp: [unit-3]", "phối hợp: [unit-4] # HERE"),),
        "unknown_rung",
        "unit-3",
    ),
    Case("unknown role", "escalation.yaml", (("to: unit }", "to: units } # HERE"),), "unknown_role", "unit"),
    Case(
        "role of an unknown unit",
        "escalation.yaml",
        (("  chair: {", "  head:cong-am: { id: x, name: X } # HERE\n  chair: {"),),
        "unknown_unit",
        "cong-an",
    ),
    Case(
        "person of no role",
        "escalation.yaml",
        (("  chair: {", "  boss: { id: x, name: X } # HERE\n  chair: {"),),
        "unknown_role",
        "chair",
    ),
    Case(
        "address that is none",
        "escalation.yaml",
        (("  chair: {", "  office: { id: x, name: X, email: a@b } # HERE\n  chair: {"),),
        "bad_email",
        "vanphong@phuong.example.vn",
    ),
    Case(
        "two addresses in one",
        "escalation.yaml",
        (("  chair: {", '  office: { id: x, name: X, email: "a@b.vn, c@d.vn" } # HERE\n  chair: {'),),
        "bad_email",
        "vanphong@phuong.example.vn",
    ),
    Case(
        "preferred channel without its address",
        "escalation.yaml",
        (("  chair: {", "  office: { id: x, name: X, channels: [email] } # HERE\n  chair: {"),),
        "channel_without_address",
        "email",
    ),
    Case(
        "hour of quiet",
        "escalation.yaml",
        (("people:", 'delivery: { quiet: ["20:00", "7 giờ"] } # HERE\npeople:'),),
        "bad_hour",
        "17:00",
    ),
    Case(
        "distance in days",
        "escalation.yaml",
        (("at: -3 working days", "at: -3 weeks"), ("to: unit }", "to: unit } # HERE")),
        "bad_at",
        "-10 working days",
    ),
    Case(
        "deputy of nobody known",
        "escalation.yaml",
        (
            (
                "people:",
                "absences: [{ person: chu-tichh, from: 2025-05-12, until: 2025-05-16, deputy: x }] # HERE\npeople:",
            ),
        ),
        "unknown_person",
        "chu-tich",
    ),
    Case(
        "one's own deputy",
        "escalation.yaml",
        (("people:", "absences: [{ person: a, from: 2025-05-12, until: 2025-05-16, deputy: a }] # HERE\npeople:"),),
        "own_deputy",
        "deputy",
    ),
    Case(
        "absence that ends before it begins",
        "escalation.yaml",
        (("people:", "absences: [{ person: a, from: 2025-05-12, until: 2025-05-09, deputy: b }] # HERE\npeople:"),),
        "ends_before",
        "2025-05-12",
    ),
    Case(
        "grace of no day",
        "escalation.yaml",
        (("people:", "grace: { campaign: 0 working days } # HERE\npeople:"),),
        "bad_grace",
        "2 working days",
    ),
    Case("every without times", "escalation.yaml", ((", times: 4 }", " } # HERE"),), "every_without_times", "times: 4"),
    Case(
        "ladder of an unknown task",
        "escalation.yaml",
        (("people:", "tasks:\n  bao-cap: [unit-3] # HERE\npeople:"),),
        "unknown_task",
        "bao-cao",
    ),
    Case(
        "target without value",
        "targets.yaml",
        (
            (
                "targets: []",
                "targets:\n  - { id: t, title: T, operator: at_least, led_by: to, # HERE\n"
                "      source: [{ clause: II.2, quote: rà soát }] }",
            ),
        ),
        "target_value",
        "value: 10",
    ),
    Case(
        "target value",
        "targets.yaml",
        (
            (
                "targets: []",
                "targets:\n  - { id: t, title: T, operator: at_least, led_by: to, value: nhiều, # HERE\n"
                "      source: [{ clause: II.2, quote: rà soát }] }",
            ),
        ),
        "not_decimal",
        "8,5",
    ),
    Case("number of members", "units.yaml", (("count: 3,", "count: 0, # HERE\n     "),), "bad_count", "1 đến 2000"),
    Case("endless id", TASKS, (("id: tuan-tra", f"id: {'a' * 200} # HERE"),), "too_long", "rút gọn"),
    # YAML
    Case(
        "sentence that goes on",
        TASKS,
        (("title: Tuần tra", "title: Tuần\n    tra\n   và canh # HERE"),),
        "yaml_no_colon",
        "khóa: giá trị",
    ),
    Case(
        "words after a quotation", TASKS, (("title: Tuần tra", 'title: "Tuần" tra # HERE'),), "yaml_indent", "dấu nháy"
    ),
    Case(
        "duplicate key",
        TASKS,
        (("    title: Tuần tra", "    title: Tuần tra\n    title: Hai # HERE"),),
        "duplicate_key",
        "chỉ giữ một",
    ),
    Case("anchor", TASKS, (("title: Tuần tra", "title: &a Tuần tra # HERE"),), "alias", "viết lại đầy đủ"),
    Case("tag", TASKS, (("title: Tuần tra", "title: !!str Tuần tra # HERE"),), "tag", "mọi giá trị đều là chữ"),
    Case("tab", TASKS, (("    title: Tuần tra", "\ttitle: Tuần tra # HERE"),), "tab", "dấu cách"),
    Case("colon in a sentence", TASKS, (("title: Tuần tra", "title: Tuần: tra # HERE"),), "yaml_colon", "dấu nháy"),
    Case("open quotation", TASKS, (("title: Tuần tra", 'title: "Tuần tra # HERE'),), "yaml_quote", "dấu nháy đóng"),
    Case("sign of YAML", TASKS, (("title: Tuần tra", "title: @Tuần tra # HERE"),), "yaml_start", "dấu nháy"),
    Case(
        "mapping as key",
        TASKS,
        (("    title: Tuần tra", "    ? {a: b} # HERE\n    : c\n    title: Tuần tra"),),
        "key_not_text",
        "một từ",
    ),
    Case("control character", TASKS, (("title: Tuần tra", "title: Tuần\x01 # HERE"),), "yaml_character", "U+0001"),
    Case(
        "two documents",
        TASKS,
        (("  - id: bao-cao", "--- # HERE\n  - id: bao-cao"),),
        "yaml_documents",
        "mỗi tệp chỉ một",
    ),
]


def problems(folder: Path, overlay: Path | None = None) -> list[Problem]:
    with pytest.raises(plan.PlanErrors) as caught:
        plan.load(folder, overlay)
    return caught.value.problems


def here(text: str) -> int:
    (line,) = [number for number, each in enumerate(text.split("\n"), start=1) if "# HERE" in each]
    return line


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_fault_is_named_with_its_line(case: Case, tmp_path: Path) -> None:
    """Each fault: file, line, code, and a Vietnamese text that says what would be right."""
    text = edited(case.file, *case.edits)
    found = problems(write(tmp_path, {case.file: text}))
    wanted = [each for each in found if each.code == case.code]
    assert wanted, [(each.code, each.line) for each in found]
    assert (wanted[0].file, wanted[0].line) == (case.file, here(text))
    assert case.right in say(f"plan.{case.code}", "vi", **wanted[0].values)
    assert say(f"plan.{case.code}", "en", **wanted[0].values)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """One fault hides no other: in one file, in several, of shape and of meaning."""
    changes: dict[str, str | bytes | None] = {
        TASKS: edited(
            TASKS, ("title: Tuần tra", "titel: Tuần tra"), ("with: [to]", "with: [too]"), ("to: quan", "to: qan")
        ),
        "units.yaml": edited("units.yaml", ("relation: phối hợp", "relation: bạn")),
        "plan.yaml": edited("plan.yaml", ("monitor: van-phong", "monitor: vp")),
        "targets.yaml": "",
    }
    found = problems(write(tmp_path, changes))
    codes = [each.code for each in found]
    assert {"unknown_key", "missing_key", "unknown_unit", "unknown_recipient", "bad_choice", "empty_file"} <= set(codes)
    assert codes.count("unknown_unit") == 2
    assert [(each.file, each.line) for each in found] == sorted((each.file, each.line) for each in found)


def test_a_unit_with_a_fault_is_still_known(tmp_path: Path) -> None:
    """No error follows from another: tasks of a misspelt unit entry are not blamed."""
    changes: dict[str, str | bytes | None] = {
        "units.yaml": edited("units.yaml", ("relation: phối hợp", "relation: bạn"))
    }
    assert [each.code for each in problems(write(tmp_path, changes))] == ["bad_choice"]


@pytest.mark.parametrize("name", sorted(FILES))
def test_missing_file(name: str, tmp_path: Path) -> None:
    """A missing file is named; one of several task files is not missed, but its duties are."""
    if name == "tasks/02-to.yaml":
        loaded = plan.load(write(tmp_path, {name: None}))
        assert [each.clause for each in plan.coverage(loaded).uncovered] == ["II.2"]
        return
    extra: dict[str, str | bytes | None] = {"tasks/02-to.yaml": None} if name.startswith("tasks/") else {}
    found = [each for each in problems(write(tmp_path, {name: None, **extra})) if each.code == "missing_file"]
    assert [each.file for each in found] == ["tasks/" if name.startswith("tasks/") else name]


@pytest.mark.parametrize("name", ["plan.yaml", "units.yaml", "calendar.yaml", "escalation.yaml", "targets.yaml", TASKS])
def test_empty_file(name: str, tmp_path: Path) -> None:
    """An empty file, or one of comments only, is no plan file."""
    for text in ("", "# chỉ có chú thích\n"):
        found = problems(write(tmp_path, {name: text}))
        assert ("empty_file", name, 1) in [(each.code, each.file, each.line) for each in found]


def test_another_suffix_is_not_passed_over(tmp_path: Path) -> None:
    """A task file named .yml would be read by nobody: it is an error, not a silence."""
    found = problems(write(tmp_path, {"tasks/03-them.yml": "tasks: []\n"}))
    assert [(each.code, each.file) for each in found] == [("wrong_suffix", "tasks/03-them.yml")]
    assert "03-them.yaml" in say("plan.wrong_suffix", "vi", **found[0].values)


def test_editors_lock_files_are_passed_over(tmp_path: Path) -> None:
    """What an editor leaves beside a file is none of the plan's."""
    changes: dict[str, str | bytes | None] = {"tasks/.01-cong-an.yaml": "{["}
    assert plan.load(write(tmp_path, changes)).warnings == []


def test_without_libyaml_the_same_plan_is_read(tmp_path: Path) -> None:
    """A source build of PyYAML has no C parser: slower, not different."""
    code = (
        "import sys, yaml; yaml.__with_libyaml__ = False; import plan; folder = sys.argv[1]\n"
        "print(plan.documents(plan.load(folder))['tasks']); open(folder + '/units.yaml', 'w').write('[' * 100000)\n"
        "try: plan.load(folder)\n"
        "except plan.PlanErrors as error: print(error.problems[0].code, file=sys.stderr)"
    )
    folder = write(tmp_path)
    expected = plan.documents(plan.load(folder))["tasks"]
    root = Path(plan.__file__).parent.parent
    found = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, cwd=root, check=True
    )
    assert found.stdout.strip() == expected
    assert "too_deep" in found.stderr


def test_empty_source(tmp_path: Path) -> None:
    """A source text without any clause covers nothing and is refused."""
    assert "no_clauses" in [each.code for each in problems(write(tmp_path, {"source.txt": "\n\n"}))]


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there gets one line."""
    (only,) = problems(tmp_path / "khong-co")
    assert only.code == "no_folder"


def test_a_unit_that_ended_before_the_due_day(tmp_path: Path) -> None:
    """Without a successor that is an error at the deadline; with one whose document is unknown, a warning."""
    ended = edited("units.yaml", ("relation: phối hợp", "relation: phối hợp\n    until: 2025-04-30"))
    tasks = edited(TASKS, (STATED, STATED + " # HERE"))
    found = problems(write(tmp_path, {"units.yaml": ended, TASKS: tasks}))
    first = found[0]
    assert (first.code, first.file, first.line) == ("unit_ended", TASKS, here(tasks))
    assert "thêm successors" in say("plan.unit_ended", "vi", **first.values)
    assert len(found) == 2  # the report, and Trung thu
    member = edited("units.yaml", ("relation: trực thuộc", "relation: trực thuộc\n    until: 2025-04-30"))
    found = problems(
        write(tmp_path, {"units.yaml": member, TASKS: edited(TASKS, ("id: bao-cao", "id: bao-cao\n    unit: to-02"))})
    )
    assert [(each.code, each.values["unit"]) for each in found] == [("unit_ended", "to-02")]
    write(tmp_path)
    heir = ended.replace(
        "until: 2025-04-30", "until: 2025-04-30\n    successors: [{ unit: van-phong, on: 2025-05-01 }]"
    )
    warnings = plan.load(write(tmp_path, {"units.yaml": heir})).warnings
    assert [each.code for each in warnings] == ["successor_undecided"]


@pytest.mark.parametrize(
    ("until", "errors"),
    [("2025-04-01", 1), ("2025-12-31", 0), ("2025-04-01, successors: [{ unit: cong-an, on: 2025-04-02 }]", 0)],
)
def test_a_unit_that_ended_before_a_round(tmp_path: Path, until: str, errors: int) -> None:
    """Its continuous duties would be asked of nobody in that round; that is said at the unit's last day."""
    units = edited(
        "units.yaml",
        (
            "  - id: van-phong",
            f"  - {{ id: hoi, name: Hội, relation: phối hợp, until: {until} }} # HERE\n  - id: van-phong",
        ),
    )
    tasks = edited(TASKS, ("id: tuan-tra", "id: tuan-tra\n    unit: hoi"))
    folder = write(tmp_path, {"units.yaml": units, TASKS: tasks})
    if not errors:
        assert plan.load(folder).units["hoi"]
        return
    (found,) = problems(folder)
    assert (found.code, found.file, found.line) == ("unit_ended", "units.yaml", here(units))
    assert found.values["day"] < "2025-05-13"


def test_office_day_without_document_is_advice(tmp_path: Path) -> None:
    """An office-set day without its document is no error: check lists it, and it never binds."""
    tasks = edited(TASKS, (STATED, "{ period: 6-thang, by: 2025-05-14, basis: office } # HERE"))
    loaded = plan.load(write(tmp_path, {TASKS: tasks}))
    (warning,) = loaded.warnings
    assert (warning.code, warning.line) == ("office_advisory", here(tasks))
    assert "14/5/2025" in say("plan.office_advisory", "vi", **warning.values)
    report = next(each for each in plan.occurrences(loaded) if each.key.task == "bao-cao")
    assert report.advisory
    assert report.dates.set_by == "Văn phòng"


def test_warnings_of_what_only_a_person_settles(tmp_path: Path) -> None:
    """Units that «Nơi nhận» lacks, questions, and rounds without a document are told with their lines."""
    head = edited("plan.yaml", ("  - { id: noi-to, name: Các tổ dân phố, unit: to }\n", ""))
    head += "questions:\n  - { clause: II.2, ask: hộ nào? }\n"
    calendar = edited("calendar.yaml", ("    document: 12/TB-UBND\n", "    document:\n"))
    warnings = plan.load(write(tmp_path, {"plan.yaml": head, "calendar.yaml": calendar})).warnings
    assert [(each.code, each.file, each.line) for each in warnings] == [
        ("round_advisory", "calendar.yaml", 5),
        ("question", "plan.yaml", 19),
        ("not_addressed", "units.yaml", 5),
    ]


@pytest.mark.parametrize("title", ["Thăm hỏi các hộ", "Trao quà Tết", "Khám sức khỏe", "Tiêm chủng mở rộng"])
def test_a_task_that_speaks_of_visits_says_whether_photographs_are_taken(tmp_path: Path, title: str) -> None:
    """A warning where it does not say; none where it does, or where the words are others."""
    plain = edited(TASKS, ("title: Tuần tra", f"title: {title}"))
    (warning,) = plan.load(write(tmp_path / "a", {TASKS: plain})).warnings
    assert (warning.code, warning.values["task"]) == ("photos_unsaid", "tuan-tra")
    for said in ("true", "false"):
        settled = plain.replace("kind: continuous", f"kind: continuous\n    photos: {said}")
        assert plan.load(write(tmp_path / said, {TASKS: settled})).warnings == []
    other = edited(TASKS, ("title: Tuần tra", "title: Tham gia khảm trai"))
    assert plan.load(write(tmp_path / "b", {TASKS: other})).warnings == []


# Encodings, sizes, bombs


@pytest.mark.parametrize("name", ["units.yaml", "source.txt"])
@pytest.mark.parametrize(
    ("encode", "code"),
    [
        (lambda text: text.encode("utf-16"), "utf16"),
        (lambda text: text.encode("utf-16-le"), "utf16"),
        (lambda text: text.encode("utf-16-be"), "utf16"),
        (lambda text: "Uû ban nh©n d©n ph­êng §éi V¨n ho¸, trÎ em".encode("latin-1"), "tcvn3"),
        (lambda text: text.encode() + b"\xff\xff", "not_utf8"),
        (lambda text: text.encode() + b"\0", "nul"),
    ],
    ids=["utf16", "utf16-le", "utf16-be", "tcvn3", "not-utf8", "nul"],
)
def test_wrong_encoding_is_named(name: str, encode: object, code: str, tmp_path: Path) -> None:
    """UTF-16 with and without mark, TCVN3 and other bytes: each is named, none is read as something else."""
    assert callable(encode)
    found = [each for each in problems(write(tmp_path, {name: encode(FILES[name])})) if each.file == name]
    assert code in [each.code for each in found]
    if code == "not_utf8":
        assert found[0].values == {"byte": "0xFF", "offset": len(FILES[name].encode())}
        assert found[0].line == FILES[name].count("\n") + 1
    if code == "tcvn3":
        assert "TCVN3" in say("plan.tcvn3", "vi")


def test_billion_laughs_is_answered_at_once(tmp_path: Path) -> None:
    """Aliases are found before anything is expanded."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    begun = time.perf_counter()
    found = problems(write(tmp_path, {"units.yaml": "\n".join(lines)}))
    assert time.perf_counter() - begun < 30
    assert found[0].code == "alias"
    assert (found[0].file, found[0].line) == ("units.yaml", 1)


@pytest.mark.parametrize("text", ["[" * 5_000_000, "- " * 2_500_000, "{a: " * 1_200_000, "? " * 2_000_000])
def test_deep_nesting_does_not_crash(text: str, tmp_path: Path) -> None:
    """Five megabytes of brackets: the C parser would overrun the stack, we stop at a depth."""
    found = problems(write(tmp_path, {"units.yaml": text}))
    assert ("too_deep", "units.yaml", 1) in [(each.code, each.file, each.line) for each in found]


@pytest.mark.parametrize("name", ["units.yaml", "source.txt", TASKS])
def test_a_file_of_50_mb_is_refused_unread(name: str, tmp_path: Path) -> None:
    """Its size is enough: it is not read at all."""
    folder = write(tmp_path)
    with (folder / name).open("r+b") as file:
        file.truncate(50_000_000)
    begun = time.perf_counter()
    found = [each for each in problems(folder) if each.file == name]
    assert time.perf_counter() - begun < 15
    assert [each.code for each in found] == ["too_large"]
    assert "50.0 MB" in say("plan.too_large", "vi", **found[0].values)


def test_ten_thousand_faults_do_not_take_minutes(tmp_path: Path) -> None:
    """Suggestions are searched for the first faults only."""
    bullets = "\n".join(f"- Việc số {n}." for n in range(3000))
    source = f"I. MỤC ĐÍCH\n- Nêu.\nII. NHIỆM VỤ\n1. Công an phường\n{bullets}\n"
    tasks = "unit: cong-an\ntasks:\n" + "".join(
        f"  - {{ id: t-{n}, title: T, kind: continuous, source: [{{ clause: II.3-{n}, quote: Việc }}] }}\n"
        for n in range(3000)
    )
    begun = time.perf_counter()
    found = problems(write(tmp_path, {"source.txt": source, TASKS: tasks}))
    assert time.perf_counter() - begun < 90
    assert sum(each.code == "unknown_clause" and each.file == TASKS for each in found) == 3000


def test_nfd_text_is_accepted(tmp_path: Path) -> None:
    """Decomposed letters, in the source or in the plan, are the same words; what is kept is composed."""
    import unicodedata

    for name in ("source.txt", TASKS, "units.yaml"):
        loaded = plan.load(write(tmp_path, {name: unicodedata.normalize("NFD", FILES[name])}))
        assert plan.coverage(loaded).complete
        assert loaded.units["cong-an"].name == "Công an phường"
        write(tmp_path)


def test_utf8_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    """Notepad's marks are not the writer's fault."""
    changes = {name: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() for name, text in FILES.items()}
    loaded = plan.load(write(tmp_path, dict(changes)))
    assert plan.coverage(loaded).complete


def test_scalars_are_text(tmp_path: Path) -> None:
    """`no`, 17:00 and 010 are what they look like; an empty value, `null` and `~` are unknown."""
    units = edited(
        "units.yaml",
        ("name: Công an phường", "name: no"),
        ("relation: phối", "short: 17:00\n    until: null\n    from: ~\n    relation: phối"),
    )
    unit = plan.load(write(tmp_path, {"units.yaml": units})).units["cong-an"]
    assert (unit.name, unit.short, unit.until, unit.from_day) == ("no", "17:00", None, None)


def test_ampersands_and_stars_in_words_are_no_aliases(tmp_path: Path) -> None:
    """«LĐ-TB&XH» and «Khẩn!» are words."""
    units = edited("units.yaml", ("name: Công an phường", "name: Bộ phận LĐ-TB&XH, khẩn! 2*3"))
    assert plan.load(write(tmp_path, {"units.yaml": units})).units["cong-an"].name == "Bộ phận LĐ-TB&XH, khẩn! 2*3"
