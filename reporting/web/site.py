"""A site: pages that one file holds."""

from dataclasses import dataclass

from petaplan.reporting.cells import Cell
from petaplan.reporting.web.blocks import Block


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page; a reader opens it by its name in the list of pages."""

    key: str
    """Lower case letters, digits and hyphens: the fragment of its address."""
    title: str
    """In English: the key of its translation."""
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Pages under one head."""

    title: str
    """Kind of the report, in English: the key of its translation."""
    name: str
    """Name of what the report is about, such as the hub."""
    pages: tuple[Page, ...]
    verdict: Cell | None = None
    """Beside the name, on every page."""
    language: str = "en"
    """Tag of a language that has a file of messages (BCP 47)."""
    foot: tuple[Cell, ...] = ()
    """Lines at the end: what made the file, from what."""
