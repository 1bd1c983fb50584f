"""What the command line says of itself: every command, in both languages, and in docs/cli.md."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import cli
from console.call import Call
from console.group import build_group
from tests.cli.conftest import MAY, Kehoach
from texts import LANGUAGES, area

ROOT = Path(__file__).parents[2]
OFFERED = build_group(cli.SUBJECTS).offered
COMMANDS = sorted(OFFERED)


def built(name: str, lang: str = "vi") -> Any:
    """A command as it is built for a caller."""
    group = build_group(cli.SUBJECTS)
    with group.make_context("kehoach", [name], obj=Call(now=MAY, lang=lang)) as ctx:
        return group.get_command(ctx, name)


def test_the_commands_of_this_step_are_all_there() -> None:
    """The contract of design section 8, as far as this work reaches."""
    wanted = (
        "demo check coverage schema sync tasks units targets status show done answer confirm return retract cancel "
        "note urge ack event measure run ics report verify"
    )
    assert set(wanted.split()) <= set(COMMANDS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_lists_every_command_in_the_readers_language(kehoach: Kehoach, lang: str) -> None:
    """The list shows each command's first line, whole, and no key of texts/ shows through."""
    said = kehoach("--lang", lang, "--help")
    assert said.code == 0 and said.err == ""
    flat = " ".join(said.out.split())
    for name in COMMANDS:
        assert f"{name} {area('cli', lang)[f'help_{name}']}" in flat
    assert not re.search(r"\b(opt|help|heading)_", said.out)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(kehoach: Kehoach, name: str) -> None:
    """`--lang` after the command works too; the words differ by language and no key shows through."""
    vietnamese, english = kehoach(name, "--help"), kehoach(name, "--help", "--lang", "en")
    assert (vietnamese.code, english.code) == (0, 0)
    assert vietnamese.out.startswith("Cách dùng: kehoach " + name)
    assert english.out.startswith("Usage: kehoach " + name)
    assert not re.search(r"\b(opt|help|heading)_", vietnamese.out + english.out)
    for option in ("--lang", "--home", "--help"):
        assert option in english.out
    assert ("--plan" in english.out) == OFFERED[name].of_plan


def test_square_brackets_survive_in_help(monkeypatch: pytest.MonkeyPatch, kehoach: Kehoach) -> None:
    """Typer's help would take «[phường]» for Rich markup and drop it, and crash at «[/x]»."""
    texts = area("cli", "vi")
    monkeypatch.setitem(texts, "help_check", "Kiểm tra kế hoạch của [phường] [/x]")
    assert "[phường] [/x]" in kehoach("check", "--help").out


def test_the_two_languages_have_the_same_keys_and_every_key_is_used() -> None:
    """A text that no code asks for is a text that nobody will keep right."""
    vietnamese, english = area("cli", "vi"), area("cli", "en")
    assert list(vietnamese) == list(english)
    sources = "".join(path.read_text(encoding="utf-8") for path in [ROOT / "cli.py", *(ROOT / "console").rglob("*.py")])
    params = [param for name in COMMANDS for param in built(name).params] + build_group(cli.SUBJECTS).params
    shown = {param.help for param in params} | {f"opt_{param.name}" for param in params} | {"opt_help"}
    shown |= {f"help_{name}" for name in ("kehoach", *COMMANDS)}
    said = set(re.findall(r"""["'](?:cli\.)?(\w+)["']""", sources))
    begun = tuple(re.findall(r"""["'](\w+_)\{""", sources))
    assert {key for key in set(vietnamese) - shown - said if not key.startswith(begun)} == set()


def test_docs_name_every_command_and_option() -> None:
    """docs/cli.md has a heading for each command, and each of its options below that heading."""
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    parts = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", text, re.M | re.S))
    for name in COMMANDS:
        part = next((body for heading, body in parts.items() if f"`{name}`" in heading), None)
        assert part is not None, f"docs/cli.md has no section for {name}"
        shared = parts["Options of every command"] + parts["Options of commands that record"]
        for param in built(name).params:
            if param.param_type_name == "option":
                assert any(option in part + shared for option in param.opts), (name, param.opts)


def test_start_up_imports_nothing_heavy() -> None:
    """`kehoach --help` costs Typer and little else: no Rich, pydantic, SQLAlchemy, YAML or Prefect."""
    code = (
        "import sys; import cli; cli.main(['--help']);"
        "heavy = {'rich', 'pydantic', 'sqlalchemy', 'sqlmodel', 'yaml', 'prefect', 'holidays', 'jinja2', 'usecases'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_completion_offers_commands_and_options(tmp_path: Path) -> None:
    """The shell's completion (typer's) works with commands that are built lazily."""
    offered = _complete(tmp_path, "kehoach co", 1)
    assert {"coverage", "confirm"} <= set(offered)
    assert "--known-by" in _complete(tmp_path, "kehoach status --", 2)
    assert _complete(tmp_path, "kehoach done bao", 2) == [], "no database, no complaint"


def test_completion_offers_the_names_in_the_database(home: Path) -> None:
    """Occurrences part by part, so that a long plan stays a short list; units and tasks by their ids."""
    assert {"bao-cao-ket-qua/", "bao-cao-bo-chi-tieu/"} <= set(_complete(home, "kehoach done bao-cao", 2))
    periods = _complete(home, "kehoach done bao-cao-bo-chi-tieu/ldtbxh/", 2)
    assert periods == [f"bao-cao-bo-chi-tieu/ldtbxh/{period}" for period in ("6-thang", "9-thang", "nam")]
    assert "to-dan-pho-07" in _complete(home, "kehoach status --unit to-", 3)
    assert _complete(home, "kehoach measure giam", 2) == ["giam-tu-vong-tai-nan"]
    assert "bao-cao-dot-xuat" in _complete(home, "kehoach event bao", 2)


def _complete(home: Path, line: str, word: int) -> list[str]:
    env = {"_KEHOACH_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(word), "KEHOACH_HOME": str(home)}
    code = "import sys; from cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


def test_nothing_but_a_call_to_main_is_needed() -> None:
    """The console script calls `cli.main()`, which returns the exit code."""
    assert cli.main(["--help"]) == 0
