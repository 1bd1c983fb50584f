"""kehoach behind nginx and behind Caddy, by the very files of docs/operating: python -m bench.behind_proxies [NAME]

Needs nginx, caddy, openssl and chromium (Debian's packages have these names). A real `kehoach serve` stands behind.
Says what holds and what does not; exit code 1 for the latter.
"""

from __future__ import annotations

import shutil
import ssl
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from bench.fronts import FRONTS, Ports, certificate, free_port, running
from models.migrate import upgrade
from models.session import open_engine
from tests.browser import chromium
from tests.usecases import small
from tests.usecases.files import jpeg
from tests.web.desk.browser import Browser, form_fields
from tests.web.desk.conftest import PASSWORD, Clock, House
from texts import say
from usecases import feeds, sync
from web.desk import Desk

REPORT = "/don-vi/cong-an/bao/tuyen-truyen/cong-an/thang-6"
MEGA = 1024 * 1024


@dataclass
class Scene:
    """One server in front, kehoach behind it, and what was found."""

    front: str
    folder: Path
    house: House
    ports: Ports
    found: list[tuple[bool, str]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    """What no log may hold."""

    @property
    def base(self) -> str:
        return f"https://localhost:{self.ports.secure}"

    def says(self, holds: bool, what: str) -> None:
        self.found.append((holds, what))
        print(f"{'ok  ' if holds else 'NOT '} {self.front}: {what}", flush=True)

    def client(self, address: str = "127.0.0.1", **more: Any) -> httpx.Client:
        """A browser that comes from an address."""
        trusted = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
        transport = httpx.HTTPTransport(verify=trusted, local_address=address, http2=False)
        return httpx.Client(base_url=self.base, transport=transport, timeout=60, **more)

    def logs(self) -> str:
        return "".join(each.read_text(errors="replace") for each in self.folder.glob("*.log"))


# ---- kehoach behind


def kehoach(scene: Scene) -> Any:
    command = [sys.executable, "-m", "cli", "serve", "--no-schedule", "--port", str(scene.ports.behind), "--verbose"]
    home = str(scene.folder / "home")
    return running(command, scene.folder, "kehoach", scene.ports.behind, KEHOACH_HOME=home, KEHOACH_BASE_URL=scene.base)


def built(front: str, folder: Path) -> Scene:
    """A small ward of today, with two accounts."""
    home = folder / "home"
    home.mkdir()
    engine = open_engine(f"sqlite:///{home / 'kehoach.db'}")
    upgrade(engine)
    now = datetime.now(UTC)
    sync.sync(engine, directory=small.write(folder), overlay=None, now=now, recorded_by="thử")
    certificate(folder)
    house = House(Desk.at(engine, home), Clock(now))
    for role in ("office", "inspector"):
        house.account(role)
    return Scene(front, folder, house, Ports(free_port(), free_port(), free_port()))


# ---- what is looked at


def signing_in(scene: Scene) -> None:
    """Cookies bound to https, redirects within the address, a form from elsewhere refused."""
    with scene.client() as client:
        browser = Browser(client)
        first = browser.get("/")
        scene.says(first.headers.get("location") == "/vao", "the first page leads to the sign-in, on the same address")
        filled = {"login": "office", "password": PASSWORD, "code": code(scene, "office")}
        answer = browser.post("/vao", form_fields(browser.get("/vao"), "/vao") | filled, headers={"origin": scene.base})
        cookies = answer.headers.get_list("set-cookie")
        session = next((each for each in cookies if each.startswith("__Host-kehoach=")), "")
        scene.says(answer.status_code == 303 and "; Secure" in session and "HttpOnly" in session, "signs in, Secure")
        scene.says("max-age" in answer.headers.get("strict-transport-security", ""), "promises to stay at https")
        scene.says(browser.get("/bang").status_code == 200, "the session opens the board")
        odd = browser.post("/ra", {}, headers={"origin": "https://elsewhere.example"})
        scene.says(odd.status_code == 403, "a form from another site is refused")
    with httpx.Client(trust_env=False) as client:
        plain = client.get(f"http://localhost:{scene.ports.plain}/vao?lang=en")
        said = plain.headers.get("location", "")
        good = (
            plain.status_code in (301, 308) and said.startswith("https://localhost") and said.endswith("/vao?lang=en")
        )
        scene.says(good and plain.status_code in (301, 308), "http leads to https")


def code(scene: Scene, login: str) -> str:
    """One that was not used: the next one, since that of this moment may have opened the account."""
    scene.house.clock.now = datetime.fromtimestamp(time.time() + 30, UTC)
    return scene.house.code(login)


def in_chromium(scene: Scene) -> None:
    """A browser takes the cookies and sends the forms: a signed link, a report, signing in."""
    made = scene.house.link("to-01")
    scene.secrets.append(made.token)
    with chromium.started() as browser:
        page = browser.new_page(base_url=scene.base, ignore_https_errors=True)
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text))
        page.goto(f"/mo/{made.token}")
        page.goto("/don-vi/to-01/bao/tham-hoi/to-01/thang-6")
        page.fill("input[name=on]", "2025-06-02")
        page.fill("textarea[name=note]", "Đã thăm")
        page.locator("form:has(textarea[name=note]) button").first.click()
        page.wait_for_url("**/don-vi/to-01**")
        scene.says("/bao/" not in page.url, "Chromium reports by a signed link")
        page.goto("/vao")
        page.fill("input[name=login]", "inspector")
        page.fill("input[name=password]", PASSWORD)
        page.fill("input[name=code]", code(scene, "inspector"))
        page.locator("form:has(input[name=password]) button").first.click()
        page.wait_for_load_state()
        page.goto("/bang")
        names = {each.get("name"): each.get("secure") for each in page.context.cookies()}
        scene.says(page.url.endswith("/bang") and names.get("__Host-kehoach") is True, "Chromium signs in")
        scene.says(not complaints, f"Chromium has nothing to complain of {complaints or ''}")


