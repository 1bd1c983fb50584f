"""What somebody might try at the desk who means harm, or whose program is broken; each was tried by hand first."""

from __future__ import annotations

import pytest
from sqlalchemy.event import listen

from models.session import writing
from tests.web.desk.browser import form_fields
from tests.web.desk.conftest import House

NOTE = "/don-vi/cong-an/nhan/tuyen-truyen/cong-an/thang-6"


# Text that no database takes


@pytest.mark.parametrize(
    "path",
    [
        "/mo/%00" + "a" * 35,
        "/moi/%00",
        "/don-vi/%00",
        "/don-vi/cong-an/xem/%00/cong-an/thang-6",
        "/don-vi/cong-an/tep/%00",
        "/don-vi/cong-an/bao/tuyen-truyen/cong-an/a%00b",
    ],
)
def test_an_address_with_a_nul_is_none_of_ours(path: str, any_house: House) -> None:
    """PostgreSQL takes no NUL, and no id of ours has one: the page is not found, on every database."""
    assert any_house.by_link("cong-an").get(path).status_code == 404


def test_a_cookie_may_hold_anything(any_house: House) -> None:
    """A quoted cookie may bear octal escapes; it opens nothing and breaks nothing."""
    for cookie in (r'kehoach-link="\000\000"', r'kehoach="\000"', r'kehoach-form="\000\377"', 'kehoach-seen="9.9.9"'):
        page = any_house.browser().get("/vao", headers={"cookie": cookie})
        assert page.status_code == 200


@pytest.mark.parametrize("charset", ["utf-8", "unicode_escape", "utf-7", "undefined", "idna", "khong-co"])
def test_a_form_says_what_charset_it_will(charset: str, any_house: House) -> None:
    """Halves of characters and NULs are left out of what was typed; all else is kept."""
    browser = any_house.by_link("cong-an")
    token = form_fields(browser.get(NOTE))["form_token"]
    text = rb"loa\ud800\x00" if charset == "unicode_escape" else b"loa\0"
    parts = {"form_token": token.encode(), "note": text, "request_id": b"a1", "x\0\\ud800": b"y"}
    body = b"".join(
        b'--q\r\ncontent-disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (name.encode(), value)
        for name, value in parts.items()
    )
    headers = {"content-type": f"multipart/form-data; boundary=q; charset={charset}"}
    page = browser.client.post(NOTE, content=body + b"--q--\r\n", headers=headers)
    assert page.status_code in (303, 400, 403)
    if page.status_code == 303:
        assert "loa" in browser.get("/don-vi/cong-an/lich-su").text


@pytest.mark.parametrize("count", ["²", "٣", "1e9", "-1", "9" * 50])
def test_numbers_of_other_scripts_are_no_fault(count: str, house: House) -> None:
    """`str.isdigit` holds of «²», of which no number can be made."""
    office = house.session(house.account("office"))
    assert office.get("/don-vi/to/nhap/tham-hoi/thang-6", params={"xong": count}).status_code == 200
    assert office.send("/don-vi/to-01/duong-dan", {"days": count}).status_code in (200, 400)


def test_a_signed_link_has_one_spelling(house: House) -> None:
    """Letters that the decoder would pass over, padding, and every token cut short or changed in one place."""
    token = house.link("cong-an").token
    nobody = house.browser()
    wrong = [token[:-1], token + "=", token + "A", token[:12] + "!" + token[12:], token[:20] + "%20" + token[20:]]
    wrong += [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(len(token))]
    assert {nobody.get(f"/mo/{each}").status_code for each in wrong} == {404}
    assert nobody.get(f"/mo/{token}").status_code == 303


# Sessions


def test_who_only_reads_is_let_in_while_nothing_can_be_written(house: House) -> None:
    """The use of a session is noted now and then; where another writer holds the database, the page still opens."""
    browser = house.session(house.account("unit"))
    house.clock.on(minutes=11)
    house.engine.dispose()
    listen(house.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    with writing(house.engine) as other:
        other.exec_driver_sql("UPDATE account SET name = name")
        assert browser.get("/don-vi/cong-an").status_code == 200
    assert browser.get("/don-vi/cong-an").status_code == 200
