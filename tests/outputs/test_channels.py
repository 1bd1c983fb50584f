"""The contract every channel keeps, and what is particular to files and to the console."""

from __future__ import annotations

import io
import json
import os
import re
import resource
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from outputs.channels import AddressRefused, Both, Channel, ChannelFailed, ConsoleChannel, FileChannel, ZaloText, slug
from outputs.channels.mail import Mail, Server
from outputs.channels.mime import Sender
from outputs.channels.services import Service
from outputs.channels.zalo import LONGEST, Zalo, shortened
from outputs.notices import Message
from rules.errors import OutsideFailed
from tests.outputs.loopback import Postman, Web, http, smtp
from texts import say

MESSAGE = Message(
    id=UUID("6ba7b810-9dad-51d1-80b4-00c04fd430c8"),
    recipient="truong-bo-phan",
    subject="Đôn đốc: quá hạn 8 ngày (hạn 13/05/2025) - Báo cáo kết quả",
    body="Kính gửi: Trưởng Bộ phận\n\nTrân trọng.\n",
    day=date(2025, 5, 21),
    address="truong-bo-phan@phuong.example.vn",
)


@dataclass
class Kind:
    """A channel under test: a working one, a broken one, and how to read what it has told."""

    working: Channel
    broken: Channel
    told: Callable[[], str]


def _file(tmp_path: Path) -> Kind:
    (tmp_path / "plain-file").touch()
    told = lambda: "".join(each.read_text() for each in sorted((tmp_path / "out").iterdir()))  # noqa: E731
    return Kind(FileChannel(tmp_path / "out"), FileChannel(tmp_path / "plain-file"), told)


def _console(tmp_path: Path) -> Kind:
    stream, closed = io.StringIO(), io.StringIO()
    closed.close()
    return Kind(ConsoleChannel(stream), ConsoleChannel(closed), stream.getvalue)


def _both(tmp_path: Path) -> Kind:
    file, console = _file(tmp_path), _console(tmp_path)
    return Kind(Both(file.working, console.working), Both(file.working, console.broken), console.told)


def _zalo_text(tmp_path: Path) -> Kind:
    (tmp_path / "plain-file").touch()
    told = lambda: "".join(each.name + each.read_text() for each in (tmp_path / "zalo").iterdir())  # noqa: E731
    return Kind(ZaloText(tmp_path / "zalo"), ZaloText(tmp_path / "plain-file"), told)


@contextmanager
def _mail(_: Path) -> Iterator[Kind]:
    postman, sender, at = Postman(), Sender("kehoach@phuong.example.vn"), datetime(2025, 5, 21, tzinfo=UTC)
    told = lambda: "".join(str(each["To"]) + str(each["Subject"]) for each in postman.taken)  # noqa: E731
    with smtp(postman) as port, Mail(Server("127.0.0.1", port, "none"), sender, at) as working:
        yield Kind(working, Mail(Server("127.0.0.1", 1, "none"), sender, at), told)


@contextmanager
def _zalo(_: Path) -> Iterator[Kind]:
    web = Web()
    told = lambda: "".join(json.dumps(body, ensure_ascii=False) for _, _, body in web.posts)  # noqa: E731
    with http(web) as port:
        url = f"http://127.0.0.1:{port}/v3.0/oa/message/cs"
        yield Kind(Zalo("khoá", url=url), Zalo("khoá", url="http://127.0.0.1:1/"), told)


@contextmanager
def _service(_: Path) -> Iterator[Kind]:
    web = Web()
    told = lambda: "".join(path + json.dumps(body, ensure_ascii=False) for path, _, body in web.posts)  # noqa: E731
    with http(web) as port:
        working = Service("webhook", f"json://127.0.0.1:{port}/{{address}}")
        yield Kind(working, Service("webhook", "json://127.0.0.1:1/{address}"), told)


PLAIN = [_file, _console, _both, _zalo_text]
SERVED = [_mail, _zalo, _service]


