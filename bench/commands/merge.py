"""`petaplan-bench merge`: join many host files into one verdict."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from petaplan.bench.command_line.files import write
from petaplan.bench.command_line.fleet import host_files, hosts_of
from petaplan.bench.command_line.options import Output
from petaplan.bench.command_line.request import writable
from petaplan.bench.errors import Exit, InputError
from petaplan.bench.fleet import merge as merging
from petaplan.bench.fleet.verdict import VERDICT, verdict_json
from petaplan.bench.report import show
from petaplan.reporting.options import TEXT, format_option
from petaplan.reporting.publishing import STDOUT, publish


def merge(
    paths: Annotated[list[Path], typer.Argument(help="Host files, or folders of them.")],
    hosts: Annotated[Path | None, typer.Option(help="File with the name of one expected host on each line.")] = None,
    format: Annotated[str, format_option(VERDICT)] = TEXT,
    output: Output = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the verdict here as JSON, too.")] = None,
) -> None:
    """Join the host files of a fleet into one verdict.

    It names missing hosts, outliers with their cause, and what each device model delivers.

    Exit codes: 0 nothing is wrong, 1 an outlier, a missing host or an unsound file, 2 bad input.
    """
    writable({"--output": output, "--json": json_path})
    files, expected = host_files(paths), hosts_of(hosts) if hosts else []
    found = merging.merge(_watched(files), expected)
    if found.files == len(found.unsound):
        raise InputError("\n".join([*found.unsound, "no sound host file among these: nothing to merge"]))
    if output is not None or str(json_path) != STDOUT:
        publish(VERDICT, found, format=format, output=output)
    if json_path:
        write(json_path, verdict_json(found).encode())
    raise typer.Exit(int(Exit.FOUND if found.is_trouble else Exit.OK))


def _watched(files: list[Path]) -> Iterable[Path]:
    """The files, with a progress bar on a terminal: thousands take some seconds."""
    console = show.console(stderr=True)
    return track(files, description="host files", console=console, transient=True, disable=not console.is_terminal)
