"""`petaplan-bench schema`: the form of the evidence file."""

from petaplan.bench.report.schema import schema_text


def schema() -> None:
    """Print the JSON Schema of the evidence file."""
    print(schema_text(), end="")
