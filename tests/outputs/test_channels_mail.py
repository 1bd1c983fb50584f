"""E-mail against a real SMTP server: what arrives, and what each way of failing means."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs.channels import AddressRefused, ChannelFailed
from outputs.channels.mail import Mail, Server
from outputs.channels.mime import Sender, compose
from outputs.notices import Message
from tests.outputs.loopback import Postman, certificate, smtp

AT = datetime(2025, 5, 21, 0, 30, tzinfo=UTC)
SENDER = Sender("kehoach@phuong.example.vn", "Uỷ ban nhân dân phường", "van-phong@phuong.example.vn")
CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
MESSAGE = Message(
    id=UUID("6ba7b810-9dad-51d1-80b4-00c04fd430c8"),
    recipient="truong-bo-phan",
    subject="Đôn đốc: quá hạn 8 ngày (hạn 13/05/2025) - Báo cáo kết quả thực hiện công tác trẻ em (6 tháng)",
    body="Kính gửi: Trưởng Bộ phận\n.\n..dòng bắt đầu bằng dấu chấm\n\nTrân trọng.\n",
    day=date(2025, 5, 21),
    address="truong@phuong.example.vn",
    name="Nguyễn Thị Ánh, Trưởng Bộ phận",
    office="phu-la",
    html="<p>Kính gửi: Trưởng Bộ phận</p>",
    calendar=CALENDAR,
)


def to(address: str, number: int = 0) -> Message:
    """The message to another address, under another id."""
    return replace(MESSAGE, address=address, id=UUID(int=number))


@pytest.fixture
def postman() -> Postman:
    return Postman()


@pytest.fixture
def mail(postman: Postman) -> Iterator[Mail]:
    """A channel to a running server without TLS."""
    with smtp(postman) as port, Mail(Server("127.0.0.1", port, "none", timeout=5), SENDER, AT) as channel:
        yield channel


def test_what_arrives(mail: Mail, postman: Postman) -> None:
    """Subject, names and text with their marks; HTML; the calendar attached; the headers that robots heed."""
    mail.send(MESSAGE)
    (found,) = postman.taken
    assert found["Subject"] == MESSAGE.subject
    assert found["To"].addresses[0].display_name == MESSAGE.name
    assert found["To"].addresses[0].addr_spec == found["X-Rcpt"] == MESSAGE.address
    assert found["From"].addresses[0].display_name == SENDER.name
    assert found["Reply-To"].addresses[0].addr_spec == SENDER.reply_to
    assert found["Message-ID"] == f"<{MESSAGE.id}@phuong.example.vn>"
    assert found["Date"].datetime == AT
    assert found["List-Id"] == "<phu-la.phuong.example.vn>"
    assert (found["Auto-Submitted"], found["Precedence"]) == ("auto-generated", "bulk")
    plain, html = found.get_body(("plain",)), found.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content() == MESSAGE.body
    assert html.get_content().strip() == MESSAGE.html
    (attached,) = found.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_payload(decode=True) == CALENDAR
    assert found.defects == []


def test_one_connection_for_many(mail: Mail, postman: Postman) -> None:
    """A hundred messages, one greeting."""
    for number in range(100):
        mail.send(to(f"a{number}@phuong.example.vn", number))
    assert len(postman.taken) == 100
    assert postman.connections == 1


def test_a_repeat_has_the_same_bytes(postman: Postman) -> None:
    """Down to the boundaries, so that a server that compares can drop it."""
    assert compose(MESSAGE, SENDER, MESSAGE.address, AT) == compose(MESSAGE, SENDER, MESSAGE.address, AT)


def test_every_line_is_seven_bit_and_short() -> None:
    """Whatever the server offers: no line above 998 octets, none that begins with a dot, none but CRLF ends."""
    data = compose(replace(MESSAGE, subject=MESSAGE.subject * 9), SENDER, MESSAGE.address, AT)
    assert data.isascii()
    lines = data.split(b"\r\n")
    assert all(len(each) <= 998 and not each.startswith(b".") and b"\n" not in each for each in lines)


@pytest.mark.parametrize("letter", ["Hạn ế", "a", "🙂"])
def test_a_long_subject_is_folded_between_whole_characters(letter: str) -> None:
    """Encoded words of one character set each, on lines of at most 76 (RFC 2047 section 2), that read back whole."""
    for times in range(1, 60):
        subject = letter * times
        data = compose(replace(MESSAGE, subject=subject), SENDER, MESSAGE.address, AT)
        head = data.partition(b"\r\n\r\n")[0]
        assert message_from_bytes(data, policy=policy.default)["Subject"] == subject
        folded = head[head.index(b"Subject: ") : head.index(b"\r\nDate: ")]
        assert max(map(len, folded.split(b"\r\n"))) <= 76


HOSTILE = st.text(min_size=1, max_size=60) | st.sampled_from(["x\r\nBcc: a@b.vn", "x\n\nthân thư", "\x00\x0b\u2028y"])


@settings(max_examples=100, deadline=None)
@given(HOSTILE, HOSTILE)
def test_no_title_and_no_name_begins_a_header(subject: str, name: str) -> None:
    """Line breaks and control characters in a plan's text stay text."""
    data = compose(replace(MESSAGE, subject=subject, name=name), SENDER, MESSAGE.address, AT)
    head, _, _ = data.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert b"Bcc" not in names
    assert sorted(set(names)) == sorted(names)
    assert b"Content-Type" in names