@pytest.fixture(params=[*PLAIN, *SERVED], ids=lambda made: made.__name__.strip("_"))
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kind]:
    """Every channel there is; a new one is one line here."""
    made: Kind | AbstractContextManager[Kind] = request.param(tmp_path)
    with nullcontext(made) if isinstance(made, Kind) else made as ready:
        yield ready


def test_it_tells_who_and_what(kind: Kind) -> None:
    """Recipient and subject arrive, Vietnamese marks and all."""
    kind.working.send(MESSAGE)
    assert MESSAGE.recipient in kind.told()  # of a person's own channel their address, which begins so
    assert MESSAGE.subject in kind.told()


def test_it_has_a_name_for_the_outbox(kind: Kind) -> None:
    """The name is one word, the same for a broken channel of the kind."""
    assert re.fullmatch(r"[a-z-]+(\+[a-z]+)*", kind.working.name)
    assert kind.working.name == kind.broken.name


def test_a_repeat_is_harmless(kind: Kind) -> None:
    """The same message may be sent again after a crash."""
    kind.working.send(MESSAGE)
    kind.working.send(MESSAGE)
    assert MESSAGE.subject in kind.told()


def test_failing_is_said_in_one_way(kind: Kind) -> None:
    """A broken medium raises ChannelFailed, which is something outside that failed and has words in both languages."""
    with pytest.raises(ChannelFailed) as failed:
        kind.broken.send(MESSAGE)
    assert isinstance(failed.value, OutsideFailed)
    for lang in ("vi", "en"):
        assert str(failed.value.values["reason"]) in say(failed.value.code, lang, **failed.value.values)


def test_a_file_is_named_by_day_recipient_and_id(tmp_path: Path) -> None:
    """A repeat overwrites the same file with the same bytes; nothing else is left in the folder."""
    channel = FileChannel(tmp_path)
    channel.send(MESSAGE)
    first = channel.path(MESSAGE).read_bytes()
    channel.send(MESSAGE)
    assert [each.name for each in tmp_path.iterdir()] == [f"2025-05-21-truong-bo-phan-{MESSAGE.id}.txt"]
    assert channel.path(MESSAGE).read_bytes() == first
    assert first.decode("utf-8") == (
        "Người nhận: truong-bo-phan\n"
        f"Trích yếu: {MESSAGE.subject}\n"
        f"Mã thông báo: {MESSAGE.id}\n\n"
        "Kính gửi: Trưởng Bộ phận\n\nTrân trọng.\n"
    )


def test_a_text_for_a_group_holds_nothing_else(tmp_path: Path) -> None:
    """All of the file can be copied and pasted; it is named by day and group."""
    channel = ZaloText(tmp_path)
    message = replace(MESSAGE, address="Nhóm Tổ trưởng", brief="• Báo cáo\n")
    channel.send(message)
    (made,) = tmp_path.iterdir()
    assert made.name == f"2025-05-21-nhom-to-truong-{MESSAGE.id}.txt"
    assert made.read_text() == f"{MESSAGE.subject}\n\n• Báo cáo\n"


def test_what_zalo_is_sent() -> None:
    """The interface of its Official Accounts: the token in a header, the user's id and a text of at most 2,000."""
    web = Web()
    with http(web) as port:
        channel = Zalo("khoa-bi-mat", url=f"http://127.0.0.1:{port}/v3.0/oa/message/cs")
        channel.send(replace(MESSAGE, address="2512523625412515", brief="Việc dài\n" * 900))
    ((path, headers, body),) = web.posts
    assert path == "/v3.0/oa/message/cs"
    assert {name.lower(): value for name, value in headers.items()}["access_token"] == "khoa-bi-mat"
    assert body["recipient"] == {"user_id": "2512523625412515"}
    assert len(body["message"]["text"]) <= LONGEST
    assert body["message"]["text"].endswith("Việc dài\n…")


