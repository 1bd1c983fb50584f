"""One request as a handler sees it: who, when, in which language, and what was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from unicodedata import normalize
from urllib.parse import quote, urlencode

from rules.errors import RequestRefused
from texts import LANGUAGES
from usecases.evidence import MAX_BYTES, Handed
from usecases.moment import local_day
from web.desk.locales import negotiated

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from usecases.plans import InForce
    from web.desk.desk import Desk
    from web.desk.identity import Actor

LANG_COOKIE = "kehoach-lang"

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
"""What comes along with pasted text and nobody sees; the joiner within an emoji stays."""


@dataclass
class Visit:
    """What every handler is given."""

    desk: Desk
    request: Request
    now: datetime
    """Aware, UTC; read once for the whole visit."""
    actor: Actor | None = None
    form: FormData | None = None
    """What was posted, its token checked; None for a GET."""
    secret: str = ""
    """What the forms of this visit are bound to."""
    cookies: list[tuple[str, str, int]] = field(default_factory=list)
    """To be set with the answer: name, value (empty: to be removed), seconds it lasts."""
    opens_at: str = ""
    """Where a page that answers a form can be opened again, if not at the form's own address."""

    @property
    def engine(self) -> Engine:
        return self.desk.engine

    @property
    def who(self) -> Actor:
        """Who acts; only on routes that let in nobody unknown."""
        assert self.actor is not None
        return self.actor

    @property
    def in_force(self) -> InForce:
        """The plan of who acts, as it now stands."""
        return self.who.in_force

    @cached_property
    def today(self) -> date:
        """The local day of the plan's zone."""
        return local_day(self.now, self.in_force.zone)

    @cached_property
    def lang(self) -> str:
        """`?lang=`, else what was chosen before, else what the browser accepts, the installation's first."""
        for asked in (self.request.query_params.get("lang"), self.request.cookies.get(LANG_COOKIE)):
            if asked in LANGUAGES:
                return str(asked)
        return negotiated(self.request.headers.get("accept-language", ""), self.desk.lang)

    @property
    def address(self) -> str:
        """The path that was asked for, decoded. Not from `request.url`: that is put together with the Host header, in
        which anything may stand."""
        return str(self.request.scope["path"])

    def path(self, name: str) -> str:
        """A part of the path that the route names, `{unit}` and the like."""
        return str(self.request.path_params[name])

    def query(self, name: str) -> str:
        """A word of the query; empty where there is none."""
        return storable(self.request.query_params.get(name, "")).strip()

    def typed(self, name: str) -> str:
        """What was typed in a field, without the blanks around it and with each letter as one (Unicode NFC: what is
        pasted from Word may have its marks apart); empty where there is nothing."""
        value = self.form.get(name) if self.form is not None else None
        if not isinstance(value, str):
            return ""
        return normalize("NFC", _UNSEEN.sub("", value)).strip().replace("\r\n", "\n")

    def typed_day(self, name: str) -> date | None:
        """A day typed as 2025-05-20 (what a date field sends) or 20/5/2025; None where nothing was typed."""
        try:
            return day_of(self.typed(name))
        except RequestRefused as refused:
            raise RequestRefused(refused.code, **refused.values, field=name) from None

    @property
    def files(self) -> list[Handed]:
        """The files that were sent, of each no more than tells that it is too large."""
        found = self.form.getlist("file") if self.form is not None else []
        return [
            Handed(each.filename, each.file.read(MAX_BYTES + 1))
            for each in found
            if not isinstance(each, str) and each.filename
        ]

    def in_language(self, lang: str) -> str:
        """This address in another language."""
        asked = [(name, value) for name, value in self.request.query_params.multi_items() if name != "lang"]
        return f"{quote(self.opens_at or self.address)}?{urlencode([*asked, ('lang', lang)])}"


def storable(text: str) -> str:
    """The text without what no database of ours takes: NUL, and halves of a character (a form may say a charset in
    which they can be written)."""
    return _UNSTORABLE.sub("", text)


def day_of(text: str) -> date | None:
    """A day as a date field or a person writes it; None for nothing. Raises RequestRefused(`desk.bad_day`)."""
    if not text:
        return None
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    local = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text)
    parts = iso.groups() if iso else tuple(reversed(local.groups())) if local else None
    try:
        if parts is not None:
            return date(*map(int, parts))
    except ValueError:
        pass
    raise RequestRefused("desk.bad_day", value=text)
