"""Tokens of the API: said once, kept as a hash, bounded, revoked."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from models.session import reading
from rules.errors import RequestRefused
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import tokens
from usecases.roles import OF_CITY

NOW = small.at("2025-05-20")


def made(ward: Ward, **more: Any) -> tokens.Made:
    told: dict[str, Any] = {"label": "Một cửa", "roles": ("office",), "unit": "van-phong", "now": NOW, "made_by": "thử"}
    return tokens.add(ward.engine, **(told | more))


def opened(ward: Ward, token: str, days: float = 0) -> tokens.Opened | None:
    with reading(ward.engine) as session:
        return tokens.opened(session, token=token, now=NOW + timedelta(days=days))


def test_a_token_opens_what_it_was_made_for(ward: Ward) -> None:
    """Its roles, its unit, its office; until its last instant, and no longer."""
    token = made(ward, roles=("unit",), unit="cong-an", days=10)
    found = opened(ward, token.token)
    assert found is not None
    assert (found.office, found.unit, found.roles, found.stale) == ("nho", "cong-an", frozenset({"unit"}), True)
    assert opened(ward, token.token, 9.999) is not None
    assert opened(ward, token.token, 10) is None


def test_only_its_hash_is_kept(ward: Ward) -> None:
    """No column holds it, no list says it, and two are never alike."""
    first, second = made(ward), made(ward)
    assert first.token != second.token
    with reading(ward.engine) as session:
        rows = session.connection().execute(text("SELECT * FROM api_token")).all()
    assert len(rows) == 2
    assert not any(first.token in str(value) for row in rows for value in row)
    assert first.token not in str(tokens.listed(ward.engine, now=NOW))


def test_its_form_is_known_to_scanners(ward: Ward) -> None:
    """A prefix of ours, 190 random bits, and a check sum that a single slip breaks."""
    token = made(ward).token
    assert re.fullmatch(r"kehoach_[0-9A-Za-z]{38}", token)
    assert tokens.is_token(token)
    for place in range(len(tokens.PREFIX), len(token)):
        slipped = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert not tokens.is_token(slipped)
    for wrong in ("", "kehoach_", token[:-1], token + "0", token.upper(), f" {token}", token + "\n"):
        assert not tokens.is_token(wrong)
        assert opened(ward, wrong) is None


def test_a_revoked_one_opens_nothing(ward: Ward) -> None:
    """From that moment on; who revoked it and when stays in the list; it cannot be revoked again."""
    kept, gone = made(ward), made(ward)
    tokens.revoke(ward.engine, id=gone.id, now=NOW, by="chị Lan")
    assert opened(ward, gone.token) is None
    assert opened(ward, kept.token) is not None
    rows = {each["id"]: each for each in tokens.listed(ward.engine, now=NOW)}
    assert (rows[gone.id]["state"], rows[gone.id]["revoked_by"]) == ("revoked", "chị Lan")
    assert rows[kept.id]["state"] == "standing"
    with pytest.raises(RequestRefused, match=r"token\.unknown"):
        tokens.revoke(ward.engine, id=gone.id, now=NOW, by="thử")


def test_its_use_is_noted_by_the_hour(ward: Ward) -> None:
    """Within an hour of the last note there is nothing to note."""
    token = made(ward)
    tokens.note_use(ward.engine, office="nho", id=token.id, now=NOW)
    found, later = opened(ward, token.token, 0.04), opened(ward, token.token, 0.05)
    assert found is not None
    assert later is not None
    assert (found.stale, later.stale) == (False, True)
    assert tokens.listed(ward.engine, now=NOW)[0]["seen_at"] == NOW.isoformat()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"label": " \n"}, "token.needs_label"),
        ({"days": 0}, "token.days"),
        ({"days": tokens.MOST_DAYS + 1}, "token.days"),
        ({"roles": ()}, "account.unknown_role"),
        ({"roles": ("root",)}, "account.unknown_role"),
        ({"roles": OF_CITY}, "account.unknown_role"),
        ({"roles": ("unit",), "unit": None}, "account.needs_unit"),
        ({"roles": ("unit", "office")}, "account.roles_apart"),
        ({"roles": ("unit",), "unit": "to"}, "account.link_of_group"),
        ({"unit": "khong-co"}, "request.unknown_unit"),
        ({"plan": "khong-co"}, "request.unknown_plan"),
    ],
)
def test_what_is_not_made(ward: Ward, more: dict[str, Any], code: str) -> None:
    """Without a name, for too long, for no role, for a group whose members have their own: none is kept."""
    with pytest.raises(RequestRefused) as refused:
        made(ward, **more)
    assert refused.value.code == code
    assert tokens.listed(ward.engine, now=NOW) == []


def test_an_office_has_so_many(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Standing ones are bounded; those that were revoked or expired make room."""
    monkeypatch.setattr(tokens, "MOST_STANDING", 2)
    first = made(ward)
    made(ward, days=1)
    with pytest.raises(RequestRefused, match=r"token\.too_many"):
        made(ward)
    tokens.revoke(ward.engine, id=first.id, now=NOW, by="thử")
    made(ward, days=1)
    made(ward, now=NOW + timedelta(days=2))
