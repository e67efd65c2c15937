"""Changes as pages for a browser, in one file that needs no network."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.capacity.report.gate import GateResult
    from petaplan.capacity.verdict.difference import Difference

HELP, MEDIA_TYPE, SUFFIX = "pages for a browser in one file", "text/html", ".html"


def _gate(result: "GateResult", _rendering: Rendering) -> str:
    from petaplan.capacity.report.change_pages import gate_site
    from petaplan.reporting.web.rendering import write_site

    return write_site(gate_site(result))


def _difference(difference: "Difference", _rendering: Rendering) -> str:
    from petaplan.capacity.report.change_pages import difference_site
    from petaplan.reporting.web.rendering import write_site

    return write_site(difference_site(difference))


GATE = Output(name="html", renders="gate", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_gate, whole=True)
DIFF = Output(
    name="html", renders="diff", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_difference, whole=True
)
