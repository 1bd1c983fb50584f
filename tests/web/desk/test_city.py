"""The city's board over HTTP: who opens it, what it shows and what it never shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import account
from models.session import begin
from tests.usecases.test_city import counted, ward
from tests.web.desk.browser import Browser, elements
from tests.web.desk.conftest import House
from usecases import accounts, cities, invitations, record, status, sweep
from usecases.bearer import hash_of
from web.desk.city import PATH

NAMES = {"w0": "Phường Đống Đa", "w1": "Xã Ba Vì", "w2": '=HYPERLINK("x")'}


def follows(house: House, city: str, wards: dict[str, str]) -> None:
    cities.put(house.engine, city=city, name=f"Thành phố {city}", wards=wards, now=house.clock.now, by="thử")


def signed_in(house: House, login: str, role: str, **where: str) -> Browser:
    """A browser with a session of a new account; `where`: its plan, office or unit."""
    now = house.clock.now
    made = accounts.add(house.engine, login=login, name="Người dùng", roles=(role,), now=now, made_by="thử", **where)
    with begin(house.engine) as session:
        row = account.by_login(session, made.login)
        assert row is not None
        opened = {"token_hash": hash_of(login), "made_at": now, "seen_at": now}
        session.add(account.DeskSession(office=row.office, account=row.id, id=login, **opened))
    browser = house.browser()
    browser.client.cookies.set("kehoach", login)
    return browser


def of_city(house: House, city: str) -> Browser:
    """An account of the city's office, which has no plan."""
    return signed_in(house, city, "city", office=city)


@pytest.fixture
def city(house: House, tmp_path: Path) -> Iterator[House]:
    """Two wards with plans and one without, of one city; the ward «nho» of the house is of another."""
    for office in ("w0", "w1"):
        ward(house.engine, tmp_path / "home", office)
    follows(house, "ha-noi", NAMES)
    follows(house, "da-nang", {"nho": "Phường Nhỏ"})
    yield house


def test_a_city_sees_its_own_wards_by_their_totals(city: House) -> None:
    """Names and figures of its wards, nothing of a task, a unit or another city's ward, in any order or filter."""
    record.done(
        city.engine,
        occurrence="bao-cao/a/6-thang",
        plan="w0/nho-2025",
        by="a",
        document="1/BC",
        now=city.clock.now,
        recorded_by="thử",
    )
    browser = of_city(city, "ha-noi")
    assert browser.get("/").headers["location"] == PATH
    for asked in ("", "?xep=name", "?loc=overdue", "?q=dong", "?as_of=2025-05-14", "?lang=en"):
        page = browser.get(PATH + asked)
        assert page.status_code == 200
        assert "Đống Đa" in page.text
        for never in ("Phường Nhỏ", "Báo cáo kết quả", "Bộ phận A", "Tuyên truyền", "Văn phòng:", "tuyen-truyen"):
            assert never not in page.text, (asked, never)
    heads = [each.text.strip() for each in elements(browser.get(f"{PATH}?xep=name&lang=vi")) if each.tag == "th"]
    first = heads.index("Đêm gần nhất") + 1
    shown = ['=HYPERLINK("x")', "Xã Ba Vì", "Phường Đống Đa"]
    assert all(any(head.startswith(name) for head in heads[first:]) for name in shown)
    assert len(heads[first:]) == 3


def test_nobody_of_a_ward_opens_it(city: House) -> None:
    """No role of a ward, no link, nobody; and the city's account opens nothing of a ward."""
    for role in ("chair", "unit"):
        browser = signed_in(city, role, role, plan="nho/nho-2025", unit="cong-an")
        assert browser.get(PATH).status_code == 403
    by_link = city.browser()
    assert by_link.get(f"/mo/{city.link('cong-an', plan='nho/nho-2025').token}").status_code == 303
    assert by_link.get(PATH).status_code == 403
    assert city.browser().get(PATH).status_code == 303
    browser = of_city(city, "ha-noi")
    for path in ("/bang", "/ca-nam", "/don-vi", "/don-vi/cong-an", "/viec/bao-cao/a/6-thang", "/tai-khoan", "/vu-viec"):
        assert browser.get(path).status_code == 403, path
    assert browser.get("/phien").status_code == 200


