"""`petaplan diff`: the effect of a change of the plan."""

from typing import Annotated

import typer

from petaplan.capacity.command_line.options import (
    CatalogueLayers,
    Environment,
    EvidenceFiles,
    Output,
    ScenarioOption,
    TrustedKeyFile,
)
from petaplan.capacity.command_line.output import notify
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.report.kinds import DIFF
from petaplan.reporting.options import TEXT, format_option


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="Plan, stack:NAME, a revision, or two such as main..HEAD.")],
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="NEW",
            help="Plan to compare with. For revisions: the plan in them (default: that of Pulumi.yaml).",
        ),
    ] = None,
    *,
    format: Annotated[str, format_option(DIFF)] = TEXT,
    output: Output = None,
    everything: Annotated[bool, typer.Option("--all", help="Print every object and finding.")] = False,
    evidence: EvidenceFiles = None,
    trusted_keys: TrustedKeyFile = None,
    catalogue: CatalogueLayers = None,
    scenario: ScenarioOption = None,
    _env: Environment = None,
    _problems: Problems = None,
) -> None:
    """Show what changes between two plans, or under a scenario.

    Exit codes: 0 nothing changes, 1 something does, 2 bad input, 3 a tool broke, 4 a rule needs a secret.
    """
    from petaplan.capacity.command_line.scenario import files_of
    from petaplan.capacity.verdict.comparison import compare
    from petaplan.reporting.publishing import publish

    found = compare(old, new, evidence or (), trusted_keys, catalogue or (), scenario=scenario)
    publish(
        DIFF,
        found,
        format=format,
        output=output,
        everything=everything,
        reads=(old, new, *(evidence or ()), *(catalogue or ()), *files_of(scenario)),
    )
    for reason in found.cannot_tell:
        notify(f"cannot tell: {reason}")
    raise typer.Exit(4 if found.cannot_tell else 0 if found.same else 1)
