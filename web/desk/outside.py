"""Signing in at the city's provider: the way there, the way back, the six digits where it said nothing of a second
factor, and the way out. Links lead there, not forms: a browser would not follow a form to another site (form-action).
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Any

from rules.errors import KehoachError, RequestRefused
from usecases import invitations, outside, second_factor
from usecases.outside import CodeNeeded, Identity
from web.desk import security, templates
from web.desk.codes import drawn
from web.desk.entrance import PROBLEMS, inside, signed_in
from web.desk.guard import said
from web.desk.identity import cookie_name
from web.desk.routing import ANYONE, routes
from web.desk.tries import address_of, too_often

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.desk.oidc import Attempt, Provider
    from web.desk.visit import Visit

COOKIE = "kehoach-oidc"
_GO, _CODE, _OUT = "/vao/oidc", "/vao/oidc/ma", "/vao/oidc/ra"
_SECONDS = 600
"""From leaving for the provider to coming back, and again for the six digits."""
_ASKED, _WAITS = "oidc asked", "oidc waits"


@routes.get(_GO, ANYONE)
def go(visit: Visit) -> Response:
    """To the provider, and afterwards to the page that was asked for."""
    return _go(visit, to=inside(visit.query("tiep")), invitation="")


@routes.get("/moi/{token}/oidc", ANYONE)
def take_up(visit: Visit) -> Response:
    """To the provider, to bind the invited account to who signs in there: afresh, since a colleague who sat at this
    machine before may still be signed in."""
    token = visit.path("token")
    if invitations.look(visit.engine, token=token, now=visit.now) is None:
        return said(visit, 404, "desk.invitation_over")
    return _go(visit, to="/", invitation=token)


def _go(visit: Visit, *, to: str, invitation: str) -> Response:
    provider = visit.desk.oidc
    if provider is None:
        return said(visit, 404, "desk.no_such_page")
    if visit.desk.writes.refuse_for(address_of(visit)):
        return said(visit, 429, "desk.too_often")
    secret = secrets.token_urlsafe(24)
    try:
        address = provider.question(_attempt(visit, secret), now=visit.now, lang=visit.lang, afresh=bool(invitation))
    except KehoachError as error:
        return _problem(visit, invitation, error)
    _keep(visit, _ASKED, secret=secret, to=to, invitation=invitation)
    return templates.redirect(visit, address)


@routes.get("/vao/oidc/ve", ANYONE)
def back(visit: Visit) -> Response:
    """Back from the provider: only in the browser that was sent there, and once."""
    provider, told = visit.desk.oidc, _kept(visit, _ASKED)
    if provider is None:
        return said(visit, 404, "desk.no_such_page")
    if too_often(visit):
        return said(visit, 429, "desk.too_often")
    attempt = _attempt(visit, told["secret"]) if told else None
    if told is None or attempt is None or not _same(visit.query("state"), attempt.state):
        return _problem(visit, "", RequestRefused("account.oidc_stale"))
    try:
        who = _who(visit, provider, attempt)
        try:
            return _entered(visit, who, told)
        except CodeNeeded:
            waits = {"mark": who.mark, "there": who.session or "", "to": told["to"], "invitation": told["invitation"]}
            _keep(visit, _WAITS, **waits)
            return templates.redirect(visit, _CODE)
    except KehoachError as error:
        visit.cookies.append((COOKIE, "", 0))
        return _problem(visit, told["invitation"], error)


def _who(visit: Visit, provider: Provider, attempt: Attempt) -> Identity:
    answer = provider.answer(visit.request.query_params, attempt, now=visit.now)
    key, issuer = visit.desk.key, provider.issuer
    there = outside.session_mark_of(key, issuer, answer.session) if answer.session else None
    return Identity(outside.mark_of(key, issuer, answer.subject), answer.second, there)


def _entered(visit: Visit, who: Identity, told: dict[str, str], code: str | None = None) -> Response:
    """Signed in, or the invitation taken up and signed in."""
    common: dict[str, Any] = {"key": visit.desk.key, "who": who, "now": visit.now, "code": code}
    if told["invitation"]:
        token = outside.take_up(visit.engine, token=told["invitation"], **common)
    else:
        token = outside.sign_in(visit.engine, **common)
    visit.cookies.append((COOKIE, "", 0))
    signed_in(visit, token)
    return templates.redirect(visit, told["to"])


@routes.get(_CODE, ANYONE)
def code_page(visit: Visit) -> Response:
    told = _kept(visit, _WAITS)
    if told is None:
        return _problem(visit, "", RequestRefused("account.oidc_stale"))
    return _code(visit, told, None)


@routes.post(_CODE, ANYONE)
def code(visit: Visit) -> Response:
    """The six digits of who has just signed in there."""
    told = _kept(visit, _WAITS)
    if told is None:
        return _problem(visit, "", RequestRefused("account.oidc_stale"))
    if too_often(visit, told["mark"]):
        return _code(visit, told, "desk.too_often", 429)
    try:
        who = Identity(told["mark"], second=False, session=told.get("there") or None)
        return _entered(visit, who, told, visit.typed("code"))
    except RequestRefused as refused:
        if refused.code == "account.wrong_code":
            return _code(visit, told, refused.code, 400)
        return _problem(visit, told["invitation"], refused)


def _code(visit: Visit, told: dict[str, str], problem: str | None, status: int = 200) -> Response:
    invited = invitations.look(visit.engine, token=told["invitation"], now=visit.now) if told["invitation"] else None
    if invited is None and told["invitation"]:
        return said(visit, 404, "desk.invitation_over")
    secret = second_factor.secret(visit.desk.key, invited.salt) if invited else None
    return templates.render(
        visit,
        "outside_code.html",
        status,
        problem=problem,
        code=drawn(second_factor.address(secret, invited.login, "kehoach")) if secret and invited else None,
        typed_code=second_factor.shown(secret) if secret else None,
    )


@routes.get(_OUT, ANYONE)
def out(visit: Visit) -> Response:
    """Signed out here; who sits at a machine of others signs out there, too."""
    address = visit.desk.oidc.sign_out_address() if visit.desk.oidc else None
    if address is None:
        return templates.redirect(visit, "/")
    return templates.render(visit, "signed_out.html", address=address)


def _problem(visit: Visit, invitation: str, error: KehoachError) -> Response:
    """To the page that it began on, which says what went wrong: the address with the code is left behind."""
    area, _, word = error.code.partition(".")
    if area != "account" or word not in PROBLEMS:
        raise error
    return templates.redirect(visit, f"/moi/{invitation}?loi={word}" if invitation else f"/vao?loi={word}")


def _attempt(visit: Visit, secret: str) -> Attempt:
    from web.desk.oidc import Attempt

    return Attempt.of(visit.desk.key, secret)


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), right.encode())


def _keep(visit: Visit, purpose: str, **told: str) -> None:
    """In this browser, sealed, for ten minutes."""
    told["at"] = str(int(visit.now.timestamp()))
    visit.cookies.append((COOKIE, security.sealed(visit.desk.key, purpose, told), _SECONDS))


def _kept(visit: Visit, purpose: str) -> dict[str, str] | None:
    """What this browser keeps for this purpose; None for nothing, another's, or what is too old."""
    name = cookie_name(COOKIE, secure=visit.desk.secure(visit.request))
    told = security.unsealed(visit.desk.key, purpose, visit.request.cookies.get(name, ""))
    if told is None or not 0 <= visit.now.timestamp() - int(told["at"]) <= _SECONDS:
        return None
    return told