@pytest.mark.parametrize("address", ["", "a", "a@", "a@b\r\nRCPT TO:<c@d>", "a b@c.vn", "a@b.vn, c@d.vn", "<a@b.vn>"])
def test_what_is_no_address_is_refused_here(address: str) -> None:
    """Before any server is asked."""
    channel = Mail(Server("127.0.0.1", 1, "none"), SENDER, AT)
    with pytest.raises(AddressRefused) as refused:
        channel.send(replace(MESSAGE, address=address))
    assert refused.value.for_good


@pytest.mark.parametrize("address", ["trưởng@phường.example.vn", "a@phường.vn"])
def test_addresses_with_marks(mail: Mail, postman: Postman, address: str) -> None:
    """A domain goes in its ASCII form, a local part by SMTPUTF8 (RFC 6531)."""
    mail.send(replace(MESSAGE, address=address))
    local, _, domain = address.partition("@")
    assert str(postman.taken[0]["X-Rcpt"]) == f"{local}@{domain.encode('idna').decode()}"


def test_greylisted_then_accepted(mail: Mail, postman: Postman) -> None:
    """4xx is worth another try, on the same connection; it is no failure of the address."""
    postman.greylist = True
    with pytest.raises(ChannelFailed) as failed:
        mail.send(MESSAGE)
    assert not isinstance(failed.value, AddressRefused)
    assert not failed.value.unknown
    assert "451" in str(failed.value.values["reason"])
    mail.send(MESSAGE)
    assert len(postman.taken) == 1
    assert postman.connections == 1


@pytest.mark.parametrize(
    ("answer", "refused", "for_good"),
    [
        ("550 5.1.1 No such user", True, True),
        ("550 User unknown", True, True),
        ("553 Mailbox name not allowed", True, True),
        ("550 5.2.1 Mailbox disabled", True, True),
        ("552 5.2.2 Mailbox full", True, False),
        ("554 5.7.1 Relay access denied", False, False),
        ("550 5.7.1 Sender blocked", False, False),
        ("530 5.7.0 Authentication required", False, False),
        ("452 4.2.2 Mailbox full", False, False),
    ],
)
def test_what_a_refusal_says_of_the_address(
    mail: Mail, postman: Postman, answer: str, refused: bool, for_good: bool
) -> None:
    """Only what speaks of the address buries it; the next recipient gets theirs on the same connection."""
    postman.refused["a@phuong.example.vn"] = answer
    with pytest.raises(ChannelFailed) as failed:
        mail.send(to("a@phuong.example.vn", 1))
    assert isinstance(failed.value, AddressRefused) == refused
    if isinstance(failed.value, AddressRefused):
        assert failed.value.for_good == for_good
    assert answer[:3] in str(failed.value.values["reason"])
    mail.send(to("b@phuong.example.vn", 2))
    assert [each["X-Rcpt"] for each in postman.taken] == ["b@phuong.example.vn"]
    assert postman.connections == 1


