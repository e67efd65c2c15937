"""The JSON report: the figures behind the pages."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.capacity.web.report import WebReport


def _write(found: "WebReport", _rendering: Rendering) -> str:
    from petaplan.reporting.safety import json_text

    return json_text(found.study.json)


JSON: "Output[WebReport]" = Output(
    name="json",
    renders="report",
    help="JSON of the figures behind the pages",
    media_type="application/json",
    suffix=".json",
    write=_write,
    whole=True,
)
