"""`petaplan schema`: the JSON Schema of the plan document."""

from petaplan.capacity.command_line.options import Output
from petaplan.capacity.command_line.output import write


def schema(output: Output = None) -> None:
    """Write the JSON Schema of the plan document, for editors."""
    import json

    from petaplan.capacity.document.plan import schema as plan_schema

    write(json.dumps(plan_schema(), indent=2) + "\n", output)
