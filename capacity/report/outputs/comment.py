"""Comments and step summaries: Markdown of a bounded length, most important first."""

from dataclasses import replace
from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.capacity.report.gate import GateResult
    from petaplan.capacity.verdict.difference import Difference

STEP_SUMMARY_LIMIT_BYTES = 1_000_000
"""A little below the 1 MiB that GitHub grants a step."""


def _gate(result: "GateResult", rendering: Rendering) -> str:
    from petaplan.capacity.report.comment import comment_document
    from petaplan.reporting.markdown import write_markdown

    return write_markdown(comment_document(result, rendering), rendering)


def _summary(result: "GateResult", rendering: Rendering) -> str:
    return _gate(result, replace(rendering, limit_bytes=STEP_SUMMARY_LIMIT_BYTES))


def _difference(difference: "Difference", rendering: Rendering) -> str:
    from petaplan.capacity.report.difference import difference_comment
    from petaplan.reporting.markdown import write_markdown

    return write_markdown(difference_comment(difference), rendering)


GATE = Output(
    name="markdown",
    renders="gate",
    help="one Markdown comment",
    media_type="text/markdown",
    suffix=".md",
    write=_gate,
)
STEP_SUMMARY = Output(
    name="step-summary",
    renders="gate",
    help="Markdown for the summary of a step",
    media_type="text/markdown",
    suffix=".md",
    write=_summary,
    appends=True,
)
DIFF = Output(
    name="markdown",
    renders="diff",
    help="one Markdown comment",
    media_type="text/markdown",
    suffix=".md",
    write=_difference,
)
