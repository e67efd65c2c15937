"""The web report at several sizes: ``python -m tests.performance.paging 1 10`` prints one row a size.

Processor seconds, in process: check with forecast, and what the pages take beyond them.
"""

import sys
from datetime import date
from time import process_time

from petaplan.capacity.design import Design
from petaplan.capacity.facts.layers import catalogue_of
from petaplan.capacity.resolving import resolve
from petaplan.capacity.web.report import WebReport, site_of
from petaplan.capacity.web.study import Study
from petaplan.reporting.web.rendering import write_site
from tests.scaled import scaled_hub

DAY = date(2027, 6, 30)


def row(times: int) -> str:
    """One size: seconds, and the bytes of the file."""
    hub = scaled_hub(times)
    study = Study(resolve(hub, catalogue_of(hub)), DAY)
    begin = process_time()
    pods, findings, _ = len(hub.pods), len(study.report.findings), study.forecast
    computed = process_time() - begin
    begin = process_time()
    page = write_site(site_of(WebReport(study=study)))
    beyond, size = process_time() - begin, len(page.encode()) / 1e6
    return f"| {times} × ({pods} pods, {findings} findings) | {computed:.1f} s | {beyond:.1f} s | {size:.1f} MB |"


def main() -> None:
    """Print the table."""
    write_site(site_of(WebReport(study=Study(_small(), DAY))))  # loads modules and data
    sys.stdout.write("| hub | check and forecast | pages beyond them | file |\n|---|---|---|---|\n")
    for times in map(int, sys.argv[1:] or ("1", "10")):
        sys.stdout.write(f"{row(times)}\n")


def _small() -> Design:
    hub = scaled_hub(1)
    return resolve(hub, catalogue_of(hub))


if __name__ == "__main__":
    main()
