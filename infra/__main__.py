"""The Pulumi program: read the hub, judge it, declare it, export the verdict."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pulumi
from pulumi.runtime.config import is_config_secret

from petaplan.capacity.document.source import read_hub
from petaplan.capacity.document.verified import in_order
from petaplan.capacity.errors import MOST_TOLD, DeclarationError, PlanError
from petaplan.capacity.facts.layers import catalogue_of, in_project
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hub import Hub
from petaplan.capacity.resolving import models_told_too, resolve
from petaplan.capacity.slice import up_to
from petaplan.infra.declare import declare
from petaplan.infra.diagnose import report_finding
from petaplan.infra.project import project_folder
from petaplan.infra.settings import JUDGED_AFTERWARDS, Enforce, ProgramSettings, secret_catalogues
from petaplan.infra.stack_settings import CATALOGUES
from petaplan.reporting.safety import visible

if TYPE_CHECKING:
    from petaplan.capacity.check_report import Report


def main() -> None:
    """Stop with every problem, or every shortfall, before anything is registered."""
    os.chdir(project_folder(Path.cwd()))  # files of a plan are named as seen from the project, not from infra/
    try:
        settings = _settings()
        with models_told_too():
            hub = in_project(read_hub(settings.hub), settings.catalogues, Path.cwd())
        hub = up_to(hub, settings.phase) if settings.phase else hub
        report = _report(hub, settings.enforce)
    except DeclarationError as error:
        refuse("\n".join(["the plan is not valid:", *map(str, error.problems[:MOST_TOLD]), *_more(error)]))
    if report is not None:
        judge(report, settings.enforce)
    declare(hub)
    for name, value in outputs(report).items() if report is not None else ():
        pulumi.export(name, value)


def _settings() -> ProgramSettings:
    """The settings of the stack.

    Raises:
        PlanError: for a value that isn't one, or layers that a secret names.
    """
    if is_config_secret(CATALOGUES):
        raise PlanError([secret_catalogues(f"stack {pulumi.get_stack()}")])
    return ProgramSettings.of(pulumi.Config("petaplan"))


def _report(hub: Hub, enforce: Enforce) -> "Report | None":
    """The report on a hub; none in a preview that enforces nothing, whose command judges the graph afterwards.

    Raises:
        PlanError: when the hub is not a valid plan.
    """
    catalogue = catalogue_of(hub, folder=Path.cwd())
    if enforce is Enforce.OFF and pulumi.runtime.is_dry_run() and os.environ.get(JUDGED_AFTERWARDS):
        resolve(in_order(hub), catalogue)
        return None
    from petaplan.capacity.check import check  # takes a quarter of a second, which the gate spends itself

    return check(hub, catalogue)


def _more(error: DeclarationError) -> list[str]:
    """How many problems are left out, and the command that writes them."""
    more = len(error.problems) - MOST_TOLD
    return [f"and {more:,} more; `petaplan check PLAN --problems FILE` writes all"] if more > 0 else []


def judge(report: "Report", enforce: Enforce) -> None:
    """Show what the rules found; refuse to go on where a shortfall is an error."""
    if enforce is Enforce.OFF:
        return
    stops = enforce is Enforce.ERROR
    for finding in report.findings:
        if finding.verdict in (Verdict.SHORTFALL, Verdict.UNKNOWN, Verdict.WARNING):
            report_finding(finding, stops=stops)
    if stops and report.verdict is Verdict.SHORTFALL:
        count = len(report.of(Verdict.SHORTFALL))
        refuse(
            f"{report.hub} falls short: {count} shortfall{'s' * (count != 1)}, nothing was created; mend the plan, "
            "or set petaplan:enforce to warn"
        )


def refuse(reason: str) -> NoReturn:
    """End the program with a reason and nothing else; 32 tells the language host that all was said."""
    pulumi.log.error(visible(reason))
    sys.exit(32)


def outputs(report: "Report") -> dict[str, object]:
    """What the stack says of itself: the verdict, and the figures of each phase."""
    return {
        "verdict": str(report.verdict),
        "phases": {
            phase.name: {
                "inService": phase.in_service.isoformat(),
                "verdict": str(phase.verdict),
                "peakDensePflops": {str(precision): round(value, 3) for precision, value in phase.pflops},
                "itPowerMw": round(phase.it_power_mw, 3),
                "pods": phase.pods,
                "racks": phase.racks,
                "accelerators": phase.accelerators,
            }
            for phase in report.phases
        },
        "assumptions": len(report.assumptions),
    }


if __name__ == "__main__":
    main()
