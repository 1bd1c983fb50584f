"""Rules of the house that no linter holds: names, texts, records, what may not stand in a tracked file."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest

from scripts.top_level_names import clashes, our_names

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("rules", "texts", "plan", "models", "outputs", "usecases", "flows", "web", "console")
AREAS = sorted({path.stem for lang in ("vi", "en") for path in (ROOT / "texts" / lang).glob("*.py")} - {"__init__"})
RECORDS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
HEADINGS = ["Context", "Choice", "Cost"]
PART = re.compile(r"^\*\*(\w+)\.\*\*", re.MULTILINE)
BUILD_FILES = re.compile(
    r"requirements/|pyproject\.toml$|Makefile$|\.ci/|scripts/|\.pre-commit|package.*\.json$|\.lock$"
)


def tracked() -> list[Path]:
    """What git has, or would add: a mistake is found before it is committed."""
    said = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name for name in said.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def sources() -> list[Path]:
    """Our own Python, in rooms, at the root and around them."""
    return [path for path in tracked() if path.suffix == ".py"]


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> Iterator[str]:
    """The top-level names that a module imports anywhere, in functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


# Names


def test_no_dependency_owns_a_top_level_name_of_ours() -> None:
    """`plan`, `models`, `cli` … are installed flat: a distribution that ships one would hide ours."""
    assert {
        "rules",
        "texts",
        "plan",
        "models",
        "outputs",
        "usecases",
        "flows",
        "migrations",
        "cli",
        "settings",
    } <= our_names()
    assert list(clashes(our_names())) == []


def test_a_clash_would_be_found() -> None:
    """The check sees the files of what is installed: pytest owns `pytest`, whatever the case of its name."""
    assert ("pytest", "pytest") in {(owner.lower(), name) for owner, name in clashes(frozenset({"pytest"}))}


def test_no_standard_module_has_a_name_of_ours() -> None:
    """A room named like a module of the standard library would hide it from every dependency."""
    assert not our_names() & sys.stdlib_module_names


def test_the_wheel_takes_every_room() -> None:
    """A new room is not forgotten in pyproject.toml: it is in the wheel, under mypy and in the import contracts."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    around = {"tests", "scripts", "bench"}
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - around
    assert rooms == set(ROOMS) | ({"migrations"} & rooms)
    assert {f"{room}/**" for room in rooms} <= set(config["hatch"]["build"]["targets"]["wheel"]["include"])
    assert set(ROOMS) == set(config["mypy"]["packages"]) - around == set(config["importlinter"]["root_packages"])
    assert {path.stem for path in ROOT.glob("*.py")} == set(config["mypy"]["modules"])


# Import directions that import-linter cannot read: single modules, and the standard library


def test_rules_and_texts_import_the_standard_library_alone() -> None:
    """Not even a new dependency that no contract names yet."""
    allowed = sys.stdlib_module_names | {"rules", "texts"}
    found = {
        (path.name, name)
        for room in ("rules", "texts")
        for path in (ROOT / room).rglob("*.py")
        for name in imported(parsed(path))
    }
    assert found
    assert {each for each in found if each[1] not in allowed} == set()


def test_only_the_shells_read_settings() -> None:
    """Settings go inwards as values; nothing imports the command line."""
    readers = {path.relative_to(ROOT).parts[0] for path in sources() if "settings" in imported(parsed(path))}
    assert readers <= {"cli.py", "console", "flows", "web", "tests", "bench"}
    callers = {path.relative_to(ROOT).parts[0] for path in sources() if "cli" in imported(parsed(path))}
    assert callers <= {"tests", "bench"}


def test_the_command_line_goes_through_the_use_cases() -> None:
    """A command parses, calls one use case and prints: no table, and what is dear to import only inside a command."""
    commands = sorted((ROOT / "console" / "commands").glob("*.py"))
    assert len(commands) > 1
    for path in (ROOT / "cli.py", ROOT / "settings.py", *commands):
        tree = parsed(path)
        assert not {"prefect", "sqlmodel", "fastapi"} & set(imported(tree)), path.name
        inside = (ast.FunctionDef, ast.ClassDef, ast.If)
        top = {each for node in tree.body if not isinstance(node, inside) for each in imported(node)}
        assert not {"flows", "usecases", "models", "plan", "sqlalchemy", "jinja2", "icalendar"} & top, path.name


# Texts


@pytest.mark.parametrize("area", AREAS)
def test_texts_agree_in_both_languages(area: str) -> None:
    """Same keys, same blanks: what is said in one language can be said in the other."""
    vi, en = (import_module(f"texts.{lang}.{area}").TEXTS for lang in ("vi", "en"))
    assert vi.keys() == en.keys()
    assert {key: blanks(text) for key, text in vi.items()} == {key: blanks(text) for key, text in en.items()}


def test_every_text_that_is_said_exists() -> None:
    """A key written out in a call of `say` is in its area: a misspelt one would fail before the reader's eyes."""
    missing = []
    for path in sources():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say" and node.args:
                key = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
                area, _, name = key.partition(".") if isinstance(key, str) else ("", "", "")
                if name and name not in import_module(f"texts.vi.{area}").TEXTS:
                    missing.append(f"{path.relative_to(ROOT)}:{node.lineno} {key}")
    assert missing == []


