"""`petaplan schema`: the JSON Schema of the plan document."""

import sys


def schema() -> None:
    """Write the JSON Schema of the plan document, for editors."""
    import json

    from petaplan.capacity.document.plan import schema as plan_schema

    sys.stdout.write(json.dumps(plan_schema(), indent=2) + "\n")
