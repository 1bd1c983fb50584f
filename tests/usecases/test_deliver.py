"""Digests to people's own channels, against a real SMTP server: one a day, nothing lost, nothing told for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from models.digest import Digest
from models.tables import Notice
from outputs.channels import Channel, ChannelFailed, FileChannel, ZaloText
from outputs.channels.mail import Mail, Server
from outputs.channels.mime import Sender
from outputs.notices import Message
from tests.outputs.loopback import Postman, smtp
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import deliver, sweep
from usecases.digests import TRIES
from usecases.undelivered import DEAD, FAILED, NO_ADDRESS, mark_bounced, undelivered, write_again

PEOPLE = """people:
  unit:a: { id: can-bo, name: Cán bộ A, email: can-bo@nho.example.vn }
  head:a: { id: can-bo, name: Cán bộ A }
  monitor: { id: can-bo, name: Cán bộ A }
  office: { id: van-phong, name: Văn phòng, email: van-phong@nho.example.vn, channels: [email, zalo-text] }
  unit:cong-an: { id: truc-ban, name: Trực ban, email: truc-ban@nho.example.vn }
  unit:to-01: { id: to-1, name: Tổ trưởng 1, channels: [zalo-text] }
"""
HOURS = 'delivery: { at: "07:30", quiet: ["20:00", "07:00"], days_off: hold }\n'


@dataclass
class Post:
    """The small ward with addresses, a server, and short forms of a night's second half."""

    ward: Ward
    postman: Postman
    port: int
    out: Path

    def sweep(self, day: str) -> None:
        sweep.sweep(self.ward.engine, today=date.fromisoformat(day), now=small.at(day, 1, 30))

    def deliver(
        self, day: str, hour: int = 9, *, mail: Channel | None = None, run: str = "r"
    ) -> deliver.DeliveryReport:
        server, sender = Server("127.0.0.1", self.port, "none", timeout=5), Sender("kehoach@nho.example.vn")
        with Mail(server, sender, datetime(2025, 5, 14, tzinfo=UTC)) as channel:
            (report,) = deliver.deliver(
                self.ward.engine,
                channel=FileChannel(self.out / "files"),
                channels={"email": mail or channel, "zalo-text": ZaloText(self.out / "zalo")},
                now=small.at(day, hour),
                run=run,
            )
        return report

    def mails(self, to: str | None = None) -> list[str]:
        """The texts that arrived, in order."""
        bodies = [each.get_body(("plain",)) for each in self.postman.taken if to is None or each["X-Rcpt"] == to]
        return [str(body.get_content()) for body in bodies if body is not None]

    def states(self, recipient: str) -> Counter[str]:
        with Session(self.ward.engine) as session:
            return Counter(each.state for each in session.exec(select(Notice).where(Notice.recipient == recipient)))

    def digests(self) -> dict[tuple[str, str], str]:
        with Session(self.ward.engine) as session:
            return {(each.recipient, each.channel): each.state for each in session.exec(select(Digest))}


@pytest.fixture
def post(ward: Ward, tmp_path: Path) -> Iterator[Post]:
    """Addresses stand in the plan since 11/1/2025."""
    small.edit(ward.folder / "escalation.yaml", "people: {}\n", PEOPLE)
    ward.sync("2025-01-11")
    postman = Postman()
    with smtp(postman) as port:
        yield Post(ward, postman, port, tmp_path)


CAN_BO, VAN_PHONG, TRUC_BAN = (f"{name}@nho.example.vn" for name in ("can-bo", "van-phong", "truc-ban"))


