"""A site that loads itself again when its plan has changed."""

from pathlib import Path

from petaplan.reporting.web.rendering import write_site
from petaplan.reporting.web.site import Site

SCRIPT = Path(__file__).with_name("reload.js")


def live(site: Site) -> str:
    """The file of a site, which asks its own server, and nobody else, for the version of the plan."""
    return write_site(site, scripts=[SCRIPT.read_text(encoding="utf-8")], connects="'self'")
