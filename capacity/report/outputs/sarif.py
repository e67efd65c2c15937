"""The gate's judgement as SARIF 2.1.0."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.capacity.report.gate import GateResult


def _write(result: "GateResult", _rendering: Rendering) -> str:
    from petaplan.capacity.report.sarif import write_sarif

    return write_sarif(result.judgement)


SARIF = Output(
    name="sarif",
    renders="gate",
    help="SARIF 2.1.0",
    media_type="application/sarif+json",
    suffix=".sarif",
    write=_write,
)
