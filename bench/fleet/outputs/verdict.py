"""The verdict over a fleet as JSON (`petaplan-bench-verdict`, version 1)."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.bench.fleet.merge import FleetVerdict


def _json(merged: "FleetVerdict", _rendering: Rendering) -> str:
    from petaplan.bench.fleet.verdict import verdict_json

    return verdict_json(merged)


JSON = Output(
    name="json",
    renders="verdict",
    help="verdict (JSON)",
    media_type="application/json",
    suffix=".json",
    write=_json,
)