@pytest.mark.parametrize(
    ("answer", "status", "refused", "for_good"),
    [
        ({"error": -213, "message": "User has not followed OA"}, 200, True, True),
        ({"error": -230, "message": "User has not interacted with the OA in the past 7 days"}, 200, True, False),
        ({"error": -216, "message": "Access token is invalid"}, 200, False, False),
        ({"error": -32, "message": "Application request limit reached"}, 200, False, False),
        ({}, 502, False, False),
    ],
)
def test_what_zalo_says_of_whom(answer: dict[str, object], status: int, refused: bool, for_good: bool) -> None:
    """Only what speaks of the user buries the address; a token that lapsed is the channel's failure."""
    with http(Web(answer, status)) as port, pytest.raises(ChannelFailed) as failed:
        Zalo("khoa-bi-mat", url=f"http://127.0.0.1:{port}/").send(MESSAGE)
    assert isinstance(failed.value, AddressRefused) == refused
    if isinstance(failed.value, AddressRefused):
        assert failed.value.for_good == for_good
    assert not failed.value.unknown
    assert "khoa-bi-mat" not in str(failed.value)


def test_an_answer_of_zalo_that_was_lost() -> None:
    """It may have been taken: only the same digest is sent again."""
    with http(Web(hang_up=True)) as port, pytest.raises(ChannelFailed) as failed:
        Zalo("khoa", url=f"http://127.0.0.1:{port}/").send(MESSAGE)
    assert failed.value.unknown


def test_a_service_without_the_recipients_part() -> None:
    """A topic that nobody gave: this way is not open, others are; no secret in the reason."""
    with pytest.raises(AddressRefused) as refused:
        Service("ntfy", "ntfy://khoa-bi-mat/{address}").send(replace(MESSAGE, address=""))
    assert not refused.value.for_good
    with pytest.raises(ChannelFailed) as failed:
        Service("webhook", "json://khoa-bi-mat@127.0.0.1:1/").send(MESSAGE)
    assert "khoa-bi-mat" not in str(failed.value)


@pytest.mark.parametrize("text", ["", "ngắn", "a" * 50, "dòng một\n" * 20])
def test_shortened_texts_fit(text: str) -> None:
    """Cut at the end of a line where there is one; a text that fits stays as it is."""
    made = shortened(text, 30)
    assert len(made) <= 30
    assert made == text or made.endswith("…")


def test_what_a_killed_run_left_is_overwritten(tmp_path: Path) -> None:
    """A torn temporary file neither shows as a notice nor stays."""
    channel = FileChannel(tmp_path)
    torn = tmp_path / f".{channel.path(MESSAGE).name}.part"
    torn.write_text("Người nh")
    channel.send(MESSAGE)
    assert [each.name for each in tmp_path.iterdir()] == [channel.path(MESSAGE).name]


def test_a_file_appears_only_after_its_bytes_are_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are forced to the disk before the rename, the folder after it."""
    channel = FileChannel(tmp_path)
    seen: list[tuple[str, bool]] = []
    real = os.fsync

    def watched(handle: int) -> None:
        kind_ = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        seen.append((kind_, channel.path(MESSAGE).exists()))
        real(handle)

    monkeypatch.setattr(os, "fsync", watched)
    channel.send(MESSAGE)
    assert seen == [("file", False), ("folder", True)]


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    """Where the system takes only part of the bytes, neither the notice nor its temporary file stays."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(ChannelFailed):
            FileChannel(tmp_path).send(replace(MESSAGE, body="Kính gửi\n" * 4096))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Trưởng Công an phường", "truong-cong-an-phuong"),
        ("Đỗ Thị Đào", "do-thi-dao"),
        ("../../etc/passwd", "etc-passwd"),
        ("ngày", "ngay"),
        ("—", "x"),
        ("a" * 200, "a" * 60),
    ],
)
def test_a_recipient_becomes_a_safe_part_of_a_name(text: str, name: str) -> None:
    """Marks are folded, đ among them; no path escapes; never empty, never too long."""
    assert slug(text) == name
