"""Two providers on the loopback: npm's certified oidc-provider, and one of ours that can lie in every way."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from settings import OidcSettings
from tests import npm
from tests.web.desk.browser import Browser, elements, form_fields

HERE = Path(__file__).parent / "js"
WAY_OUT = ", or set KEHOACH_TEST_NODE=off to leave them out"
CLIENT, SECRET = "kehoach", "bi mat / cua + phuong: 100%"
LEVEL = "urn:thanh-pho:2"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def real(port: int, clients: list[dict[str, Any]]) -> Iterator[None]:
    """The certified provider with these clients."""
    told = json.dumps({"port": port, "clients": clients, "acr": [LEVEL]})
    command = ["node", str(HERE / "provider.mjs"), str(npm.installed(HERE, WAY_OUT)), told]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            while said and "ready" not in said:
                said = process.stdout.readline()
            assert said, "oidc-provider did not start"
            yield
        finally:
            process.kill()


def settings_for(issuer: str, base: str, **more: Any) -> OidcSettings:
    """Our side's settings for a provider."""
    told = {"client_secret": SECRET, "amr": ("mfa",), "acr": (LEVEL,)} | more
    return OidcSettings(issuer=issuer, client_id=CLIENT, base=base, **told)


# A person at a browser


def followed(browser: Browser, answer: httpx.Response) -> httpx.Response:
    """Where a browser ends up: redirects of ours and of the provider, from one to the other, and the form that sends
    itself when the provider puts one person's session aside for another's."""
    for _ in range(12):
        here = str(answer.url)
        aside = [each.attrs.get("action") or "" for each in elements(answer) if each.tag == "form"]
        if answer.status_code in (302, 303):
            answer = browser.get(urljoin(here, answer.headers["location"]))
        elif aside and "<noscript>" in answer.text:
            answer = browser.post(urljoin(here, aside[0]), form_fields(answer, aside[0]))
        else:
            return answer
    raise AssertionError("redirected without end")


def link_to(page: httpx.Response, start: str) -> str:
    """The first link of a page that leads to an address beginning so."""
    hrefs = [each.attrs.get("href") or "" for each in elements(page) if each.tag == "a"]
    return next(each for each in hrefs if each.startswith(start))


def signs_in(browser: Browser, page: httpx.Response, login: str, **more: str) -> httpx.Response:
    """The person types at the provider's page, and is led on from there."""
    assert "/interaction/" in str(page.url), page.text
    return followed(browser, browser.post(str(page.url), {"login": login} | more))


def alert(page: httpx.Response) -> str:
    """What a page says went wrong."""
    found = re.search(r'role="alert"[^>]*>([^<]*)<', page.text)
    return found[1] if found else ""


# The provider that lies


@dataclass
class Liar:
    """What it answers is what a test last said."""

    port: int
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    asked: list[str] = field(default_factory=list)
    discovery: dict[str, Any] = field(default_factory=dict)
    keys: Any = None
    token: Callable[[dict[str, str]], tuple[int, bytes]] | None = None
    """From what was posted to the answer of the token endpoint."""

    def __post_init__(self) -> None:
        self.discovery = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        self.keys = {"keys": [self.key.as_dict(private=False)]}

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def signed(self, claims: dict[str, Any], header: dict[str, Any] | None = None, key: Any = None) -> str:
        """A token with these claims, rightly signed unless told otherwise."""
        head = {"alg": "RS256", "kid": "one"} | (header or {})
        return jwt.encode(head, claims, key or self.key, algorithms=[head["alg"]])

    def answers(self, body: Any, status: int = 200) -> None:
        """The token endpoint says this from now on."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.token = lambda _: (status, raw)

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            return _said(self.discovery)
        if path == "/keys":
            return _said(self.keys)
        if path == "/token" and method == "POST" and self.token is not None:
            return self.token({name: values[0] for name, values in parse_qs(body.decode()).items()})
        return 404, b"{}"


def _said(told: Any) -> tuple[int, bytes]:
    return (200, told if isinstance(told, bytes) else json.dumps(told).encode())


@contextmanager
def lying() -> Iterator[Liar]:
    """The liar, listening."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, said = liar.answer(self.command, urlsplit(self.path).path, body)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = _serve

        def log_message(self, *_: Any) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    liar = Liar(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield liar
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
