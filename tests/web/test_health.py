"""What watches the server asks: whether the database answers, whether the night ran."""

from __future__ import annotations

from datetime import timedelta

import httpx
from sqlalchemy import text

from tests.usecases import small
from tests.usecases.conftest import Ward
from tests.web.conftest import serving
from tests.web.desk.conftest import Clock
from usecases import sweep
from web.desk import Desk

DAY = small.at("2025-02-01")


def asked(client: httpx.Client) -> tuple[int, str]:
    """The answer; HEAD has the same status."""
    answer = client.get("/healthz/night")
    assert client.head("/healthz/night").status_code == answer.status_code
    return answer.status_code, answer.text


def test_the_night(ward: Ward) -> None:
    """It is missed when the last one began more than 26 hours ago, or none ever did; the pages are well without."""
    clock = Clock(DAY)
    desk = Desk.at(ward.engine, ward.home, clock=clock)
    with serving(ward.engine, desk=desk) as client:
        assert asked(client) == (503, "no night has run\n")
        sweep.sweep(ward.engine, today=DAY.date(), now=DAY)
        said = "the last night began at 2025-02-01T02:00:00Z\n"
        clock.now = DAY + timedelta(hours=26)
        assert asked(client) == (200, said)
        clock.now += timedelta(seconds=1)
        assert asked(client) == (503, said)
        assert client.get("/healthz").text == "ok\n"


def test_a_database_that_is_away(small_ward: Ward) -> None:
    """Says so and no more."""
    with serving(small_ward.engine) as client:
        with small_ward.engine.connect() as connection:
            connection.execute(text("ALTER TABLE night RENAME TO day"))
            connection.commit()
        assert asked(client) == (503, "the database cannot be read\n")
