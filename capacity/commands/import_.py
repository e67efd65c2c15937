"""`petaplan import`: tables into a plan, and device types of NetBox into a layer of the catalogue."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import CatalogueLayers, Output
from petaplan.capacity.command_line.output import notify, write
from petaplan.capacity.command_line.problems import Problems
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.report.kinds import PLAN
from petaplan.reporting.options import format_option
from petaplan.reporting.packing import ZIP

PLACE = (
    "CSV file with a row for each rack group; a folder or .zip file of all tables of a plan; "
    "or a YAML file, or a folder of them, of NetBox's device-type library."
)
YAML = (".yaml", ".yml")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
KINDS = {"node": "nodes", "switch": "switches"}


def import_(
    table: Annotated[Path | None, typer.Argument(metavar="TABLE", help=PLACE)] = None,
    *,
    into: Annotated[
        str | None, typer.Option("--into", metavar="PLAN", help="Plan with the halls, phases and feeds of the racks.")
    ] = None,
    template: Annotated[bool, typer.Option("--template", help="Write a table of racks to start with.")] = False,
    kind: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="node|switch", help="What NetBox's device types are (default: as their ports tell)."
        ),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of", metavar="DATE", formats=["%Y-%m-%d"], help="Day of NetBox's files (default: that of the newest)."
        ),
    ] = None,
    format: Annotated[str, format_option(PLAN)] = "yaml",
    output: Output = None,
    catalogue: CatalogueLayers = None,
    _problems: Problems = None,
) -> None:
    """Read tables into a plan, or NetBox's types into a layer.

    Racks of a CSV table are added to the plan of --into. All tables of a plan are the plan. Device types and rack types
    of NetBox become a layer of the catalogue.

    Exit codes: 0 written, 2 bad input; then nothing is written.
    """
    from petaplan.capacity.document import rack_table

    if template:
        write(rack_table.template(), output)
    elif table is not None and _is_of_netbox(table):
        given: dict[str, object] = {"--into": into, "--format": format != "yaml", "--catalogue": catalogue}
        _refuse(given, f"{table}, which is of NetBox")
        _layer(table, kind, as_of, output)
    else:
        _refuse({"--as": kind, "--as-of": as_of}, "a table")
        if table is not None and (table.is_dir() or table.name.lower().endswith(ZIP)):
            _refuse({"--into": into, "--catalogue": catalogue}, f"{table}, which holds a whole plan")
            _plan(table, format, output)
        else:
            _racks(table, into, format, output, tuple(catalogue or ()))


def _is_of_netbox(table: Path) -> bool:
    """Whether it is a YAML file, or a folder without a table of a plan."""
    if not table.is_dir():
        return table.name.lower().endswith(YAML)
    return not any(path.name.lower().endswith(".csv") for path in table.iterdir())


def _refuse(options: dict[str, object], beside: str) -> None:
    """Options that say nothing here.

    Raises:
        PlanError: for each that was given.
    """
    expected = "an option that concerns it"
    given = [name for name, value in options.items() if value]
    if given:
        raise PlanError(
            Problem(where="import", found=f"{name} beside {beside}", expected=expected, advice="leave it out")
            for name in given
        )


def _layer(place: Path, kind: str | None, as_of: datetime | None, output: Path | None) -> None:
    """Device types of NetBox, as a layer."""
    from petaplan.capacity.document.yaml_text import yaml_text
    from petaplan.capacity.facts.catalog import load
    from petaplan.capacity.facts.layer_files import Place, files_of
    from petaplan.capacity.facts.netbox import layer_of
    from petaplan.capacity.facts.netbox_entries import Entry
    from petaplan.reporting.publishing import refuse_replacing

    problems: list[Problem] = []
    if kind is not None and kind not in KINDS:
        problems.append(Problem(where="--as", found=repr(kind), expected=f"one of {', '.join(KINDS)}"))
    files = files_of([Place(str(place), Path.cwd(), "import", confined=False)], problems)
    if problems:
        raise PlanError(problems)
    day = as_of.date() if as_of else max(date.fromtimestamp(file.path.stat().st_mtime) for file in files)  # noqa: DTZ012
    wanted = Entry(KINDS[kind]) if kind else None
    values, notices = layer_of(files, load(), as_of=day, wanted=wanted, name=place.name)
    refuse_replacing(output, [file.path for file in files])
    write(yaml_text(values), output)
    for notice in notices:
        notify(notice)


def _plan(tables: Path, format: str, output: Path | None) -> None:
    """All tables of a plan, as one document."""
    from petaplan.capacity.command_line.plan_output import publish_plan
    from petaplan.capacity.document.plan_tables import names_of_files, read_tables

    reads = (tables, *(tables / name for name in names_of_files()))
    publish_plan(read_tables(tables), format=format, output=output, reads=reads)


def _racks(table: Path | None, into: str | None, format: str, output: Path | None, layers: tuple[Path, ...]) -> None:
    """Racks of one table, added to a plan."""
    if table is not None and table.name.lower().endswith(WORKBOOKS):
        expected, advice = "tables as CSV", "save its sheets as CSV, one file a sheet"
        raise PlanError([Problem(where=str(table), found="a workbook", expected=expected, advice=advice)])
    if table is None or into is None:
        found = "no TABLE" if table is None else "no --into"
        advice = "petaplan import --template writes a table to start with"
        raise PlanError([Problem(where="import", found=found, expected="TABLE and --into PLAN", advice=advice)])
    from petaplan.capacity.command_line.plan_output import publish_plan
    from petaplan.capacity.document.rack_table import with_racks
    from petaplan.capacity.document.source import read_hub
    from petaplan.capacity.facts.layers import catalogue_of
    from petaplan.capacity.resolving import models_told_too, unknown_models_of

    before = read_hub(into)
    with models_told_too(layers):
        hub = with_racks(before, table)
    problems = list(unknown_models_of(hub.racks[len(before.racks) :], catalogue_of(hub, layers)))
    if problems:
        raise PlanError(problems)
    publish_plan(hub, format=format, output=output, reads=(table, into, *layers))
