"""A plan document as rows of tables, and rows of tables as a plan document."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from petaplan.capacity.document.columns import BETWEEN, HUB, OF, Column, Form, TableForm, table_forms
from petaplan.capacity.document.marked import LONGEST_INT, Marked, Path_, Value, read_text, shortened
from petaplan.capacity.document.plan import hub_from
from petaplan.capacity.document.remainder import HubError
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.hub import Hub
from petaplan.reporting.formulas import ESCAPE, as_written, is_formula, neutral

Cell: TypeAlias = "str | int | float | bool"
"""What stands in a cell of a table that is written: text that no spreadsheet evaluates, a number, true or false."""

Rows: TypeAlias = "list[dict[str, Cell]]"

MOST_FORMULAS = 1_000
"""Formulas of one table that have a problem each."""

_ODD = re.compile("[\0-\x08\x0b-\x1f\ufffe\uffff]")
"""Characters that no sheet keeps."""

_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_TRUTH = {"true": True, "false": False}


def tables_of(document: Mapping[str, Any]) -> dict[str, Rows]:
    """The rows of each table of a plan document; a table without rows is left out."""
    made: dict[str, Rows] = {}
    _write(table_forms()[HUB], [document], "", made)
    return made


def _write(table: TableForm, values: Sequence[Mapping[str, Any]], of: str, made: dict[str, Rows]) -> None:
    children = [one for one in table_forms().values() if one.parent == table.name]
    for number, value in enumerate(values, 1):
        row: dict[str, Cell] = {OF: of} if table.inner else {}
        for column in table.columns:
            inner = _at(value, column.path)
            if inner is not None and (column.form is not Form.GROUP or not inner):
                row[column.name] = written(column.form, inner)
        made.setdefault(table.name, []).append(row)
        name = "" if table.name == HUB else str(value.get("name", number))
        for child in children:
            if rows := _at(value, child.field):
                _write(child, rows, f"{of}{BETWEEN}{name}" if of else name, made)


def _at(value: Any, path: Path_) -> Any:
    """The value at a path; None where there is none."""
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def written(form: Form, value: Any) -> Cell:
    """A value as a cell."""
    if form is Form.GROUP:
        return "{}"
    if form is Form.WORDS:
        words = [str(one) for one in value]
        joined = " ".join(words)
        plain = words and joined.split() == words and not joined.startswith("[") and not _ODD.search(joined)
        return neutral(joined) if plain else json.dumps(words)
    return _text_cell(value) if isinstance(value, str) else value


def _text_cell(text: str) -> str:
    cell = json.dumps(text) if _ODD.search(text) else neutral(text)
    return cell if cell.strip() and _text(cell) == text else ESCAPE + text


def _text(cell: str) -> str:
    """The text of a cell: as JSON where it has characters that no sheet holds."""
    if cell.startswith('"') and cell.endswith('"') and "\\" in cell:
        try:
            text = json.loads(cell)
        except ValueError:
            return cell
        return text if isinstance(text, str) and _ODD.search(text) else cell
    return as_written(cell)


@dataclass(slots=True)
class MarkedTables(Marked):
    """A plan document that is read from many tables: each path has a file as well as a line."""

    files: dict[Path_, str] = field(default_factory=dict)

    def file_at(self, path: Path_) -> str:
        """The file of a path, or of the nearest thing around it."""
        found = (self.files.get(path[:length]) for length in range(len(path), -1, -1))
        return next((file for file in found if file is not None), self.file)


@dataclass(slots=True)
class Assembly:
    """Rows of tables, put together to one document: parents before their children."""

    marked: MarkedTables
    values: dict[str, Value] = field(default_factory=dict)
    rows: dict[tuple[str, str], tuple[dict[str, Value], Path_]] = field(default_factory=dict)
    """Each row that others may belong to, by its table and what ``of`` calls it, with its path."""
    formulas: list[Problem] = field(default_factory=list)
    """Cells that a spreadsheet evaluates."""
    faulty: set[str] = field(default_factory=set)
    """Tables with problems: rows that belong to a row that was not read have none of their own."""

    def take(self, table: TableForm, file: Marked, rows: Iterator[tuple[int, dict[str, str]]]) -> None:
        """The rows of one table; rows that cannot be placed are noted in its file."""
        cells_of = Marked(file=file.file)
        for line, cells in rows:
            value, formulas = value_of(table, cells)
            refuse_formulas(cells_of, line, cells, formulas)
            if table.name == HUB:
                self._hub(file, line, value)
            else:
                self._row(table, file, line, cells, value)
        self.formulas.extend(cells_of.problems)
        if table.name == HUB and not self.values and not file.problems:
            file.refuse(1, "no row", "one row, that of the hub")
        if file.problems or table.parent in self.faulty:
            self.faulty.add(table.name)

    def _hub(self, file: Marked, line: int, value: dict[str, Value]) -> None:
        if self.values:
            file.refuse(line, "a second row", "one row, that of the hub")
            return
        self.values.update(value)
        self._place((), file, line)
        self.rows[HUB, ""] = (self.values, ())

    def _row(self, table: TableForm, file: Marked, line: int, cells: dict[str, str], value: dict[str, Value]) -> None:
        of = as_written(cells.get(OF, "")).strip() if table.inner else ""
        found = self.rows.get((table.parent, of))
        if found is None and table.parent in self.faulty:
            return
        if found is None:
            advice = f"the column {OF!r} names it" + (f", with {BETWEEN} between names" if BETWEEN in of else "")
            file.refuse(line, f"no row {shortened(of)!r} in {table.parent}.csv", "the row that it belongs to", advice)
            return
        parent, path = found
        items = _list_at(parent, table.field)
        items.append(value)
        here = (*path, *table.field, len(items) - 1)
        self._place(here, file, line)
        name = str(value.get("name", len(items)))
        self.rows.setdefault((table.name, f"{of}{BETWEEN}{name}" if of else name), (value, here))

    def _place(self, path: Path_, file: Marked, line: int) -> None:
        self.marked.lines[path] = line
        self.marked.files[path] = file.file


def _list_at(row: dict[str, Value], path: tuple[str, ...]) -> list[Value]:
    """The list at a path of a row, made where it is not there yet."""
    *around, last = path
    for step in around:
        inner = row.setdefault(step, {})
        assert isinstance(inner, dict)
        row = inner
    items = row.setdefault(last, [])
    assert isinstance(items, list)
    return items


def value_of(table: TableForm, cells: Mapping[str, str]) -> tuple[dict[str, Value], list[str]]:
    """The fields that a row gives, and the columns with formulas; an empty cell leaves a field at its default.

    A cell that is not what its column takes stays text, which the reader of plans refuses.
    """
    value: dict[str, Value] = {}
    formulas = list[str]()
    for column in table.columns:
        cell = cells.get(column.name, "")
        if cell.strip():
            _put(value, column, _read(column, cell))
            if is_formula(cell) and not _NUMBER.fullmatch(cell.strip()):
                formulas.append(column.name)
    return value, formulas


def refuse_formulas(file: Marked, line: int, cells: Mapping[str, str], columns: Iterable[str]) -> None:
    """Note that cells of a row are formulas; beyond a number, that there are more."""
    advice = "export values, not formulas; text that starts like one has ' before it"
    for name in columns:
        if len(file.problems) >= MOST_FORMULAS:
            if len(file.problems) == MOST_FORMULAS:
                file.refuse(line, "more formulas", "values", advice)
            return
        file.refuse(line, f"a formula {shortened(cells[name])!r} in {name}", "a value", advice)


def hub_of(marked: Marked, formulas: Sequence[Problem]) -> Hub:
    """The hub in the values of tables; cells with formulas are problems beside all others.

    Raises:
        PlanError: with every problem of the tables, by file and line.
    """
    if marked.problems:
        raise PlanError([*marked.problems, *formulas])
    try:
        hub = hub_from(marked)
    except PlanError as error:
        places = {problem.where for problem in formulas}
        others = [one for one in error.problems if one.where.partition(": ")[0] not in places]
        if isinstance(error, HubError):
            raise HubError([*formulas, *others], error.hub) from None
        raise PlanError([*formulas, *others]) from None
    if formulas:
        raise PlanError(formulas)
    return hub


def _put(value: dict[str, Value], column: Column, given: Value) -> None:
    *around, last = column.path
    for step in around:
        inner = value.setdefault(step, {})
        if not isinstance(inner, dict):
            return  # its own cell is no group, and a problem
        value = inner
    value.setdefault(last, given)


def _read(column: Column, cell: str) -> Value:
    """What a cell says."""
    match column.form:
        case Form.NUMBER:
            return _number(cell.strip())
        case Form.TRUTH:
            return _TRUTH.get(cell.strip().lower(), cell)
        case Form.WORDS:
            return _words(cell)
        case Form.GROUP:
            return {} if cell.strip() == "{}" else cell
        case Form.WORD:
            return as_written(cell).strip()
        case _:
            return _text(cell)


def _number(cell: str) -> Value:
    whole = cell.lstrip("+-").isdigit()
    if not _NUMBER.fullmatch(cell) or (whole and len(cell) > LONGEST_INT) or not math.isfinite(float(cell)):
        return cell
    return int(cell) if whole else float(cell) + 0.0


def _words(cell: str) -> Value:
    if not cell.lstrip().startswith("["):
        return [*as_written(cell).split()]
    inner = read_text(cell, "")
    return cell if inner.problems else inner.value
