"""The examples of docs/api.md, run as they are written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.usecases import files
from tests.web.api.conftest import Api
from web.api.described import declared

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = [
    example
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for example in block.replace("\\\n", " ").splitlines()
]


def asked(example: str, host: str, token: str) -> dict[str, Any]:
    """What curl would send: its -H, -d, -F, -X and the address."""
    words = shlex.split(example.replace("$TOKEN", token).replace("$HOST", host))
    assert words.pop(0) == "curl"
    said: dict[str, Any] = {"method": "GET", "headers": {}}
    while words:
        word = words.pop(0)
        if word == "-H":
            name, _, value = words.pop(0).partition(": ")
            said["headers"][name] = value
        elif word == "-d":
            said |= {"method": "POST", "content": words.pop(0).encode()}
        elif word == "-X":
            said["method"] = words.pop(0)
        elif word == "-F":
            name, _, value = words.pop(0).partition("=")
            part = (value[1:], files.PDF) if value.startswith("@") else (None, value)
            said |= {"method": "POST", "files": [*said.get("files", ()), (name, part)]}
        else:
            assert word.startswith(host), word
            said["url"] = word
    return said


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rpartition("/api/v1/")[2][:40])
def test_every_example_works(example: str, small_api: Api) -> None:
    """With the token of the office that the page makes first."""
    host = str(small_api.client.base_url)
    answer = small_api.client.request(**asked(example, host, small_api.token("office")))
    assert answer.status_code == 200, answer.text


def test_the_page_names_every_operation() -> None:
    """Nobody has to read the OpenAPI document to learn what there is."""
    assert len(EXAMPLES) >= 8
    for each in declared():
        last = [part for part in each.path.split("/") if not part.startswith("{")][-1]
        assert last in PAGE, each.path
