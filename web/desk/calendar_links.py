"""Calendar links, handed out: what `kehoach feed` does, for a unit on its own page and for the office over all of them.

A link stands until somebody ends it, longer than any session: so only who decides for the office makes one to
everything, and a token is shown on the page that made it, never in an address of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules.errors import RequestRefused
from usecases import calendars, feeds
from usecases.feeds import Form
from web import page
from web.desk import templates
from web.desk.codes import drawn
from web.desk.guard import said
from web.desk.routing import DECIDES, WRITES, routes

if TYPE_CHECKING:
    from markupsafe import Markup
    from starlette.responses import Response

    from rules.units import Unit
    from web.desk.visit import Visit

PATH = "/duong-dan-lich"
EACH = "each:"
"""Before a group's id, where each of its members is to have a link."""
MOST = 12
"""Standing links that one unit may have made; who needs more has lost some, and ends those."""

routes.navigation("feed.title", PATH, DECIDES, place=2, manages=True)


@dataclass(frozen=True, slots=True)
class Handed:
    """A link with its token, as it is shown this once."""

    which: str
    label: str
    page: str
    """The link's own page, which has all the ways to subscribe."""
    address: str
    code: Markup
    ways: dict[str, str]
    variants: tuple[tuple[str, str, str], ...]
    """(what it is, its page, its address) of the calendar's other forms."""


def base_of(visit: Visit) -> str:
    """Where people reach the desk: as the installation says, else as this request did."""
    scope = visit.request.scope
    host, port = scope.get("server") or ("localhost", None)
    return visit.desk.base or page.base_of(scope) or f"{scope['scheme']}://{host}{f':{port}' if port else ''}"


# ---- a unit's own


@routes.get("/don-vi/{unit}/lich", WRITES)
def of_unit(visit: Visit) -> Response:
    """The calendar links of this unit that stand; a new one is made by a button."""
    return _unit_page(visit, [])


@routes.post("/don-vi/{unit}/lich", WRITES)
def change_of_unit(visit: Visit) -> Response:
    """Make a link, shown once; give one of this unit's a new secret; or end one."""
    unit = visit.path("unit")
    standing = _of_unit(visit)
    done = _renewed_or_ended(visit, standing, f"/don-vi/{unit}/lich")
    if done is not None:
        return _unit_page(visit, [done]) if isinstance(done, feeds.Link) else done
    if len(standing) >= MOST:
        return _unit_page(visit, [], templates.refusal(RequestRefused("feed.too_many"), visit.lang))
    label = visit.typed("label")[:100] or visit.in_force.unit_name(unit)
    return _unit_page(visit, [_add(visit, unit, label)])


def _of_unit(visit: Visit) -> list[dict[str, Any]]:
    return [each for each in _standing(visit) if each["which"] == visit.path("unit")]


def _unit_page(visit: Visit, made: list[feeds.Link], problem: str | None = None) -> Response:
    return templates.render(
        visit,
        "calendar.html",
        400 if problem else 200,
        unit=visit.in_force.units[visit.path("unit")],
        handed=[_handed(visit, each) for each in made],
        standing=_of_unit(visit),
        problem=problem,
    )


# ---- the office's


@routes.get(PATH, DECIDES)
def all_links(visit: Visit) -> Response:
    """Every calendar link of the plan, by calendar, and a form for a new one."""
    return _office_page(visit, [])


@routes.post(PATH, DECIDES)
def change(visit: Visit) -> Response:
    """Make a link to any calendar, or one for each member of a group; give any a new secret; end any."""
    done = _renewed_or_ended(visit, _standing(visit), PATH)
    if done is not None:
        return _office_page(visit, [done]) if isinstance(done, feeds.Link) else done
    which = visit.typed("which")
    try:
        if not which:
            raise RequestRefused("feed.needs_which")
        if not which.startswith(EACH):
            return _office_page(visit, [_add(visit, which, visit.typed("label")[:100])])
        group = which.removeprefix(EACH)
        who = visit.who
        made = feeds.add_members(
            visit.engine, group=group, now=visit.now, made_by=who.login, plan=who.plan, lang=visit.lang
        )
        return _office_page(visit, made)
    except RequestRefused as refused:
        return _office_page(visit, [], templates.refusal(refused, visit.lang))


