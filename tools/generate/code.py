"""Files of code and data that follow from the nouns: resource classes, provider schema, evidence schema."""

from petaplan.bench.report.schema import schema_text
from petaplan.infra.provider.generate import outputs
from tools.generate.files import Files


def resource_classes(files: Files) -> None:
    """Infra's resource classes, and the schema of its provider."""
    for path, text in outputs().items():
        files.write(f"infra/{path.relative_to(path.parents[[p.name for p in path.parents].index('infra')])}", text)


def evidence_schema(files: Files) -> None:
    """The JSON Schema of bench's evidence files."""
    files.write("bench/data/evidence.schema.json", schema_text())
