"""The web report as one file."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.capacity.web.report import WebReport


def _write(found: "WebReport", _rendering: Rendering) -> str:
    from petaplan.capacity.web.report import site_of
    from petaplan.reporting.web.rendering import write_site

    return write_site(site_of(found))


HTML: "Output[WebReport]" = Output(
    name="html",
    renders="report",
    help="pages for a browser in one file",
    media_type="text/html",
    suffix=".html",
    write=_write,
    whole=True,
)
