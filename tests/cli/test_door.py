"""The door to the shell: exit codes, one line an error, languages, pipes; some of it in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from console import door
from tests.cli.conftest import Kehoach
from tests.cli.test_documents import PLAN

ROOT = Path(__file__).parents[2]


MAIN = "import sys; from cli import main; sys.exit(main())"


def process(*args: str, home: Path, code: str = MAIN, **env: str) -> subprocess.CompletedProcess[str]:
    """`kehoach ARGS` in a process of its own, its output piped."""
    return subprocess.run(
        [sys.executable, "-c", code, *args],
        cwd=ROOT,
        env=os.environ | {"KEHOACH_HOME": str(home), "KEHOACH_LANG": "vi", "KEHOACH_DEBUG": ""} | env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_json_is_alone_on_standard_output_without_a_utf8_locale(home: Path) -> None:
    """One document, Vietnamese whole, even where the locale speaks ASCII."""
    done = process("status", "--json", home=home, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0 and done.stderr == ""
    assert any("Báo cáo" in each["title"] for each in json.loads(done.stdout)["occurrences"])


def test_plain_text_in_a_pipe_and_the_language_of_the_environment(home: Path) -> None:
    """No escape sequences, no frames; English by KEHOACH_LANG."""
    done = process("status", home=home, KEHOACH_LANG="en", FORCE_COLOR="1")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout and "│" not in done.stdout
    assert "days late" in done.stdout


def on_terminal(*args: str, home: Path, **env: str) -> str:
    """`kehoach ARGS` with a pseudo-terminal for its standard output."""
    import pty

    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-c", MAIN, *args],
        cwd=ROOT,
        env=os.environ | {"KEHOACH_HOME": str(home), "TERM": "xterm-256color", "COLUMNS": "140"} | env,
        stdout=theirs,
    )
    os.close(theirs)
    said = b""
    with contextlib.suppress(OSError):  # Linux says EIO when the other side is closed
        while data := os.read(ours, 65536):
            said += data
    os.close(ours)
    assert running.wait() == 0
    return said.decode()


def test_colours_on_a_terminal_and_none_with_no_color(home: Path) -> None:
    """What is overdue stands out in red; NO_COLOR takes that away and leaves the words."""
    asked = ("status", "--as-of", "20/5/2025")
    coloured, sober = on_terminal(*asked, home=home), on_terminal(*asked, home=home, NO_COLOR="1")
    assert "\x1b[1;31m" in coloured
    assert "31m" not in sober and "quá hạn 8 ngày" in " ".join(sober.split())


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["doen"], "done"),
        (["done"], "OCCURRENCE"),
        (["done", "x"], "--by"),
        (["done", "x", "--by"], "--by"),
        (["status", "--jsno"], "--json"),
        (["status", "--json=yes"], "--json"),
        (["status", "too", "many"], "too many"),
        (["status", "--as-of", "30/2/2025"], "30/2/2025"),
        (["status", "--as-of", "mai"], "13/5/2025"),
        (["answer", "x", "perhaps", "--line", "y"], "not-yet"),
        (["urge", "x", "--by", "y", "--via", "pigeon"], "zalo"),
        (["run", "weekly"], "nightly"),
        (["report", "--format", "pdf"], "md"),
        (["event", "x", "--ref", "y", "--at", "14/5/2025"], "16:30"),
        (["answer", "x", "planned", "--line", "y", "--month", "13/2025"], "6/2025"),
        (["measure", "x", "nhiều", "--unit", "y"], "nhiều"),
        (["--lang", "fr", "status"], "vi, en"),
        (["check", "--plan", "phu-la-2025"], "--plan"),
        (["--plan", "phu-la-2025", "sync"], "sync"),
    ],
)
def test_wrong_usage_is_two_and_one_line(kehoach: Kehoach, args: list[str], said: str) -> None:
    """The line names what was wrong or what would be right, in the reader's language, before anything is opened."""
    answer = kehoach(*args)
    assert answer.code == 2, answer
    assert answer.out == "" and answer.err.count("\n") == 1
    assert said in answer.err


def test_nothing_asked_shows_the_help(kehoach: Kehoach) -> None:
    """As every command line does: the help, on standard error, and exit code 2."""
    said = kehoach()
    assert said.code == 2 and said.err.startswith("Cách dùng:")


