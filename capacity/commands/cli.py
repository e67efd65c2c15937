"""The commands of `petaplan` that need nothing but a plan and the catalogue."""

import os
import sys
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from petaplan.capacity.errors import DeclarationError, PetaplanError

if TYPE_CHECKING:
    from petaplan.capacity.design import Design

USAGE, INTERNAL, INSUFFICIENT, READER_GONE = 2, 3, 4, 141

app = typer.Typer(
    name="petaplan",
    help="Declare a phased AI compute hub and hold it against its petaflop targets.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


class Format(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"


class Document(StrEnum):
    """How a plan is written."""

    YAML = "yaml"
    JSON = "json"


Plan = Annotated[str, typer.Argument(help="A plan file, module:attribute, file.py:attribute, or - for standard input.")]
Formatted = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]


EvidenceFiles = Annotated[
    list[Path] | None, typer.Option("--evidence", help="A file of petaplan-bench; may be given many times.")
]
RequiredEvidence = Annotated[
    float | None,
    typer.Option("--require-evidence", min=0, max=1, help="Exit 4 where less of a target's petaflops is measured."),
]


PIPE_WIDTH = 110
"""Columns of a table that nobody looks at yet."""


def console() -> Console:
    """Standard output: colour and width of a terminal, or plain text of a fixed width in a pipe."""
    terminal = sys.stdout.isatty()
    return _Output(highlight=False, soft_wrap=not terminal, width=None if terminal else PIPE_WIDTH)


class _Output(Console):
    """A console that lets a reader go: `| head` is no shortfall."""

    def on_broken_pipe(self) -> None:
        """The reader has gone."""
        raise BrokenPipeError


@app.command()
def check(
    plan: Plan,
    *,
    format: Formatted = Format.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="What cannot be known is a shortfall.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Print every finding, also those that hold.")] = False,
    evidence: EvidenceFiles = None,
    require_evidence: RequiredEvidence = None,
) -> None:
    """Hold a plan against its targets and every rule: exit 0 when it passes, 1 when it falls short."""
    from petaplan.capacity.check import report_on
    from petaplan.capacity.design import read_design, resolve
    from petaplan.capacity.facts.catalog import load
    from petaplan.capacity.report.json import write_json
    from petaplan.capacity.report.text import print_report
    from petaplan.capacity.verdict.evidence import lacking, used

    sheets = design = read_design(plan, load())
    if evidence:
        design = resolve(sheets.hub, load(), used(evidence, models=sheets.models).evidence)
    report = report_on(design, strict=strict)
    if format is Format.JSON:
        sys.stdout.write(write_json(report))
    else:
        print_report(report, console(), everything=everything)
        if evidence:
            _print_what_evidence_changes(sheets, design)
    too_little = lacking(report, require_evidence)
    complain(too_little)
    raise typer.Exit(report.exit_code or (INSUFFICIENT if too_little else 0))


def _print_what_evidence_changes(sheets: "Design", measured: "Design") -> None:
    from petaplan.capacity.report.waterfall import change_view
    from petaplan.capacity.throughput.factors import plan_waterfalls

    console().print(change_view(plan_waterfalls(sheets), plan_waterfalls(measured), measured.evidence))


@app.command()
def export(
    plan: Plan,
    format: Annotated[Document, typer.Option("--format", help="yaml or json.")] = Document.YAML,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; standard output unless given.")
    ] = None,
) -> None:
    """Write a plan as a document, which reads back as the same plan."""
    from petaplan.capacity.document.plan import write_json, write_yaml
    from petaplan.capacity.document.source import read_hub
    from petaplan.capacity.document.writing import write_whole

    hub = read_hub(plan)
    text = write_yaml(hub) if format is Document.YAML else write_json(hub)
    if output is None:
        sys.stdout.write(text)
    else:
        write_whole(output, text)


@app.command()
def rules(format: Formatted = Format.TEXT) -> None:
    """List every rule: id, what it asks, what a failure is, its formula."""
    from petaplan.capacity.commands.listing import rules_json, rules_table

    if format is Format.JSON:
        sys.stdout.write(rules_json())
    else:
        console().print(rules_table())


@app.command()
def explain(
    rule: Annotated[str, typer.Argument(help="Rule id, such as PWR-011.")],
    plan: Annotated[str | None, typer.Option("--plan", help="Show what the rule says of this plan.")] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="Only subjects that contain this text.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every subject, not the nearest to its limit.")] = False,
) -> None:
    """Explain a rule, and its numbers for one plan."""
    from petaplan.capacity.commands.explanation import explanation

    console().print(explanation(rule, plan, subject, everything))


@app.command()
def schema() -> None:
    """Write the JSON Schema of the plan document, for editors."""
    import json

    from petaplan.capacity.document.plan import schema as plan_schema

    sys.stdout.write(json.dumps(plan_schema(), indent=2) + "\n")


@app.command()
def catalog(
    model: Annotated[str | None, typer.Argument(help="A model to show in full.")] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="accelerators, cpus, nodes, racks, pods, switches, optics, equipment."),
    ] = None,
    format: Formatted = Format.TEXT,
) -> None:
    """Show the hardware catalogue, each figure with its source."""
    from petaplan.capacity.commands.listing import catalogue_json, catalogue_view

    if format is Format.JSON:
        sys.stdout.write(catalogue_json(model, kind))
    else:
        console().print(catalogue_view(model, kind))


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


def run(mount: Callable[[], None] = lambda: None) -> int:
    """Run the command line, once ``mount`` has added to it; the exit code says whose fault it was."""
    if sys.stdout is None:
        return complain(["standard output: found it closed; expected a terminal, a file or a pipe"])
    try:
        mount()
        code = app(spelt_out(sys.argv[1:]), standalone_mode=False)
    except DeclarationError as error:
        return complain([str(problem) for problem in error.problems])
    except PetaplanError as error:
        complain([str(error)])
        return error.exit_code
    except typer.Abort:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except OSError as error:
        return complain([f"{error.filename or 'output'}: found {error.strerror}; expected a place that can be used"])
    except Exception as error:  # noqa: BLE001 - the last place where a fault can get words
        return _usage_or_internal(error)
    return code if isinstance(code, int) else 0


def _usage_or_internal(error: Exception) -> int:
    """Complaints of typer are usage; anything else is a fault of petaplan."""
    show = getattr(error, "show", None)
    if show is not None:
        show()
        return int(getattr(error, "exit_code", USAGE))
    if os.environ.get("PETAPLAN_TRACEBACK"):
        raise error
    complain([f"internal error: {type(error).__name__}: {error}; set PETAPLAN_TRACEBACK=1 and report what it shows"])
    return INTERNAL


def complain(lines: Iterable[str]) -> int:
    """Say what is wrong on standard error; the exit code is that of bad input."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    for line in lines:
        errors.print(Text.assemble(("error: ", "bold red"), line))
    return USAGE