def _office_page(visit: Visit, made: list[feeds.Link], problem: str | None = None) -> Response:
    every = feeds.listed(visit.engine, plan=visit.who.plan, lang=visit.lang)
    here = [each for each in visit.in_force.units.values() if each.exists_on(visit.today)]
    return templates.render(
        visit,
        "calendar_links.html",
        400 if problem else 200,
        handed=[_handed(visit, each) for each in made],
        calendars=_by_calendar(visit, [each for each in every if each["revoked_at"] is None]),
        ended=[each for each in every if each["revoked_at"] is not None],
        units=[each for each in here if each.group is None and not _has_members(each)],
        groups=[(each, [one for one in here if one.group == each.id]) for each in here if _has_members(each)],
        each_of=EACH,
        problem=problem,
        typed=visit.typed if problem else lambda _: "",
    )


def _has_members(unit: Unit) -> bool:
    return unit.is_group and unit.members is not None


def _by_calendar(visit: Visit, standing: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The office's first, then the campaigns', then the units' as the plan has them."""
    order = {name: n for n, name in enumerate((calendars.OFFICE, calendars.CAMPAIGNS, *visit.in_force.units))}
    found: dict[str, list[dict[str, Any]]] = {}
    for each in sorted(standing, key=lambda each: order.get(each["which"], len(order))):
        found.setdefault(each["which"], []).append(each)
    return list(found.items())


# ---- both


def _standing(visit: Visit) -> list[dict[str, Any]]:
    every = feeds.listed(visit.engine, plan=visit.who.plan, lang=visit.lang)
    return [each for each in every if each["revoked_at"] is None]


def _add(visit: Visit, which: str, label: str) -> feeds.Link:
    who = visit.who
    return feeds.add(
        visit.engine, which=which, label=label, now=visit.now, made_by=who.login, plan=who.plan, lang=visit.lang
    )


def _renewed_or_ended(visit: Visit, standing: list[dict[str, Any]], back: str) -> feeds.Link | Response | None:
    """The link with its new secret, or the answer, where one of `standing` was to be rotated or revoked; None where
    neither was asked. One that is not among them, another's or ended meanwhile, is as good as none."""
    who, rotated, revoked = visit.who, visit.typed("rotate"), visit.typed("revoke")
    if not (rotated or revoked):
        return None
    if (rotated or revoked) not in {each["id"] for each in standing}:
        return said(visit, 404, "desk.no_such_page")
    try:
        if rotated:
            return feeds.rotate(visit.engine, id=rotated, now=visit.now, plan=who.plan, lang=visit.lang)
        feeds.revoke(visit.engine, id=revoked, now=visit.now, by=who.login, plan=who.plan)
    except RequestRefused:  # ended since this page read them; the refusal would name others' links
        return said(visit, 404, "desk.no_such_page")
    return templates.redirect(visit, back)


def _handed(visit: Visit, link: feeds.Link) -> Handed:
    base, lang = base_of(visit), visit.desk.lang
    usual = Form(lang=lang)

    def at(form: Form, ending: str = ".ics") -> str:
        return feeds.address(base, link.token, form, lang, ending=ending)

    other = "en" if lang == "vi" else "vi"
    others = {
        "todo": usual._replace(form="todo"),
        "silent": usual._replace(alarms=False),
        other: usual._replace(lang=other),
    }
    return Handed(
        which=link.which,
        label=link.label,
        page=at(usual, ""),
        address=at(usual),
        code=drawn(at(usual, "")),
        ways=page.ways(at(usual), link.name),
        variants=tuple((name, at(form, ""), at(form)) for name, form in others.items()),
    )
