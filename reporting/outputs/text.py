"""Text for people."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.reporting.document import Document


def _write(document: "Document", rendering: Rendering) -> str:
    from petaplan.reporting.terminal import write_text

    return write_text(document, rendering)


TEXT = Output(name="text", help="text for people", media_type="text/plain", suffix=".txt", write=_write)
