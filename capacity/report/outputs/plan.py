"""A plan as a document that reads back as the same plan."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.capacity.hub import Hub


def _yaml(hub: "Hub", _rendering: Rendering) -> str:
    from petaplan.capacity.document.plan import write_yaml

    return write_yaml(hub)


def _json(hub: "Hub", _rendering: Rendering) -> str:
    from petaplan.capacity.document.plan import write_json

    return write_json(hub)


def _csv(hub: "Hub", _rendering: Rendering) -> str:
    from petaplan.capacity.document.plan_tables import csv_files

    return "".join(csv_files(hub).values())


def _csv_files(hub: "Hub", _rendering: Rendering) -> "dict[str, str]":
    from petaplan.capacity.document.plan_tables import csv_files

    return csv_files(hub)


def _xlsx(hub: "Hub", _rendering: Rendering) -> bytes:
    from petaplan.capacity.document.workbook import workbook

    return workbook(hub)


YAML = Output(
    name="yaml", renders="plan", help="YAML document", media_type="application/yaml", suffix=".yaml", write=_yaml
)
JSON = Output(
    name="json", renders="plan", help="JSON document", media_type="application/json", suffix=".json", write=_json
)
CSV = Output(
    name="csv",
    renders="plan",
    help="a folder, or a .zip file, with a CSV file for each table",
    media_type="text/csv",
    suffix=".csv",
    write=_csv,
    files=_csv_files,
    folder=True,
)
XLSX = Output(
    name="xlsx",
    renders="plan",
    help="workbook for reading, with a sheet for each table",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    suffix=".xlsx",
    write=_xlsx,
)
