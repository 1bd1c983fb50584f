"""Pages from templates: the words, the days, the token of forms, and the answer with its headers.

`render(visit, "name.html", status, **context)`. In a template: `t("area.key", …)` says a text, `| day` writes
dd/mm/yyyy, `form_token()` is the hidden field every form needs, `static("desk.css")` an address that changes with the
file. `base.html` has the blocks `title`, `main` and `wide` (a class for broad pages). No inline script or style works.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from rules.errors import SeveralRefused
from texts import area, say
from web.coding import IDENTITY, chosen, coded
from web.desk import locales, security
from web.desk.identity import cookie_name
from web.desk.routing import EVERYBODY, routes
from web.desk.visit import LANG_COOKIE, Visit

if TYPE_CHECKING:
    from rules.errors import KehoachError

TEMPLATES = Path(__file__).parents[1] / "templates" / "desk"
STATIC = Path(__file__).parents[1] / "static"
_YEAR = 365 * 24 * 3600
_SMALLEST = 600
"""Bytes below which compressing costs more than it saves."""


def render(visit: Visit, name: str, status: int = 200, **context: Any) -> Response:
    """The page, in the visitor's language and compressed as the browser takes it."""
    shown = _environment().get_template(name).render(**_common(visit), **context)
    return answer(visit, shown.encode(), "text/html; charset=utf-8", status)


def answer(visit: Visit, body: bytes, media_type: str, status: int = 200, **headers: str) -> Response:
    """Any body with the headers of the desk; `headers` are named with underscores."""
    coding = (
        chosen((visit.request.headers.get("accept-encoding") or "").encode()) if len(body) > _SMALLEST else IDENTITY
    )
    said = security.HEADERS | {name.replace("_", "-"): value for name, value in headers.items()}
    said |= {"content-type": media_type, "vary": "Accept-Encoding, Accept-Language, Cookie"}
    if coding != IDENTITY:
        said["content-encoding"] = coding
    return finished(visit, Response(coded(body, coding), status, headers=said))


def redirect(visit: Visit, to: str) -> Response:
    """To a page of ours, after something was done (RFC 9110 15.4.4)."""
    response = RedirectResponse(to, 303, headers=security.HEADERS)
    return finished(visit, response)


def finished(visit: Visit, response: Response) -> Response:
    """The answer with its cookies, and over https the promise to stay there."""
    secure = visit.desk.secure(visit.request)
    if secure:
        response.headers["strict-transport-security"] = security.HSTS
    if visit.request.query_params.get("lang") == visit.lang:
        visit.cookies.append((LANG_COOKIE, visit.lang, _YEAR))
    for name, value, seconds in visit.cookies:
        response.set_cookie(
            name if name == LANG_COOKIE else cookie_name(name, secure=secure),
            value,
            max_age=seconds if value else 0,
            path="/",
            secure=secure,
            httponly=True,
            samesite="lax",
        )
    return response


def refusal(error: KehoachError, lang: str) -> str:
    """Why a request was refused, in words for a page: those of texts/*/desk.py where the general ones name options of
    the command line."""
    if isinstance(error, SeveralRefused):
        return "\n".join(error.lines(lambda each: _refusal(each, lang)))
    return _refusal(error, lang)


def _refusal(error: KehoachError, lang: str) -> str:
    values = {name: _word(value, lang) for name, value in error.values.items()}
    known = area("desk", lang)
    here = f"refused_{error.code.partition('.')[2]}"
    return known[here].format(**values) if here in known else say(error.code, lang, **values)


def _word(value: Any, lang: str) -> Any:
    if isinstance(value, date):
        return day(value, lang)
    if isinstance(value, list | tuple | set | frozenset):
        return locales.listed([_word(each, lang) for each in value], lang)
    return value


def day(value: date | str | None, lang: str = "vi") -> str:
    """dd/mm/yyyy in both languages; a dash for none."""
    return locales.day(value, lang)


def anchor(address: str) -> str:
    """The id of a clause on the page of the document; an id has no blanks, «mở đầu» has."""
    return address.replace(" ", "_")


def _common(visit: Visit) -> dict[str, Any]:
    lang, actor = visit.lang, visit.actor

    def instant(value: datetime) -> str:
        at = value.astimezone(ZoneInfo(actor.in_force.zone if actor else "Asia/Ho_Chi_Minh"))
        return locales.instant(at, lang)

    def t(key: str, /, **values: object) -> str:
        return say(key, lang, **values)

    def form_token() -> Markup:
        token = security.form_token(visit.desk.key, visit.secret)
        return Markup('<input type="hidden" name="{}" value="{}">').format(security.FIELD, token)

    seen = [each for each in routes.entries if actor is not None and actor.roles & each.who]
    return {
        "t": t,
        "lang": lang,
        "visit": visit,
        "actor": actor,
        "form_token": form_token,
        "static": static,
        "instant": instant,
        "navigation": [each for each in seen if not each.manages],
        "managing": [each for each in seen if each.manages],
        "may_hold_cases": actor is not None and not actor.by_link and not actor.roles.isdisjoint(EVERYBODY),
        "outside_name": visit.desk.oidc.name(lang) if visit.desk.oidc else "",
        "number": lambda value: locales.number(value, lang),
        "listed": lambda values: locales.listed(list(values), lang),
        "other_lang": "en" if lang == "vi" else "vi",
    }


@cache
def static(name: str) -> str:
    """The address of a file of web/static; a changed file has another one, so a browser may keep it for good."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def _field_label(visit: Visit, name: str) -> str:
    """What a field is called where what was typed in it is shown again."""
    return area("desk", visit.lang).get(f"field_{name.partition('.')[0]}", name)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = day
    environment.filters["anchor"] = anchor
    environment.filters["field_label"] = _field_label
    return environment
