"""`petaplan diff`: the effect of a change of the plan."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import EvidenceFiles


class DiffFormat(StrEnum):
    """How a difference is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def diff(
    old: Annotated[str, typer.Argument(help="Plan, stack:NAME, or two revisions such as main..HEAD.")],
    new: Annotated[
        str | None,
        typer.Argument(
            help="Plan to compare with. For two revisions: the plan in both (default: that of Pulumi.yaml)."
        ),
    ] = None,
    *,
    format: Annotated[DiffFormat, typer.Option("--format", help="text, json or markdown.")] = DiffFormat.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; standard output unless given.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Print every object and finding.")] = False,
    evidence: EvidenceFiles = None,
) -> None:
    """Show what changes between two plans.

    Exit codes: 0 nothing changes, 1 something does, 2 bad input, 3 a tool broke.
    """
    from io import StringIO

    from rich.console import Console

    from petaplan.capacity.command_line.output import console
    from petaplan.capacity.report.difference import print_difference, write_difference_json, write_difference_markdown
    from petaplan.capacity.report.wanted import GITHUB_LIMIT_BYTES
    from petaplan.capacity.verdict.comparison import compare
    from petaplan.reporting.files import write_whole

    made = compare(old, new, evidence or ())
    if format is DiffFormat.JSON:
        text = write_difference_json(made)
    elif format is DiffFormat.MARKDOWN:
        text = write_difference_markdown(made, limit_bytes=GITHUB_LIMIT_BYTES)
    elif output is not None:
        page = StringIO()
        print_difference(made, Console(file=page, width=110, highlight=False), everything=everything)
        text = page.getvalue()
    else:
        print_difference(made, console(), everything=everything)
        text = ""
    if output is None:
        sys.stdout.write(text)
    else:
        write_whole(output, text)
    raise typer.Exit(0 if made.same else 1)
