"""Whether an indicator (chỉ tiêu) of the plan was met; «chưa đánh giá được» where a figure it takes is missing."""

from __future__ import annotations

from rules.errors import KehoachError

OPERATORS = ("at_least", "at_most", "equal", "decrease_at_least", "increase", "keep")
NEEDS_BASELINE = frozenset({"decrease_at_least", "increase", "keep"})

UNKNOWN, MET, NOT_MET = "unknown", "met", "not_met"

_NEAR = 1e-9
"""Figures are entered in decimals; two that differ by less than this are the same figure."""


def assess(
    operator: str, value: float | None, baseline: float | None, measured: float | None
) -> tuple[float | None, str]:
    """The figure that is compared, and `met`, `not_met` or `unknown`.

    `at_least`, `at_most`, `equal` compare `measured` with `value`. `decrease_at_least` compares the decrease from
    `baseline` in percent of it (a rise is negative); `increase` asks `measured` to exceed `baseline`, by `value`
    percent where that is given; `keep` asks it not to fall below `baseline`. A change in percent of a baseline of zero
    is unknown, unless nothing could be better: none before and none now is a decrease met.
    """
    if operator not in OPERATORS:
        raise KehoachError("rules.unknown_operator", op=operator, allowed=", ".join(OPERATORS))
    if measured is None or (operator in NEEDS_BASELINE and baseline is None):
        return None, UNKNOWN
    if operator == "keep":
        return measured, _judged(measured >= _known(baseline) - _NEAR)
    if operator == "increase":
        return _increase(value, _known(baseline), measured)
    if value is None:
        return None, UNKNOWN
    if operator == "decrease_at_least":
        return _decrease(value, _known(baseline), measured)
    return measured, _judged(_compare(operator, measured, value))


def _compare(operator: str, measured: float, value: float) -> bool:
    if operator == "at_least":
        return measured >= value - _NEAR
    if operator == "at_most":
        return measured <= value + _NEAR
    return abs(measured - value) <= _NEAR


def _decrease(value: float, baseline: float, measured: float) -> tuple[float | None, str]:
    if baseline == 0:
        return (0.0, MET) if measured == 0 else (None, UNKNOWN)
    percent = _percent(baseline - measured, baseline)
    return percent, _judged(percent >= value - _NEAR)


def _increase(value: float | None, baseline: float, measured: float) -> tuple[float | None, str]:
    if value is None:
        return measured, _judged(measured > baseline + _NEAR)
    if baseline == 0:
        return None, UNKNOWN
    percent = _percent(measured - baseline, baseline)
    return percent, _judged(percent >= value - _NEAR)


def _percent(part: float, whole: float) -> float:
    return round(part / whole * 100, 10)


def _known(figure: float | None) -> float:
    assert figure is not None  # NEEDS_BASELINE has seen to it
    return figure


def _judged(holds: bool) -> str:
    return MET if holds else NOT_MET
