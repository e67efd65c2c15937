"""Calibrations as JSON, with every member."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.bench.report.calibrations import Calibrated


def _json(calibrated: "Calibrated", _rendering: Rendering) -> str:
    import json

    from petaplan.bench.report.calibrations import calibration_records

    return json.dumps(calibration_records(calibrated.found), indent=1) + "\n"


JSON = Output(
    name="json",
    renders="calibrations",
    help="a list of calibrations (JSON)",
    media_type="application/json",
    suffix=".json",
    write=_json,
)
