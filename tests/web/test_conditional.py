"""ETag, Last-Modified, codings and HEAD: what a client holds is asked for again only when it is something else."""

from __future__ import annotations

import gzip
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import brotli
import httpx
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from models import session
from models.session import begin, open_engine
from outputs import ical
from tests.usecases import small
from tests.usecases.conftest import Ward
from tests.web.conftest import link, serving
from usecases import feeds, sync
from usecases.feed_answers import Answers, Finder, served_since
from web import kept
from web.coding import CODINGS, chosen, coded
from web.conditional import http_date, is_current, judged
from web.door import file_name
from web.kept import Shelf

AT = datetime(2025, 1, 10, 2, 0, 1, tzinfo=UTC)
SAME, EARLIER, LATER = (http_date(AT + timedelta(seconds=by)).decode() for by in (0, -1, 3600))
TAG = '"abc"'

DECODED = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}


@pytest.mark.parametrize(
    ("none_match", "since", "current"),
    [
        (None, None, False),
        (TAG, None, True),
        (f"W/{TAG}", None, True),
        (f'"x", {TAG}', None, True),
        (f'"x",W/{TAG},"y"', None, True),
        ("*", None, True),
        ('"x"', None, False),
        ('"ab"', None, False),
        ("abc", None, False),
        ("", None, False),
        ('"abc-gzip"', None, False),
        (None, SAME, True),
        (None, LATER, True),
        (None, EARLIER, False),
        (None, "yesterday", False),
        (None, "", False),
        (None, "Fri, 10 Jan 20250000000000 02:00:01 GMT", False),
        (None, "Fri, 99 Jan 2025 02:00:01 GMT", False),
        (None, "Friday, 10-Jan-25 02:00:01 GMT", True),
        (None, "Fri Jan 10 02:00:01 2025", True),
        ('"x"', SAME, False),
        (TAG, EARLIER, True),
        ("", SAME, False),
    ],
)
def test_conditions(none_match: str | None, since: str | None, current: bool) -> None:
    """RFC 9110 13.1: weak comparison, lists, `*`; the tag goes before the date, a date that is none is none."""
    given_ = [None if each is None else each.encode("latin-1") for each in (none_match, since)]
    assert is_current(TAG.encode(), AT, *given_) is current


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 200),
        ({"if-match": TAG}, 200),
        ({"if-match": "*"}, 200),
        ({"if-match": f'"x", {TAG}'}, 200),
        ({"if-match": '"x"'}, 412),
        ({"if-match": f"W/{TAG}"}, 412),
        ({"if-match": f'W/"x", W/{TAG}'}, 412),
        ({"if-match": f'W/"x", {TAG}'}, 200),
        ({"if-match": ""}, 412),
        ({"if-match": '"x"', "if-none-match": TAG}, 412),
        ({"if-match": TAG, "if-none-match": TAG}, 304),
        ({"if-match": TAG, "if-unmodified-since": EARLIER}, 200),
        ({"if-unmodified-since": EARLIER}, 412),
        ({"if-unmodified-since": SAME}, 200),
        ({"if-unmodified-since": LATER}, 200),
        ({"if-unmodified-since": "yesterday"}, 200),
        ({"if-none-match": TAG, "if-modified-since": EARLIER}, 304),
        ({"if-range": '"x"'}, 200),
    ],
)
def test_all_conditions_in_their_order(asked: dict[str, str], status: int) -> None:
    """RFC 9110 13.2.2: what must hold goes first, by strong comparison alone; then what need not be sent again."""
    given_ = {name.encode(): value.encode() for name, value in asked.items()}
    assert judged(TAG.encode(), AT, given_) == status


