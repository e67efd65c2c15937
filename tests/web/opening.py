"""How long a browser takes to open the report of a large hub: `python -m tests.web.opening [TIMES]...`.

Each hub is the reference hub so many times over. It prints a line for each: the size of the file, processor seconds of
the process that shows the page: until its script has run, until another page is shown, until the table of all findings
that hold is there, and until a filter of it has left its rows. The clock stands beside the first of them.
"""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from playwright.sync_api import Browser, Page, sync_playwright

from petaplan.capacity.facts.layers import catalogue_of
from petaplan.capacity.resolving import resolve
from petaplan.capacity.web.report import WebReport, site_of
from petaplan.capacity.web.study import Study
from petaplan.reporting.web.rendering import write_site
from tests.scaled import scaled_hub
from tests.web.chromium import OPTIONS, Viewer, program

DAY = date(2027, 6, 30)
WORD = "phase-2"


def page_of(times: int) -> str:
    """The report of the reference hub so many times over."""
    hub = scaled_hub(times)
    return write_site(site_of(WebReport(study=Study(resolve(hub, catalogue_of(hub)), DAY))))


def used(page: Page) -> float:
    """Processor seconds of the process that shows a page."""
    client = page.context.new_cdp_session(page)
    client.send("Performance.enable")
    metrics = {one["name"]: one["value"] for one in client.send("Performance.getMetrics")["metrics"]}
    return float(metrics["ProcessTime"])


def opened(browser: Browser, file: Path) -> tuple[float, float, float, float, float]:
    """Processor seconds to open it, seconds by the clock, then processor seconds of a page, a long table, a filter."""
    viewer = Viewer(browser)
    clock = monotonic()
    page = viewer.open(file)
    page.locator(".page.current").wait_for()
    clock, loaded = monotonic() - clock, used(page)
    page.get_by_role("link", name="Findings").click()
    table = page.locator("#findings--holding")
    table.wait_for()
    turned = used(page)
    table.locator("summary").click()
    table.locator("tbody tr").first.wait_for()
    unfolded = used(page)
    table.locator("input[type=search]").fill(WORD)
    table.locator(".count").wait_for()
    filtered = used(page)
    assert viewer.faults == [], viewer.faults
    viewer.close()
    return loaded, clock, turned - loaded, unfolded - turned, filtered - unfolded


def main(arguments: Sequence[str] = sys.argv[1:]) -> int:
    """Print a line for each size."""
    head = "| hub | file, MB | opens, s | by the clock, s | shows findings, s | those that hold, s | filters them, s |"
    sys.stdout.write(f"{head}\n|---|--:|--:|--:|--:|--:|--:|\n")
    with TemporaryDirectory() as scratch, sync_playwright() as playwright:
        for times in map(int, arguments or ("1", "10")):
            file = Path(scratch) / f"{times}.html"
            file.write_text(page_of(times), encoding="utf-8")
            browser = playwright.chromium.launch(executable_path=program(), args=list(OPTIONS))
            seconds = min((opened(browser, file) for _ in range(3)), key=sum)
            browser.close()
            told = " | ".join(f"{one:.2f}" for one in (file.stat().st_size / 1e6, *seconds))
            sys.stdout.write(f"| {times} × | {told} |\n")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
