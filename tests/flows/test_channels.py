"""Channels from settings, and Prefect's limit on them."""

from __future__ import annotations

import threading
import time
from contextvars import copy_context
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows import server
from flows.channels import RUNS, limited, places, set_up
from rules.errors import RequestRefused
from settings import ChannelSettings
from texts import say

AT = datetime(2025, 5, 20, 1, 30, tzinfo=UTC)
MAIL = {"KEHOACH_SMTP_HOST": "mail.phuong.example.vn", "KEHOACH_SMTP_FROM": "kehoach@phuong.example.vn"}


def test_nothing_set_is_a_text_to_paste_and_files(tmp_path: Path) -> None:
    """Without settings nothing leaves the machine, and no limit is asked for."""
    known = ChannelSettings.from_environment({})
    assert limited(known) == []
    with set_up(known, tmp_path, AT) as channels:
        assert list(channels) == ["zalo-text"]


def test_every_channel_from_the_environment(tmp_path: Path) -> None:
    """E-mail, Zalo, services by the end of their name; secrets from files; none of them in what is printed."""
    (tmp_path / "password").write_text("bi-mat\n")
    known = ChannelSettings.from_environment(
        MAIL
        | {"KEHOACH_SMTP_PASSWORD_FILE": str(tmp_path / "password"), "KEHOACH_SMTP_USER": "kehoach"}
        | {"KEHOACH_ZALO_TOKEN": "khoa-zalo", "KEHOACH_APPRISE_NTFY_PHUONG": "ntfys://khoa-ntfy/{address}"}
    )
    assert known.mail is not None
    assert (known.mail.password, known.mail.port, known.mail.security) == ("bi-mat", 587, "starttls")
    assert not any(secret in repr(known) for secret in ("bi-mat", "khoa-zalo", "khoa-ntfy"))
    assert limited(known) == ["kehoach-email", "kehoach-ntfy-phuong", "kehoach-zalo"]
    with set_up(known, tmp_path, AT) as channels:
        assert {name: channel.name for name, channel in channels.items()} == {
            name: name for name in ("zalo-text", "ntfy-phuong", "zalo", "email")
        }


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (MAIL | {"KEHOACH_SMTP_PORT": "hai mươi"}, "KEHOACH_SMTP_PORT"),
        (MAIL | {"KEHOACH_SMTP_PORT": "0"}, "KEHOACH_SMTP_PORT"),
        (MAIL | {"KEHOACH_SMTP_TIMEOUT": "-1"}, "KEHOACH_SMTP_TIMEOUT"),
        (MAIL | {"KEHOACH_SMTP_SECURITY": "ssl"}, "KEHOACH_SMTP_SECURITY"),
        ({"KEHOACH_SMTP_HOST": "mail"}, "KEHOACH_SMTP_FROM"),
        (MAIL | {"KEHOACH_SMTP_PASSWORD_FILE": "/không/có"}, "KEHOACH_SMTP_PASSWORD_FILE"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(given: dict[str, str], name: str) -> None:
    """One line that names it, in both languages; nobody is silently not written to."""
    with pytest.raises(RequestRefused) as refused:
        ChannelSettings.from_environment(given)
    for lang in ("vi", "en"):
        assert name in say(refused.value.code, lang, **refused.value.values)


def test_tls_from_the_first_byte_has_its_own_port() -> None:
    """465, where no port is named."""
    known = ChannelSettings.from_environment(MAIL | {"KEHOACH_SMTP_SECURITY": "tls"})
    assert known.mail is not None
    assert known.mail.port == 465


@pytest.mark.prefect
def test_no_more_runs_than_places(prefect_api: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is defined before it is asked for, so that it holds: three come, two are inside at a time."""
    monkeypatch.setattr(server, "is_own", lambda url: False)  # as on a server that others use, too
    inside, most, lock = 0, 0, threading.Lock()

    def run() -> None:
        nonlocal inside, most
        with places(["kehoach-thu"]):
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.5)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=copy_context().run, args=(run,)) for _ in range(RUNS + 1)]
    with places(["kehoach-thu"]):  # defined, before they come at once
        pass
    for each in threads:
        each.start()
    for each in threads:
        each.join(300)
    assert not any(each.is_alive() for each in threads)
    assert most == RUNS


@pytest.mark.prefect
@pytest.mark.usefixtures("prefect_api")
def test_a_run_with_an_api_of_its_own_waits_for_nobody() -> None:
    """What a killed run left behind there would never be taken back."""
    for _ in range(RUNS + 1):
        left = places(["kehoach-thu-rieng"])
        left.__enter__()