def test_a_condition_that_fails_is_answered_so(small_ward: Ward, small_client: httpx.Client) -> None:
    """412 with no calendar and nothing to keep, of HEAD too; a wrong token is asked for no condition."""
    path = f"/lich/{link(small_ward, 'a').token}.ics"
    for method in ("GET", "HEAD"):
        failed = small_client.request(method, path, headers={"If-Match": '"x"'})
        assert (failed.status_code, failed.headers["Cache-Control"]) == (412, "no-store")
        assert b"BEGIN" not in failed.content
    etag = small_client.get(path, headers={"Accept-Encoding": "br"}).headers["ETag"]
    assert small_client.get(path, headers={"Accept-Encoding": "br", "If-Match": etag}).status_code == 200
    assert small_client.get(f"/lich/{'W' * 32}.ics", headers={"If-Match": '"x"'}).status_code == 404


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Công an phường: Kế hoạch năm 2025", "Công an phường - Kế hoạch năm 2025"),
        ("Tư pháp/Hộ tịch\r\nX-A: b", "Tư pháp - Hộ tịch - X-A - b"),
        ("a\u202ecs.exe", "acs.exe"),
        ("ế" * 500, "ế" * 80),
        ("..\\..\\x", ".. - .. - x"),
        (' ..\\"<>|*?:', ""),
        ("...", ""),
    ],
)
def test_a_file_may_be_called_so(name: str, file: str) -> None:
    """On Windows too, within a folder's 255 octets, and within the header that a proxy takes."""
    found = file_name(name)
    assert found == file
    assert len(f"{found}.ics".encode()) < 255 and len(quote(found, safe="")) < 800


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_condition_is_answered(none_match: bytes, since: bytes) -> None:
    """Whatever a client sends."""
    assert is_current(TAG.encode(), AT, none_match, since) in (True, False)
    assert is_current(TAG.encode(), AT, None, since) in (True, False)
    assert judged(TAG.encode(), AT, {b"if-match": none_match, b"if-unmodified-since": since}) in (200, 412)
    assert judged(TAG.encode(), AT, {b"if-unmodified-since": since}) in (200, 412)


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("GZip , Deflate", "gzip"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1.0, br;q=0.5, zstd;q=0.1", "gzip"),
        ("br;q=0.5, gzip;q=0.5", "br"),
        ("zstd;q=0, br;q=0, gzip", "gzip"),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "br"),
        ("identity", "identity"),
        ("identity;q=1, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip", "gzip"),
        ("identity;q=0", "identity"),
        ("gzip;q=0", "identity"),
        ("gzip;q=x", "identity"),
        ("gzip;q=2", "identity"),
        ("gzip;q=nan", "identity"),
        ("deflate", "identity"),
        ("gzip" + " " * 300, "identity"),
    ],
)
def test_the_coding_that_is_chosen(accept: str | None, coding: str) -> None:
    """RFC 9110 12.5.3: weights, `*`, what is refused; where weights are alike, what is smaller."""
    assert chosen(None if accept is None else accept.encode()) == coding


@given(st.binary(max_size=80))
def test_any_accept_encoding_is_answered(accept: bytes) -> None:
    """Whatever a client sends, the answer is in a coding that there is."""
    assert chosen(accept) in (*CODINGS, "identity")


@given(st.binary(max_size=4000))
def test_codings_are_the_same_octets_each_time(body: bytes) -> None:
    """A strong ETag speaks of octets: the same body gives the same ones, and they decode to it."""
    for coding in CODINGS:
        assert coded(body, coding) == coded(body, coding)
        assert DECODED[coding](coded(body, coding)) == body


