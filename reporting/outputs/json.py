"""The view as JSON: sections, tables and cells with their units."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.reporting.document import Document


def _write(document: "Document", _rendering: Rendering) -> str:
    from petaplan.reporting.safety import json_text
    from petaplan.reporting.values import values_of

    return json_text(values_of(document))


JSON = Output(
    name="json", help="JSON of the view", media_type="application/json", suffix=".json", write=_write, whole=True
)
