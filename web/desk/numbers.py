"""Figures as people type them into a page."""

from __future__ import annotations

import re

from rules.errors import RequestRefused


def figure(text: str) -> float:
    """A figure as people write it: 12,5 or 12.5, 12,5 %, 1.234.567 or 1.234,5 with dots between thousands.

    Raises RequestRefused: `desk.bad_figure`; `desk.which_figure` for 1.250, which to one is 1250 and to another 1,25.
    """
    plain = "".join(text.split()).removesuffix("%")
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}\.\d{3}", plain):
        raise RequestRefused(
            "desk.which_figure", value=plain, whole=plain.replace(".", ""), part=plain.replace(".", ",")
        )
    if re.fullmatch(r"[-+]?[1-9]\d{0,2}(?:(?:\.\d{3})+,\d+|(?:\.\d{3}){2,})", plain):
        plain = plain.replace(".", "")
    if len(plain) > 30 or not re.fullmatch(r"[-+]?[0-9]+(?:[.,][0-9]+)?", plain):
        raise RequestRefused("desk.bad_figure", value=text[:40])
    return float(plain.replace(",", "."))
