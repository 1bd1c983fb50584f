"""Cases (vụ việc): seen by the accounts that are named to them, and for everybody else not there.

Every address of a case begins with the same question (usecases.cases), and what is not the caller's is the page of an
address that does not exist. Nothing typed here is kept in the browser, and a signed link opens none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rules import personal
from rules.errors import RequestRefused
from usecases import cases, naming
from usecases.evidence import path_of
from web.desk import marks, templates
from web.desk.case_acts import ACTS, caller, may_speak
from web.desk.files import sent_as_file
from web.desk.forms import form_context
from web.desk.guard import said
from web.desk.routing import EVERYBODY, WRITES, routes
from web.desk.unit import words_of_state

if TYPE_CHECKING:
    from starlette.responses import Response

    from rules.values import Key
    from usecases.cases import CasePage
    from usecases.status import Item
    from web.desk.visit import Visit

_ONE = "/vu-viec/{task}/{of}/{period}"
_DONE = (
    *("reported", "issued", "noted", "retracted", "confirmed", "returned", "named", "unnamed", "event_opened"),
    *("redacted", "extension_asked", "extension_granted", "extension_refused"),
)


@routes.get("/vu-viec", EVERYBODY, personal=True)
def mine(visit: Visit) -> Response:
    """The cases that are given to who has signed in."""
    found = cases.mine(visit.engine, in_force=visit.in_force, caller=caller(visit), now=visit.now)
    own = visit.who.unit
    return templates.render(
        visit,
        "cases.html",
        mine=found,
        taken=marks.read(visit, {"nhan"}) is not None,
        opens=own if own and visit.who.may(*WRITES) and cases.opens_something(visit.in_force, own) else None,
        **_pieces(visit),
    )


@routes.post("/vu-viec", EVERYBODY, personal=True)
def take_up(visit: Visit) -> Response:
    """The head of a unit takes up the cases of the unit that nobody can open."""
    naming.take_up(visit.engine, plan=visit.who.plan, caller=caller(visit), now=visit.now)
    return marks.redirect(visit, "/vu-viec", "nhan")


@routes.get(_ONE, EVERYBODY, personal=True)
def case(visit: Visit) -> Response:
    found = _found(visit)
    return _none(visit) if found is None else _page(visit, found)


@routes.post(_ONE, EVERYBODY, personal=True, files=True)
def act(visit: Visit) -> Response:
    """Report, note, take back, confirm, return, name or end naming: `act` says which."""
    found = _found(visit)
    if found is None:
        return _none(visit)
    do = ACTS.get(visit.typed("act"))
    if do is None:
        return _page(visit, found)
    signs = personal.signs(visit.typed("note"), visit.typed("document"))
    if signs and not visit.typed("seen"):
        return _page(visit, found, signs=signs)
    try:
        what = do(visit, found)
    except RequestRefused as refused:
        return _page(visit, found, problem=templates.refusal(refused, visit.lang))
    still = what != "unnamed" or visit.typed("to") != visit.who.id
    return marks.redirect(visit, visit.address, what) if still else templates.redirect(visit, "/vu-viec")


@routes.get(_ONE + "/tep/{sha256}", EVERYBODY, personal=True)
def evidence(visit: Visit) -> Response:
    """A file of a case, to who is named to it."""
    found = cases.file(
        visit.engine, in_force=visit.in_force, key=_key(visit), caller=caller(visit), sha256=visit.path("sha256")
    )
    path = path_of(visit.desk.evidence, found.sha256) if found is not None else None
    if found is None or path is None or not path.is_file():
        return _none(visit)
    return sent_as_file(visit, found.name, path)


# ---- pages


def _key(visit: Visit) -> Key:
    return cases.key_of(visit.in_force, visit.path("task"), visit.path("of"), visit.path("period"))


def path_of_case(key: Key) -> str:
    return "/".join(["/vu-viec", *(quote(part, safe="") for part in key[2:])])


def _found(visit: Visit) -> CasePage | None:
    return cases.page(
        visit.engine, in_force=visit.in_force, key=_key(visit), caller=caller(visit), now=visit.now, lang=visit.lang
    )


def _none(visit: Visit) -> Response:
    return said(visit, 404, "desk.no_such_page")


def _page(visit: Visit, found: CasePage, *, problem: str | None = None, signs: tuple[str, ...] = ()) -> Response:
    """The case; after a refusal or a warning with what was typed, in the form it was typed in."""
    done = marks.read(visit, _DONE) if visit.form is None else None
    held_by = found.item.state.held_by
    page = form_context(visit, problem, held_by) | {
        "found": found,
        "item": found.item,
        "signs": signs,
        "acted": visit.typed("act"),
        "done": done and done.what,
        "may_speak": may_speak(visit, found),
        "unit": visit.in_force.units[held_by],
        "file_names": {each.sha256: each.name for each in found.files},
        "case_path": path_of_case(found.item.terms.key),
        "erase_path": path_of_case(found.item.terms.key),
        **_pieces(visit),
    }
    return templates.render(visit, "case.html", 400 if problem else 200, **page)


def _pieces(visit: Visit) -> dict[str, Any]:
    def state_words(item: Item) -> tuple[str, str]:
        return words_of_state(item, visit.today, visit.lang)

    return {
        "state_words": state_words,
        "unit_name": visit.in_force.unit_name,
        "path_of_case": lambda item: path_of_case(item.terms.key),
        "size": lambda count: f"{count / 1048576:.1f} MB" if count >= 1048576 else f"{max(count / 1024, 0.1):.1f} kB",
    }
