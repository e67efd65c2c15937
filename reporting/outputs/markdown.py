"""Markdown, such as for a comment."""

from petaplan.reporting.document import Document
from petaplan.reporting.registry import Output, Rendering


def _write(document: Document, rendering: Rendering) -> str:
    from petaplan.reporting.markdown import write_markdown

    return write_markdown(document, rendering)


MARKDOWN = Output(name="markdown", help="Markdown", media_type="text/markdown", suffix=".md", write=_write)
