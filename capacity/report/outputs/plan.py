"""A plan as a document that reads back as the same plan."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.capacity.hub import Hub


def _yaml(hub: "Hub", _rendering: Rendering) -> str:
    from petaplan.capacity.document.plan import write_yaml

    return write_yaml(hub)


def _json(hub: "Hub", _rendering: Rendering) -> str:
    from petaplan.capacity.document.plan import write_json

    return write_json(hub)


YAML = Output(
    name="yaml", renders="plan", help="YAML document", media_type="application/yaml", suffix=".yaml", write=_yaml
)
JSON = Output(
    name="json", renders="plan", help="JSON document", media_type="application/json", suffix=".json", write=_json
)
