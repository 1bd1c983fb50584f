"""Days, figures, lists and the choice of a language, as CLDR has them and as offices in Việt Nam write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.numbers import format_percent
from hypothesis import given
from hypothesis import strategies as st

from outputs import figures
from tests.web.desk.conftest import House
from texts import area
from web.desk import locales

LANGUAGES = pytest.mark.parametrize("lang", ["vi", "en"])
figures_of_reports = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False).map(lambda each: round(each, 3))


@LANGUAGES
def test_days_are_two_digits_and_days_come_first(lang: str) -> None:
    """In both languages; ISO is taken, too, and none is a dash."""
    assert locales.day(date(2025, 5, 3), lang) == locales.day("2025-05-03", lang) == "03/05/2025"
    assert locales.day(None, lang) == locales.day("", lang) == "—"
    at = datetime(2025, 5, 2, 18, 5, tzinfo=UTC).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    assert locales.instant(at, lang) == "01:05 03/05/2025"


def test_lists_end_as_people_end_them() -> None:
    """«a, b và c»; one alone; nothing."""
    assert locales.listed(["a", "b", "c"], "vi") == "a, b và c"
    assert locales.listed(["a", "b", "c"], "en") == "a, b and c"
    assert (locales.listed(["a"], "vi"), locales.listed([], "vi")) == ("a", "")


@LANGUAGES
@given(value=figures_of_reports)
def test_reports_and_pages_write_figures_alike(lang: str, value: float) -> None:
    """The report's own writing, which must not load Babel, is CLDR's for as many digits as a report shows."""
    assert figures.number(value, lang) == locales.number(value, lang)


@LANGUAGES
@given(part=st.integers(1, 999), whole=st.integers(2, 999))
def test_percentages_are_written_as_cldr_writes_them(lang: str, part: int, whole: int) -> None:
    """The rounding is ours (never up to 100 %), the point or comma and the sign are CLDR's."""
    shown = figures.percent(min(part, whole), whole, lang)
    assert shown is not None
    value = Decimal(shown.rstrip("%").replace(",", "."))
    pattern = "0%" if value in (0, 100) else "0.0%"
    assert shown == format_percent(value / 100, pattern, locale="vi_VN" if lang == "vi" else "en_GB")


@pytest.mark.parametrize(
    ("header", "first", "lang"),
    [
        ("", "vi", "vi"),
        ("vi-VN,vi;q=0.9,en-US;q=0.8,en;q=0.7", "vi", "vi"),
        ("en-US,en;q=0.9,vi;q=0.5", "vi", "vi"),
        ("en-US,en;q=0.9", "vi", "en"),
        ("en-US,en;q=0.9", "en", "en"),
        ("vi", "en", "vi"),
        ("vi,en;q=0.1", "en", "en"),
        ("en,vi;q=0", "vi", "en"),
        ("fr-FR,fr;q=0.9", "vi", "vi"),
        ("fr;q=1,en;q=0.3", "vi", "en"),
        ("*", "vi", "vi"),
        ("EN-gb ; Q=0.5", "vi", "en"),
        (",,;;q=,\x00en", "vi", "vi"),
        ("en;q=2," * 5000, "vi", "vi"),
    ],
)
def test_the_installations_language_comes_first(header: str, first: str, lang: str) -> None:
    """Wherever it is accepted at all; else what is asked for; whatever else stands in the header."""
    assert locales.negotiated(header, first) == lang


def test_a_choice_that_was_made_counts_more_than_the_browser(house: House) -> None:
    """The address, then the cookie, then the browser; what is kept between must know all three."""
    english = {"Accept-Language": "en-US,en;q=0.9"}
    browser = house.browser()
    page = browser.client.get("/vao", headers=english)
    assert '<html lang="en"' in page.text
    assert "accept-language" in page.headers["vary"].lower()
    assert '<html lang="vi"' in browser.client.get("/vao").text
    assert '<html lang="vi"' in browser.client.get("/vao?lang=vi", headers=english).text
    assert '<html lang="vi"' in browser.client.get("/vao", headers=english).text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_refusal_on_a_page_names_an_option_of_the_command_line(lang: str) -> None:
    """Each that does has other words here; a page has one plan, and names whose work it is."""
    elsewhere = {"no_plan", "which_plan", "which_member"}
    here = area("desk", lang)
    options = {key for key, words in area("request", lang).items() if "--" in words or "«kehoach" in words}
    assert len(options) > 10 and {key for key in options - elsewhere if f"refused_{key}" not in here} == set()
    assert not [key for key, words in here.items() if key.startswith("refused_") and "--" in words]
