"""Words that stand in two rooms because a type checker, an editor or the help reads them there: they agree."""

from __future__ import annotations

from typing import Annotated, get_args, get_origin

import pytest

from console import options
from rules import values
from usecases import enter, record, steps
from web.api import bodies


def choices(annotation: object) -> tuple[object, ...]:
    """The values of a Literal, inside Annotated and beside None."""
    if get_origin(annotation) is Annotated:
        return choices(get_args(annotation)[0])
    found = [each for each in get_args(annotation) if each is not type(None)]
    return tuple(found) if isinstance(found[0], str) else choices(found[0])


@pytest.mark.parametrize(
    ("taken", "known"),
    [
        (options.Given, values.ANSWERS),
        (options.ReportStep, tuple(steps.STEPS)),
        (options.Via, record.URGED_BY),
        (options.UrgedRole, record.URGED_ROLES),
        (bodies.Way, enter.WAYS),
        (bodies.Answer.model_fields["answer"].annotation, values.ANSWERS),
        (bodies.Step.model_fields["step"].annotation, tuple(steps.STEPS)),
        (bodies.Urge.model_fields["via"].annotation, record.URGED_BY),
        (bodies.Urge.model_fields["to"].annotation, record.URGED_ROLES),
    ],
)
def test_a_door_takes_what_the_use_case_takes(taken: object, known: tuple[str, ...]) -> None:
    """A word that the use case knows and a door does not could not be said there."""
    assert choices(taken) == known