def by_link(scene: Scene, client: httpx.Client) -> Browser:
    made = scene.house.link("cong-an")
    scene.secrets.append(made.token)
    opened = client.get(f"/mo/{made.token}")
    scene.says((opened.status_code, opened.headers["location"]) == (303, "/don-vi/cong-an"), "a signed link opens")
    return Browser(client)


def uploads(scene: Scene) -> None:
    """A file up to the limit is taken, one beyond it refused in our own words."""
    with scene.client() as client:
        unit = by_link(scene, client)
        for size, status, words in (
            (20 * MEGA, 303, ""),
            (50 * MEGA, 413, say("desk.form_too_large")),
        ):
            body = jpeg() + bytes(size - len(jpeg()))
            sent = unit.send(
                REPORT, {"on": "2025-06-02", "note": "Đã làm"}, files={"file": ("anh.jpg", body, "image/jpeg")}
            )
            scene.says(sent.status_code == status and words in sent.text, f"a file of {size // MEGA} MB: {status}")
        huge = client.post(
            REPORT, content=bytes(70 * MEGA), headers={"content-type": "multipart/form-data; boundary=a"}
        )
        scene.says(huge.status_code == 413, "what is far beyond is refused in front")


def calendars(scene: Scene) -> None:
    """Codings, ETags, 304, HEAD as without a server in front."""
    made = feeds.add(scene.house.engine, which=None, now=datetime.now(UTC), made_by="thử")
    scene.secrets.append(made.token)
    path = f"/lich/{made.token}.ics"
    with scene.client() as client:
        until = time.monotonic() + 15  # just after a change Last-Modified is not said
        while "last-modified" not in client.get(path).headers and time.monotonic() < until:
            time.sleep(0.5)
        page = client.get(f"/lich/{made.token}")
        scene.says(f"{scene.base}/lich/{made.token}.ics" in page.text, "the page of a link names KEHOACH_BASE_URL")
        for coding in ("identity", "gzip", "br", "zstd"):
            accept = {"accept-encoding": coding}
            whole = client.get(path, headers=accept)
            etag = whole.headers["etag"]
            same = whole.headers.get("content-encoding", "identity") == coding and not etag.startswith("W/")
            again = client.get(path, headers=accept | {"if-none-match": etag})
            weak = client.get(path, headers=accept | {"if-none-match": f"W/{etag}"})
            dated = client.get(path, headers=accept | {"if-modified-since": whole.headers["last-modified"]})
            statuses = [each.status_code for each in (again, weak, dated)]
            scene.says(same and statuses == [304] * 3, f"{coding}: a strong ETag, 304 by it, weakened, and by date")
            head = client.head(path, headers=accept)
            length = whole.headers.get("content-length")
            good = (head.headers.get("etag"), head.headers.get("content-length")) == (etag, length)
            scene.says(good and not head.content, f"{coding}: HEAD says the same and no body")


