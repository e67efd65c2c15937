"""`petaplan-bench report`: the files of a fleet as pages for a browser."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from petaplan.bench.command_line.fleet import host_files, hosts_of
from petaplan.bench.command_line.options import Output
from petaplan.bench.command_line.request import writable
from petaplan.bench.errors import InputError
from petaplan.bench.fleet.pages import FLEET, FleetReport
from petaplan.reporting.options import format_option
from petaplan.reporting.publishing import publish

LIBRARIES = ("altair", "jinja2")
"""What pages are made with."""


def report(
    paths: Annotated[list[Path], typer.Argument(help="Evidence files, or folders of them.")],
    hosts: Annotated[Path | None, typer.Option(help="File with the name of one expected host on each line.")] = None,
    format: Annotated[str, format_option(FLEET)] = "html",
    output: Output = None,
) -> None:
    """Write the files of a fleet as pages for a browser, in one file.

    It shows the slow devices by name, rates over time, and the steps from the sheet to what was delivered.
    """
    lacking = [name for name in LIBRARIES if find_spec(name) is None]
    if lacking:
        expected = "petaplan as a package; its one file for GPU hosts has no libraries for pages"
        raise InputError(f"report: found no {' and no '.join(lacking)} in this Python; expected {expected}")
    from petaplan.bench.fleet.measured import measured
    from petaplan.bench.fleet.merge import merge

    writable({"--output": output})
    files = host_files(paths)
    verdict = merge(files, hosts_of(hosts) if hosts else [])
    if verdict.files == len(verdict.unsound):
        raise InputError("\n".join([*verdict.unsound, "no sound evidence file among these: nothing to show"]))
    found = FleetReport(verdict=verdict, rows=tuple(measured(files)))
    publish(FLEET, found, format=format, output=output, reads=files)
