"""Markdown, such as for a comment."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.reporting.document import Document


def _write(document: "Document", rendering: Rendering) -> str:
    from petaplan.reporting.markdown import write_markdown

    return write_markdown(document, rendering)


MARKDOWN = Output(name="markdown", help="Markdown", media_type="text/markdown", suffix=".md", write=_write)
