"""The page of the API's tokens: made and shown once by the office, revoked there, and bounded by the same rules."""

from __future__ import annotations

import re

from tests.web.desk.conftest import House
from usecases import tokens


def test_a_token_from_making_to_end(house: House) -> None:
    """Shown in the answer to the form and nowhere afterwards; it opens the API until it is revoked on the page."""
    office = house.session(house.account("office"))
    filled = {"label": "Một cửa", "role": "unit", "unit": "cong-an", "days": "30"}
    made = office.send("/ma-truy-cap", filled)
    assert made.status_code == 200
    (token,) = re.findall(tokens.FORM, made.text)
    me = office.client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"}).json()
    assert (me["unit"], me["roles"], me["label"]) == ("cong-an", ["unit"], "Một cửa")
    listed = office.get("/ma-truy-cap")
    assert "Một cửa" in listed.text
    assert not re.search(tokens.FORM, listed.text)
    assert office.send("/ma-truy-cap", {"revoke": me["id"]}).status_code == 303
    assert office.client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"}).status_code == 401
    assert office.send("/ma-truy-cap", {"revoke": me["id"]}).status_code == 404


def test_what_is_refused_keeps_what_was_typed(house: House) -> None:
    """A role of a unit without its unit: said above the form, which still holds the name."""
    office = house.session(house.account("office"))
    refused = office.send("/ma-truy-cap", {"label": "Một cửa", "role": "unit", "days": "30"})
    assert refused.status_code == 400
    assert 'value="Một cửa"' in refused.text
    assert tokens.listed(house.engine, now=house.clock.now) == []
