"""The office's pages over HTTP: who may, what they show, what is decided on them, how much they weigh and ask."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from models import account
from models.session import begin
from tests.usecases import small
from tests.usecases.conftest import Ward
from tests.usecases.test_desk import at_work
from tests.web.conftest import serving
from usecases import accounts, extend, record, show, status, sweep
from usecases.bearer import hash_of
from web.desk import Desk

NOW = small.at("2025-05-22")
PAGES = ("/bang", "/ca-nam", "/van-ban", "/chi-tieu", "/hop", "/viec/bao-cao/a/6-thang")
VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
LOOSE = frozenset({"li", "p", "tr", "td", "th", "thead", "tbody", "option", "dt", "dd", "body", "html", "head"})


class Office:
    """A browser at the desk of a ward."""

    def __init__(self, ward: Ward, client: httpx.Client) -> None:
        self.ward, self.client = ward, client

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return str(answer.text)

    def post(self, path: str, data: dict[str, Any]) -> Any:
        """A form as the board sends it, with the token that the board gave."""
        token = re.search(r'name="form_token" value="([^"]+)"', self.page("/bang"))
        assert token is not None
        return self.client.post(path, data=data | {"form_token": token[1]})


def signed_in(ward: Ward, roles: tuple[str, ...], unit: str | None, now: datetime) -> str:
    """The token of a session, opened without a password: how one signs in is another test's matter."""
    login = "-".join((*roles, unit or "x"))
    accounts.add(ward.engine, login=login, name="Người thử", roles=roles, unit=unit, now=now, made_by="thử")
    with begin(ward.engine) as session:
        row = account.by_login(session, login)
        assert row is not None
        hashed = hash_of(login)
        session.add(
            account.DeskSession(
                office=row.office, account=row.id, id=login[:8], token_hash=hashed, made_at=now, seen_at=now
            )
        )
    return login


@pytest.fixture
def busy(small_ward: Ward) -> Ward:
    """The small ward at work."""
    small_ward.home.mkdir(exist_ok=True)
    return at_work(small_ward)


Offices = Callable[..., Office]


@pytest.fixture
def offices(busy: Ward) -> Iterator[Offices]:
    """Browsers at the desk, each signed in with the roles that are asked for, or not at all."""
    with ExitStack() as stack:

        def make(*roles: str, unit: str | None = "van-phong", now: datetime = NOW) -> Office:
            desk = Desk.at(busy.engine, busy.home, clock=lambda: now)
            client = stack.enter_context(serving(busy.engine, desk=desk))
            if roles:
                client.cookies.set("kehoach", signed_in(busy, roles, unit, now))
            return Office(busy, client)

        yield make


@pytest.fixture
def office(offices: Offices) -> Office:
    """Văn phòng, which confirms and decides."""
    return offices("office")


class Tree(HTMLParser):
    """Checks that what is opened is closed, in order, and collects what a test asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if said.get("id"):
            self.ids.append(said["id"] or "")
        if tag == "a" and said.get("href"):
            self.links.append(said["href"] or "")
        if "style" in said or any(name.startswith("on") for name, _ in attrs):
            self.faults.append(f"<{tag}> with a style or a script of its own")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open[-1] != tag and self.open[-1] in LOOSE:
            self.open.pop()
        if not self.open or self.open[-1] != tag:
            if tag not in VOID:
                self.faults.append(f"</{tag}> closes {self.open[-1:]}")
            return
        self.open.pop()


def tree(html: str) -> Tree:
    made = Tree()
    made.feed(html)
    return made


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_pages_are_whole(office: Office, lang: str) -> None:
    """Every element is closed, no id stands twice, nothing carries a style or a script that the policy forbids."""
    for path in (*PAGES, "/bang?q=bao+cao", "/bang?as_of=2025-05-15", "/bang?as_of=2024-12-01"):
        made = tree(office.page(f"{path}{'&' if '?' in path else '?'}lang={lang}"))
        assert (path, made.faults) == (path, [])
        assert (path, [each for each in made.open if each not in LOOSE]) == (path, [])
        assert len(made.ids) == len(set(made.ids))


def test_every_link_of_the_office_opens(office: Office) -> None:
    """From the board, the document and a task's page, whatever can be followed is there, on a past day too."""
    seen: set[str] = set()
    for path in (*PAGES, "/bang?as_of=2025-05-15", "/van-ban?as_of=2025-05-15"):
        seen |= {each.partition("#")[0] for each in tree(office.page(path)).links if each.startswith("/")}
    mine = sorted(each for each in seen if re.match(r"/(bang|viec|ca-nam|van-ban|chi-tieu|hop)", each))
    assert len(mine) > 20
    assert [(each, code) for each in mine if (code := office.get(each).status_code) != 200] == []


