"""The way in and out: signing in, an invitation, a signed link, the sessions of an account."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from models.session import reading
from rules.errors import RequestRefused
from texts import say
from usecases import desk_sessions, invitations, outside, passwords, second_factor, signing_in
from web.desk import templates
from web.desk.codes import drawn
from web.desk.guard import KEPT, said, typed_again
from web.desk.identity import LINK, SESSION, of_cookie, of_link
from web.desk.routing import ANYONE, EVERYBODY, FOLLOWS, routes
from web.desk.tries import address_of, remember, too_often

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.desk.identity import Actor
    from web.desk.visit import Visit

_SESSION_SECONDS = int(desk_sessions.UNIT_AT_MOST.total_seconds())
"""The browser's part; the server's limits are shorter for the office."""

_NO_PATH = re.compile(r"[\x00-\x1f\x7f\\]")
"""A browser leaves tabs and ends of lines out of an address and takes «\\» for «/»: to it «/⇥\\x» is another host."""


@routes.get("/", ANYONE)
def home(visit: Visit) -> Response:
    """Everybody's first page: a unit's own, the office's, or the sign-in."""
    actor = visit.actor
    if actor is None:
        return templates.redirect(visit, "/vao")
    if actor.sees_all or actor.may(*FOLLOWS):
        first = next(each.path for each in routes.entries if actor.roles & each.who)
        return templates.redirect(visit, first)
    return templates.redirect(visit, f"/don-vi/{actor.unit}")


@routes.get("/vao", ANYONE)
def sign_in_page(visit: Visit) -> Response:
    to = inside(visit.query("tiep"))
    return templates.render(visit, "sign_in.html", to=to, kept=[], problem=_problem_told(visit), login="")


PROBLEMS = frozenset(
    {
        *("oidc_down", "oidc_denied", "oidc_stale", "oidc_untrusted", "oidc_unknown", "oidc_second", "oidc_taken"),
        "invitation_over",
    }
)
"""What may have gone wrong on the way to the city's provider and back: keys of texts/*/account.py."""


def _problem_told(visit: Visit) -> str | None:
    """The problem that the address names; only words of ours can be shown so."""
    word = visit.query("loi")
    return f"account.{word}" if word in PROBLEMS else None


@routes.post("/vao", ANYONE)
def sign_in(visit: Visit) -> Response:
    """Open a session; what was typed into a form before is shown to be sent again, and not sent by itself."""
    form = visit.form
    kept = [(name, str(value)) for name, value in form.multi_items() if name.startswith(KEPT)] if form else []
    to, login = inside(visit.typed("tiep")), visit.typed("login")
    page: dict[str, Any] = {"to": to, "kept": kept, "login": login}
    if too_often(visit, login):
        return templates.render(visit, "sign_in.html", 429, problem="desk.too_often", **page)
    try:
        token = signing_in.sign_in(
            visit.engine,
            key=visit.desk.key,
            login=login,
            password=str(form.get("password", "")) if form else "",
            code=visit.typed("code"),
            now=visit.now,
        )
    except RequestRefused:
        return templates.render(visit, "sign_in.html", 401, problem="desk.wrong", **page)
    signed_in(visit, token)
    remember(visit, login)
    if kept:
        visit.secret = token
        return typed_again(visit, to, [(name.removeprefix(KEPT), value) for name, value in kept])
    return templates.redirect(visit, to)


def signed_in(visit: Visit, token: str) -> None:
    """This browser bears the session from now on; a signed link it had opened is put aside, and a session that it had
    until now is ended, so that no copy of the old cookie opens it."""
    with reading(visit.engine) as session:
        earlier = of_cookie(session, visit.request, visit.desk, visit.now)
    if earlier is not None:
        desk_sessions.end(visit.engine, office=earlier.office, account_id=earlier.account, now=visit.now, id=earlier.id)
    visit.cookies += [(SESSION, token, _SESSION_SECONDS), (LINK, "", 0)]


def oidc_name(visit: Visit) -> str:
    """What people call the city's provider; "" where there is none."""
    return visit.desk.oidc.name(visit.lang) if visit.desk.oidc else ""


