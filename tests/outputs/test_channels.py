"""The contract every channel keeps, and what is particular to files and to the console."""

from __future__ import annotations

import io
import os
import re
import resource
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from outputs.channels import Both, Channel, ChannelFailed, ConsoleChannel, FileChannel, slug
from outputs.notices import Message
from rules.errors import OutsideFailed
from texts import say

MESSAGE = Message(
    id=UUID("6ba7b810-9dad-51d1-80b4-00c04fd430c8"),
    recipient="truong-bo-phan",
    subject="Đôn đốc: quá hạn 8 ngày (hạn 13/05/2025) - Báo cáo kết quả",
    body="Kính gửi: Trưởng Bộ phận\n\nTrân trọng.\n",
    day=date(2025, 5, 21),
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


@pytest.fixture(params=[_file, _console, _both], ids=["file", "console", "both"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Kind:
    """Every channel there is; a new one is one line here."""
    made: Kind = request.param(tmp_path)
    return made


def test_it_tells_who_and_what(kind: Kind) -> None:
    """Recipient and subject arrive, Vietnamese marks and all."""
    kind.working.send(MESSAGE)
    assert MESSAGE.recipient in kind.told()
    assert MESSAGE.subject in kind.told()


def test_it_has_a_name_for_the_outbox(kind: Kind) -> None:
    """The name is one word, the same for a broken channel of the kind."""
    assert re.fullmatch(r"[a-z]+(\+[a-z]+)*", kind.working.name)
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
