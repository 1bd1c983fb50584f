"""The page about a link: what the calendar is, buttons to subscribe, a code for a phone's camera. No script."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from texts import LANGUAGES, area, say
from usecases.feeds import Form, address

if TYPE_CHECKING:
    from jinja2 import Template

_FOLDER = Path(__file__).parent / "templates"
_STYLE = (_FOLDER / "link.css").read_text(encoding="utf-8")
_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()

HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (
        b"content-security-policy",
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'".encode(),
    ),
]
"""Nothing is loaded, sent, framed or run: the one style sheet is in the page."""


def _both(key: str) -> bytes:
    return "".join(f"{say(key, lang)}\n" for lang in LANGUAGES).encode()


REFUSED_TEXT = {404: _both("web.refused_404"), 429: _both("web.refused_429")}
BAD_QUERY = _both("web.bad_query")

_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_LONGEST_HOST = 260
"""A name of 253 letters (RFC 1035 2.3.4) and a port; a longer one fits into no QR code."""
# The quiet zone that ISO 18004 asks for; error level M survives a crease in the paper it was printed on.
_CODE: dict[str, Any] = {"scale": 5, "border": 4, "dark": "#1d2430", "light": "#ffffff", "omitsize": True}


def base_of(scope: Any) -> str:
    """Where this request reached us, for an installation that has not said where it is reached; "" where unknown."""
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    return f"{scope['scheme']}://{host}" if len(host) <= _LONGEST_HOST and _HOST.fullmatch(host) else ""


def link(base: str, token: str, form: Form, name: str, lang: str = "vi") -> bytes:
    """The page, in the language asked for. `token` is one that opens: letters of base64url."""
    calendar = address(base, token, form, lang)
    other = "en" if form.lang == "vi" else "vi"
    return _render(
        form.lang,
        title=name,
        heading=name,
        ways=ways(calendar, name),
        address=calendar,
        code=_code(address(base, token, form, lang, ending="")),
        other=address("", token, form._replace(lang=other), lang, ending=""),
        other_lang=other,
    )


def ways(calendar: str, name: str) -> dict[str, str]:
    """One address each to subscribe to `calendar` by a tap: `apple`, `google`, `outlook`, `office` (Microsoft 365)."""
    webcal = re.sub(r"^https?:", "webcal:", calendar)
    return {
        "apple": webcal,
        "google": f"https://calendar.google.com/calendar/render?cid={quote(webcal, safe='')}",
        "outlook": _outlook("outlook.live.com", calendar, name),
        "office": _outlook("outlook.office.com", calendar, name),
    }


@cache
def refused(status: int, lang: str) -> bytes:
    """The page in place of one that a token does not open; it says nothing of the token."""
    return _render(lang, title=say("web.refused_title", lang), heading="", refused=say(f"web.refused_{status}", lang))


def _outlook(host: str, calendar: str, name: str) -> str:
    # A space as %20: Outlook shows a plus as it stands.
    return f"https://{host}/calendar/0/addfromweb?url={quote(calendar, safe='')}&name={quote(name, safe='')}"


def _code(page: str) -> str:
    import segno

    drawn = io.BytesIO()
    segno.make(page, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, svgns=False, **_CODE)
    return drawn.getvalue().decode()


def _render(lang: str, **values: Any) -> bytes:
    words = area("web", lang)
    return _template().render(lang=lang, words=words, style=_STYLE, **values).encode()


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("link.html")
