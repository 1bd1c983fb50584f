"""Links over HTTP: what opens, what does not, and that nobody learns more than that."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from sqlalchemy import event, text

from models.session import reading
from outputs import ical
from rules.values import Key
from tests.usecases import small
from tests.usecases.conftest import Ward
from tests.web.conftest import MADE, link, serving, told
from usecases import calendars, events, feeds, plans, succession
from usecases.feed_answers import Answers, Finder
from web.limit import TRIES, Limiter

ROOT = Path(__file__).parents[2]
REPORT = "bao-cao/a/6-thang"
MALFORMED = (
    "",
    "x",
    "x" * 4000,
    "a/b",
    "..%2F..%2Fetc%2Fpasswd",
    "%00",
    "%FF%FE",
    "%E1%BA%A1",
    "a%20b",
    "a;b",
    "'%20OR%201=1%20--",
)


def calendar(ward: Ward, which: str, **form: object) -> bytes:
    """What `kehoach ics` would write."""
    return calendars.export(ward.engine, which=which, now=MADE, **form)  # type: ignore[arg-type]


@pytest.mark.parametrize("which", [calendars.OFFICE, calendars.CAMPAIGNS, "to", "to-02"])
def test_a_link_opens_its_calendar(ward: Ward, client: httpx.Client, which: str) -> None:
    """The office, the campaigns, a unit, a group, a member: the bytes of `kehoach ics`, with all the headers."""
    answer = client.get(f"/lich/{link(ward, which).token}.ics")
    assert (answer.status_code, answer.content) == (200, calendar(ward, which))
    headers = answer.headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert re.fullmatch(r'"[0-9a-f]{24}"', headers["ETag"])
    assert headers["Last-Modified"] == f"Fri, 10 Jan 2025 02:00:{ical.RENDERER:02} GMT"
    assert "server" not in headers or headers["server"] == "uvicorn"
    assert headers["Content-Disposition"].startswith(f"inline; filename=\"nho-2025-{which}.ics\"; filename*=UTF-8''")
    assert "K%E1%BA%BF%20ho%E1%BA%A1ch" in headers["Content-Disposition"]


def test_forms_of_a_link(small_ward: Ward, small_client: httpx.Client) -> None:
    """`?as=`, `?lang=`, `?alarms=`, each with an ETag of its own; a mailer's own words are let pass."""
    path = f"/lich/{link(small_ward, 'a').token}.ics"
    asked = {
        "": {},
        "?as=event&lang=vi&alarms=on": {},
        "?utm_source=zalo": {},
        "?as=todo": {"form": "todo"},
        "?lang=en": {"lang": "en"},
        "?alarms=off": {"alarms": False},
        "?as=todo&lang=en&alarms=off": {"form": "todo", "lang": "en", "alarms": False},
    }
    tags = {}
    for query, form in asked.items():
        answer = small_client.get(path + query)
        assert answer.content == calendar(small_ward, "a", **form), query
        tags[answer.headers["ETag"]] = tags.get(answer.headers["ETag"], 0) + 1
    assert sorted(tags.values()) == [1, 1, 1, 1, 3]


@pytest.mark.parametrize("query", ["as=ics", "lang=fr", "alarms=", "alarms=yes", "as=todo&as=x", "x=" + "y" * 300])
def test_a_form_that_there_is_not(small_ward: Ward, small_client: httpx.Client, query: str) -> None:
    """One line says what there is; not a calendar of some other form."""
    answer = small_client.get(f"/lich/{link(small_ward, 'a').token}.ics?{query}")
    assert answer.status_code == 400
    assert "as=event hoặc todo" in answer.text and "as=event or todo" in answer.text


@pytest.mark.parametrize("ending", [".ics", ""])
def test_wrong_revoked_and_malformed_are_one(ward: Ward, ending: str) -> None:
    """The same status, headers and octets, whether it never was, is no more, or could not be; and no token in them."""
    revoked, rotated = link(ward, "a"), link(ward, "a")
    feeds.revoke(ward.engine, id=revoked.id, now=MADE, by="thử")
    fresh = feeds.rotate(ward.engine, id=rotated.id, now=MADE)
    with serving(ward.engine, limiter=Limiter(1000)) as client:
        tokens = ["W" * 32, revoked.token, rotated.token, fresh.token[:-1], fresh.token.swapcase(), *MALFORMED]
        answers = {token: told(client.get(f"/lich/{token}{ending}")) for token in tokens if token or ending}
        first, *rest = answers.values()
        assert first[0] == 404 and all(each == first for each in rest)
        assert not any(token.encode() in first[2] for token in tokens if len(token) > 20)
        assert client.get(f"/lich/{fresh.token}{ending}").status_code == 200
        queries = {told(client.get(f"/lich/{token}{ending}?as=nonsense")) for token in ("W" * 32, revoked.token)}
        assert queries == {first}, "the query is not looked at either"


