"""Signed links in digests: to whom, to what, until when; and a delivery that stays what it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from models.session import reading
from outputs.channels import ChannelFailed, FileChannel, ZaloText
from outputs.notices import Message
from tests.usecases import small
from tests.usecases.conftest import Ward
from tests.usecases.test_deliver import PEOPLE
from usecases import deliver, signed_links, sweep
from usecases.digest_links import Desk

BASE = "https://kehoach.nho.example.vn"
KEY = bytes(range(32))
LINK = re.compile(rf"{BASE}/mo/([A-Za-z0-9_-]{{36}})(?![A-Za-z0-9_-])")
DAY = "2025-05-20"


class Killed(BaseException):
    """As by kill -9, as far as a test can."""


class Taken:
    """A channel that keeps what it is given, or fails as it is told; its name is the mail's."""

    name = "email"

    def __init__(self, name: str = "email") -> None:
        self.name = name
        self.messages: list[Message] = []
        self.fault: Exception | None = None
        self.kills = ""

    def send(self, message: Message) -> None:
        """Keep it, or fail after it was kept."""
        self.messages.append(message)
        if message.recipient == self.kills:
            raise Killed
        if self.fault is not None:
            raise self.fault

    def to(self, recipient: str) -> Message:
        """The last message to somebody."""
        return [each for each in self.messages if each.recipient == recipient][-1]


class Post:
    """The small ward with addresses, a desk and a channel that keeps."""

    def __init__(self, ward: Ward, out: Path) -> None:
        self.ward, self.out, self.mail = ward, out, Taken()
        self.desk: Desk | None = Desk(BASE, KEY)

    def deliver(self, day: str = DAY, hour: int = 9, run: str = "r") -> None:
        """Sweep and deliver."""
        sweep.sweep(self.ward.engine, today=date.fromisoformat(day), now=small.at(day, 1, 30))
        deliver.deliver(
            self.ward.engine,
            channel=FileChannel(self.out / "files"),
            channels={"email": self.mail, "zalo-text": ZaloText(self.out / "zalo")},
            now=small.at(day, hour),
            run=run,
            desk=self.desk,
        )

    def opened(self, token: str, now: datetime) -> signed_links.Opened | None:
        """What a token opens."""
        with reading(self.ward.engine) as session:
            return signed_links.opened(session, key=KEY, token=token, now=now)

    def killed(self, recipient: str) -> Message:
        """A delivery that is killed when the message to `recipient` has arrived, and nobody noted it; the message."""
        self.mail.kills = recipient
        with pytest.raises(Killed):
            self.deliver(run="killed")
        self.mail.kills = ""
        return self.mail.to(recipient)


@pytest.fixture
def post(ward: Ward, tmp_path: Path) -> Iterator[Post]:
    """Addresses stand in the plan since 11/1/2025."""
    small.edit(ward.folder / "escalation.yaml", "people: {}\n", PEOPLE)
    ward.sync("2025-01-11")
    yield Post(ward, tmp_path)


def test_a_digest_opens_the_readers_units(post: Post) -> None:
    """One link to the page of each unit that its reader acts for, said what, until when and not to be passed on; in
    text, HTML and for chats; who only follows gets the board's address, which opens nothing by itself."""
    post.deliver()
    now = small.at(DAY)
    for recipient, unit, name in (("can-bo", "a", "Bộ phận A"), ("truc-ban", "cong-an", "Công an")):
        message = post.mail.to(recipient)
        (token,) = LINK.findall(message.body)
        found = post.opened(token, now)
        assert found is not None and (found.unit, found.plan) == (unit, "nho-2025")
        (row,) = signed_links.listed(post.ward.engine, unit=unit)
        last = (row["expires_at"] - timedelta(seconds=1)).astimezone(small.ZONE)
        assert f"Trang của {name}, mở không cần đăng nhập đến hết ngày {last:%d/%m/%Y}" in message.body
        assert "đừng chuyển tiếp" in message.body
        assert 14 <= (last.date() - date.fromisoformat(DAY)).days <= 45
        assert set(LINK.findall(message.html)) == {token} and f'<a href="{BASE}/mo/{token}">' in message.html
        assert not message.brief or LINK.findall(message.brief) == [token]
        assert token not in message.subject and token.encode() not in message.calendar
        assert row["made_by"] == "kehoach" and row["label"]
        assert post.opened(token, row["expires_at"]) is None
    office = post.mail.to("van-phong")
    assert f"{BASE}/bang\n" in office.body
    assert not {post.opened(token, now).unit for token in LINK.findall(office.body)} - {"van-phong"}  # type: ignore[union-attr]


def test_no_link_where_others_read_along(post: Post) -> None:
    """A text to paste goes into a group, a file lies in a folder: neither has a link, nor is one made."""
    post.deliver()
    files = [each.read_text(encoding="utf-8") for each in post.out.rglob("*.txt")]
    assert any("to-01" in each for each in files)
    assert not any(BASE in each for each in files)
    assert not signed_links.listed(post.ward.engine, unit="to-01")


