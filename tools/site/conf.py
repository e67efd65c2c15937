"""The settings of Sphinx for the site, whose source is the checkout as it is."""

from pathlib import Path

from sphinx.application import Sphinx

from tools.site.navigation import PAGES, contents

ROOT = Path(__file__).resolve().parents[2]

project = "petaplan"
extensions = ["myst_parser"]
root_doc = "README"
include_patterns = list(PAGES)
exclude_patterns = [".*", "build", "dist", "petaplan", "shared", "**/node_modules", "**/__pycache__"]

myst_heading_anchors = 6  # the anchors that hosts of repositories make of headings
myst_links_external_new_tab = False

html_theme = "furo"
html_title = "petaplan"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_last_updated_fmt = None
highlight_language = "none"


def setup(app: Sphinx) -> None:
    """Pages get their place in the navigation while they are read; their files have none of it."""
    app.connect("source-read", _with_contents)


def _with_contents(_app: Sphinx, name: str, source: list[str]) -> None:
    tables = contents(ROOT, name)
    if tables:
        source[0] += f"\n\n{tables}\n"
