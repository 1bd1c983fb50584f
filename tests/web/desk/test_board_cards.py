"""What is late of several units is one card on the board, with each of them; on both databases."""

from __future__ import annotations

from tests.usecases import small
from tests.web.desk.browser import elements
from tests.web.desk.conftest import House
from usecases import events

MEMBERS = ("to-01", "to-02", "to-03")


def test_members_late_in_the_same_are_one_card(any_house: House) -> None:
    """Named once with a link to each; one of them alone is a card as before, and a case is in none."""
    events.open_event(
        any_house.engine,
        task="vu-viec",
        at=small.at("2025-06-02"),
        ref="vv-01",
        by="a",
        now=small.at("2025-06-02"),
        recorded_by="thử",
    )
    any_house.clock.now = small.at("2025-07-10")
    browser = any_house.session(any_house.account("office"))
    page = browser.get("/bang")
    cards = [each for each in elements(page) if each.tag == "li" and each.attrs.get("class") == "over"]
    whole = [card for card in cards if "Thăm hỏi trẻ em" in card.text]
    assert len(whole) == 1
    links = [each.attrs["href"] for each in elements(page) if each.tag == "a" and whole[0] in each.inside]
    assert [each for each in links if "/viec/" in str(each)] == [f"/viec/tham-hoi/{each}/thang-6" for each in MEMBERS]
    assert "/don-vi/to/nhap/tham-hoi/thang-6" in links
    assert not any("vu-viec" in each for each in map(str, links)) and "Báo cáo vụ việc" not in page.text
    assert browser.get("/don-vi/to/nhap/tham-hoi/thang-6").status_code == 200
    alone = browser.get("/bang?unit=to-02")
    assert "/bao/tham-hoi/to-02/thang-6" in alone.text
