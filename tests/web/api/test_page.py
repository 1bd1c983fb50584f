"""The API's page for people and its document for machines: one says what the other does, and both what is served."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.web.api.conftest import Api
from tests.web.api.test_docs import asked
from texts import LANGUAGES
from web.api import codes
from web.api.described import declared

ROOT = Path(__file__).parents[3]
SAY_NO = (
    *(
        f"usecases/{name}.py"
        for name in ("record", "enter", "extend", "steps", "events", "targets", "permits", "plans")
    ),
    *(f"usecases/{name}.py" for name in ("repeats", "uploads", "photos", "evidence")),
    *("rules/moves.py", "rules/states.py", "rules/days.py", "models/ledger.py"),
)
"""Where what the API calls raises refusals."""
NOT_HERE = {
    # What only the command line can be told, or what a typed body has refused before.
    *("request.which_plan", "request.no_such_file", "request.not_a_file", "request.unreadable_file"),
    *("request.unknown_channel", "request.unknown_role", "request.unknown_answer", "request.unknown_step"),
    # Of naming to cases, and of erasing.
    *("ledger.unknown_entry", "ledger.no_text", "cases.not_a_case", "redact.file_stays"),
    # Something outside failed: 503, api.outside.
    *("request.cannot_write", "request.no_evidence_folder", "ledger.unknown_office"),
}
"""Codes that no answer of the API bears."""


def shown(api: Api, lang: str) -> str:
    return api.client.get(f"/api/v1/?lang={lang}").text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_what_the_document_says(lang: str, shared_api: Api) -> None:
    """Every operation with its way, every parameter and field with its meaning, every code with its words."""
    page = unescape(shown(shared_api, lang))
    made: dict[str, Any] = shared_api.get(f"/openapi.json?lang={lang}").json()
    for each in declared():
        assert f'id="op-{each.name}"' in page
        assert f'"$HOST/api/v1{each.path.partition("{")[0]}' in page
    for path, methods in made["paths"].items():
        assert f"<code>{path}</code>" in page
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                assert f"<code>{parameter['name']}</code>" in page
                assert parameter["description"] in page
    for name, schema in made["components"]["schemas"].items():
        for field, said in schema["properties"].items():
            assert "$ref" in said or said.get("description"), f"{name}.{field} says nothing"
            assert f"<code>{field}</code>" in page
    problem = made["components"]["schemas"]["Problem"]["properties"]["code"]
    for code, words in problem["x-words"].items():
        assert f"<code>{code}</code>" in page
        assert words in page
    assert made["info"]["title"] in page
    assert "{{" not in page


def test_bounds_are_said_in_words(shared_api: Api) -> None:
    """Lengths, choices, ranges and defaults as the schema has them."""
    page = unescape(shown(shared_api, "vi"))
    for words in (
        "chữ, một dòng, 1–200 ký tự",
        "chữ, nhiều dòng được, 1–4000 ký tự",
        "một trong: phone, meeting, paper, zalo, letter, email",
        "số nguyên, từ 1 đến 1000; mặc định 1000",
        "ngày, như 2025-05-20",
    ):
        assert words in page, words


def test_every_code_is_listed() -> None:
    """What the use cases behind the API and the API itself may refuse with stands in the one table."""
    listed = {code for some in codes.BY_STATUS.values() for code in some}
    literal = re.compile(r'"((?:request|upload|ledger|redact|rules|cases)\.[a-z_]+)"')
    raised = {code for path in SAY_NO for code in literal.findall((ROOT / path).read_text(encoding="utf-8"))}
    assert {code for code in raised if not code.startswith("rules.unknown")} - NOT_HERE - listed == set()
    ours = {
        code
        for path in (ROOT / "web" / "api").glob("*.py")
        for code in re.findall(r'Problem\([0-9]{3}, "(api\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert ours - listed == set()


def test_its_lines_for_curl_are_right(small_api: Api) -> None:
    """No line of the page is refused for its form: what this ward does not know is all that can be wrong."""
    page = unescape(shown(small_api, "en"))
    lines = re.findall(r"<code>(curl .*?)</code>", page, re.DOTALL)
    assert len(lines) > len(declared())
    for line in lines:
        answer = small_api.client.request(**asked(line, str(small_api.client.base_url), small_api.token("office")))
        assert answer.status_code in (200, 404) or answer.json()["code"] == "request.not_on_event", (line, answer.text)


def test_it_is_a_quiet_page(small_api: Api) -> None:
    """Without a token, in the language asked for, told unchanged by its tag; nothing inline, and no policy for more."""
    first = small_api.client.get("/api/v1/", headers={"accept-language": "en"})
    assert (first.status_code, first.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert '<html lang="en">' in first.text
    assert small_api.client.get("/api/v1").content == small_api.client.get("/api/v1/?lang=vi").content
    policy = first.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy and "unsafe" not in policy
    assert not re.search(r"<script|<style|style=|\son[a-z]+=", first.text)
    held = {"if-none-match": first.headers["etag"], "accept-language": "en"}
    assert small_api.client.get("/api/v1/", headers=held).status_code == 304
    coded = small_api.client.get("/api/v1/", headers=held | {"accept-encoding": "gzip"})
    assert (coded.status_code, coded.headers["etag"] != first.headers["etag"]) == (200, True), "each coding its own tag"
    packed = small_api.client.get("/api/v1/", headers={"accept-encoding": "gzip"})
    assert int(packed.headers["content-length"]) < 20_000
    assert small_api.client.head("/api/v1/").status_code == 200
    assert small_api.client.post("/api/v1/").status_code == 405