def test_every_error_of_a_plan_has_its_place(kehoach: Kehoach, tmp_path: Path) -> None:
    """Two mistakes in two files are both reported, with file and line, then counted."""
    broken = tmp_path / "broken"
    shutil.copytree(PLAN, broken)
    for name, right, wrong in (
        ("tasks/01-ldtbxh.yaml", "before: 2025-11-14", "before: 2025-11-31"),
        ("units.yaml", "relation: trực thuộc", "relation: cấp dưới"),
    ):
        file = broken / name
        text = file.read_text(encoding="utf-8")
        assert right in text
        file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    said = kehoach("check", str(broken))
    lines = said.err.splitlines()
    assert said.code == 1 and said.out == ""
    assert any(line.startswith(f"{broken}/tasks/01-ldtbxh.yaml:") for line in lines)
    assert any(line.startswith(f"{broken}/units.yaml:") for line in lines)
    assert all(line.split(":")[1].isdigit() for line in lines[:-1])
    assert str(len(lines) - 1) in lines[-1]
    assert kehoach("coverage", str(broken), "--json").out == ""
    assert kehoach("sync", str(broken)).code == 1
    assert kehoach("status").code == 1, "nothing was half-written"


def test_check_counts_what_is_right_and_keeps_warnings_apart(kehoach: Kehoach) -> None:
    """Sizes and coverage on standard output; what only a person can settle on standard error."""
    said = kehoach("check", str(PLAN))
    assert said.code == 0, said.err
    assert "100%" in said.out and "nhiệm vụ" in said.out
    assert "Cần người quyết định" in said.err


def test_below_full_coverage_check_fails(kehoach: Kehoach, tmp_path: Path) -> None:
    """A sentence that no task quotes is found, with its clause and line."""
    folder = tmp_path / "more"
    shutil.copytree(PLAN, folder)
    source = folder / "source.txt"
    text = source.read_text(encoding="utf-8")
    duty = "Tham mưu tổ chức các hoạt động cao điểm trong năm."
    assert duty in text
    source.write_text(text.replace(duty, f"{duty} Tổ chức thêm một việc mới."), encoding="utf-8")
    said = kehoach("check", str(folder))
    assert said.code == 1 and "Tổ chức thêm một việc mới" in said.out + said.err


@pytest.mark.parametrize("choice", ["argument", "environment", "here", "packaged"])
def test_where_the_plan_is_found(
    kehoach: Kehoach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, choice: str
) -> None:
    """DIR, then KEHOACH_PLAN, then the only plan in ./plan, then the one that comes along."""
    empty = tmp_path / "none"
    here = tmp_path / "plan" / "ours"
    args = []
    if choice == "argument":
        args = [str(empty)]
    elif choice == "environment":
        monkeypatch.setenv("KEHOACH_PLAN", str(empty))
    elif choice == "here":
        shutil.copytree(PLAN, here)
        text = (here / "plan.yaml").read_text(encoding="utf-8")
        (here / "plan.yaml").write_text(text.replace("id: phu-la-2025", "id: ours"), encoding="utf-8")
        assert kehoach("sync", "--json").json["plan"] == "ours"
        return
    said = kehoach("check", *args)
    assert said.code == (0 if choice == "packaged" else 1)
    assert choice == "packaged" or str(empty) in said.err


def test_the_plan_that_comes_along_is_not_mixed_into_others(kehoach: Kehoach, tmp_path: Path) -> None:
    """Whoever works on a plan of their own and forgets to name it is asked, not given Phú La besides."""
    ours = tmp_path / "elsewhere"
    shutil.copytree(PLAN, ours)
    text = (ours / "plan.yaml").read_text(encoding="utf-8")
    (ours / "plan.yaml").write_text(text.replace("id: phu-la-2025", "id: ours"), encoding="utf-8")
    assert kehoach("sync", str(ours)).code == 0
    for args in (["sync"], ["run", "nightly"]):
        said = kehoach(*args)
        assert said.code == 1 and "ours" in said.err and "KEHOACH_PLAN" in said.err
    assert kehoach("sync", str(ours), "--json").json["unchanged"] is True
    assert kehoach("status", "--json").json["plan"] == "ours"


def test_a_missing_database_says_how_to_make_one(kehoach: Kehoach, tmp_path: Path) -> None:
    """And a mistyped data folder does not get an empty one."""
    said = kehoach("status", "--home", str(tmp_path / "typo"))
    assert said.code in (1, 3) and "kehoach sync" in said.err and said.err.count("\n") == 1
    assert not (tmp_path / "typo").exists()