def test_one_digest_a_person(post: Post) -> None:
    """An official who is unit, head and monitor reads one message; a backlog is one digest; the .ics is attached."""
    post.sweep("2025-05-20")
    report = post.deliver("2025-05-20")
    assert report.failed == report.undelivered == 0
    to = Counter(str(each["X-Rcpt"]) for each in post.postman.taken)
    assert set(to) <= {CAN_BO, VAN_PHONG, TRUC_BAN}
    assert set(to.values()) == {1}
    (body,) = post.mails(CAN_BO)
    assert "QUÁ HẠN" in body
    assert "bao-cao/a/6-thang" in body
    assert body.index("bao-cao/a/6-thang") < body.index("cap-nhat/")
    message = next(each for each in post.postman.taken if each["X-Rcpt"] == CAN_BO)
    (calendar,) = message.iter_attachments()
    assert b"BEGIN:VEVENT" in calendar.get_payload(decode=True)
    assert post.states("can-bo")["pending"] == 0
    assert report.digests == len(post.postman.taken) + len(list((post.out / "zalo").iterdir()))


def test_who_has_no_address_is_told_by_file_and_listed(post: Post) -> None:
    """Nobody is skipped: one file a notice, and a line for the desk."""
    post.sweep("2025-05-20")
    post.deliver("2025-05-20")
    files = [each.name for each in (post.out / "files").iterdir()]
    assert any("unit-to-02" in each for each in files)
    assert not any("can-bo" in each for each in files)
    listed = {each.recipient: each for each in undelivered(post.ward.engine)}
    assert listed["unit:to-02"].why == NO_ADDRESS
    assert listed["unit:to-02"].notices > 0
    assert "can-bo" not in listed
    assert listed["unit:to-02"].as_json()["since"] is None


def test_a_text_to_paste(post: Post) -> None:
    """A head of a residential group who prefers Zalo: one ready text a day, no mail."""
    post.sweep("2025-05-20")
    post.deliver("2025-05-20")
    (text,) = [each.read_text() for each in (post.out / "zalo").iterdir()]
    assert text.startswith(("Đôn đốc", "Nhắc việc"))
    assert post.states("to-1")["pending"] == 0


def test_at_most_one_digest_a_day(post: Post) -> None:
    """What comes after today's digest waits for tomorrow's, and the report says why."""
    post.sweep("2025-05-14")
    post.deliver("2025-05-14")
    first = len(post.mails(CAN_BO))
    post.sweep("2025-05-20")  # more has come, as after an extension or a new sync
    report = post.deliver("2025-05-14", 15)
    assert len(post.mails(CAN_BO)) == first == 1
    assert report.held > 0
    assert report.held_why == "told-today"
    report = post.deliver("2025-05-20")
    assert len(post.mails(CAN_BO)) == 2
    assert report.held == 0


@pytest.mark.parametrize(
    ("day", "hour", "why"),
    [("2025-05-20", 6, "quiet"), ("2025-05-20", 7, "early"), ("2025-05-20", 21, "quiet"), ("2025-05-24", 9, "day-off")],
)
def test_hours_hold_and_never_drop(post: Post, day: str, hour: int, why: str) -> None:
    """At a quiet moment everything waits and the report says so; the next good moment sends it, whichever that is."""
    small.edit(post.ward.folder / "escalation.yaml", "people:\n", HOURS + "people:\n")
    post.ward.sync("2025-01-12")
    post.sweep("2025-05-20")
    report = post.deliver(day, hour)
    assert (report.sent, report.failed, report.held_why) == (0, 0, why)
    assert report.held > 0
    assert post.postman.taken == []
    after = post.deliver("2025-05-26", 16)
    assert after.held == 0
    assert after.sent + after.folded == report.held


def test_refused_for_one_of_many(post: Post) -> None:
    """The bad address is buried, its person is told by the next way, the others get theirs."""
    post.postman.refused[VAN_PHONG] = "550 5.1.1 No such user"
    post.postman.refused[TRUC_BAN] = "550 5.1.1 No such user"
    post.sweep("2025-05-21")
    report = post.deliver("2025-05-21")
    assert len(post.mails(CAN_BO)) == 1
    assert any("van-phong" in each.name for each in (post.out / "zalo").iterdir())
    assert any("truc-ban" in each.name for each in (post.out / "files").iterdir())
    assert report.failed == 0
    assert report.undelivered == 2
    listed = {each.recipient: each for each in undelivered(post.ward.engine) if each.why == DEAD}
    assert set(listed) == {"van-phong", "truc-ban"}
    assert listed["truc-ban"].address == TRUC_BAN
    assert "5.1.1" in listed["truc-ban"].reason
    post.postman.refused.clear()
    post.sweep("2025-06-30")
    post.deliver("2025-06-30")
    assert post.mails(TRUC_BAN) == post.mails(VAN_PHONG) == []


