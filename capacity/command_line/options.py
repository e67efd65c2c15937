"""Options that several commands have."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.errors import PlanError, Problem
from petaplan.reporting.options import output_option

PLACE_OF_PLAN = "Plan file, module:attribute, file.py:attribute, or - for standard input."

Plan = Annotated[str, typer.Argument(metavar="PLAN", help=PLACE_OF_PLAN)]
Output = Annotated[Path | None, output_option()]
EvidenceFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--evidence",
        metavar="FILE",
        help="File that petaplan-bench wrote, or a folder of them; may be given many times.",
    ),
]
CatalogueLayers = Annotated[
    list[Path] | None,
    typer.Option(
        "--catalogue",
        metavar="PATH",
        help="File or folder of catalogue entries over the shipped ones and the plan's; may be given many times.",
    ),
]
ScenarioOption = Annotated[
    str | None,
    typer.Option(
        "--scenario", metavar="FILE[:NAME]", help="Scenario file; the plan is taken with the changes of that scenario."
    ),
]
TrustedKeyFile = Annotated[
    Path | None,
    typer.Option(
        "--trusted-keys", metavar="FILE", help="Public keys of minisign; evidence counts only if one of them signed it."
    ),
]
RequiredEvidence = Annotated[
    float | None,
    typer.Option(
        "--require-evidence",
        metavar="FRACTION",
        min=0,
        max=1,
        help="Exit 4 where a smaller fraction (0 to 1) of a target's PFLOP/s is measured.",
    ),
]


def _pass_on(names: list[str] | None) -> list[str] | None:
    """Variables of this command that a plan in Python may see as well.

    Raises:
        PlanError: for names of no variable.
    """
    if names:
        from petaplan.capacity.document.apart import passed_on

        if missing := [name for name in names if name not in os.environ]:
            expected, advice = "a variable of the environment", "set it, or leave --env out"
            raise PlanError(
                Problem(where="--env", found=repr(name), expected=expected, advice=advice) for name in missing
            )
        passed_on.update(names)
    return names


Environment = Annotated[
    list[str] | None,
    typer.Option(
        "--env",
        metavar="NAME",
        callback=_pass_on,
        help="Variable that a plan in Python may see; may be given many times.",
    ),
]
"""An option of the commands that read a plan in a process of its own; the command itself makes no use of it."""

Strict = Annotated[bool, typer.Option("--strict", help="Count what cannot be judged as a shortfall.")]
Today = Annotated[
    datetime | None,
    typer.Option(
        "--today", metavar="DATE", formats=["%Y-%m-%d"], help="Date on which waivers must be valid (default: today)."
    ),
]


def day_of(today: datetime | None) -> date:
    """The date that was given, or today in the time zone of this machine."""
    return today.date() if today else date.today()  # noqa: DTZ011 - waivers end on a day of their owners


def spelt_out(arguments: list[str]) -> list[str]:
    """``--evidence runs/*.json``, as the shell hands it over, with the option before each file.

    >>> spelt_out(["check", "plan.yaml", "--evidence", "a.json", "b.json", "--strict"])
    ['check', 'plan.yaml', '--evidence', 'a.json', '--evidence', 'b.json', '--strict']
    """
    spelt: list[str] = []
    for word in arguments:
        follows = len(spelt) > 1 and spelt[-2] == "--evidence" and not word.startswith("-")
        spelt += ["--evidence", word] if follows and word.endswith(".json") else [word]
    return spelt
