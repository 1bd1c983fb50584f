"""`kehoach serve` and `kehoach feed`, as whole processes: they start, say where, and leave nothing behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import cli
from models.session import open_engine
from tests.usecases import small
from tests.usecases.conftest import Ward
from tests.usecases.files import PDF
from tests.web.desk.browser import form_fields
from usecases import desk_key, signed_links, verify

ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(small_ward: Ward, tmp_path: Path) -> Path:
    """A data folder with the small ward in it."""
    folder = tmp_path / "data"
    folder.mkdir()
    small_ward.engine.dispose()
    shutil.copyfile(str(small_ward.engine.url.database), folder / "kehoach.db")
    return folder


def kehoach(capsys: pytest.CaptureFixture[str], home: Path, *words: str) -> tuple[int, str, str]:
    """One command line in this process: exit code, standard output and error."""
    capsys.readouterr()
    code = cli.main(["--home", str(home), *words], clock=lambda: small.at("2025-02-01"))
    said = capsys.readouterr()
    return code, said.out, said.err


def environment(home: Path, url: str | None = None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEHOACH_")}
    database = {"KEHOACH_DATABASE_URL": url} if url else {}
    return kept | database | {"KEHOACH_HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


@contextmanager
def served(
    home: Path, *words: str, url: str | None = None, port: int = 0, within: Sequence[str] = ()
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """`kehoach serve` on a free port (or `port`), started by the words of `within`; its process and a client."""
    command = [*within, sys.executable, "-m", "cli", "serve", "--port", str(port), *words]
    process = subprocess.Popen(command, env=environment(home, url), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        said = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found is not None, said
        with httpx.Client(base_url=found[0], trust_env=False, timeout=60) as client:
            for _ in range(1200):
                try:
                    client.get("/healthz")
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield process, client
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stderr.close()


@pytest.mark.parametrize("signalled", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told(home: Path, signalled: signal.Signals) -> None:
    """It says where it is; either signal ends it in order, with exit code 0 and nothing more said."""
    with served(home, "--no-schedule") as (process, client):
        assert client.get("/healthz").text == "ok\n"
        process.send_signal(signalled)
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_verbose_names_links_and_no_secret(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each reading, by the link's id; never its token, not even for a wrong one."""
    made = json.loads(kehoach(capsys, home, "feed", "add", "--unit", "a", "--json")[1])
    with served(home, "--no-schedule", "--verbose") as (process, client):
        for path in (f"/lich/{made['token']}.ics", f"/lich/{made['token']}", f"/lich/{made['token']}x.ics"):
            client.get(path)
        process.terminate()
        process.wait(60)
        assert process.stderr is not None
        said = process.stderr.read()
    assert f"feed {made['id']} nho/a" in said
    assert made["token"] not in said and "/lich/" not in said