def test_a_bounce_is_noted_and_taken_back(post: Post) -> None:
    """Whoever reads the bounce marks it: nothing goes there, until somebody has mended the address."""
    bounced = {"address": CAN_BO, "reason": "hộp thư đầy", "now": small.at("2025-05-13"), "recorded_by": "văn thư"}
    assert mark_bounced(post.ward.engine, **bounced)
    assert not mark_bounced(post.ward.engine, **bounced)
    post.sweep("2025-05-14")
    assert post.deliver("2025-05-14").undelivered == 1
    assert post.mails(CAN_BO) == []
    assert write_again(post.ward.engine, address=CAN_BO)
    assert not write_again(post.ward.engine, address=CAN_BO)
    post.sweep("2025-05-16")
    post.deliver("2025-05-16")
    assert len(post.mails(CAN_BO)) == 1


def test_greylisted_and_then_taken(post: Post) -> None:
    """The first try of each is put off; it waits with its reason, and the second try of the same run sends it."""
    post.postman.greylist = True
    post.sweep("2025-05-14")
    report = post.deliver("2025-05-14")
    assert report.failed > 0
    assert post.postman.taken == []
    (listed,) = [each for each in undelivered(post.ward.engine) if each.recipient == "can-bo"]
    assert listed.why == FAILED
    assert "451" in listed.reason
    assert listed.attempts == 1
    report = post.deliver("2025-05-14", run="r")
    assert report.failed == 0
    assert len(post.mails(CAN_BO)) == 1
    assert [each for each in undelivered(post.ward.engine) if each.why == FAILED] == []


@pytest.mark.parametrize(("answer", "arrived"), [("lost", 2), ("dropped", 1)])
def test_an_answer_that_was_lost(post: Post, answer: str, arrived: int) -> None:
    """The repeat tells the same under the same Message-ID, without what has come since; that waits for its own day."""
    post.postman.answers = [answer, answer, answer]
    post.sweep("2025-05-14")
    report = post.deliver("2025-05-14")
    assert report.failed > 0
    assert post.digests()["can-bo", "email"] == "claimed"
    post.sweep("2025-05-20")
    report = post.deliver("2025-05-14", 10, run="2")
    assert report.held_why == "told-today"
    mine = [each for each in post.postman.taken if each["X-Rcpt"] == CAN_BO]
    assert len(mine) == arrived
    assert len({str(each["Message-ID"]) for each in mine}) == 1
    assert len({each.as_string() for each in mine}) == 1
    post.deliver("2025-05-20")
    assert len({str(each["Message-ID"]) for each in post.postman.taken if each["X-Rcpt"] == CAN_BO}) == 2
    assert post.states("can-bo")["pending"] == 0


def test_what_certainly_failed_joins_the_next_digest(post: Post) -> None:
    """A server that was down for days: one digest when it is back, with all of it."""
    down = Mail(Server("127.0.0.1", 1, "none"), Sender("k@nho.example.vn"), datetime(2025, 5, 14, tzinfo=UTC))
    for day in ("2025-05-09", "2025-05-13", "2025-05-14"):
        post.sweep(day)
        assert post.deliver(day, mail=down).failed > 0
    post.deliver("2025-05-14", 15)
    assert len(post.mails(CAN_BO)) == 1
    assert post.states("can-bo")["pending"] == 0


def test_after_the_last_try_the_next_way_is_taken(post: Post) -> None:
    """Văn phòng prefers mail and has Zalo: when mail has failed often enough, the text is made; who has none waits."""
    down = Mail(Server("127.0.0.1", 1, "none"), Sender("k@nho.example.vn"), datetime(2025, 5, 14, tzinfo=UTC))
    post.sweep("2025-05-21")
    for number in range(TRIES):
        assert not any("van-phong" in each.name for each in (post.out / "zalo").glob("*"))
        post.deliver("2025-05-21", mail=down, run=str(number))
    assert any("van-phong" in each.name for each in (post.out / "zalo").iterdir())
    assert post.states("van-phong")["pending"] == 0
    assert post.states("can-bo")["pending"] > 0


