"""`petaplan forecast`: the probability of each target by its date."""

from dataclasses import replace
from typing import Annotated

import typer

from petaplan.capacity.command_line.acceptance_log import AcceptanceLogFile, LastDay, day_of_log
from petaplan.capacity.command_line.options import (
    CatalogueLayers,
    EvidenceFiles,
    Output,
    Plan,
    ScenarioOption,
    TrustedKeyFile,
)
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.report.kinds import FORECAST
from petaplan.reporting.options import TEXT, format_option


def forecast(
    plan: Plan,
    *,
    draws: Annotated[
        int | None,
        typer.Option("--draws", metavar="NUMBER", min=1_000, max=500_000, help="Number of draws (default: 100000)."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="NUMBER", min=0, help="Seed of the draws (default: a fixed one).")
    ] = None,
    accepted: AcceptanceLogFile = None,
    on: LastDay = None,
    evidence: EvidenceFiles = None,
    format: Annotated[str, format_option(FORECAST)] = TEXT,
    output: Output = None,
    trusted_keys: TrustedKeyFile = None,
    catalogue: CatalogueLayers = None,
    scenario: ScenarioOption = None,
    _problems: Problems = None,
) -> None:
    """Show the probability of each target by its date.

    Petaflops by quarter, dates of phases, what decides and every input with its source stand below.

    Exit codes: 0 no target misses its confidence, 1 one does, 2 bad input, 4 the draws cannot tell.
    """
    from petaplan.capacity.command_line.scenario import files_of, taken_under
    from petaplan.capacity.facts.layers import catalogue_of
    from petaplan.capacity.forecast.acceptance import read_acceptances
    from petaplan.capacity.forecast.forecast import DEFAULT_DRAWS
    from petaplan.capacity.forecast.forecast import forecast as forecast_of
    from petaplan.capacity.resolving import read_design
    from petaplan.capacity.throughput.draws import SEED
    from petaplan.capacity.verdict.evidence import evidence_set
    from petaplan.reporting.publishing import publish

    design = taken_under(read_design(plan, catalogue), scenario, catalogue)
    if evidence or trusted_keys:
        layers = catalogue_of(design.hub, catalogue or ())
        given = evidence_set(evidence or (), models=design.models, trusted_keys=trusted_keys, catalogue=layers)
        design = replace(design, evidence=given.evidence)
    day = day_of_log(on, accepted)
    log = None if accepted is None else read_acceptances(accepted, design, day)
    found = forecast_of(design, draws=draws or DEFAULT_DRAWS, seed=SEED if seed is None else seed, accepted=log)
    reads = (plan, *(evidence or ()), *(catalogue or ()), *files_of(scenario), *([accepted] if accepted else ()))
    publish(FORECAST, found, format=format, output=output, reads=reads)
    verdicts = [one.holds for one in found.targets if one.target.confidence is not None]
    if False in verdicts:
        raise typer.Exit(1)
    if None in verdicts:
        raise typer.Exit(4)
