"""Two browsers that Playwright cannot drive, by the protocol that each speaks: WebKitGTK, whose engine is Safari's, by
W3C WebDriver over HTTP; Firefox by Marionette, which has the same commands by name over a socket."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import glob
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest

COMMANDS = {
    "go": ("POST", "url", "WebDriver:Navigate"),
    "where": ("GET", "url", "WebDriver:GetCurrentURL"),
    "back": ("POST", "back", "WebDriver:Back"),
    "find": ("POST", "elements", "WebDriver:FindElements"),
    "click": ("POST", "element/{id}/click", "WebDriver:ElementClick"),
    "clear": ("POST", "element/{id}/clear", "WebDriver:ElementClear"),
    "type": ("POST", "element/{id}/value", "WebDriver:ElementSendKeys"),
    "run": ("POST", "execute/sync", "WebDriver:ExecuteScript"),
    "wait_run": ("POST", "execute/async", "WebDriver:ExecuteAsyncScript"),
    "picture": ("GET", "screenshot", "WebDriver:TakeScreenshot"),
    "resize": ("POST", "window/rect", "WebDriver:SetWindowRect"),
    "print": ("POST", "print", "WebDriver:Print"),
    "set_cookie": ("POST", "cookie", "WebDriver:AddCookie"),
    "forget_cookies": ("DELETE", "cookie", "WebDriver:DeleteAllCookies"),
}
"""By our word: method and path of W3C WebDriver, name in Marionette."""

MINI_BROWSERS = "/usr/lib/*/webkit2gtk-4.[01]/MiniBrowser"
SCREEN = "1700x2400x24"
_NARROW = "window,headerbar,toolbar,button,entry,box,headerbar *{min-width:0;min-height:0;margin:0;padding:0;border:0}"
_NARROW += "headerbar *{font-size:1px}"
"""WebKit's window is as narrow as a telephone only without its bar of buttons."""
_NARROW_FIREFOX = """for (const side of ["min-width", "min-height"])
  document.documentElement.style.setProperty(side, "0", "important")"""
_PREFS: dict[str, Any] = {
    "intl.accept_languages": "vi-VN,vi,en",
    "app.normandy.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key of a reference to an element: WebDriver, section 12."""


PASSING = {
    "element not interactable",
    "element click intercepted",
    "stale element reference",
    "no such element",
    "javascript error",
}
"""What a driver refuses while a page is being left or laid out, and does a moment later."""


class Refused(Exception):
    """The browser would not: its own word for why."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.passing = code in PASSING


class Wire(Protocol):
    """A browser at the other end."""

    def __call__(self, command: str, **said: Any) -> Any:
        """What it answers. Raises Refused."""


class OverHttp:
    """W3C WebDriver."""

    def __init__(self, port: int, capabilities: dict[str, Any]) -> None:
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
        asked = {"capabilities": {"alwaysMatch": capabilities}}
        self.session = f"/session/{self._answer('POST', '/session', asked)['sessionId']}"

    def __call__(self, command: str, **said: Any) -> Any:
        method, path, _ = COMMANDS[command]
        return self._answer(method, f"{self.session}/{path.format(**said)}", said if method == "POST" else None)

    def close(self) -> None:
        self._answer("DELETE", self.session, None)
        self.client.close()

    def _answer(self, method: str, path: str, said: dict[str, Any] | None) -> Any:
        value = self.client.request(method, path, json=said).json()["value"]
        if isinstance(value, dict) and "error" in value:
            raise Refused(value["error"], value["message"])
        return value


class OverMarionette:
    """Marionette: `LENGTH:[0, number, name, what is said]` and back `LENGTH:[1, number, error, answer]`."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.reader = self.socket.makefile("rb")
        self._read()  # it greets
        self.count = 0
        self.say("WebDriver:NewSession")
        self.say("Marionette:SetContext", value="chrome")
        self.say("WebDriver:ExecuteScript", script=_NARROW_FIREFOX, args=[])
        self.say("Marionette:SetContext", value="content")

    def __call__(self, command: str, **said: Any) -> Any:
        return self.say(COMMANDS[command][2], **said)

    def say(self, name: str, **said: Any) -> Any:
        self.count += 1
        told = json.dumps([0, self.count, name, said]).encode()
        self.socket.sendall(b"%d:%b" % (len(told), told))
        _, _, error, answer = self._read()
        if error:
            raise Refused(error["error"], error["message"])
        return answer["value"] if isinstance(answer, dict) and set(answer) == {"value"} else answer

    def close(self) -> None:
        self.reader.close()
        self.socket.close()

    def _read(self) -> Any:
        length = b""
        while (read := self.reader.read(1)) != b":":
            if not read:
                raise Refused("the browser has ended")
            length += read
        return json.loads(self.reader.read(int(length)))


@contextmanager
def webkit(home: Path, *, js: bool = True, dark: bool = False) -> Iterator[Wire]:
    """WebKitGTK's own little browser, on a screen that nobody sees."""
    mini = next(iter(glob(MINI_BROWSERS)), None)
    if not (mini and shutil.which("WebKitWebDriver") and shutil.which("Xvfb")):
        pytest.fail("no WebKit: on Debian `apt-get install webkit2gtk-driver xvfb`", pytrace=False)
    look = home / "gtk-3.0" / "gtk.css"
    look.parent.mkdir(parents=True)
    look.write_text(_NARROW)
    port = _free_port()
    with _screen() as display:
        env = os.environ | {"DISPLAY": display, "XDG_CONFIG_HOME": str(home), "LC_ALL": "C.UTF-8"}
        with _running(["WebKitWebDriver", f"--port={port}"], port, env=env):
            arguments = ["--automation"] + ["--dark-mode"] * dark + ["--enable-javascript=false"] * (not js)
            made = OverHttp(port, {"webkitgtk:browserOptions": {"binary": mini, "args": arguments}})
            yield made
            made.close()


@contextmanager
def firefox(home: Path, *, js: bool = True, dark: bool = False) -> Iterator[Wire]:
    """Firefox without a window, with a profile of its own."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    if not found:
        pytest.fail("no Firefox: on Debian `apt-get install firefox-esr`", pytrace=False)
    port = _free_port()
    scheme = {"layout.css.prefers-color-scheme.content-override": 0 if dark else 1}
    prefs = _PREFS | scheme | {"marionette.port": port, "javascript.enabled": js}
    home.mkdir()
    told = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in prefs.items())
    (home / "user.js").write_text("".join(told))
    command = [found, "--headless", "--marionette", "--remote-allow-system-access", "--profile", str(home)]
    with _running(command, port, env=os.environ | {"HOME": str(home)}):
        made = OverMarionette(port)
        yield made
        made.close()


BROWSERS = {"webkit": webkit, "firefox": firefox}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def _screen() -> Iterator[str]:
    """An X server of its own, which chooses its number and says it."""
    reads, writes = os.pipe()
    command = ["Xvfb", "-displayfd", str(writes), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writes], stderr=subprocess.DEVNULL)
    os.close(writes)
    try:
        with os.fdopen(reads) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _running(command: list[str], port: int, env: dict[str, str]) -> Iterator[None]:
    """A program that listens on `port`, ended with all that it started."""
    program = subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _listens(port, program)
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(program.pid, 15)
        program.wait()


def _listens(port: int, program: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert program.poll() is None, program.args
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise AssertionError(f"{program.args} never listened")