def weakened(scene: Scene) -> None:
    """Who compresses in front makes the ETag a weak one; it is known again."""
    made = feeds.add(scene.house.engine, which=None, now=datetime.now(UTC), made_by="thử")
    with scene.client() as client:
        accept = {"accept-encoding": "gzip"}
        whole = client.get(f"/lich/{made.token}.ics", headers=accept)
        etag = whole.headers["etag"]
        scene.says(whole.headers["content-encoding"] == "gzip" and etag.startswith("W/"), "a weak ETag")
        again = client.get(f"/lich/{made.token}.ics", headers=accept | {"if-none-match": etag})
        scene.says(again.status_code == 304, "304 by it")


def who_asks(scene: Scene) -> None:
    """Wrong tokens are counted by the client's address, whatever it says itself."""
    forged = ("192.0.2.{0}", "127.0.0.1", "192.0.2.{0}, 127.0.0.1")
    with scene.client("127.0.0.2") as bad, scene.client("127.0.0.3") as good:
        statuses = []
        for n in range(36):
            token = f"{n:032}"
            said = {
                "x-forwarded-for": forged[n % 3].format(n),
                "x-real-ip": f"192.0.2.{n}",
                "forwarded": f"for=192.0.2.{n}",
            }
            statuses.append(bad.get(f"/lich/{token}.ics", headers=said).status_code)
        scene.says(statuses == [404] * 30 + [429] * 6, "thirty wrong tokens, then refused, whoever it says to be")
        scene.says(good.get(f"/lich/{'x' * 32}.ics").status_code == 404, "and nobody else is")


def away(scene: Scene) -> None:
    """While kehoach is away the server in front says so; its log has no key."""
    with scene.client() as client:
        statuses = {
            client.get(path).status_code
            for token in scene.secrets
            for path in (f"/lich/{token}.ics", f"/lich/{token}?lang=en", f"/mo/{token}", f"/vao/oidc/ve?code={token}")
        }
        scene.says(statuses == {502}, "while kehoach is away: 502")


def quiet(scene: Scene) -> None:
    """No log of either holds a key."""
    with httpx.Client(trust_env=False) as client:
        for token in scene.secrets:
            client.get(f"http://localhost:{scene.ports.plain}/lich/{token}.ics")
    time.sleep(0.5)
    log = scene.logs()
    scene.says(not any(each in log for each in scene.secrets), "no log holds a key")
    if scene.front == "nginx":
        scene.says(" GET /lich/- 200 " in log and " GET /mo/- 303 " in log, "its log says what was asked for")


LOOKS = (in_chromium, signing_in, uploads, calendars, who_asks)


def walk(front: str) -> list[tuple[bool, str]]:
    with tempfile.TemporaryDirectory() as folder:
        scene = built(front, Path(folder))
        with running(FRONTS[front](scene.folder, scene.ports), scene.folder, front, scene.ports.secure):
            with kehoach(scene):
                for look in (weakened,) if front == "compressing" else LOOKS:
                    look(scene)
            if front != "compressing":
                away(scene)
                quiet(scene)
        if not all(holds for holds, _ in scene.found):
            print(scene.logs()[-3000:], file=sys.stderr)
        scene.house.engine.dispose()
        return scene.found


def main(names: list[str]) -> int:
    missing = [each for each in ("nginx", "caddy", "openssl") if shutil.which(each) is None]
    if missing:
        print(f"missing: {', '.join(missing)}", file=sys.stderr)
        return 2
    return int(not all(holds for name in names or FRONTS for holds, _ in walk(name)))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