def test_who_sees_many_wards_signs_in_with_a_second_factor(city: House) -> None:
    """A password alone opens no city."""
    made = accounts.add(
        city.engine, login="so", name="Sở", roles=("city",), office="ha-noi", now=city.clock.now, made_by="thử"
    )
    invitation = invitations.look(city.engine, token=made.token, now=city.clock.now)
    assert invitation is not None
    assert invitation.needs_second


def test_a_wards_own_account_with_the_role_follows_nobody(city: House) -> None:
    """What counts is the office of the account: a ward follows no ward, not even itself."""
    page = signed_in(city, "cua-phuong", "city", plan="nho/nho-2025").get(PATH)
    assert page.status_code == 200
    assert "Phường Nhỏ" not in page.text
    assert "chưa theo dõi phường, xã nào" in page.text


def test_the_table_for_a_spreadsheet(city: House) -> None:
    """The same wards in the same order, no formula, nothing where a ward has no plan."""
    browser = of_city(city, "ha-noi")
    answer = browser.get(f"{PATH}.csv?xep=name")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[2] for row in rows[1:]] == ["'" + NAMES["w2"], "Phường Đống Đa", "Xã Ba Vì"]
    assert all(len(row) == len(rows[0]) for row in rows)
    of = {row[1]: row for row in rows[1:]}
    assert of["w2"][3:10] == [""] * 7
    own = status.status(city.engine, plan="w0/nho-2025", now=city.clock.now).counts
    assert of["w0"][3:7] == [str(each) for each in own.values()]


def test_what_needs_somebody_stands_above(city: House) -> None:
    """A night that did not run, a ward without a plan, and messages that reached nobody are named with their wards."""
    day = city.clock.now.date()
    sweep.sweep(city.engine, plan="w0/nho-2025", today=day, now=city.clock.now)
    browser = of_city(city, "ha-noi")
    page = browser.get(PATH).text
    assert "Lần chạy đêm bị thiếu ở 1 nơi" in page
    assert "1 nơi chưa có kế hoạch năm 2025" in page
    assert "chưa chạy đêm nào" in page
    assert "chưa chuyển được tới người nhận" not in page
    past = browser.get(f"{PATH}?as_of=2025-05-19").text
    assert "Lần chạy đêm" not in past


def test_a_page_asks_as_much_for_five_wards_as_for_fifty(house: House, tmp_path: Path) -> None:
    """The number of statements is constant, today and on a past day, cold and warm."""
    for n in range(50):
        ward(house.engine, tmp_path / "home", f"w{n}")
    follows(house, "ha-noi", {"w0": "Phường 0"})
    browser = of_city(house, "ha-noi")
    browser.get(PATH)
    asked: dict[int, list[int]] = {}
    for count in (5, 50):
        follows(house, "ha-noi", {f"w{n}": f"Phường {n}" for n in range(count)})
        for path in (PATH, PATH, f"{PATH}?as_of=2025-03-{count % 28 + 1:02}"):
            with counted(house.engine) as said:
                assert browser.get(path).status_code == 200
            asked.setdefault(count, []).append(len(said))
    assert asked[5] == asked[50]
    assert max(asked[5]) < 12


def test_a_first_visit_is_light(house: House, tmp_path: Path) -> None:
    """Fifty wards, with styles and script, compressed: less than a telephone on a slow line minds."""
    for n in range(50):
        ward(house.engine, tmp_path / "home", f"w{n}")
    follows(house, "ha-noi", {f"w{n}": f"Phường số {n}" for n in range(126)})
    browser = of_city(house, "ha-noi")
    client = browser.client
    size = 0
    for path in (PATH, "/static/desk.css", "/static/board.css", "/static/city.css", "/static/desk.js"):
        with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
            size += sum(map(len, answer.iter_raw()))
            assert answer.headers["content-encoding"] == "gzip"
    assert size < 60_000
