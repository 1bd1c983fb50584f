"""`kehoach token`: a token is printed once, lists show none, refusals are one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from models.session import open_engine, reading
from tests.cli.conftest import MAY, Kehoach
from usecases import tokens


def test_a_token_from_making_to_end(kehoach: Kehoach, home: Path) -> None:
    """Made, listed, revoked; what is printed opens until then, and the list shows no token."""
    assert kehoach("token", "list").code == 0
    made = kehoach(
        "token", "add", "--label", "Một cửa", "--role", "unit", "--unit", "cong-an", "--days", "30", "--json"
    )
    spoken = kehoach("token", "add", "--label", "Văn bản", "--role", "office,clerk", "--unit", "van-phong")
    token = made.json["token"]
    assert spoken.out.splitlines()[1].strip().startswith(tokens.PREFIX)
    engine = open_engine(f"sqlite:///{home / 'kehoach.db'}")
    with reading(engine) as session:
        found = tokens.opened(session, token=token, now=MAY)
    assert found is not None
    assert (found.unit, found.label) == ("cong-an", "Một cửa")
    listed = kehoach("token", "list")
    assert made.json["id"] in listed.out
    assert tokens.PREFIX not in listed.out
    assert kehoach("token", "revoke", made.json["id"]).code == 0
    with reading(engine) as session:
        assert tokens.opened(session, token=token, now=MAY) is None
    states = sorted(each["state"] for each in kehoach("token", "list", "--json").json)
    assert states == ["revoked", "standing"]
    engine.dispose()


def test_a_token_is_made_by_a_command_alone(home: Path) -> None:
    """In a process that has imported nothing else."""
    command = [
        sys.executable,
        "cli.py",
        "--home",
        str(home),
        "token",
        "add",
        "--label",
        "x",
        "--role",
        "chair",
        "--json",
    ]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert ran.returncode == 0, ran.stderr
    assert tokens.is_token(json.loads(ran.stdout)["token"])


def test_what_does_not_fit_is_refused_in_one_line(kehoach: Kehoach, home: Path) -> None:
    """Exit code 1, and what would be right."""
    for args in (
        ("token", "add"),
        ("token", "add", "--label", "x"),
        ("token", "add", "--label", "x", "--role", "unit"),
        ("token", "add", "--label", "x", "--role", "unit", "--unit", "to-dan-pho"),
        ("token", "add", "--label", "x", "--role", "office", "--days", "0"),
        ("token", "add", "abc", "--label", "x"),
        ("token", "list", "--label", "x"),
        ("token", "revoke"),
        ("token", "revoke", "khong-co"),
        ("token", "revoke", "x", "--days", "3"),
    ):
        answer = kehoach(*args)
        assert (answer.code, answer.out) == (1, ""), args
        assert len(answer.err.splitlines()) == 1, args