@pytest.mark.parametrize(("answer", "taken"), [("lost", 1), ("dropped", 0)])
def test_a_connection_that_ends_after_the_message(mail: Mail, postman: Postman, answer: str, taken: int) -> None:
    """Nobody knows whether it was taken: said so, and the repeat has the same Message-ID."""
    postman.answers = [answer]
    with pytest.raises(ChannelFailed) as failed:
        mail.send(MESSAGE)
    assert failed.value.unknown
    assert len(postman.taken) == taken
    mail.send(MESSAGE)
    assert len(postman.taken) == taken + 1
    assert len(set(postman.ids)) == 1


@pytest.mark.parametrize("answer", ["451 4.3.0 Try again", "552 5.3.4 Too big", "554 5.6.0 Looks like spam"])
def test_a_message_that_is_refused(mail: Mail, postman: Postman, answer: str) -> None:
    """The answer to DATA speaks of the message: it certainly has not arrived, and no address is buried."""
    postman.answers = [answer]
    with pytest.raises(ChannelFailed) as failed:
        mail.send(MESSAGE)
    assert not failed.value.unknown
    assert not isinstance(failed.value, AddressRefused)
    mail.send(MESSAGE)
    assert postman.connections == 1


def test_a_slow_server_is_waited_for_and_a_silent_one_is_not(postman: Postman) -> None:
    """Slower than usual is fine; beyond the limit the answer is lost, not denied."""
    with smtp(postman) as port, Mail(Server("127.0.0.1", port, "none", timeout=3.0), SENDER, AT) as channel:
        postman.wait = 0.3
        channel.send(MESSAGE)
        postman.wait = 6.0
        with pytest.raises(ChannelFailed) as failed:
            channel.send(MESSAGE)
        assert failed.value.unknown


def test_a_server_that_is_down_is_not_waited_for_by_everybody() -> None:
    """After three failures the others of the run are told at once; each fails by itself, worth another try."""
    channel = Mail(Server("127.0.0.1", 1, "none", timeout=1.0), SENDER, AT)
    start = time.monotonic()
    for number in range(200):
        with pytest.raises(ChannelFailed) as failed:
            channel.send(to("a@phuong.example.vn", number))
        assert not failed.value.unknown
    assert time.monotonic() - start < 60


def test_a_kept_connection_that_was_closed_is_opened_again(postman: Postman) -> None:
    """A server ends idle connections: the next message goes over a new one, once."""
    with smtp(postman) as port:
        channel = Mail(Server("127.0.0.1", port, "none", timeout=5), SENDER, AT)
        channel.send(to("a@phuong.example.vn", 1))
        assert channel._client is not None
        assert channel._client.sock is not None
        channel._client.sock.close()
        channel.send(to("b@phuong.example.vn", 2))
    assert len(set(postman.ids)) == 2


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_and_an_account(tmp_path: Path, security: Any) -> None:
    """With the server's own certificate trusted by file, and only with it; the account is asked for after TLS."""
    postman = Postman(user=("kehoach", "mật-khẩu".encode().hex()))
    pem = certificate(tmp_path)
    assert postman.user is not None
    with smtp(postman, certificate=pem, starttls=security == "starttls") as port:
        server = Server("127.0.0.1", port, security, *postman.user, timeout=5, authority=str(pem))
        with Mail(server, SENDER, AT) as channel:
            channel.send(MESSAGE)
        wrong = [replace(server, password="x"), replace(server, authority=""), replace(server, user="")]
        for each in wrong:
            with ExitStack() as stack, pytest.raises(ChannelFailed) as failed:
                stack.enter_context(Mail(each, SENDER, AT)).send(to("b@phuong.example.vn", 9))
            assert not isinstance(failed.value, AddressRefused)
            assert not failed.value.unknown
    assert len(postman.taken) == 1


def test_starttls_is_never_given_up(postman: Postman) -> None:
    """A server that does not offer it gets neither password nor message."""
    postman.user = ("kehoach", "x")
    with smtp(postman) as port, pytest.raises(ChannelFailed):
        Mail(Server("127.0.0.1", port, "starttls", "kehoach", "x", timeout=5), SENDER, AT).send(MESSAGE)
    assert postman.taken == []
