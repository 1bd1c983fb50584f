"""The ladder of one occurrence for people: a line a rung, and below it why it is so.

Made of the document that `kehoach ladder --json` prints; the words are in texts/{vi,en}/ladder.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from outputs.figures import day
from texts import say

Document = Mapping[str, Any]
Name = Callable[[str], str]


def ladder_lines(explained: Document, name: Name, lang: str) -> list[str]:
    """What holds for the whole ladder, then each rung. `name` gives what a person, an address or a role is called."""
    requested = any(each["code"] == "requested" for each in explained["why"])
    state = say(
        f"state.{'no_response' if requested and explained['status'] == 'advisory' else explained['status']}", lang
    )
    head = {"id": explained["occurrence"], "state": state, "version": explained["version"]}
    lines = [say("ladder.head", lang, last_day=day(explained["last_day"], lang), **head)]
    lines += [f"  {_why(each, name, lang, requested=requested)}" for each in explained["why"]]
    lines.append("")
    for each in explained["steps"]:
        lines.append(_step(each, name, lang))
        lines += [f"      {_why(one, name, lang)}" for one in each["why"]]
    return lines if explained["steps"] else [*lines, say("ladder.nothing", lang)]


def _step(step: Document, name: Name, lang: str) -> str:
    state = say(f"ladder.state_{step['state']}", lang)
    if step["channel"]:
        state = say("ladder.via", lang, state=state, channel=step["channel"])
    recipient = name(step["recipient"]) if step["recipient"] else say("ladder.nobody_named", lang)
    return say("ladder.step", lang, day=day(step["due_on"], lang), rung=step["rung"], recipient=recipient, state=state)


def _why(why: Document, name: Name, lang: str, *, requested: bool = False) -> str:
    code, who = why["code"], why["who"] or "—"
    if code == "extended" and requested:
        code = "extended_request"  # of a body that is only requested nobody speaks of a deadline
    if code in ("passed", "deputy", "nobody") and why["who"]:
        who = name(why["who"])
    return say(f"ladder.why_{code}", lang, day=day(why["day"], lang), who=who)
