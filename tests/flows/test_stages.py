"""From parameters to a night: what is given, what comes from the environment, what is refused. No Prefect."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.stages import night
from rules.errors import RequestRefused


def test_a_night_is_the_local_day_of_its_instant(tmp_path: Path) -> None:
    """18:30 UTC is 01:30 of the next day in Việt Nam."""
    made = night(home=str(tmp_path), now="2025-05-13T18:30:00+00:00")
    assert made.day == date(2025, 5, 14)
    assert made.instant == datetime(2025, 5, 13, 18, 30, tzinfo=UTC)


def test_a_day_that_is_asked_for_goes_before_the_clock(tmp_path: Path) -> None:
    """--as-of sets the day and leaves the clock alone."""
    made = night(home=str(tmp_path), as_of="2025-05-20")
    assert made.today == "2025-05-20"
    assert made.instant.year > 2025


def test_what_is_not_given_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for every other command: data folder, database, plan and language."""
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "kho"))
    monkeypatch.setenv("KEHOACH_DATABASE_URL", "postgresql://may-chu/kehoach")
    monkeypatch.setenv("KEHOACH_PLAN", str(tmp_path / "ke-hoach"))
    monkeypatch.setenv("KEHOACH_LANG", "en")
    made = night()
    assert (made.home, made.database_url) == (str(tmp_path / "kho"), "postgresql://may-chu/kehoach")
    assert (made.directory, made.lang) == (str(tmp_path / "ke-hoach"), "en")
    given = night(home=str(tmp_path), database_url="sqlite:///a.db", directory="b", lang="vi")
    assert (given.home, given.database_url, given.directory, given.lang) == (str(tmp_path), "sqlite:///a.db", "b", "vi")


def test_without_any_plan_folder_it_is_the_one_of_the_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan that comes with the program."""
    monkeypatch.delenv("KEHOACH_PLAN", raising=False)
    assert (Path(night(home=str(tmp_path)).directory) / "plan.yaml").is_file()


@pytest.mark.parametrize("day", ["20/5/2025", "2025-02-30", "mai"])
def test_a_day_that_is_none_is_refused(tmp_path: Path, day: str) -> None:
    """One clear error with the day as typed."""
    with pytest.raises(RequestRefused, match=r"flow\.wrong_day"):
        night(home=str(tmp_path), as_of=day)


@pytest.mark.parametrize("instant", ["2025-05-13T18:30:00", "hôm nay"])
def test_an_instant_without_its_offset_is_refused(tmp_path: Path, instant: str) -> None:
    """A naive instant would be read in the zone of whatever machine runs."""
    with pytest.raises(RequestRefused, match=r"flow\.wrong_instant"):
        night(home=str(tmp_path), now=instant)
