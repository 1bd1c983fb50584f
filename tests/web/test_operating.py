"""docs/operating: what a machine without nginx, Caddy and systemd can hold of the files that operators copy."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models.session import open_engine
from tests.usecases import small
from tests.usecases.files import PDF
from tests.web.test_serve import ROOT, environment
from usecases import record, sync
from web.app import _TOKEN
from web.desk.guard import MOST_WITH_FILES

FOLDER = ROOT / "docs" / "operating"
KEYS = {"lich", "mo", "moi"}
"""Behind which an address has a key."""


def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def test_keys_are_cut_off_in_every_log() -> None:
    """Each file in front knows each place where an address has a key, as our own log does."""
    for kind in KEYS:
        assert _TOKEN.sub("…", f"/{kind}/abc") == f"/{kind}/…"
    nginx, caddy = text_of("nginx.conf"), text_of("Caddyfile")
    (hidden,) = re.findall(r"~\^/\(\?<kehoach_kind>([a-z|]+)\)/ ", nginx)
    (quiet,) = re.findall(r"location ~ \^/\(([a-z|]+)\)/ \{\s+error_log /dev/null crit;", nginx)
    (cut,) = re.findall(r'request>uri regexp "\^/\(([a-z|]+)\)/\.\*" "/\$1/-"', caddy)
    assert set(hidden.split("|")) == KEYS
    assert KEYS | {"vao"} == set(quiet.split("|")) == set(cut.split("|"))
    assert nginx.count("access_log /var/log/nginx/kehoach.log kehoach;") == nginx.count("server {")


def test_files_of_the_size_that_we_take_pass() -> None:
    """What is in front lets through more than the largest form, so that we are the ones to refuse."""
    for name, size in (("nginx.conf", r"client_max_body_size (\d+)m;"), ("Caddyfile", r"max_size (\d+)MB")):
        assert int(re.findall(size, text_of(name))[0]) * 1000 * 1000 > 1.2 * MOST_WITH_FILES


@pytest.mark.parametrize("name", ["kehoach.service", "kehoach-backup.service"])
def test_units(name: str) -> None:
    """They name settings that exist and run what is there."""
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(FOLDER / name, encoding="utf-8")
    command = unit["Service"]["ExecStart"].split()
    assert command[0].startswith("/opt/kehoach/")
    named = Path(command[0].removeprefix("/opt/kehoach/"))
    assert named == Path(".venv/bin/kehoach") or os.access(ROOT / named, os.X_OK)
    assert unit["Service"]["User"] == "kehoach"
    known = set(re.findall(r"`(KEHOACH_[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))
    assert set(re.findall(r"KEHOACH_[A-Z_]+", text_of(name))) <= known
    assert int(unit["Service"].get("TimeoutStopSec", "99")) > 30


def backup(home: Path, to: Path, command: Path) -> subprocess.CompletedProcess[str]:
    known = environment(home) | {"KEHOACH": str(command)}
    return subprocess.run([FOLDER / "backup.sh", to], env=known, capture_output=True, text=True)


@pytest.fixture
def command(tmp_path: Path) -> Path:
    """`kehoach` as an installation has it, beside its Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    (folder / "kehoach").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli "$@"\n')
    (folder / "kehoach").chmod(0o755)
    return folder / "kehoach"


def test_a_backup_is_proved_and_brings_all_back(sqlite_template: Path, tmp_path: Path, command: Path) -> None:
    """While the database is open for writing; then the folder is lost, the copy laid in its place, and all is there. A
    copy with a damaged file does not prove right."""
    home, to = tmp_path / "home", tmp_path / "backup"
    home.mkdir()
    shutil.copyfile(sqlite_template, home / "kehoach.db")
    engine = open_engine(f"sqlite:///{home / 'kehoach.db'}")
    now = small.at("2025-06-02")
    sync.sync(engine, directory=small.write(tmp_path), overlay=None, now=now, recorded_by="thử")
    (tmp_path / "a.pdf").write_bytes(PDF)
    record.done(
        engine,
        occurrence="tuyen-truyen/cong-an/thang-6",
        by="cong-an",
        evidence=tmp_path / "a.pdf",
        evidence_folder=home / "evidence",
        now=now,
        recorded_by="thử",
        channel="paper",
    )
    (home / "overlay.yaml").write_text("people: {}\n")
    done = backup(home, to, command)
    assert done.returncode == 0, done.stderr
    assert backup(home, to, command).returncode == 0, "twice a day"
    engine.dispose()
    shutil.rmtree(home)
    (day,) = (each for each in to.iterdir() if each.name != "evidence")
    shutil.copytree(day, home)
    assert (home / "overlay.yaml").exists() and not (home / "evidence").is_symlink()
    proved = subprocess.run([command, "verify"], env=environment(home), capture_output=True, text=True)
    assert proved.returncode == 0 and "1 tệp" in proved.stdout, proved
    (file,) = (each for each in (to / "evidence").rglob("*") if each.is_file())
    file.chmod(0o600)
    file.write_bytes(b"damaged")
    assert backup(home, to, command).returncode != 0


def test_both_guides_have_the_same_commands() -> None:
    """What is to be typed is the same in both languages, but for remarks."""

    def typed(text: str) -> list[str]:
        blocks = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        return [re.sub(r" +# .*", "", line) for block in blocks for line in block.splitlines()]

    both = [typed((ROOT / "docs" / each).read_text(encoding="utf-8")) for each in ("operating.md", "van-hanh.md")]
    assert both[0] == both[1] and len(both[0]) > 20