def test_from_a_clause_to_its_task_and_back(office: Office) -> None:
    """The document links to the occurrence, the task's page to the clause, which has that id."""
    text, page = office.page("/van-ban"), office.page("/viec/bao-cao/a/6-thang")
    assert 'href="/viec/bao-cao/a/6-thang"' in text
    assert 'href="/van-ban#I.1-1"' in page
    assert "I.1-1" in tree(text).ids


def test_the_board_shows_the_figures_of_the_status(office: Office) -> None:
    """The four cells with the denominator in words, the late report with what was done about it."""
    page = office.page("/bang")
    counts = status.status(office.ward.engine, now=NOW).counts
    cells = [int(each) for each in re.findall(r'<li class="cell \w+"><a [^>]*><b>(\d+)</b>', page)]
    assert cells == [counts[name] for name in ("done_on_time", "done_late", "open_in_time", "open_overdue")]
    done, due = counts["done_on_time"] + counts["done_late"], sum(counts.values()) - counts["open_in_time"]
    assert f"Đã hoàn thành {done}/{due} nhiệm vụ" in page
    assert "quá hạn 9 ngày" in page
    assert "trước ngày 14/5/2025" in page


def test_no_case_is_on_any_page(office: Office) -> None:
    """Neither its code nor its title: in a residential group even a code identifies."""
    for path in (*PAGES, "/bang?q=vu+viec", "/bang?kind=on-event", "/bang?unit=a", "/bang?as_of=2025-05-20"):
        page = office.page(path)
        assert "vv-01" not in page, path
        assert "/viec/vu-viec" not in page, path
    there, nowhere = (office.get(f"/viec/vu-viec/a/{code}") for code in ("vv-01", "vv-99"))
    assert there.status_code == nowhere.status_code == 404
    assert words(there.text) == words(nowhere.text)