def test_a_port_that_is_taken(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line and exit code 3, before anything is started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, _, said = kehoach(capsys, home, "serve", "--port", port, "--no-schedule")
    assert code == 3
    assert said.startswith(f"Không mở được cổng {port} tại 127.0.0.1:") and said.count("\n") == 1


def test_the_web_process_stays_light(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What answers links and pages imports no Prefect, no holidays, no Alembic, no YAML and no icalendar."""
    token = json.loads(kehoach(capsys, home, "feed", "add", "--json")[1])["token"]
    code = f"""
import sys, asyncio, threading, urllib.request
from web.app import from_environment
import uvicorn, socket, time
listener = socket.create_server(("127.0.0.1", 0))
server = uvicorn.Server(uvicorn.Config(from_environment(), access_log=False, log_level="warning"))
thread = threading.Thread(target=server.run, kwargs={{"sockets": [listener]}}); thread.start()
while not server.started: time.sleep(0.01)
for path in ("/lich/{token}.ics", "/lich/{token}", "/robots.txt", "/healthz"):
    with urllib.request.urlopen(f"http://127.0.0.1:{{listener.getsockname()[1]}}{{path}}") as answer: answer.read()
server.should_exit = True; thread.join()
heavy = {{"prefect", "holidays", "lunar_vn", "alembic", "yaml", "icalendar", "rich", "psycopg", "flows"}}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], env=environment(home), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def children(pid: int) -> list[int]:
    """The living processes that `pid` started, by the kernel's own list."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(each) for each in listed.read_text().split()] if listed.exists() else []


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.prefect
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_schedule_leaves_with_the_server(home: Path, how: signal.Signals) -> None:
    """It is another process; however the server ended, it does not stay behind to run nights twice."""
    with served(home) as (process, client):
        assert client.get("/healthz").status_code == 200
        (schedule,) = children(process.pid)
        command = Path(f"/proc/{schedule}/cmdline").read_bytes().split(b"\0")
        assert b"flows.beside" in command
        time.sleep(1.5)  # into its start, where Prefect is being imported
        process.send_signal(how)
        process.wait(30)
        until = time.monotonic() + 30
        while alive(schedule) and time.monotonic() < until:
            time.sleep(0.1)
        assert not alive(schedule)


def test_killed_while_a_file_comes_in_nothing_is_left(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a large file is on the disk when SIGKILL comes: no part of it stays, in the data folder or beside; sent
    again it is recorded."""
    parts = tmp_path / "parts"
    parts.mkdir()
    monkeypatch.setenv("TMPDIR", str(parts))
    work, now = "/don-vi/cong-an/bao/tuyen-truyen/cong-an/thang-6", datetime.now(UTC)
    engine = open_engine(f"sqlite:///{home / 'kehoach.db'}")
    key = desk_key.read_or_make(home)
    link = signed_links.make(engine, key=key, unit="cong-an", now=now, made_by="thử").token
    file = PDF + b"% " + bytes(6 * 1024 * 1024)
    with served(home, "--no-schedule") as (process, client):
        client.get(f"/mo/{link}")
        fields = form_fields(client.get(work))
        whole = client.build_request("POST", work, data=fields, files={"file": ("a.pdf", file)})
        body = whole.read()
        head = "".join(f"{name}: {value}\r\n" for name, value in whole.headers.items())
        with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as line:
            line.sendall(f"POST {work} HTTP/1.1\r\n{head}\r\n".encode() + body[: len(body) // 2])
            deadline = time.monotonic() + 60
            while _held_open(process.pid, parts) < 1024 * 1024 and time.monotonic() < deadline:
                time.sleep(0.05)
            assert _held_open(process.pid, parts) >= 1024 * 1024
            process.kill()
            process.wait()
    assert list(parts.rglob("*")) == [] and not (home / "evidence").exists()
    with served(home, "--no-schedule") as (_, client):
        client.get(f"/mo/{link}")
        fields = form_fields(client.get(work))
        assert client.post(work, data=fields, files={"file": ("a.pdf", file)}).status_code == 303
    assert verify.verify(engine, evidence_folder=home / "evidence").as_json()["faults"] == []
    engine.dispose()


def _held_open(pid: int, folder: Path) -> int:
    """Bytes of files under `folder` that a process holds open, those without a name among them."""
    found = 0
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            if str(each.readlink()).startswith(str(folder)):
                found += each.stat().st_size
    return found


def test_links_by_the_command_line(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    """add says the secret once, list never; rotate and revoke end it; each in one readable line."""
    monkeypatch.setenv("KEHOACH_BASE_URL", "https://lich.example.vn/")
    code, said, _ = kehoach(capsys, home, "feed", "add", "--unit", "cong-an", "--label", "Trưởng Công an")
    assert code == 0 and "«Công an: Kế hoạch nhỏ năm 2025»" in said
    (token,) = set(re.findall(r"https://lich\.example\.vn/lich/([\w-]{32})\b", said))
    id = re.findall(r"Đường dẫn (\w+)", said)[0]
    assert f"https://lich.example.vn/lich/{token}.ics\n" in said
    listed = kehoach(capsys, home, "feed", "list")[1]
    assert id in listed and "Trưởng Công an" in listed and "còn hiệu lực" in listed and token not in listed
    rotated = json.loads(kehoach(capsys, home, "feed", "rotate", id, "--json")[1])
    assert rotated["id"] == id and rotated["token"] != token
    assert "đổi mã ngày 1/2/2025" in kehoach(capsys, home, "feed", "list")[1]
    assert "thu hồi" in kehoach(capsys, home, "feed", "revoke", id)[1]
    rows = json.loads(kehoach(capsys, home, "feed", "list", "--json")[1])
    assert [row["revoked_at"] for row in rows] == ["2025-02-01T09:00:00+07:00"]
    assert "revoked on " in kehoach(capsys, home, "feed", "list", "--lang", "en")[1]


def test_a_link_for_each_member_at_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the office's page does by one button: all of a group, each labelled; a group without members is refused."""
    made = json.loads(kehoach(capsys, home, "feed", "add", "--unit", "to", "--each", "--json")[1])
    assert [(each["which"], each["label"]) for each in made] == [(f"to-0{n}", f"Tổ dân phố số {n}") for n in (1, 2, 3)]
    assert len({each["token"] for each in made}) == 3 and all(each["link"].endswith(".ics") for each in made)
    said = kehoach(capsys, home, "feed", "add", "--unit", "to", "--each")[1]
    assert len(re.findall(r"/lich/[\w-]{32}\.ics\n", said)) == 3 and "«Tổ dân phố số 2: Kế hoạch nhỏ năm 2025»" in said
    assert len(json.loads(kehoach(capsys, home, "feed", "list", "--json")[1])) == 6


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["feed", "add", "--each"], 1, "Với --each hãy ghi --unit NHÓM"),
        (["feed", "add", "--each", "--campaigns"], 1, "Với --each hãy ghi --unit NHÓM"),
        (["feed", "add", "--each", "--unit", "to", "--label", "x"], 1, "Với --each hãy ghi --unit NHÓM"),
        (["feed", "add", "--each", "--unit", "cong-an"], 1, "Công an không phải là nhóm"),
        (["feed", "list", "--each"], 1, "«kehoach feed list» không nhận"),
        (["feed", "revoke", "khong-co"], 1, "Không có đường dẫn lịch «khong-co» còn hiệu lực; hiện có: —."),
        (["feed", "rotate"], 1, "Ghi mã đường dẫn: «kehoach feed rotate MÃ»"),
        (["feed", "add", "x"], 1, "«kehoach feed add» không nhận mã đường dẫn."),
        (["feed", "list", "--unit", "a"], 1, "«kehoach feed list» không nhận --unit"),
        (["feed", "add", "--unit", "congan"], 1, "Không có đơn vị «congan»; có phải: cong-an"),
        (["feed", "add", "--unit", "a", "--campaigns"], 1, "Chọn --unit hoặc --campaigns"),
        (["feed", "delete"], 2, "choose"),
        (["serve", "--port", "70000"], 2, ""),
    ],
)
def test_words_that_are_not_taken(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    """One line that says what would be right, and the exit code of the contract; nothing was written."""
    found, out, err = kehoach(capsys, home, *words)
    assert (found, out, err.count("\n")) == (code, "", 1)
    assert code == 2 or err.startswith(said)
    assert kehoach(capsys, home, "feed", "list")[1] == "Chưa có đường dẫn lịch nào. Lập bằng «kehoach feed add».\n"
