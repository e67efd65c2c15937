"""The pictures of pages in README: ``python -m tools.web_pictures`` draws them again, from the web report of the hub.

A real Chromium draws the charts. Its SVG gets the colours of both themes, so that it reads on a light and a dark page.
"""

import re
import sys
import tempfile
from datetime import date
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from petaplan.capacity.resolving import read_design
from petaplan.capacity.web.report import WebReport, site_of
from petaplan.capacity.web.study import Study
from petaplan.reporting.web.rendering import write_site
from tests.web.chromium import OPTIONS, missing, program

ROOT = Path(__file__).parents[1]
STYLE = ROOT / "reporting/web/assets/style.css"
HUB = "infra.hong_kong:hub"
DAY = date(2026, 11, 28)
PICTURES = {
    "docs/timeline.svg": ("timeline", ".chart svg", 0),
    "docs/waterfall.svg": ("waterfall", ".chart svg", -1),
    "docs/power.svg": ("power", "svg.drawing", 0),
}
"""By file: the page, where its picture stands in it, and the number of the picture."""

_THEME = re.compile(r":root\{(?P<colours>[^}]*)\}")
_RULES = re.compile(r"^\.(?:drawing|p-|hatch|dots)[^\n]*\}$", re.MULTILINE)
_INTERACTION = re.compile(r' (?:data-[a-z]+|tabindex|role|aria-pressed)="[^"]*"')
SERIALIZED = "node => new XMLSerializer().serializeToString(node)"


def main() -> int:
    """Write the pictures; 2 where no browser is there."""
    if (lacking := missing()) is not None:
        print(f"pictures: {lacking}", file=sys.stderr)
        return 2
    site = site_of(WebReport(study=Study(read_design(HUB), DAY), place=HUB))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "hub.html"
        file.write_text(write_site(site), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=program(), args=list(OPTIONS))
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        for name, place in PICTURES.items():
            (ROOT / name).write_text(drawn(page, file, *place), encoding="utf-8")
            print(f"wrote {name}")
        browser.close()
    return 0


def drawn(page: Page, file: Path, key: str, selector: str, number: int) -> str:
    """One picture of a page as SVG that stands alone."""
    page.goto(f"{file.as_uri()}#{key}")
    page.reload()
    page.wait_for_function("document.documentElement.dataset.ready")
    for chart in page.locator(f"#{key} .chart").all():
        chart.locator("svg").wait_for()
    found = page.locator(f"#{key} {selector}").all()[number]
    svg = _INTERACTION.sub("", found.evaluate(SERIALIZED))
    patterns: str = page.locator("svg.patterns defs").evaluate(SERIALIZED) if "drawing" in selector else ""
    head, end, rest = svg.partition(">")
    return f"{head}{end}<style>{style()}</style>{patterns}{rest}\n"


def style() -> str:
    """Colours of both themes, and the rules of drawings."""
    text = STYLE.read_text(encoding="utf-8")
    light, dark, *_print = (found["colours"] for found in _THEME.finditer(text))
    rules = "\n".join(_RULES.findall(text))
    ground = "svg{background:var(--ground);font-family:sans-serif}svg text{fill:var(--ink)}"
    return f"svg{{{light}}}\n@media (prefers-color-scheme:dark){{svg{{{dark}}}}}\n{ground}\n{rules}"


if __name__ == "__main__":
    sys.exit(main())