def raw(client: httpx.Client, path: str, method: str = "GET", **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer and the octets of its body as they came."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with client.stream(method, path, headers=sent) as answer:
        return answer, b"".join(answer.iter_raw())


def test_every_coding_is_the_same_calendar(small_ward: Ward, small_client: httpx.Client) -> None:
    """Smaller, decoded to the same bytes, each with a strong ETag of its own that validates it alone."""
    path = f"/lich/{link(small_ward).token}.ics"
    plain, body = raw(small_client, path)
    tags = {plain.headers["ETag"]}
    for coding in CODINGS:
        answer, octets = raw(small_client, path, Accept_Encoding=coding)
        assert answer.headers["Content-Encoding"] == coding
        assert DECODED[coding](octets) == body
        assert len(octets) < len(body) / 3
        assert int(answer.headers["Content-Length"]) == len(octets)
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Last-Modified"] == plain.headers["Last-Modified"]
        tags.add(answer.headers["ETag"])
        held, nothing = raw(small_client, path, Accept_Encoding=coding, If_None_Match=answer.headers["ETag"])
        assert (held.status_code, nothing, held.headers["ETag"]) == (304, b"", answer.headers["ETag"])
        assert raw(small_client, path, If_None_Match=answer.headers["ETag"])[0].status_code == 200
    assert len(tags) == 4 and not any(tag.startswith("W/") for tag in tags)
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("coding", ["identity", *CODINGS])
@pytest.mark.parametrize("ending", [".ics", ""])
def test_head_is_get_without_its_body(small_ward: Ward, small_client: httpx.Client, coding: str, ending: str) -> None:
    """The same status and headers, Content-Length among them; for links that open and for those that do not."""
    for token in (link(small_ward, "a").token, "W" * 32):
        got, body = raw(small_client, f"/lich/{token}{ending}", Accept_Encoding=coding)
        head, nothing = raw(small_client, f"/lich/{token}{ending}", "HEAD", Accept_Encoding=coding)
        assert (head.status_code, nothing) == (got.status_code, b"")
        assert {k: v for k, v in head.headers.items() if k != "date"} == {
            k: v for k, v in got.headers.items() if k != "date"
        }
        assert int(head.headers["Content-Length"]) == len(body)


def test_a_304_bears_what_it_must(small_ward: Ward, small_client: httpx.Client) -> None:
    """RFC 9110 15.4.5: ETag, Cache-Control and Vary as the 200 would have them, and no body; HEAD alike."""
    path = f"/lich/{link(small_ward, 'a').token}.ics"
    whole = small_client.get(path)
    for method in ("GET", "HEAD"):
        answer = small_client.request(method, path, headers={"If-None-Match": whole.headers["ETag"]})
        assert (answer.status_code, answer.content) == (304, b"")
        for name in ("ETag", "Cache-Control", "Vary"):
            assert answer.headers[name] == whole.headers[name]


@contextmanager
def building_nothing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail where a calendar is made."""

    def made(*_: object, **__: object) -> None:
        raise AssertionError("a calendar was made")

    with monkeypatch.context() as patched:
        patched.setattr(Answers, "made", made)
        yield


def test_nothing_is_made_for_a_304(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a fresh process, too: what the client holds is checked against the ledger alone."""
    path = f"/lich/{link(ward, 'a').token}.ics"
    with serving(ward.engine) as client:
        first = client.get(path)
    with serving(ward.engine) as client, building_nothing(monkeypatch):
        for headers in (
            {"If-None-Match": first.headers["ETag"]},
            {"If-Modified-Since": first.headers["Last-Modified"]},
            {"If-None-Match": '"x"', "If-Modified-Since": first.headers["Last-Modified"]},
        ):
            expected = 500 if headers.get("If-None-Match") == '"x"' else 304
            assert client.get(path, headers=headers).status_code == expected


def test_what_changed_is_seen_and_nothing_else(ward: Ward, client: httpx.Client) -> None:
    """A report made by one unit: its link and the office's are new, the other unit's still stands unmade."""
    paths = {which: f"/lich/{link(ward, which).token}.ics" for which in ("a", "cong-an", "office", "campaigns")}
    before = {which: client.get(path) for which, path in paths.items()}
    ward.done("bao-cao/a/6-thang", "a", "2025-05-12", document="15/BC-UBND")
    for which, path in paths.items():
        held = before[which].headers
        by_tag = client.get(path, headers={"If-None-Match": held["ETag"]})
        by_date = client.get(path, headers={"If-Modified-Since": held["Last-Modified"]})
        assert by_tag.status_code == by_date.status_code == (200 if which in ("a", "office") else 304)
        if by_tag.status_code == 200:
            assert by_tag.headers["ETag"] != held["ETag"]
            assert by_tag.headers["Last-Modified"] == f"Mon, 12 May 2025 02:00:{ical.RENDERER:02} GMT"
            assert b"15/BC-UBND" in by_tag.content


def test_no_date_is_said_of_a_second_that_goes_on(
    small_ward: Ward, small_client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the second of Last-Modified another change may follow unseen: the header waits until it is over."""
    path = f"/lich/{link(small_ward, 'a').token}.ics"
    said, said_at = [], datetime(2025, 1, 10, 2, 0, ical.RENDERER, tzinfo=UTC)
    for seconds in (0.0, 0.999, 1.0):
        monkeypatch.setattr("web.door.time.time", lambda at=seconds: said_at.timestamp() + at)
        answer = small_client.get(path)
        assert answer.status_code == 200 and "ETag" in answer.headers
        said.append(answer.headers.get("Last-Modified"))
    assert said == [None, None, http_date(said_at).decode()]


def test_a_calendar_is_made_once_for_all_who_wait(small_ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty ask at once: one build, twenty times the same bytes; and none for those who come later."""
    import asyncio

    token = link(small_ward).token
    builds = []
    make = Answers.made

    def counted(*args: object, **more: object) -> object:
        builds.append(args)
        return make(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Answers, "made", counted)
    with serving(small_ward.engine) as client:

        async def ask() -> list[bytes]:
            async with httpx.AsyncClient(base_url=client.base_url, trust_env=False, timeout=30) as many:
                answers = await asyncio.gather(*(many.get(f"/lich/{token}.ics") for _ in range(20)))
            return [each.content for each in answers]

        bodies = asyncio.run(ask())
        assert len(set(bodies)) == 1 and bodies[0].startswith(b"BEGIN:VCALENDAR")
        assert len(builds) == 1
        client.get(f"/lich/{token}.ics", headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
        assert len(builds) == 1


def test_what_is_kept_has_its_room(small_ward: Ward) -> None:
    """The memory for kept calendars is bounded, whatever is asked for, and every answer stays right."""
    import asyncio

    finder = Finder(small_ward.engine)
    links = [link(small_ward, which) for which in ("office", "a", "cong-an", "to", "to-01", "to-02")]
    found = [finder.find(feeds.hash_of(each.token.encode())) for each in links]
    shelf = Shelf(Answers(small_ward.engine), room=30_000, versions=4)

    async def ask() -> None:
        for _ in range(3):
            for each in found:
                assert each is not None
                for form in (feeds.Form(), feeds.Form("todo"), feeds.Form(lang="en")):
                    _, body = await shelf.body(each, form, "identity")
                    assert body == Answers(small_ward.engine).made(each, form)[1]
                    assert shelf._size == sum(map(len, shelf._bodies.values())) <= 30_000
                    assert len(shelf._kept) <= 4

    asyncio.run(ask())
    assert shelf._bodies, "something is kept"
    assert kept.ROOM >= 2**20
    finder.close()


@pytest.mark.parametrize("seed", range(4))
def test_equal_tags_are_equal_bytes(small_ward: Ward, seed: int) -> None:
    """Through a year of work, in any order: a tag never stays while the bytes change, nor does the date go back."""
    from random import Random

    random = Random(seed)
    finder = Finder(small_ward.engine)
    links = {which: link(small_ward, which) for which in ("office", "campaigns", "a", "to", "to-02", "phong-moi")}
    seen: dict[tuple[str, str], bytes] = {}
    latest: dict[str, datetime] = {}
    for day, step in enumerate(random.sample(_STEPS, len(_STEPS)), start=1):
        step(small_ward, f"2025-07-{day:02}")
        for which, each in links.items():
            found = finder.find(feeds.hash_of(each.token.encode()))
            assert found is not None
            version, body = Answers(small_ward.engine).made(found, feeds.Form())
            assert Answers(small_ward.engine).version(found, feeds.Form(), known=version.behind) == version
            before = seen.setdefault((which, version.tag), body)
            assert before == body
            assert version.changed_at >= latest.get(which, version.changed_at)
            latest[which] = version.changed_at
    finder.close()


def _step(verb: str, *told: str, **more: str):  # type: ignore[no-untyped-def]
    from rules.errors import KehoachError

    def do(ward: Ward, day: str) -> None:
        try:
            if verb == "done":
                ward.done(told[0], told[1], day, **more)
            elif verb == "answer":
                ward.answer(told[0], told[1], told[2], day, **more)
            else:
                ward.say(verb, told[0], day, **more)
        except KehoachError:
            pass  # in this order it may not be said; then nothing changes, which is a case, too

    return do


def _succeed(ward: Ward, day: str) -> None:
    from usecases import succession

    succession.succeed(ward.engine, today=small.at(day).date(), now=small.at(day), recorded_by="thử")


def _event(ward: Ward, day: str) -> None:
    from usecases import events

    at = small.at(day)
    events.open_event(ward.engine, task="vu-viec", at=at, ref="v-1", now=at, recorded_by="thử")


def _revise(file: str, old: str, new: str):  # type: ignore[no-untyped-def]
    def do(ward: Ward, day: str) -> None:
        small.edit(ward.folder / file, old, new)
        ward.sync(day)

    return do


_STEPS = [
    _step("done", "bao-cao/a/6-thang", "a", document="1/BC"),
    _step("done", "tap-huan/a/nam", "a", document="2/BC"),
    _step("retracted", "tap-huan/a/nam", by="a", reason="nhầm"),
    _step("cancelled", "tham-hoi/to-02/thang-6", by="van-phong", reason="thôi"),
    _step("noted", "tham-hoi/to-01/thang-6", by="to-01", note="đang làm"),
    _step("urged", "bao-cao/a/nam", by="van-phong", via="phone"),
    _step("answer", "cap-nhat/a/dot-1", "ra-soat", "done", note="xong"),
    _succeed,
    _succeed,
    _event,
    _revise("units.yaml", "name: Bộ phận A", "name: Bộ phận An"),
    _revise("calendar.yaml", "to: 2025-06-30", "to: 2025-07-02"),
    _revise("tasks/04-to.yaml", "title: Thăm hỏi trẻ em", "title: Thăm hỏi các cháu"),
]


def test_a_name_that_another_plan_gives_is_another_answer(ward: Ward, tmp_path: Path) -> None:
    """An office is called as its last synced plan says: the other's calendars say so at once, by tag and by date."""
    made = feeds.add(ward.engine, which="cong-an", now=small.at("2025-01-11"), made_by="thử")
    path, other = f"/lich/{made.token}.ics", tmp_path / "khac"
    shutil.copytree(ward.folder, other)
    small.edit(other / "plan.yaml", "id: nho-2025", "id: nho-2026")
    small.edit(other / "plan.yaml", "phường Nhỏ", "phường Mới")
    with serving(ward.engine) as client:
        before = client.get(path).headers
        sync.sync(ward.engine, directory=other, overlay=None, now=small.at("2025-02-01"), recorded_by="thử")
        by_tag = client.get(path, headers={"If-None-Match": before["ETag"]})
        by_date = client.get(path, headers={"If-Modified-Since": before["Last-Modified"]})
    assert by_tag.status_code == by_date.status_code == 200
    assert "phường Mới" in by_tag.text.replace("\r\n ", "")
    assert before["ETag"] != by_tag.headers["ETag"]


def test_a_ledger_that_went_back_is_another_answer(small_ward: Ward, tmp_path: Path) -> None:
    """After a backup is put back other entries get the same numbers; who read the calendar before must see them."""
    token = link(small_ward, "a").token
    copy = tmp_path / "copy.db"
    with small_ward.engine.connect() as connection:
        connection.connection.driver_connection.execute(f"VACUUM INTO '{copy}'")  # type: ignore[union-attr]
    back = Ward(open_engine(f"sqlite:///{copy}"), small_ward.folder, small_ward.home)
    tags, bodies = set(), set()
    for each, day in ((small_ward, "2025-05-12"), (back, "2025-05-13")):
        each.done("bao-cao/a/6-thang", "a", day, document="15/BC-UBND")
        with serving(each.engine) as client:
            answer = client.get(f"/lich/{token}.ics")
        tags.add(answer.headers["ETag"])
        bodies.add(answer.content)
    back.engine.dispose()
    assert len(bodies) == 2 and len(tags) == 2


@pytest.mark.parametrize("change", [{"base": "https://kehoach.nho.example.vn"}, {"lang": "en"}])
def test_another_address_or_language_is_a_change(ward: Ward, change: dict[str, str]) -> None:
    """Other octets under the same ledger: another ETag, and a date that a client had before is no 304, nor is it when
    the old way comes back; a restart with nothing changed is none."""
    path = f"/lich/{link(ward, 'a').token}.ics"
    with serving(ward.engine) as client:
        first = client.get(path)
    held = {"If-Modified-Since": first.headers["Last-Modified"]}
    with serving(ward.engine) as client:
        assert client.get(path, headers=held).status_code == 304
        assert client.get(path).headers["ETag"] == first.headers["ETag"]
    with serving(ward.engine, **change) as client:
        other = client.get(path, headers=held)
        assert (other.status_code, other.content != first.content) == (200, True)
        assert other.headers["ETag"] != first.headers["ETag"]
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    between = {"If-Modified-Since": http_date(datetime.now(UTC)).decode()}
    time.sleep(1.1)
    with serving(ward.engine) as client:
        back = client.get(path, headers=between)
        assert (back.status_code, back.headers["ETag"]) == (200, first.headers["ETag"])
        later = {"If-Modified-Since": http_date(datetime.now(UTC) + timedelta(seconds=10)).decode()}
        assert client.get(path, headers=later).status_code == 304


def test_how_it_is_served_cannot_be_written_down(small_ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody else holds the ledger, a change of address is a change as of this start: never a 304 too many."""
    monkeypatch.setattr(session, "WAIT_SECONDS", 0.05)
    now, address = small.at("2025-05-20"), "https://kehoach.nho.example.vn"
    engine = open_engine(str(small_ward.engine.url))
    assert served_since(engine, base="", lang="vi", now=now) is None
    with begin(small_ward.engine):
        assert served_since(engine, base="", lang="vi", now=now) is None, "nothing new, nothing to write"
        assert served_since(engine, base=address, lang="vi", now=now) == now
    later = small.at("2025-05-21")
    assert served_since(engine, base=address, lang="vi", now=later) == later
    assert served_since(engine, base=address, lang="vi", now=small.at("2025-05-22")) == later
    engine.dispose()