def test_without_an_address_nothing_changes(post: Post) -> None:
    """Where the desk is not known a digest is the bytes it was, and no link is made."""
    post.desk = None
    post.deliver()
    assert post.mail.messages and not any("/mo/" in each.body for each in post.mail.messages)
    assert not signed_links.listed(post.ward.engine)


def test_a_repeat_is_the_same_bytes(post: Post) -> None:
    """Killed between sending and noting it, at whatever hour it runs again: the same message, the same one link."""
    first = post.killed("truc-ban")
    assert LINK.findall(first.body)
    post.deliver(hour=23, run="later")
    assert [each for each in post.mail.messages if each.id == first.id] == [first, first]
    assert len(signed_links.listed(post.ward.engine, unit="cong-an")) == 1


def test_an_answer_that_was_lost_repeats_its_link(post: Post) -> None:
    """The channel took it and the answer was lost: it goes again as it was."""
    post.mail.fault = ChannelFailed("flow.channel", reason="mất kết nối", unknown=True)
    post.deliver()
    post.mail.fault = None
    first = post.mail.to("truc-ban")
    post.deliver(hour=11)
    assert post.mail.to("truc-ban") == first


def test_one_link_a_month_and_reader(post: Post) -> None:
    """Digests of near days carry the same link; of another month another one, while the first still opens."""
    found: dict[str, set[int]] = {}
    days = [date(2025, 4, 14) + timedelta(days=n) for n in range(70)]
    for day in days:
        before = len(post.mail.messages)
        post.deliver(day.isoformat())
        for message in post.mail.messages[before:]:
            for token in LINK.findall(message.body) if message.recipient == "can-bo" else ():
                found.setdefault(token, set()).add(day.toordinal() // 31)
                assert post.opened(token, small.at(day.isoformat()) + timedelta(days=14)) is not None
    stretches = [each for (each,) in found.values()]
    assert len(stretches) == len(set(stretches)) > 1, "one link a stretch"
    assert len(post.mail.messages) > 2 * len(stretches)


def test_a_link_that_the_office_ended(post: Post) -> None:
    """It opens nothing from then on; the next digest carries another, and the ended one stays ended."""
    (old,) = LINK.findall(post.killed("truc-ban").body)
    signed_links.revoke(post.ward.engine, now=small.at(DAY), by="chị Hoa", unit="cong-an")
    assert post.opened(old, small.at(DAY)) is None
    post.deliver(hour=10)
    (new,) = LINK.findall(post.mail.to("truc-ban").body)
    assert new != old and post.opened(new, small.at(DAY)) is not None and post.opened(old, small.at(DAY)) is None


def test_the_key_is_what_opens(post: Post) -> None:
    """Another desk's key makes other links of the same digests; a row alone opens nothing."""
    post.deliver()
    (token,) = LINK.findall(post.mail.to("truc-ban").body)
    with reading(post.ward.engine) as session:
        assert signed_links.opened(session, key=bytes(32), token=token, now=small.at(DAY)) is None
        rows = [row for name in ("digest", "signed_link") for row in session.execute(text(f"SELECT * FROM {name}"))]
    assert len(rows) > 2 and not any(token in str(value) for row in rows for value in row), "no row holds a token"


def test_a_notice_about_a_case_leads_there_only_who_is_named(post: Post) -> None:
    """The page of one's own cases, by mail, to who is named; before that, without the desk, and to others nothing; and
    nothing of which case it is."""
    from usecases import accounts, events, naming

    made = accounts.add(
        post.ward.engine, login="can.bo", name="Cán bộ  A", roles=("unit",), unit="a", now=small.at(DAY), made_by="thử"
    )
    assert made.login == "can.bo"

    def opened(ref: str, day: str) -> str:
        made = events.open_event(
            post.ward.engine, task="vu-viec", at=small.at(day), ref=ref, now=small.at(day), recorded_by="thử"
        )
        return made.occurrence

    opened("vu-01", "2025-05-12")
    post.deliver()
    told = [each for each in post.mail.messages if "Vụ việc được phân công" in each.subject]
    assert told and not any(BASE in each.body + each.html + each.brief for each in told)
    case = opened("vu-02", "2025-05-26")
    naming.name(
        post.ward.engine,
        occurrence=case,
        to=naming.account_of(post.ward.engine, login="can.bo"),
        now=small.at("2025-05-26"),
        recorded_by="thử",
    )
    post.mail.messages.clear()
    post.deliver("2025-05-29")
    told = [each for each in post.mail.messages if "Vụ việc được phân công" in each.subject]
    mine = [each for each in told if each.recipient == "can-bo"]
    assert mine and all(f"{BASE}/vu-viec\n" in each.body and f'"{BASE}/vu-viec"' in each.html for each in mine)
    assert not any(BASE in each.body for each in told if each.recipient != "can-bo")
    assert not any("vu-0" in each.body + each.html + each.subject or case in each.body for each in told)
