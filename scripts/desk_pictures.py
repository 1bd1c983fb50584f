"""The README's pictures of the desk, from the demonstration on 20/5/2025: python -m scripts.desk_pictures [FOLDER]

The clock stands, nobody waits for a network and nothing moves, so that the same pages give the same pictures. Needs
Chromium with its languages, else fields for a day show the month first, and Noto (Debian: apt-get install chromium
chromium-l10n fonts-noto-core).
"""

from __future__ import annotations

import sys
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from struct import pack
from zlib import compress, crc32

from playwright.sync_api import Browser

from tests.browser import chromium, ward

MOST_BYTES = 150_000
COLOURS = """async (png) => {
  const image = await createImageBitmap(await (await fetch(png)).blob()), {width, height} = image;
  const canvas = new OffscreenCanvas(width, height), flat = canvas.getContext("2d");
  flat.drawImage(image, 0, 0);
  const pixels = new Uint32Array(flat.getImageData(0, 0, width, height).data.buffer), seen = new Map();
  for (const each of pixels) seen.set(each, (seen.get(each) || 0) + 1);
  const kept = [...seen].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 256).map(each => each[0]);
  const apart = (a, b) => [0, 8, 16].reduce((sum, at) => sum + ((a >> at & 255) - (b >> at & 255)) ** 2, 0);
  const place = new Map([...seen.keys()].map(each =>
    [each, kept.reduce((best, one, at) => apart(one, each) < apart(kept[best], each) ? at : best, 0)]));
  const rows = Array.from({length: height}, (_, y) =>
    String.fromCharCode(...pixels.subarray(y * width, (y + 1) * width).map(each => place.get(each))));
  return [width, height, kept.flatMap(each => [each & 255, each >> 8 & 255, each >> 16 & 255]), rows];
}"""
"""A picture in its 256 commonest colours: width, height, the colours, and each row as places among them."""


@dataclass(frozen=True)
class Picture:
    """One page as somebody sees it."""

    name: str
    login: str
    path: str
    width: int = 1180
    height: int = 900
    scheme: str = "light"
    at: str = ""
    """The id of what stands at the top."""


PICTURES = (
    Picture("board", "office", "/bang"),
    Picture("board-dark", "office", "/bang", scheme="dark"),
    Picture("unit", ward.LINK, "/don-vi/to-dan-pho-07", 390, 844),
    Picture("document", "office", "/van-ban", height=760, at="II.1"),
    Picture("year", "office", "/ca-nam", height=700),
    Picture("task", "office", "/viec/bao-cao-bo-chi-tieu/ldtbxh/6-thang", height=780),
    Picture("meeting", "office", "/hop", height=800),
)


def small(picture: bytes, browser: Browser) -> bytes:
    """The same PNG in 256 colours, a third of the bytes."""
    page = browser.new_page()
    width, height, colours, rows = page.evaluate(COLOURS, f"data:image/png;base64,{b64encode(picture).decode()}")
    page.close()
    lines = b"".join(b"\0" + row.encode("latin-1") for row in rows)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        pack(">I", len(body)) + kind + body + pack(">I", crc32(kind + body))
        for kind, body in (
            (b"IHDR", pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            (b"PLTE", bytes(colours)),
            (b"IDAT", compress(lines, 9)),
            (b"IEND", b""),
        )
    )


def main() -> None:
    """Take them all, and say how large each is."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/desk")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, chromium.started() as browser:
        template = ward.written(Path(scratch) / "template")
        with ward.served(template, Path(scratch) / "home") as house:
            for each in PICTURES:
                window = chromium.opened(
                    browser,
                    house.address,
                    viewport={"width": each.width, "height": each.height},
                    color_scheme=each.scheme,
                )
                unit = each.path.split("/")[2] if each.login == ward.LINK else ""
                window.context.add_cookies([house.link_cookie(unit) if unit else house.cookie(each.login)])
                window.go(each.path).evaluate("() => document.fonts.ready")
                if each.at:
                    window.page.locator(f"[id='{each.at}']").evaluate("(e) => e.scrollIntoView()")
                picture = small(window.page.screenshot(animations="disabled"), browser)
                window.context.close()
                (folder / f"{each.name}.png").write_bytes(picture)
                said = f"{folder / each.name}.png: {len(picture):,} bytes"
                if len(picture) > MOST_BYTES:
                    raise SystemExit(f"{said}, at most {MOST_BYTES:,}: show less of the page")
                sys.stdout.write(f"{said}\n")


if __name__ == "__main__":
    main()
