"""`petaplan catalog`: the hardware catalogue."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from petaplan.capacity.command_line.options import CatalogueLayers, Output
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.errors import CatalogueError, Problem
from petaplan.capacity.report.kinds import CATALOG
from petaplan.reporting.options import TEXT, format_option

if TYPE_CHECKING:
    from petaplan.capacity.report.listing import Listing

KINDS = (
    "accelerators, cpus, nodes, racks, pods, switches, optics, equipment, efficiency, export-rules, systems, sources"
)
NEW = "accelerator, cpu, node, rack, pod, switch, optic, equipment, override, efficiency, system, export-rule, source"


def catalog(
    model: Annotated[
        str | None, typer.Argument(metavar="MODEL", help="Model to show in full (default: a list of all).")
    ] = None,
    *,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help=f"Only this kind: {KINDS}.")] = None,
    new: Annotated[
        str | None, typer.Option("--new", metavar="KIND", help=f"Write a commented template of one kind: {NEW}.")
    ] = None,
    validate: Annotated[
        list[Path] | None,
        typer.Option("--validate", metavar="PATH", help="Check a layer of your own; may be given many times."),
    ] = None,
    diff: Annotated[
        list[Path] | None,
        typer.Option("--diff", metavar="PATH", help="Show what a layer adds and changes; may be given many times."),
    ] = None,
    catalogue: CatalogueLayers = None,
    format: Annotated[str, format_option(CATALOG)] = TEXT,
    output: Output = None,
    _problems: Problems = None,
) -> None:
    """Show the hardware catalogue; write and check layers of it."""
    asked = {"MODEL": model, "--kind": kind, "--new": new, "--validate": validate, "--diff": diff}
    _refuse_two(_given(asked))
    if new is not None:
        _write_template(new, output)
        return
    from petaplan.reporting.publishing import publish

    layers = tuple(catalogue or ())
    found = _found(model, kind, layers, validate, diff)
    publish(CATALOG, found, format=format, output=output, reads=(*layers, *(validate or ()), *(diff or ())))


def _found(
    model: str | None,
    kind: str | None,
    layers: tuple[Path, ...],
    validate: list[Path] | None,
    diff: list[Path] | None,
) -> "Listing":
    from petaplan.capacity.report.listing import listing, validated

    if validate or diff:
        return validated(layers, tuple(validate or diff or ()), doubts=bool(validate))
    return listing(model, kind, layers)


def _given(asked: Mapping[str, object]) -> set[str]:
    return {name for name, value in asked.items() if value}


def _refuse_two(asked: set[str]) -> None:
    """One thing is asked of the catalogue at a time.

    Raises:
        CatalogueError: where more are.
    """
    if len(asked) > 1:
        found, expected = " and ".join(sorted(asked)), "one of MODEL, --kind, --new, --validate and --diff"
        raise CatalogueError([Problem(where="petaplan catalog", found=found, expected=expected)])


def _write_template(kind: str, output: Path | None) -> None:
    """The template, on standard output or as a file that is not there yet.

    Raises:
        CatalogueError: for a kind without a template, or a file that would be replaced.
    """
    from petaplan.capacity.facts.templates import template
    from petaplan.reporting.files import write_whole

    text = template(kind)
    if output is None or str(output) == "-":
        typer.echo(text, nl=False)
        return
    if output.exists():
        found, expected = "a file", "a new file"
        raise CatalogueError([Problem(where=str(output), found=found, expected=expected, advice="name another")])
    write_whole(output, text)
