"""A fleet as pages for a browser, in one file that needs no network."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.bench.fleet.pages import FleetReport


def _html(found: "FleetReport", _rendering: Rendering) -> str:
    from petaplan.bench.fleet.pages import fleet_site
    from petaplan.reporting.web.rendering import write_site

    return write_site(fleet_site(found))


HTML = Output(
    name="html",
    renders="fleet",
    help="pages for a browser in one file",
    media_type="text/html",
    suffix=".html",
    write=_html,
    whole=True,
)