def test_a_newer_database_is_left_alone(kehoach: Kehoach, home: Path) -> None:
    """A line that says so, exit code 3, no change."""
    with sqlite3.connect(home / "kehoach.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    for args in (["status"], ["sync", str(PLAN)], ["note", "x/y/z", "--note", "n"]):
        said = kehoach(*args)
        assert said.code == 3 and "9999" in said.err and said.err.count("\n") == 1


def test_a_folder_that_cannot_be_written(kehoach: Kehoach, tmp_path: Path) -> None:
    """A file stands where the data folder should be: exit code 3 and one line, whoever runs it (root too)."""
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    said = kehoach("sync", str(PLAN))
    assert said.code == 3 and said.err.count("\n") == 1 and "Traceback" not in said.err


def test_an_output_that_cannot_be_written(kehoach: Kehoach, home: Path, tmp_path: Path) -> None:
    """The report's folder is a file: exit code 3, one line; with a good place, the file and a word about it."""
    said = kehoach("report", "-o", str(home / "kehoach.db" / "bao-cao.md"))
    assert said.code == 3 and said.err.count("\n") == 1
    good = tmp_path / "bao-cao.html"
    said = kehoach("report", "--format", "html", "--as-of", "20/5/2025", "-o", str(good))
    assert (said.code, said.out) == (0, "") and str(good) in said.err
    assert "<html" in good.read_text(encoding="utf-8")


def test_a_fault_of_ours_is_one_line_unless_asked(kehoach: Kehoach, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 3, how to see more; with KEHOACH_DEBUG the traceback."""
    from outputs import listing

    def broken(*_: object) -> None:
        raise ZeroDivisionError("7 / 0\nsecond line")

    monkeypatch.setattr(listing, "units_table", broken)
    said = kehoach("units", str(PLAN))
    assert said.code == 3 and said.err.count("\n") == 1
    assert "ZeroDivisionError" in said.err and door.DEBUG in said.err
    monkeypatch.setenv(door.DEBUG, "1")
    with pytest.raises(ZeroDivisionError):
        kehoach("units", str(PLAN))


def test_a_reader_that_leaves_early_is_no_error(home: Path) -> None:
    """`kehoach status --all --json | head -1`: quiet, whatever is still to be said."""
    done = subprocess.run(
        f'"{sys.executable}" -c "{MAIN}" status --all --json | head -c 1',
        shell=True,
        cwd=ROOT,
        env=os.environ | {"KEHOACH_HOME": str(home), "KEHOACH_DEBUG": ""},
        capture_output=True,
        check=False,
    )
    assert done.stderr == b""


def test_an_interrupt_is_130(home: Path) -> None:
    """Ctrl-C while a command works ends it with the shell's code and no traceback."""
    code = (
        "import os, signal, sys, usecases.status as s, cli\n"
        "s.status = lambda *a, **k: os.kill(os.getpid(), signal.SIGINT) or signal.pause()\n"
        "sys.exit(cli.main(['status']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"KEHOACH_HOME": str(home), "KEHOACH_DEBUG": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 128 + signal.SIGINT
    assert "Traceback" not in done.stderr


def test_ics_prints_the_calendar_as_it_is(kehoach: Kehoach, home: Path, tmp_path: Path) -> None:
    """CRLF lines, byte for byte what the file would hold; campaigns, units and to-dos too."""
    code = "import sys; from cli import main; code = main(); sys.stdout.flush(); sys.exit(code)"
    piped = subprocess.run(
        [sys.executable, "-c", code, "ics"],
        cwd=ROOT,
        env=os.environ | {"KEHOACH_HOME": str(home)},
        capture_output=True,
        check=True,
    ).stdout
    assert kehoach("ics", "-o", str(tmp_path / "all.ics")).code == 0
    assert piped == (tmp_path / "all.ics").read_bytes()
    assert piped.startswith(b"BEGIN:VCALENDAR\r\n")
    assert "BEGIN:VTODO" in kehoach("ics", "--as", "todo", "--unit", "ldtbxh").out
    assert "Tết Trung thu" in kehoach("ics", "--campaigns", "--as-of", "20/5/2025").out


def test_verify_says_what_was_recomputed(kehoach: Kehoach, home: Path) -> None:
    """The counts in JSON, a sentence for people."""
    document = kehoach("verify", "--json").json
    assert set(document) == {"offices", "entries", "occurrences", "files", "faults"}
    assert document["faults"] == [] and document["occurrences"] > 100
    assert "khớp" in kehoach("verify").out
