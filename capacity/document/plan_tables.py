"""A plan as tables: a folder or a ZIP file of CSV, read back as the same plan; and a workbook, to be looked at.

What a table holds: capacity/document/columns.py.
"""

import csv
import stat
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO, StringIO
from pathlib import Path

from petaplan.capacity.document.columns import HUB, Form, TableForm, table_forms
from petaplan.capacity.document.confined import refuse_leaving
from petaplan.capacity.document.csv_table import Head, rows_in
from petaplan.capacity.document.marked import Marked, shortened
from petaplan.capacity.document.plan import document
from petaplan.capacity.document.plan_rows import Assembly, Cell, MarkedTables, Rows, hub_of, tables_of
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import PlanPlace
from petaplan.input_files import MOST_BYTES, read_bounded

SUFFIX = ".csv"

MOST_ROWS = 200_000
"""Rows of one table."""

MOST_FILES = 1_000
"""Entries of a folder, or of an archive, that is still looked through."""

EXPECTED = "a folder or a ZIP file of tables that `petaplan export --format csv` writes"
HUB_LINE = 2
"""Line of the hub in its table, below the head."""
_CHUNK_BYTES = 2**20


def csv_files(hub: Hub) -> dict[str, str]:
    """The CSV text of each table that has rows, by the name of its file; the same hub gives the same text."""
    return {f"{name}{SUFFIX}": _csv(table_forms()[name], rows) for name, rows in tables_of(document(hub)).items()}


def _csv(table: TableForm, rows: Rows) -> str:
    page = StringIO()
    writer = csv.writer(page, lineterminator="\n")
    heads = heads_of(table, rows)
    writer.writerow(heads)
    writer.writerows([_said(row.get(name, "")) for name in heads] for row in rows)
    return page.getvalue()


def heads_of(table: TableForm, rows: Rows) -> tuple[str, ...]:
    """The columns that are written: those of every field, and those of a group where a row needs them."""
    groups = {column.name for column in table.columns if column.form is Form.GROUP}
    return tuple(name for name in table.heads if name not in groups or any(name in row for row in rows))


def _said(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell if isinstance(cell, str) else repr(cell)


def read_tables(path: Path) -> Hub:
    """The hub in the tables of a folder or a ZIP file.

    Raises:
        PlanError: with every problem of the tables, by file and line.
    """
    problems: list[Problem] = []
    refuse_leaving(path / f"{HUB}{SUFFIX}" if path.is_dir() else path)
    found = _files_of_folder(path, problems) if path.is_dir() else _files_of_archive(path, problems)
    if f"{HUB}{SUFFIX}" not in found and not problems:
        advice = "export a plan to see what tables look like"
        problems.append(Problem(where=str(path), found=f"no {HUB}{SUFFIX}", expected=EXPECTED, advice=advice))
    if problems:
        raise PlanError(problems)
    return hub_of_tables(path, found)


def names_of_files() -> tuple[str, ...]:
    """The names of the files that tables have."""
    return tuple(f"{name}{SUFFIX}" for name in table_forms())


def hub_of_tables(path: Path, found: Mapping[str, bytes]) -> Hub:
    """The hub in the bytes of its tables; ``path`` is what messages call their place.

    Its catalogues start from the folder that holds the folder or the ZIP file.

    Raises:
        PlanError: with every problem of the tables, by file and line.
    """
    whole = MarkedTables(file=str(path / f"{HUB}{SUFFIX}"))
    assembly = Assembly(whole)
    for name, table in table_forms().items():
        if (raw := found.get(f"{name}{SUFFIX}")) is not None:
            file = Marked(file=str(path / f"{name}{SUFFIX}"))
            known = dict.fromkeys(table.heads)
            assembly.take(table, file, rows_in(file, raw, Head(known=known, needed=table.needed, most_rows=MOST_ROWS)))
            whole.problems.extend(file.problems)
    whole.value = assembly.values
    hub = hub_of(whole, assembly.formulas)
    return hub.declared_in(PlanPlace(file=whole.file, line=HUB_LINE, folder=str(path.absolute().parent)))


def _table_name(name: str, where: str, problems: list[Problem]) -> str:
    """The name of a file of a table; empty for any other file, which is a problem where it looks like a table."""
    known = names_of_files()
    if name in known:
        return name
    if name.lower().endswith((SUFFIX, ".tsv")):
        advice = did_you_mean(name, known) or "the tables are named in docs/tables.md"
        problems.append(Problem(where=where, found=f"the file {shortened(name)!r}", expected="a table", advice=advice))
    return ""


def _files_of_folder(folder: Path, problems: list[Problem]) -> dict[str, bytes]:
    """The bytes of each table of a folder."""
    names = sorted(path.name for path in folder.iterdir())
    if len(names) > MOST_FILES:
        found, expected = f"{len(names):,} entries", f"at most {MOST_FILES:,}"
        problems.append(Problem(where=str(folder), found=found, expected=expected))
        return {}
    made, left = dict[str, bytes](), MOST_BYTES
    for name in names:
        if _table_name(name, str(folder), problems):
            raw = _bytes_of(folder / name, left, problems)
            left -= len(raw)
            made[name] = raw
    return made


def _bytes_of(path: Path, most: int, problems: list[Problem]) -> bytes:
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            found = "a link" if path.is_symlink() else "neither a file nor a link"
            problems.append(
                Problem(where=str(path), found=found, expected="a file", advice="put the table itself there")
            )
            return b""
        return read_bounded(path, most)
    except OSError as error:
        expected = f"readable tables of at most {MOST_BYTES // 2**20} MiB together"
        problems.append(Problem(where=str(path), found=error.strerror or str(error), expected=expected))
        return b""


def _files_of_archive(path: Path, problems: list[Problem]) -> dict[str, bytes]:
    """The bytes of each table of a ZIP file, which is read in memory and never unpacked."""
    try:
        raw = read_bounded(path)
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            return _entries(path, archive, problems)
    except OSError as error:
        problems.append(Problem(where=str(path), found=error.strerror or str(error), expected=EXPECTED))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        problems.append(Problem(where=str(path), found=f"no whole ZIP file ({error})", expected=EXPECTED))
    return {}


def _entries(path: Path, archive: zipfile.ZipFile, problems: list[Problem]) -> dict[str, bytes]:
    entries = [one for one in archive.infolist() if not one.is_dir()]
    if len(entries) > MOST_FILES:
        found, expected = f"{len(entries):,} entries", f"at most {MOST_FILES:,}"
        problems.append(Problem(where=str(path), found=found, expected=expected))
        return {}
    made, left = dict[str, bytes](), MOST_BYTES
    for entry in entries:
        if not _table_name(entry.filename, str(path), problems):
            continue
        if entry.filename in made:
            problems.append(Problem(where=str(path), found=f"{entry.filename} again", expected="each table once"))
            continue
        with archive.open(entry) as stream:
            made[entry.filename] = raw = b"".join(_chunks(stream.read, left))
        left -= len(raw)
        if left < 0:
            found, expected = f"more than {MOST_BYTES // 2**20} MiB in its tables", "smaller tables"
            problems.append(Problem(where=str(path), found=found, expected=expected, advice="split the plan"))
            return {}
    return made


def _chunks(read: "object", most: int) -> Iterator[bytes]:
    """The bytes of an entry, and at most a chunk more than there may be."""
    assert callable(read)
    while most >= 0 and (chunk := read(_CHUNK_BYTES)):
        most -= len(chunk)
        yield chunk
