"""Indicators: met, not met, or «chưa đánh giá được» without the figures it takes."""

from __future__ import annotations

import pytest

from rules.errors import KehoachError
from rules.targets import NEEDS_BASELINE, OPERATORS, assess


@pytest.mark.parametrize(
    ("operator", "value", "baseline", "measured", "expected"),
    [
        ("at_least", 100, None, 100, (100, "met")),
        ("at_least", 100, None, 99.9, (99.9, "not_met")),
        ("at_most", 5, None, 5, (5, "met")),
        ("at_most", 5, None, 5.1, (5.1, "not_met")),
        ("equal", 0.3, None, 0.1 + 0.2, (0.1 + 0.2, "met")),
        ("equal", 12, None, 11, (11, "not_met")),
        ("decrease_at_least", 10, 20, 18, (10.0, "met")),
        ("decrease_at_least", 10, 20, 19, (5.0, "not_met")),
        ("decrease_at_least", 10, 20, 22, (-10.0, "not_met")),
        ("decrease_at_least", 10, 3, 2.7, (10.0, "met")),
        ("decrease_at_least", 10, 0, 0, (0.0, "met")),
        ("decrease_at_least", 10, 0, 1, (None, "unknown")),
        ("increase", None, 80, 80.5, (80.5, "met")),
        ("increase", None, 80, 80, (80, "not_met")),
        ("increase", 5, 80, 84, (5.0, "met")),
        ("increase", 5, 80, 83, (3.75, "not_met")),
        ("increase", 5, 0, 3, (None, "unknown")),
        ("keep", None, 1, 1, (1, "met")),
        ("keep", None, 1, 0, (0, "not_met")),
        ("at_least", None, None, 100, (None, "unknown")),
    ],
)
def test_targets(
    operator: str,
    value: float | None,
    baseline: float | None,
    measured: float,
    expected: tuple[float | None, str],
) -> None:
    """The figure compared and the judgement; «giảm ít nhất 10%» compares the decrease in percent."""
    assert assess(operator, value, baseline, measured) == expected


@pytest.mark.parametrize("operator", OPERATORS)
def test_without_a_figure_nothing_is_judged(operator: str) -> None:
    """Phú La's 2024 baseline is absent: the decrease is unknown, neither met nor missed."""
    assert assess(operator, 10, 20, None) == (None, "unknown")
    if operator in NEEDS_BASELINE:
        assert assess(operator, 10, None, 18) == (None, "unknown")


def test_an_unknown_operator_is_refused() -> None:
    """A plan that says `about` is wrong, not unknown."""
    with pytest.raises(KehoachError, match="unknown_operator"):
        assess("about", 10, 20, 18)