def test_one_look_up_for_any_token(ward: Ward) -> None:
    """Wrong, revoked and malformed tokens run the same one statement, which reads one index: so the same time."""
    revoked = link(ward, "a")
    standing = link(ward, "a")
    feeds.revoke(ward.engine, id=revoked.id, now=MADE, by="thử")
    finder = Finder(ward.engine)
    statements: list[str] = []
    finder.find("")  # opens its connection
    if finder.blocks:
        event.listen(ward.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    else:
        finder._cursor.connection.set_trace_callback(statements.append)  # type: ignore[union-attr]
    ran = []
    for token in (b"W" * 32, revoked.token.encode(), b"", b"\xff" * 5000, standing.token.encode()):
        statements.clear()
        finder.find(feeds.hash_of(token))
        ran.append([re.sub(r"'[0-9a-f]{64}'", "?", each) for each in statements])
    assert len(ran[0]) == 1 and all(each == ran[0] for each in ran)
    finder.close()


def test_the_look_up_is_indexed(ward: Ward) -> None:
    """The plan of the one statement: unique keys all the way, no scan."""
    from models import feed

    sqlite = ward.engine.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"
    with reading(ward.engine) as session:
        if not sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))  # a table of one row is read whole, else
        rows = session.execute(text(f"{explain} {feed._SQL}:hash"), {"hash": "0" * 64}).all()
    plan = "\n".join(str(row[-1]) for row in rows)
    assert "uq_feed_token_hash" in plan
    assert "SCAN" not in plan.upper().replace("INDEX SCAN", "").replace("INDEX ONLY SCAN", "")


