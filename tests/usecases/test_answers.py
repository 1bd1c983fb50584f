"""The file that says how units behave: what it may say, and how what it may not is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import plan
from plan.problems import PlanErrors
from rules.errors import RequestRefused
from rules.script import Conduct, Script
from tests.usecases import small
from usecases import plans
from usecases.answers import script_of
from usecases.plans import InForce


@pytest.fixture(scope="module")
def in_force(tmp_path_factory: pytest.TempPathFactory) -> InForce:
    """The small plan as its revision would state it, without a database."""
    loaded = plan.load(small.write(tmp_path_factory.mktemp("small")))
    documents = plans.documents(plan.documents(loaded))
    return InForce("nho", "UBND", "nho-2025", loaded.title, "Asia/Ho_Chi_Minh", 1, loaded.starts_on, 2025, documents)


def read(in_force: InForce, folder: Path, answers: str) -> Script:
    file = folder / "answers.yaml"
    file.write_text(answers, encoding="utf-8")
    return script_of(file, in_force)


def test_everything_that_can_be_said(in_force: InForce, tmp_path: Path) -> None:
    """Short and long forms; a group's word for the members that have none of their own."""
    script = read(
        in_force,
        tmp_path,
        """
default: after 5 days
confirm: never
units:
  cong-an: on 2025-05-20
  to: { answer: after 1 day, acknowledge: Yes }
  to-02: never
tasks:
  bao-cao: { extension: 10 days, granted: no, absent: [2025-05-01..2025-05-02, 2025-06-01..2025-06-01] }
""",
    )
    to = Conduct(after=1, acknowledges=True)
    assert script.default == Conduct(after=5)
    assert script.confirms is None
    assert script.units == {
        "cong-an": Conduct(on=date(2025, 5, 20)),
        "to": to,
        "to-01": to,
        "to-02": Conduct(),
        "to-03": to,
    }
    away = ((date(2025, 5, 1), date(2025, 5, 2)), (date(2025, 6, 1), date(2025, 6, 1)))
    assert script.tasks == {"bao-cao": Conduct(extension=10, granted=False, absent=away)}


def test_a_file_too_large_is_refused(in_force: InForce, tmp_path: Path) -> None:
    """As a plan file would be."""
    with pytest.raises(RequestRefused) as refused:
        read(in_force, tmp_path, "#" * (6 * 1024 * 1024))
    assert refused.value.code == "simulate.too_large"


@pytest.mark.parametrize(
    ("answers", "code", "where"),
    [
        ("defualt: never", "simulate.unknown", "defualt"),
        ("units: { cong-na: never }", "simulate.unknown", "units.cong-na"),
        ("tasks: { bao-cap: never }", "simulate.unknown", "tasks.bao-cap"),
        ("default: { anser: never }", "simulate.unknown", "default.anser"),
        ("default: sometimes", "simulate.not_understood", "default.answer"),
        ("default: after three days", "simulate.not_understood", "default.answer"),
        ("default: on 2025-02-30", "simulate.not_understood", "default.answer"),
        ("default: { extension: soon }", "simulate.not_understood", "default.extension"),
        ("default: { acknowledge: maybe }", "simulate.not_understood", "default.acknowledge"),
        ("default: { absent: 2025-05-10..2025-05-01 }", "simulate.not_understood", "default.absent"),
        ("default: { absent: [{ from: 2025-05-10 }] }", "simulate.not_understood", "default.absent"),
        ("default: [never]", "simulate.not_understood", "default"),
        ("units: never", "simulate.not_understood", "units"),
        ("confirm: on 2025-05-01", "simulate.not_understood", "confirm"),
        ("- default", "simulate.not_understood", "—"),
    ],
)
def test_a_file_that_says_nothing_sensible_is_refused(
    in_force: InForce, tmp_path: Path, answers: str, code: str, where: str
) -> None:
    """The place and the word are named; a near name is offered."""
    with pytest.raises(RequestRefused) as refused:
        read(in_force, tmp_path, answers)
    assert (refused.value.code, refused.value.values["where"]) == (code, where)


@pytest.mark.parametrize(
    "answers", ["default: &a never\nunits: { cong-an: *a }", "default: [", "default: a\ndefault: b"]
)
def test_a_file_that_is_no_plan_file_is_refused_with_its_line(in_force: InForce, tmp_path: Path, answers: str) -> None:
    """The same reader as for plans: no aliases, no duplicate keys, the line is named."""
    with pytest.raises(PlanErrors) as refused:
        read(in_force, tmp_path, answers)
    assert refused.value.problems
