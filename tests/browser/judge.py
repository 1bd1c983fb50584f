"""What is wrong with a page that stands in a window: accessibility, size of targets, words that run out of it."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser import js_libraries

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""WCAG 2.2 AA and what axe holds good practice: landmarks, order of headings, one heading of the first level."""

_AXE = """([rules, only]) => axe.run(document, {
  runOnly: only ? {type: "rule", values: only} : {type: "tag", values: rules},
  rules: only ? {} : {"target-size": {enabled: true}},
  resultTypes: ["violations"],
}).then(told => told.violations.flatMap(each => each.nodes.map(node => {
  const why = node.any.concat(node.all, node.none).map(check => check.message).join("; ");
  return `${each.id}: ${node.target.join(" ")} ${why}`;
})))
"""
COLOURS = ("color-contrast", "link-in-text-block")
"""All that differs between light and dark."""

WIDE = """(width) => {
  const wide = document.documentElement.scrollWidth - width;
  if (wide <= 0) return [];
  const scrolls = e => { for (let p = e; p && p !== document.body; p = p.parentElement)
    if (["auto", "scroll", "hidden"].includes(getComputedStyle(p).overflowX)) return true; return false; };
  const out = [...document.body.querySelectorAll("*")]
    .filter(e => e.getBoundingClientRect().right > width + 1 && !scrolls(e)).slice(0, 4)
    .map(e => `${e.tagName.toLowerCase()}.${e.className} «${e.textContent.trim().slice(0, 40)}»`);
  return [`${wide} px wider than the window: ${out.join(", ")}`];
}"""

SMALL = """(least) => [...document.querySelectorAll(
    "main button:not(.link), main .btn, main summary, main select, main textarea, main input:not([type=hidden])")]
  .map(e => [e, (["radio", "checkbox"].includes(e.type) ? e.closest("label") || e : e).getBoundingClientRect()])
  .filter(([e, box]) => e.checkVisibility({checkVisibilityCSS: true}) && box.width > 1 && box.height > 1
    && (box.height < least - 0.5 || box.width < least - 0.5))
  .map(([e, box]) => `${e.tagName.toLowerCase()} «${(e.textContent || e.name).trim().slice(0, 30)}» is
 ${Math.round(box.width)}×${Math.round(box.height)} px`)
"""


def accessibility(page: Page, only: tuple[str, ...] | None = None) -> list[str]:
    """What axe finds; `only` names single rules. The developer tools run it, whom no policy of the page binds."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(js_libraries.source("axe-core/axe.min.js"))
    found: list[str] = page.evaluate(_AXE, [list(RULES), list(only) if only else None])
    return found


def sideways(page: Page) -> list[str]:
    """What makes the page wider than its window, so that it must be pushed sideways to be read."""
    size = page.viewport_size
    assert size is not None
    found: list[str] = page.evaluate(WIDE, size["width"])  # a telephone's innerWidth grows with what does not fit
    return found


def small_targets(page: Page, least: int) -> list[str]:
    """Fields and buttons smaller than a finger, in CSS pixels; links in running text are axe's to judge (24 px)."""
    found: list[str] = page.evaluate(SMALL, least)
    return found