class Dying:
    """A channel whose process dies: before the message leaves, or after the server's answer."""

    name = "email"

    def __init__(self, real: Channel | None) -> None:
        self.real = real

    def send(self, message: Message) -> None:
        if self.real is not None:
            self.real.send(message)
        raise KeyboardInterrupt


@pytest.mark.parametrize("sent", [False, True])
def test_a_crash_between_claim_and_mark(post: Post, sent: bool) -> None:
    """Run again, all is told; the only repeat is of what the server had, and it bears the same id."""
    post.sweep("2025-05-14")
    sender = Sender("kehoach@nho.example.vn")
    real = Mail(Server("127.0.0.1", post.port, "none"), sender, datetime(2025, 5, 14, tzinfo=UTC))
    with real, pytest.raises(KeyboardInterrupt):
        post.deliver("2025-05-14", mail=Dying(real if sent else None), run="1")
    post.deliver("2025-05-14", 10, run="2")
    repeated = [each for each, times in Counter(post.postman.ids).items() if times > 1]
    assert len(repeated) == int(sent)
    assert post.states("can-bo")["pending"] == post.states("truc-ban")["pending"] == 0


def test_the_officer_reads_what_could_not_be_sent(post: Post) -> None:
    """In their next digest, after their own items."""
    post.postman.refused[TRUC_BAN] = "550 5.1.1 No such user"
    post.sweep("2025-05-08")
    post.deliver("2025-05-08")
    assert "THÔNG BÁO CHƯA GỬI ĐƯỢC" not in "".join(post.mails())
    post.sweep("2025-05-20")
    post.deliver("2025-05-20")
    body = post.mails(CAN_BO)[-1]
    assert "THÔNG BÁO CHƯA GỬI ĐƯỢC (1)" in body
    assert TRUC_BAN in body


def test_a_case_goes_alone_and_is_not_named(post: Post) -> None:
    """No digest holds it; its person reads that something is theirs, not what; no calendar comes with it."""
    from usecases.events import open_event

    opened = open_event(
        post.ward.engine,
        task="vu-viec",
        at=small.at("2025-05-12"),
        ref="vu-01",
        now=small.at("2025-05-12"),
        recorded_by="thử",
    )
    assert opened.as_json()["occurrence"].startswith("vu-viec/a/")
    post.sweep("2025-05-20")
    post.deliver("2025-05-20")
    mine = [each for each in post.postman.taken if each["X-Rcpt"] == CAN_BO]
    cases = [each for each in mine if "Vụ việc được phân công" in str(each["Subject"])]
    assert cases
    for each in mine:
        assert "vu-viec" not in each.as_string()
        assert "vu-01" not in each.as_string()
        text = str(each.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        assert "vu-viec" not in text
        assert "vu-01" not in text
    assert all(list(each.iter_attachments()) == [] for each in cases)
    assert post.states("can-bo")["pending"] == 0


def test_a_service_that_fails_is_said(post: Post) -> None:
    """A channel's failure is a line in the report, and nobody else's."""

    class Broken:
        name = "zalo-text"

        def send(self, message: Message) -> None:
            raise ChannelFailed("zalo-text", "đĩa đầy")

    post.sweep("2025-05-20")
    server, sender = Server("127.0.0.1", post.port, "none"), Sender("k@nho.example.vn")
    with Mail(server, sender, datetime(2025, 5, 14, tzinfo=UTC)) as mail:
        (report,) = deliver.deliver(
            post.ward.engine,
            channel=FileChannel(post.out / "files"),
            channels={"email": mail, "zalo-text": Broken()},
            now=small.at("2025-05-20"),
            run="1",
        )
    assert report.failed == report.as_json()["failed"] > 0
    assert len(post.mails(CAN_BO)) == 1
    assert report.undelivered == 1
