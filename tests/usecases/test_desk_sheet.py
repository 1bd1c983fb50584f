"""What fits on the sheet before a meeting."""

from __future__ import annotations

import pytest

from usecases.desk import sheet


@pytest.mark.parametrize(
    ("heights", "least", "room", "fit"),
    [
        ([[10, 10], [20], [5]], (8, 2, 1), 100, [2, 1, 1]),
        ([[10] * 9, [20, 20, 20], [5] * 6], (3, 1, 1), 100, [7, 1, 2]),
        ([[10, 10], [200], [5, 5]], (8, 2, 1), 100, [2, 0, 2]),
        ([[], [], []], (8, 2, 1), 100, [0, 0, 0]),
    ],
)
def test_the_least_of_each_comes_before_the_rest_of_any(
    heights: list[list[float]], least: tuple[int, int, int], room: float, fit: list[int]
) -> None:
    """What is asked has more before what is late has, but not before that has its least."""
    assert sheet.fitting(heights, least, room) == fit


def test_a_longer_text_is_higher() -> None:
    """By whole lines; a paragraph begins a line of its own."""
    assert sheet.asked(10) == sheet.asked(80) < sheet.asked(120)
    assert sheet.late(10, 10) > sheet.late(20)
    assert sheet.row(10) < sheet.row(90)
