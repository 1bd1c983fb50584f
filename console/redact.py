"""`kehoach redact`: erase the text or the file of one entry, named by its number or by its occurrence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from console.words import in_words
from rules.errors import RequestRefused
from texts import say
from usecases.redact import redact

if TYPE_CHECKING:
    from console.call import Call


def run(call: Call, what: str, reason: str, *, file: bool, only: str, by: str | None) -> None:
    """Erase it and say so. Raises RequestRefused(`redact.bad_what`) for what names neither."""
    done = redact(
        call.engine,
        **_named(what),
        reason=reason,
        file=file,
        only=only,
        by=by,
        evidence_folder=call.settings.evidence,
        plan=call.plan,
        now=call.now,
        recorded_by=call.recorded_by,
        channel=call.channel,
        request_id=call.request_id,
    )
    key = f"redact.cli_{'file' if file else 'text'}{'_before' if done.repeated else ''}"
    blanks = {"of": done.of, "seq": done.seq} | ({"day": done.on} if done.repeated else {})
    words = say(key, call.lang, **in_words(blanks, call.lang))
    call.show(done.as_json(), lambda: [words])


def _named(what: str) -> dict[str, Any]:
    """`12` or `#12` is the number of an entry (a shell takes the bare `#` for a remark), `a/b/c` an occurrence."""
    number = re.fullmatch(r"#?([0-9]{1,12})", what.strip())
    if number is not None:
        return {"seq": int(number[1])}
    if what.count("/") == 2:
        return {"occurrence": what}
    raise RequestRefused("redact.bad_what", value=what)
