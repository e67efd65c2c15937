"""`petaplan-bench calibrate`: records summed up by device model."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from petaplan.bench.command_line.options import Files
from petaplan.bench.errors import InputError
from petaplan.bench.evidence import calibrate as calibration
from petaplan.bench.evidence import evidence_file
from petaplan.bench.report import show


def calibrate(
    files: Files,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Summarise records by device model and precision, as a plan uses them."""
    found, left_out = calibration.calibrate(e for _, e in evidence_file.read_all(files))
    if as_json:
        print(json.dumps([_calibration_record(each) for each in found], indent=1))
    else:
        show.console().print(_calibration_table(found))
        for line in left_out:
            show.console().print(Text(f"left out: {line}"))
    if not found:
        raise InputError("no row of these files may calibrate; the reasons stand above")


def _calibration_record(each: calibration.Calibration) -> dict[str, object]:
    return asdict(each) | {"expected_slowest": {str(n): v for n, v in each.expected_slowest.items()}}


def _calibration_table(found: tuple[calibration.Calibration, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        "model",
        "precision",
        "devices",
        "mean (95 %)",
        "of peak",
        "slowest of 8",
        "of 512",
        "software",
    ):
        table.add_column(heading, overflow="fold")
    for each in found:
        half = (each.high - each.low) / 2.0 / each.mean
        table.add_row(
            each.model,
            each.precision,
            str(each.devices),
            f"{show.figure(each.mean)} {each.unit} ±{half:.1%}",
            f"{each.share_of_peak:.1%}" if each.share_of_peak else "unknown",
            show.figure(each.expected_slowest[8]),
            show.figure(each.expected_slowest[512]),
            "; ".join(each.software),
        )
    return table
