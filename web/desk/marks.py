"""What a page says was just recorded, in its address: bound to who recorded it and to the page, so that no link that
somebody else wrote says «đã ghi», nor lets a browser forget what is still being typed.

`?xong=` is the word, `viec` the address of the form, `lan` the id of its request, `dau` the seal over all of them.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Container
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from usecases.desk_key import derived
from web.desk import templates

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.desk.visit import Visit


@dataclass(frozen=True, slots=True)
class Mark:
    """Something was recorded by who looks now."""

    what: str
    form: str = ""
    """The address of the form; "" where a browser keeps nothing of it."""
    request: str = ""
    """The id that the form bore: of another filling of the same form nothing is to be forgotten."""


def redirect(visit: Visit, to: str, what: str, *, form: str = "", request: str = "") -> Response:
    """To the page with the path `to` (as it is, not quoted), which then says `what`."""
    mark = Mark(what, form, request)
    asked = {"xong": what, "viec": form, "lan": request, "dau": _seal(visit, to, mark)}
    return templates.redirect(visit, f"{quote(to)}?{urlencode({name: each for name, each in asked.items() if each})}")


def read(visit: Visit, known: Container[str]) -> Mark | None:
    """What this page may say was recorded: one of `known`, and sealed for this visitor and page; None for all else."""
    mark = Mark(visit.query("xong"), visit.query("viec"), visit.query("lan"))
    right = _seal(visit, visit.address, mark)
    genuine = hmac.compare_digest(right.encode(), visit.query("dau").encode(errors="replace"))
    return mark if genuine and mark.what in known else None


def _seal(visit: Visit, page: str, mark: Mark) -> str:
    parts = (visit.secret, page, mark.what, mark.form, mark.request)
    return urlsafe_b64encode(derived(visit.desk.key, "recorded", *(each.encode() for each in parts))[:18]).decode()