def words(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_requested_body_is_never_called_late(offices: Offices) -> None:
    """«Chưa phản hồi» of it on every page, never «quá hạn» or «trả lại»."""
    office = offices("office", now=small.at("2025-08-20"))
    page = office.page("/bang?unit=doan")
    found = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    assert found is not None
    assert "chưa phản hồi" in found[1]
    for path in ("/bang?unit=doan", "/viec/thieu-nhi/doan/thang-6"):
        said = re.sub(
            r"<form.*?</form>|<ul class=\"cells\">.*?</ul>|<p class=\"note.*?</p>", "", office.page(path), flags=re.S
        )
        assert not re.search(r'class="tag (over|late)">[^<]*(quá hạn|trả lại)', said)


def test_a_search_needs_no_marks(office: Office) -> None:
    """The same with and without them."""
    with_marks, without = office.page("/bang?q=Thăm+hỏi"), office.page("/bang?q=tham+hoi")
    found = re.compile(r'href="(/viec/tham-hoi[^"]+)"')
    assert found.findall(with_marks) == found.findall(without) != []


def test_what_is_typed_into_the_search_stays_text(office: Office) -> None:
    """Markup in a query comes back as words."""
    page = office.page('/bang?q="><script>alert(1)</script>&unit="><i>x')
    assert "<script>alert" not in page
    assert '"><i>x' not in page


def test_a_day_that_is_none_is_said(office: Office) -> None:
    """One clear line, nothing broken."""
    for asked in ("as_of=hôm+qua", "as_of=2025-02-30", "week=x"):
        answer = office.get(f"/bang?{asked}")
        assert answer.status_code == 400
        assert "<main" in answer.text


def test_units_and_strangers_see_none_of_it(offices: Offices) -> None:
    """The office's pages are the office's: a unit is refused, a stranger is asked who they are."""
    stranger, unit = offices(), offices("unit", unit="cong-an")
    assert {stranger.get(path).status_code for path in PAGES} == {303}
    assert {unit.get(path).status_code for path in PAGES} == {403}


def test_confirming_what_was_chosen(office: Office) -> None:
    """One form, each occurrence an entry by who confirms; the board says how many."""
    answer = office.post("/bang/quyet-dinh", {"viec": ["tap-huan/a/nam"], "act": "confirm"})
    assert answer.status_code == 303
    assert "Đã xác nhận 1 việc." in office.page(answer.headers["location"])
    shown = show.show(office.ward.engine, occurrence="tap-huan/a/nam", now=NOW)
    assert shown.item.status == "done_on_time"
    last = shown.ledger[-1]
    assert (last.kind, last.declared_by, last.recorded_by, last.channel) == (
        "confirmed",
        "van-phong",
        "office-van-phong",
        "desk",
    )


def test_returning_needs_a_reason_and_says_which_were_refused(office: Office) -> None:
    """Without one nothing is recorded; with one it is returned; what cannot be is named with why, the rest stands."""
    chosen = {"viec": ["tap-huan/a/nam"], "act": "return"}
    assert office.post("/bang/quyet-dinh", chosen).status_code == 400
    assert show.show(office.ward.engine, occurrence="tap-huan/a/nam", now=NOW).item.status == "submitted"
    both = {"viec": ["tap-huan/a/nam", "bao-cao/a/nam"], "act": "return", "reason": "thiếu danh sách"}
    answer = office.post("/bang/quyet-dinh", both)
    assert answer.status_code == 400
    assert "bao-cao/a/nam" in answer.text
    assert "Đã trả lại 1 việc." in answer.text
    assert show.show(office.ward.engine, occurrence="tap-huan/a/nam", now=NOW).item.status == "returned"


def test_nothing_is_decided_without_the_forms_token(office: Office, offices: Offices) -> None:
    """A form from elsewhere, or without its token, changes nothing; nor does one who only looks."""
    data = {"viec": "tap-huan/a/nam", "act": "confirm"}
    assert office.client.post("/bang/quyet-dinh", data=data).status_code == 403
    inspector = offices("inspector", unit=None)
    assert inspector.client.post("/bang/quyet-dinh", data=data).status_code == 403
    assert 'action="/bang/quyet-dinh"' not in inspector.page("/bang")
    assert show.show(office.ward.engine, occurrence="tap-huan/a/nam", now=NOW).item.status == "submitted"


def test_who_is_of_no_unit_decides_nothing(busy: Ward, offices: Offices) -> None:
    """An account without a unit is nobody's word."""
    nobody = offices("monitor", unit=None)
    token = re.search(r'name="form_token" value="([^"]+)"', nobody.page("/bang"))
    assert token is not None
    data = {"viec": "tap-huan/a/nam", "act": "confirm", "form_token": token[1]}
    assert nobody.client.post("/bang/quyet-dinh", data=data).status_code == 400
    assert show.show(busy.engine, occurrence="tap-huan/a/nam", now=NOW).item.status == "submitted"


@pytest.mark.parametrize(
    ("act", "more", "day"),
    [
        ("grant", {"document": "70/UBND-VP ngày 22/5/2025"}, date(2025, 5, 30)),
        ("refuse", {"reason": "đủ số liệu"}, None),
    ],
)
def test_an_extension_is_decided_on_the_board(office: Office, act: str, more: dict[str, str], day: date | None) -> None:
    """Granted with its document, or refused with a reason; either way it no longer waits."""
    ask(office.ward)
    assert "xin gia hạn đến 30/05/2025" in office.page("/bang")
    answer = office.post("/bang/gia-han", {"viec": "bao-cao/a/6-thang", "act": act} | more)
    assert answer.status_code == 303, answer.text
    state = show.show(office.ward.engine, occurrence="bao-cao/a/6-thang", now=NOW).item.state
    assert state.asked_until is None
    assert state.last_day == (day or date(2025, 5, 13))


def ask(ward: Ward) -> record.Recorded:
    return extend.ask(
        ward.engine,
        occurrence="bao-cao/a/6-thang",
        until=date(2025, 5, 30),
        reason="chờ số liệu",
        now=small.at("2025-05-21"),
        recorded_by="thử",
    )


def test_a_past_day_can_be_looked_at_and_not_changed(office: Office) -> None:
    """The page of a past day has no form that records, and every link keeps the day."""
    page = office.page("/bang?as_of=2025-05-20")
    assert 'action="/bang/quyet-dinh"' not in page
    tasks = [each for each in tree(page).links if each.startswith("/viec/")]
    assert tasks
    assert all("as_of=2025-05-20" in each for each in tasks)


def test_what_is_new_since_the_last_visit(busy: Ward, offices: Offices) -> None:
    """First nothing, then what came between two visits, and the same while the visit lasts."""
    office = offices("office")
    assert "Lần đầu xem trang này" in office.page("/bang")
    busy.say("noted", "bao-cao/a/6-thang", "2025-05-22", note="đã có số liệu")
    later = offices("chair", unit=None, now=small.at("2025-05-23"))
    later.client.cookies.set("kehoach-seen", office.client.cookies["kehoach-seen"])
    for _ in range(2):
        page = later.page("/bang")
        assert page.count('<li><span class="m">22/05/2025') == 1


def test_pages_ask_the_database_a_constant_number_of_times(office: Office) -> None:
    """More work, more people, more entries: the same number of queries, on a past day and for a search, too."""
    asked: list[str] = []
    event.listen(office.ward.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    def queries(path: str) -> int:
        asked.clear()
        office.page(path)
        return sum(each.lstrip().upper().startswith("SELECT") for each in asked)

    def after_an_entry(path: str) -> int:
        office.ward.say("noted", "bao-cao/a/6-thang", "2025-05-22", note="đang làm")
        return queries(path)

    paths = (*PAGES, "/bang?as_of=2025-05-20", "/bang?q=bao+cao")
    office.page("/bang")  # the plan is held in memory from now on
    before = {path: after_an_entry(path) for path in paths}
    for member in ("to-01", "to-02", "to-03"):
        office.ward.answer(f"cap-nhat/{member}/dot-1", "ra-soat-kho-khan", "nothing", "2025-05-19")
    ask(office.ward)
    assert {path: after_an_entry(path) for path in paths} == before
    assert max(before.values()) <= 24
    for path in paths:
        queries(path)
    assert all(queries(path) < before[path] for path in paths)  # nothing new: what was read is held


def test_a_page_is_read_again_once_something_happened(office: Office) -> None:
    """What is held in memory never outlives an entry, a night, or the day."""
    assert "1 việc chờ xác nhận" in office.page("/bang")
    office.post("/bang/quyet-dinh", {"viec": ["tap-huan/a/nam"], "act": "confirm"})
    assert "chờ xác nhận</div>" not in office.page("/bang")
    rungs = re.compile(r"Bậc đã tới: ([^.]+)\.")
    before = rungs.findall(office.page("/bang"))
    sweep.sweep(office.ward.engine, today=date(2025, 6, 3), now=small.at("2025-06-03", 1))
    later = office.page("/bang?as_of=2025-05-21")
    assert rungs.findall(later) == before


def test_a_first_visit_is_small(office: Office) -> None:
    """The board with its style and its script, compressed, below 60 kB."""
    page = office.page("/bang")
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert {re.sub(r"\?.*", "", each) for each in files} >= {"/static/desk.css", "/static/board.css", "/static/desk.js"}
    parts = [page.encode(), *(office.get(each).content for each in files)]
    assert sum(len(gzip.compress(each)) for each in parts) < 60_000
