"""The gate's judgement as JUnit XML."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.capacity.report.gate import GateResult


def _write(result: "GateResult", _rendering: Rendering) -> str:
    from petaplan.capacity.report.junit import write_junit

    return write_junit(result.judgement)


JUNIT = Output(
    name="junit",
    renders="gate",
    help="JUnit XML",
    media_type="application/xml",
    suffix=".xml",
    write=_write,
)