def test_a_revoked_link_stops_at_once_in_every_process(small_ward: Ward, small_client: httpx.Client) -> None:
    """Revoked by the command line, in another process: the very next request finds nothing, held or not."""
    made = link(small_ward, "a")
    path = f"/lich/{made.token}.ics"
    first = small_client.get(path)
    assert small_client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    environment = os.environ | {"KEHOACH_DATABASE_URL": str(small_ward.engine.url), "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "cli", "feed", "revoke", made.id]
    subprocess.run(words, env=environment, check=True, capture_output=True)
    assert small_client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 404
    assert small_client.get(path).status_code == 404


def test_many_wrong_tokens_are_refused_for_a_while(ward: Ward) -> None:
    """After thirty in a minute 429 with Retry-After, for whatever is wrong; a link that opens is never counted."""
    good = link(ward, "a")
    with serving(ward.engine) as client:
        wrong = [client.get(f"/lich/{n}{'.ics' if n % 2 else ''}") for n in range(TRIES)]
        assert {each.status_code for each in wrong} == {404}
        revoked = link(ward, "a")
        feeds.revoke(ward.engine, id=revoked.id, now=MADE, by="thử")
        refused = [client.get(f"/lich/{token}.ics") for token in ("W" * 32, revoked.token, "%FF", "a/b")]
        assert {told(each)[0] for each in refused} == {429}
        assert all(1 <= int(each.headers["Retry-After"]) <= 60 for each in refused)
        assert len({each.content for each in refused}) == 1
        page = client.get("/lich/x")
        assert (page.status_code, "Quá nhiều lần thử" in page.text) == (429, True)
        for _ in range(TRIES + 5):
            assert client.get(f"/lich/{good.token}.ics").status_code == 200


def test_addresses_are_counted_apart() -> None:
    """An IPv4 address each, an IPv6 subscriber's whole network together."""
    limiter = Limiter(2)
    assert [limiter.refuse_for("192.0.2.1") > 0 for _ in range(3)] == [False, False, True]
    assert limiter.refuse_for("192.0.2.2") == 0
    assert limiter.refuse_for("::ffff:192.0.2.1") > 0
    assert [limiter.refuse_for(f"2001:db8::{n}") > 0 for n in range(1, 4)] == [False, False, True]
    assert limiter.refuse_for("2001:db8:0:1::1") == 0
    assert [limiter.refuse_for("") > 0 for _ in range(3)] == [False, False, True]


def test_no_log_line_has_a_token(ward: Ward, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not ours, not the access log of a uvicorn started by hand, not the one of an error."""
    for name in ("uvicorn", "uvicorn.access", "uvicorn.error"):  # Prefect and Alembic set up logging for themselves
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
        caplog.set_level(logging.DEBUG, logger=name)
    made = link(ward, "a")
    with caplog.at_level(logging.DEBUG), serving(ward.engine) as client:
        for path in (f"/lich/{made.token}.ics", f"/lich/{made.token}", f"/lich/{made.token}.ics?lang=en"):
            assert client.get(path).status_code == 200
        client.get(f"/lich/{made.token}x.ics")
        for mistyped in (f"/LICH/{made.token}.ics", f"//lich//{made.token}.ics", f"/lich%2F{made.token}"):
            assert client.get(f"{client.base_url}{mistyped}").status_code == 404
        client.request("PROPFIND", f"/lich/{made.token}.ics")
    ours = [record for record in caplog.records if record.name in ("uvicorn.access", "kehoach.web", "uvicorn.error")]
    lines = [record.getMessage() for record in ours]
    assert any("/lich/….ics" in line for line in lines), "the access log was on"
    assert any(made.id in line for line in lines), "our own log names the link"
    assert not any(made.token in line or made.token[:12] in line for line in lines)


def test_a_database_that_cannot_be_read(
    small_ward: Ward, small_client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """503 and when to come again, /healthz too; not a traceback, not «no such link», and no token in the log."""
    made = link(small_ward, "a")
    with small_ward.engine.connect() as connection:
        connection.execute(text("ALTER TABLE feed RENAME TO feed_gone"))
        connection.commit()
    for path in (f"/lich/{made.token}.ics", f"/lich/{made.token}"):
        answer = small_client.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert small_client.get("/healthz").status_code == 503
    assert "the database cannot be read" in caplog.text and made.token not in caplog.text
    assert feeds.hash_of(made.token.encode()) not in caplog.text
    with small_ward.engine.connect() as connection:
        connection.execute(text("ALTER TABLE feed_gone RENAME TO feed"))
        connection.commit()
    assert small_client.get(f"/lich/{made.token}.ics").status_code == 200, "and it is well again by itself"
    assert small_client.get("/healthz").text == "ok\n"


def test_a_succession_leaves_the_past_and_a_pointer(ward: Ward, client: httpx.Client) -> None:
    """The old unit's link: what is past, and who took over, but not by which secret; the new one's: the open work."""
    from datetime import date

    old, new = link(ward, "a"), link(ward, "phong-moi")
    before = client.get(f"/lich/{old.token}.ics")
    ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    succession.succeed(ward.engine, today=date(2025, 7, 1), now=small.at("2025-07-01"), recorded_by="thử")
    after, taken = client.get(f"/lich/{old.token}.ics"), client.get(f"/lich/{new.token}.ics")
    key = Key("nho", "nho-2025", "bao-cao", "a", "nam")
    open_uid = ical.uid(key, "event").encode()
    done_uid = ical.uid(key._replace(period="6-thang"), "event").encode()
    assert done_uid in after.content and open_uid not in after.content
    assert open_uid in taken.content and done_uid not in taken.content
    unfolded = after.content.replace(b"\r\n ", b"").decode()
    assert "Phòng mới" in unfolded and new.token not in unfolded
    assert before.headers["ETag"] != after.headers["ETag"]
    stale = client.get(f"/lich/{old.token}.ics", headers={"If-Modified-Since": before.headers["Last-Modified"]})
    assert stale.status_code == 200, "what left is a change, too"


def test_no_case_moves_any_link(ward: Ward, client: httpx.Client) -> None:
    """A case that is opened changes no octet and no header of any kind of link: not even that something happened."""
    units = ("a", "cong-an", "doan", "to", "to-01", "van-phong", "phong-moi")
    paths = [
        f"/lich/{link(ward, which).token}{rest}"
        for which in (calendars.OFFICE, calendars.CAMPAIGNS, *units)
        for rest in (".ics", ".ics?as=todo", ".ics?lang=en&alarms=off", "")
    ]
    before = [told(client.get(path)) for path in paths]
    when = small.at("2025-03-01")
    events.open_event(ward.engine, task="vu-viec", at=when, ref="v-07", now=when, recorded_by="thử")
    assert [told(client.get(path)) for path in paths] == before
    ward.done("vu-viec/a/v-07", "a", "2025-03-02", document="3/BC-UBND")
    assert [told(client.get(path)) for path in paths] == before


def test_other_methods_are_refused_alike(small_ward: Ward, small_client: httpx.Client) -> None:
    """Before any token is looked at: what a CalDAV client tries tells nothing."""
    made = link(small_ward, "a")
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "REPORT"):
        answers = {told(small_client.request(method, f"/lich/{token}.ics")) for token in (made.token, "W" * 32)}
        ((status, headers, _),) = answers
        assert (status, dict(headers)["allow"]) == (405, "GET, HEAD")


def test_robots_and_health(client: httpx.Client) -> None:
    """Google's fetcher may read calendars, no index anything else; other paths have no page, in both languages."""
    robots = client.get("/robots.txt")
    assert robots.text == "User-agent: *\nAllow: /lich/\nDisallow: /\n"
    assert robots.headers["Content-Type"].startswith("text/plain")
    assert (client.get("/healthz").text, client.head("/healthz").status_code) == ("ok\n", 200)
    missing = client.get("/khong-co")
    assert (missing.status_code, missing.headers["Referrer-Policy"]) == (404, "no-referrer")
    assert missing.text == "Không có trang này.\nThere is no such page.\n"


def test_the_token_is_kept_nowhere(ward: Ward) -> None:
    """No column of any table holds it; it has at least 128 bits, and no two are alike."""
    made = [link(ward, "a") for _ in range(20)]
    made.append(feeds.rotate(ward.engine, id=made[0].id, now=MADE))
    tokens = {each.token for each in made}
    assert len(tokens) == 21 and all(re.fullmatch(r"[A-Za-z0-9_-]{32}", each) for each in tokens)
    with reading(ward.engine) as session:
        rows = session.execute(text("SELECT * FROM feed")).all()
        assert len(rows) == 20
        assert not any(str(value) in tokens for row in rows for value in row)
    assert not any(token in str(feeds.listed(ward.engine)) for token in tokens)


def test_what_is_listed(ward: Ward) -> None:
    """Every link in the order it was made, with who, when, and what became of it; instants in the plan's zone."""
    from rules.errors import RequestRefused

    first, second = link(ward, "a", label="Trưởng bộ phận"), link(ward)
    feeds.rotate(ward.engine, id=first.id, now=small.at("2025-02-01"))
    feeds.revoke(ward.engine, id=second.id, now=small.at("2025-02-02"), by="chị Hoa")
    rows = {row["id"]: row for row in feeds.listed(ward.engine)}
    assert rows[first.id] == {
        "id": first.id,
        "which": "a",
        "name": "Bộ phận A: Kế hoạch nhỏ năm 2025",
        "label": "Trưởng bộ phận",
        "made_at": "2025-01-11T09:00:00+07:00",
        "made_by": "thử",
        "rotated_at": "2025-02-01T09:00:00+07:00",
        "revoked_at": None,
        "revoked_by": None,
        "used_at": None,
    }
    assert (rows[second.id]["revoked_at"], rows[second.id]["revoked_by"]) == ("2025-02-02T09:00:00+07:00", "chị Hoa")
    for verb in (feeds.rotate, feeds.revoke):
        more = {"by": "thử"} if verb is feeds.revoke else {}
        with pytest.raises(RequestRefused) as refused:
            verb(ward.engine, id=second.id, now=MADE, **more)  # type: ignore[operator]
        assert (refused.value.code, refused.value.values["near"]) == ("feed.unknown", first.id)
    with pytest.raises(RequestRefused) as unknown:
        link(ward, "khong-co")
    assert unknown.value.code == "request.unknown_unit"


def test_the_version_names_the_plan(ward: Ward) -> None:
    """A plan synced anew, with a unit renamed, is another version of a link; a second sync of the same is not."""
    made = link(ward, "cong-an")
    finder = Finder(ward.engine)

    def tag() -> str:
        found = finder.find(feeds.hash_of(made.token.encode()))
        assert found is not None
        return Answers(ward.engine).version(found, feeds.Form()).tag

    before = tag()
    ward.sync("2025-02-01")
    assert tag() == before
    small.edit(ward.folder / "units.yaml", "name: Công an", "name: Công an phường")
    ward.sync("2025-02-02")
    assert tag() != before
    with reading(ward.engine) as session:
        assert plans.in_force(session, *plans.find(session)).revision == 2
    finder.close()
