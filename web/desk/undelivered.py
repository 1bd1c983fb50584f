"""Who was not reached, for who runs the office's messages: why, addresses that bounced, and writing there again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import RequestRefused
from usecases import undelivered
from web.desk import templates
from web.desk.routing import ENTERS, routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.desk.visit import Visit

PATH = "/chua-gui-duoc"
DONE = ("bounced", "again")

routes.navigation("undelivered.title", PATH, ENTERS, place=1, manages=True)


@routes.get(PATH, ENTERS)
def listed(visit: Visit) -> Response:
    """All of it, of the plan; a button for each address that may be mended, a form for one that bounced."""
    return _page(visit)


@routes.post(PATH, ENTERS)
def change(visit: Visit) -> Response:
    """Note that an address bounced, or write there again; either twice is once."""
    channel, _, address = visit.typed("address").partition(":")
    again = visit.typed("what") == "again"
    try:
        if again:
            undelivered.write_again(visit.engine, address=address, channel=channel, plan=visit.who.plan)
        else:
            undelivered.mark_bounced(
                visit.engine,
                address=address,
                channel=channel,
                reason=visit.typed("reason")[:200],
                now=visit.now,
                recorded_by=visit.who.login,
                plan=visit.who.plan,
            )
    except RequestRefused as refused:
        return _page(visit, templates.refusal(refused, visit.lang))
    return templates.redirect(visit, f"{PATH}?da={'again' if again else 'bounced'}")


def _page(visit: Visit, problem: str | None = None) -> Response:
    done = visit.query("da")
    return templates.render(
        visit,
        "undelivered.html",
        400 if problem else 200,
        rows=undelivered.undelivered(visit.engine, plan=visit.who.plan, lang=visit.lang),
        living=undelivered.living(visit.engine, plan=visit.who.plan, lang=visit.lang),
        done=done if done in DONE else "",
        problem=problem,
        typed=visit.typed if problem else lambda _: "",
    )
