"""The gate's judgement as GitLab's code quality report."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.capacity.report.gate import GateResult


def _write(result: "GateResult", _rendering: Rendering) -> str:
    from petaplan.capacity.report.code_quality import write_code_quality

    return write_code_quality(result.judgement)


CODE_QUALITY = Output(
    name="code-quality",
    renders="gate",
    help="GitLab's code quality report",
    media_type="application/json",
    suffix=".json",
    write=_write,
)
