"""Files of code and data that follow from the nouns: resource classes, provider schema, evidence schema."""

import json

from petaplan.bench.evidence.evidence_file import json_schema
from petaplan.infra.provider.generate import outputs
from tools.generate.files import Files


def resource_classes(files: Files) -> None:
    """Infra's resource classes, and the schema of its provider."""
    for path, text in outputs().items():
        files.write(f"infra/{path.relative_to(path.parents[[p.name for p in path.parents].index('infra')])}", text)


def evidence_schema(files: Files) -> None:
    """The JSON Schema of bench's evidence files."""
    files.write("bench/data/evidence.schema.json", json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n")