def inside(to: str) -> str:
    """A path of ours to go to afterwards; the first page for anything else (an open redirect is a phisher's gift)."""
    try:
        parts = urlsplit(to)
    except ValueError:  # «//[»: no address at all
        return "/"
    inside = to.startswith("/") and not to.startswith("//") and not parts.netloc and not parts.scheme
    return "/" if not inside or _NO_PATH.search(to) else to


@routes.post("/ra", ANYONE)
def leave(visit: Visit) -> Response:
    """End the session, or put a signed link aside."""
    actor = visit.actor
    if actor is not None and not actor.by_link:
        desk_sessions.end(visit.engine, office=actor.office, account_id=actor.id, now=visit.now, id=actor.session_id)
        visit.cookies.append((SESSION, "", 0))
    visit.cookies.append((LINK, "", 0))
    # to the way out at the provider, to the sign-in, or back to the session that the link had covered
    return templates.redirect(visit, "/vao/oidc/ra" if actor is not None and _came_from_outside(visit, actor) else "/")


def _came_from_outside(visit: Visit, actor: Actor) -> bool:
    if actor.by_link or visit.desk.oidc is None:
        return False
    return outside.opens(visit.engine, office=actor.office, account_id=actor.id)


@routes.get("/mo/{token}", ANYONE)
def open_link(visit: Visit) -> Response:
    """A signed link: remember it in this browser and show the unit's page. Nothing is written: scanners come too."""
    token = visit.path("token")
    with reading(visit.engine) as session:
        actor = of_link(session, visit.desk, token, visit.now)
    if actor is None or actor.expires_at is None:
        if visit.desk.tries.refuse_for(address_of(visit)):
            return said(visit, 429, "desk.too_often")
        return said(visit, 404, "desk.link_over")
    left = int((actor.expires_at - visit.now).total_seconds())
    visit.cookies.append((LINK, token, left))
    return templates.redirect(visit, f"/don-vi/{actor.unit}")


@routes.get("/moi/{token}", ANYONE)
def invitation_page(visit: Visit) -> Response:
    problem = _problem_told(visit)
    return _invitation(visit, problem and say(problem, visit.lang, name=oidc_name(visit)))


@routes.post("/moi/{token}", ANYONE)
def take_up(visit: Visit) -> Response:
    form = visit.form
    password, again = (str(form.get(name, "")) if form else "" for name in ("password", "again"))
    if too_often(visit):
        return said(visit, 429, "desk.too_often")
    try:
        invitations.take_up(
            visit.engine,
            key=visit.desk.key,
            token=visit.path("token"),
            password=password,
            again=again,
            code=visit.typed("code"),
            now=visit.now,
        )
    except RequestRefused as refused:
        return _invitation(visit, templates.refusal(refused, visit.lang))
    return said(visit, 200, "desk.ready")


def _invitation(visit: Visit, problem: str | None) -> Response:
    found = invitations.look(visit.engine, token=visit.path("token"), now=visit.now)
    if found is None:
        return said(visit, 404, "desk.invitation_over")
    secret = second_factor.secret(visit.desk.key, found.salt) if found.needs_second else None
    page = templates.render(
        visit,
        "invitation.html",
        400 if problem else 200,
        invitation=found,
        problem=problem,
        shortest=passwords.SHORTEST,
        code=drawn(second_factor.address(secret, found.login, "kehoach")) if secret else None,
        typed_code=second_factor.shown(secret) if secret else None,
    )
    page.headers["referrer-policy"] = "strict-origin"  # its address is a key, not for the log of who serves our style
    return page


@routes.get("/phien", EVERYBODY | FOLLOWS, personal=True)
def sessions(visit: Visit) -> Response:
    """The browsers that are signed in with this account."""
    actor = visit.who
    found = desk_sessions.listed(visit.engine, office=actor.office, account_id=actor.id)
    return templates.render(visit, "sessions.html", sessions=found)


@routes.post("/phien", EVERYBODY | FOLLOWS, personal=True)
def end_sessions(visit: Visit) -> Response:
    """End one of them, or all."""
    actor = visit.who
    desk_sessions.end(
        visit.engine, office=actor.office, account_id=actor.id, now=visit.now, id=visit.typed("id") or None
    )
    return templates.redirect(visit, "/phien")