def test_texts_are_composed_unicode() -> None:
    """Vietnamese is kept in NFC: two forms of one letter would not match when searched for."""
    from unicodedata import is_normalized

    for path in (ROOT / "texts").rglob("*.py"):
        assert is_normalized("NFC", path.read_text(encoding="utf-8")), path.name


# Records and documents


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_decision_records_follow_the_template(record: Path) -> None:
    """The title bears the number; context, choice and cost follow, in that order, each with something in it."""
    text = record.read_text(encoding="utf-8")
    assert re.match(rf"# {record.name[:4]}\b", text)
    parts = PART.split(text)
    assert parts[1::2] == HEADINGS
    assert all(part.strip() for part in parts[2::2])


def test_the_template_and_the_numbers_of_records() -> None:
    """The template has the headings it asks for; a number is given once."""
    template = (ROOT / "docs" / "decisions" / "template.md").read_text(encoding="utf-8")
    assert PART.findall(template) == HEADINGS
    numbers = [record.name[:4] for record in RECORDS]
    assert len(numbers) == len(set(numbers))
    assert {f"000{n}" for n in range(1, 8)} <= set(numbers)


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    """docs/settings.md and the code name the same KEHOACH_ variables."""
    variable = re.compile(r"KEHOACH_[A-Z_]+[A-Z]")
    code = [
        path for path in sources() if path.relative_to(ROOT).parts[0] in (*ROOMS, "migrations", "cli.py", "settings.py")
    ]
    used = {name for path in code for name in variable.findall(path.read_text(encoding="utf-8"))}
    documented = set(variable.findall((ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))
    assert used == documented


def test_every_module_says_what_it_owns() -> None:
    """A module opens with a docstring; an empty `__init__.py` has nothing to say."""
    written = [path for path in sources() if path.stat().st_size]
    assert [path.relative_to(ROOT) for path in written if ast.get_docstring(parsed(path)) is None] == []


def test_every_test_says_what_it_holds() -> None:
    """A test function has a docstring."""
    silent = [
        f"{path.name}:{node.name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_the_changelog_has_an_open_part() -> None:
    """What is not released yet has its place, and something in it."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## Unreleased\n+(?:###|-) ", text, flags=re.MULTILINE)


def test_links_between_documents_lead_somewhere() -> None:
    """A relative link in a Markdown file names a file of the checkout."""
    for path in (path for path in tracked() if path.suffix == ".md" and "templates" not in path.parts):
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)} links to {target}"


# What may not stand in a tracked file


def test_no_tracked_file_names_a_machine_or_an_index() -> None:
    """No path of one machine anywhere; no address, index option or resolved link in what builds and installs."""
    machine = re.compile(r"(?<![\w.~-])/" + r"(?:work|root|farm)/" + r"|/home/\w+/")
    index = re.compile(r"https?://|--(?:extra-)?index-url|--find-links|\"resolved\"\s*:")
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path == Path(__file__).resolve() or path.suffix in (".png", ".ico"):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not machine.search(text), f"{name} names a path of one machine"
        if BUILD_FILES.search(name):
            assert not index.search(text), f"{name} names an address"


def test_no_lock_with_addresses_is_kept() -> None:
    """uv.lock and package-lock.json write the address of every file; the lock is requirements/."""
    names = {path.name for path in tracked()}
    assert not names & {"uv.lock", "poetry.lock", "Pipfile.lock", "yarn.lock", "pylock.toml"}


PINNED = re.compile(r"^([A-Za-z0-9._-]+(?:\[[a-z,]+\])?)==(\S+)", re.MULTILINE)


@pytest.mark.parametrize("name", ["run", "dev", "uv"])
def test_every_pin_has_a_hash(name: str) -> None:
    """Each requirement is one version with at least one SHA-256, and nothing else stands in the lock."""
    for block in re.split(r"\n(?=\S)", (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").strip()):
        assert PINNED.match(block)
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block)


def test_the_run_lock_is_part_of_the_dev_lock() -> None:
    """What is tested is what runs: the same versions in both."""
    run, dev = (dict(PINNED.findall((ROOT / "requirements" / f"{name}.txt").read_text())) for name in ("run", "dev"))
    assert run.items() <= dev.items()


def test_the_lock_answers_the_project() -> None:
    """Every dependency of pyproject.toml is pinned: `make lock` was not forgotten."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pins = {
        name.partition("[")[0].lower() for name, _ in PINNED.findall((ROOT / "requirements" / "dev.txt").read_text())
    }
    asked = (
        config["project"]["dependencies"] + config["dependency-groups"]["dev"] + config["dependency-groups"]["build"]
    )
    assert {re.split(r"[\[<>=;~! ]", each)[0].lower() for each in asked} <= pins
