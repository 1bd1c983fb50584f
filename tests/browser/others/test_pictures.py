"""Photographs drawn smaller in Safari's engine and in Firefox: as ../test_pictures.py."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from functools import partial
from pathlib import Path

from tests.browser.others.conftest import Opens
from tests.browser.others.window import Window
from tests.browser.test_pictures import DRAWN, SEEN, turned
from tests.browser.ward import PDF, Served
from texts import say
from usecases.evidence import path_of

t = partial(say, lang="vi")

UNIT = "ldtbxh"
REPORT = f"/don-vi/{UNIT}/bao/hoat-dong-cao-diem/{UNIT}/quoc-te-thieu-nhi"


def drawn(window: Window, width: int, height: int) -> bytes:
    """A busy picture whose first quarter is red, made by the browser."""
    script = f"const done = arguments[1]; ({DRAWN})(arguments[0]).then(done);"
    made: str = window.wire("wait_run", script=script, args=[[width, height, "image/jpeg", 0.95, 60]])
    return b64decode(made)


def test_a_large_picture_arrives_smaller_and_upright(house: Served, opens: Opens, tmp_path: Path) -> None:
    """Chosen one after the other as a camera gives them; a torn picture is refused by name; the whole one stands
    upright without place or turn, a PDF beside it is untouched."""
    window = opens(house)
    large, torn, document = tmp_path / "IMG_1.jpg", tmp_path / "torn.jpg", tmp_path / "Biên bản.pdf"
    large.write_bytes(turned(drawn(window, 4000, 3000)))
    torn.write_bytes(large.read_bytes()[: large.stat().st_size // 2])
    document.write_bytes(PDF)
    window.go(f"/mo/{house.link(UNIT).token}")
    window.go(REPORT)
    window.fill(t("desk.file"), str(torn))
    window.press(t("desk.record"))
    window.sees("[role=alert]", t("upload.broken"))
    window.fill(t("desk.file"), str(large))
    window.sees("[data-weight]", "Ảnh đã được thu nhỏ")
    window.fill(t("desk.file"), str(document))
    window.sees("[data-weight]", "2 tệp")
    before = len(house.entries())
    window.press(t("desk.record"))
    window.sees("[role=status]", t("desk.recorded_reported"))
    (entry,) = house.entries()[before:]
    picture, beside = (path_of(house.desk.evidence, each).read_bytes() for each in json.loads(entry.data)["evidence"])
    assert beside == PDF
    assert b"Exif" not in picture
    assert len(picture) < large.stat().st_size / 2
    script = f"const done = arguments[1]; ({SEEN})(arguments[0]).then(done);"
    seen = window.wire("wait_run", script=script, args=[b64encode(picture).decode()])
    assert seen == {"size": [1650, 2200], "left": False, "right": True}
