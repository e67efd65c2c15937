"""`petaplan export`: a plan as a document."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import Output, Plan


class Document(StrEnum):
    """How a plan is written."""

    YAML = "yaml"
    JSON = "json"


def export(
    plan: Plan,
    format: Annotated[Document, typer.Option("--format", help="yaml or json.")] = Document.YAML,
    output: Output = None,
) -> None:
    """Write a plan as a document that reads back as the same plan."""
    from petaplan.capacity.document.plan import write_json, write_yaml
    from petaplan.capacity.document.source import read_hub
    from petaplan.reporting.files import write_whole

    hub = read_hub(plan)
    text = write_yaml(hub) if format is Document.YAML else write_json(hub)
    if output is None:
        sys.stdout.write(text)
    else:
        write_whole(output, text)
