"""A site that loads itself again when its plan has changed, and says when a new page is being made."""

from pathlib import Path

from petaplan.reporting.web.rendering import Added, write_site
from petaplan.reporting.web.site import Site

SCRIPT = Path(__file__).with_name("reload.js")
WORDS = {
    "making": "A file has changed: a new page is being made.",
    "ended": "The server of this page has ended: the page does not change any more.",
}
"""What the script says to the reader."""


def live(site: Site) -> str:
    """The file of a site, which asks its own server, and nobody else, for the version of the plan."""
    return write_site(site, Added(script=SCRIPT.read_text(encoding="utf-8"), connects="'self'", words=WORDS))
