"""`petaplan-bench calibrate`: records summarised by device model."""

import sys
from typing import Annotated

import typer

from petaplan.bench.command_line.options import Files, Output
from petaplan.bench.command_line.request import writable
from petaplan.bench.devices.gpu import sheet
from petaplan.bench.errors import InputError
from petaplan.bench.evidence import calibrate as calibrating
from petaplan.bench.evidence import evidence_file, reported
from petaplan.bench.report.calibrations import CALIBRATIONS, Calibrated
from petaplan.reporting.options import TEXT, format_option
from petaplan.reporting.publishing import publish


def calibrate(
    files: Files,
    format: Annotated[str, format_option(CALIBRATIONS)] = TEXT,
    output: Output = None,
    as_json: Annotated[bool, typer.Option("--json", hidden=True)] = False,
) -> None:
    """Summarise records by device model and precision."""
    if as_json:
        print("petaplan-bench: --json is the old name of --format json", file=sys.stderr)
        format = "json"
    writable({"--output": output})
    others = {path for path in files if path.is_file() and reported.is_reported(evidence_file.bytes_of(path))}
    records = (evidence for _, evidence in evidence_file.read_all(path for path in files if path not in others))
    found, left_out = calibrating.calibrate(records, sheet.units_of)
    left_out += tuple(f"{path}: reported by others, no measurement" for path in sorted(others))
    publish(CALIBRATIONS, Calibrated(found=found, left_out=left_out), format=format, output=output)
    if not found:
        raise InputError("no row of these files may calibrate; the reasons stand above")
