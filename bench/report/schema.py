"""The JSON Schema of the evidence file, with the kinds of devices there are."""

import json
from typing import Any

from petaplan.bench.devices.common import registry
from petaplan.bench.evidence.evidence_file import adapter
from petaplan.bench.evidence.record import FORMAT, VERSION


def json_schema() -> dict[str, Any]:
    """The schema. A kind of device is any word of its form: the kinds of this program are examples."""
    schema = adapter().json_schema(mode="validation")
    schema["required"] = [*schema["required"], "format", "version", "digest"]
    kind = schema["$defs"]["DeviceRecord"]["properties"]["kind"]
    known = {each.name: each.title for each in registry.kinds()}
    kind["description"] += " Known here: " + "; ".join(f"{name}, {title}" for name, title in known.items()) + "."
    kind["examples"] = list(known)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{FORMAT} version {VERSION}",
    }
    return head | {key: value for key, value in schema.items() if key != "title"}


def schema_text() -> str:
    """The schema as ``bench/data/evidence.schema.json`` holds it."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"
