"""`petaplan-bench import`: results of other benchmarks, as reported rates."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from petaplan.bench.command_line import request as requests
from petaplan.bench.command_line.files import write
from petaplan.bench.command_line.options import Output
from petaplan.bench.errors import InputError
from petaplan.bench.report.reported import REPORTED
from petaplan.reporting.options import TEXT, format_option
from petaplan.reporting.publishing import STDOUT, publish

MOST_LETTERS = 500


def import_(  # noqa: PLR0917 - typer makes an option of each
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            help="Results of mamf-finder, SuperBench, torch-performance-test-data, FlagPerf, "
            "nvbench or hipblaslt-bench.",
        ),
    ],
    device: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Device, for files that name none. Of a table of several: its rows alone."),
    ] = None,
    dtype: Annotated[str | None, typer.Option(metavar="NAME", help="Precision, for files that say none.")] = None,
    source: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Who reported it, or where. Default: the file's name."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Day of the measurement, YYYY-MM-DD. Default: as the file says.")
    ] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the file of reported rates here.")] = None,
    format: Annotated[str, format_option(REPORTED)] = TEXT,
    output: Output = None,
) -> None:
    """Read results of other benchmarks. They are reported, not measured: a plan's expectation moves, no more.

    Exit codes: 0 all are read, 2 bad input; then nothing is written.
    """
    from petaplan.bench.evidence import reported
    from petaplan.bench.foreign.importing import Given, import_files

    problems: list[str] = []
    precision = requests.precision_named(dtype, problems) if dtype else None
    if as_of is not None and (wrong := _not_a_day(as_of)):
        problems.append(wrong)
    names = (("--device", device), ("--source", source))
    problems += [wrong for option, text in names if text is not None and (wrong := _no_name(option, text))]
    if problems:
        raise InputError("\n".join(problems))
    requests.writable({"--json": json_path, "--output": output})
    given = Given(device=device, precision=precision, source=source, as_of=as_of)
    record = import_files(files, given)
    if json_path:
        write(json_path, reported.render(record))
    if not (output is None and str(json_path) == STDOUT):
        publish(REPORTED, record, format=format, output=output, reads=files)


def _no_name(option: str, text: str) -> str | None:
    """Why a text is no name."""
    if not text.strip():
        return f"{option}: is empty; expected a text"
    return (
        f"{option}: has {len(text):,} characters; expected at most {MOST_LETTERS}" if len(text) > MOST_LETTERS else None
    )


def _not_a_day(text: str) -> str | None:
    """Why a text is no day of the past."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return f"--as-of {text}: is no day; expected YYYY-MM-DD"
    latest = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    return f"--as-of {text}: is a day to come; expected the day of the measurement" if day > latest else None
