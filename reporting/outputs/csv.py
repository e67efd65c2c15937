"""The main table as comma-separated values (RFC 4180), its head the keys of the columns."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.reporting.document import Document


def _write(document: "Document", _rendering: Rendering) -> str:
    from petaplan.reporting.flat import separated

    return separated(document, ",")


def _files(document: "Document", _rendering: Rendering) -> "dict[str, str]":
    from petaplan.reporting.flat import every_table

    return every_table(document)


CSV = Output(
    name="csv",
    help="CSV of the main table; of every table where -o names an empty folder or a .zip file",
    media_type="text/csv",
    suffix=".csv",
    write=_write,
    whole=True,
    files=_files,
)
