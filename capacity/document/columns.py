"""The tables of a plan: one for each list of nouns, with a column for each field, made from the types of the nouns.

A noun inside a noun has columns with a dot, such as ``budget.capex``. A list of nouns inside a noun is a table of its
own, such as ``pods.racks``. Its column ``of`` names the row that the list belongs to.
"""

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from typing import Annotated, Any

from petaplan.capacity.document.docstrings import nouns_by_name
from petaplan.capacity.document.plan import KEY, VERSION
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Noun
from petaplan.capacity.units import Unit

HUB = "hub"
"""The table with one row: what the plan says of itself."""

OF = "of"
"""The column that names the row which a row belongs to: its name, or its number where it has none."""

BETWEEN = "/"
"""Stands between the names of ``of`` where a row belongs to a row that belongs to a row."""


class Form(StrEnum):
    """How a cell says its value."""

    TEXT = "text"
    WORD = "word"
    """Text of a fixed form: a name, a day, a member of an enumeration."""
    NUMBER = "number"
    TRUTH = "true or false"
    WORDS = "words"
    """A list of words with spaces between them; as JSON where it is empty, or where a word has a space."""
    GROUP = "group"
    """Holds ``{}`` for a noun of which every field is at its default, and nothing else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column: a field, or a field of a noun inside the row."""

    path: tuple[str, ...]
    form: Form
    needed: bool
    noun: type[Noun]
    """The noun whose field it is."""
    unit: str = ""

    @property
    def name(self) -> str:
        """The head of the column."""
        return ".".join(self.path)

    @property
    def meaning(self) -> str:
        """The docstring of the field."""
        if self.path == (KEY,):
            return f"Version of the format: {VERSION}."
        told = nouns_by_name().get(self.noun.__name__)
        return told.fields.get(self.path[-1], "") if told is not None else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TableForm:
    """A table: its columns, and where its rows stand in the plan document."""

    name: str
    noun: type[Noun]
    columns: tuple[Column, ...]
    parent: str
    """The table of the rows that its rows belong to."""
    field: tuple[str, ...]
    """Where the list stands in such a row."""

    @property
    def inner(self) -> bool:
        """Whether its rows belong to rows of another table than that of the hub."""
        return self.parent not in {"", HUB}

    @property
    def by_name(self) -> Mapping[str, Column]:
        """Each column by its head."""
        return {column.name: column for column in self.columns}

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of the columns, ``of`` first where rows belong to rows."""
        return ((OF,) if self.inner else ()) + tuple(column.name for column in self.columns)

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns without which no row can be read."""
        names = (column.name for column in self.columns if column.needed and len(column.path) == 1)
        return ((OF,) if self.inner else ()) + tuple(names)


@cache
def table_forms() -> Mapping[str, TableForm]:
    """Every table of a plan by name, parents before children."""
    return {table.name: table for table in _tables(HUB, Hub, "", ())}


def _tables(name: str, noun: type[Noun], parent: str, field: tuple[str, ...]) -> Iterator[TableForm]:
    columns, lists = list[Column](), list[tuple[tuple[str, ...], type[Noun]]]()
    if noun is Hub:
        columns.append(Column(path=(KEY,), form=Form.NUMBER, needed=True, noun=Hub))
    _collect(noun, (), columns, lists, needed=True)
    yield TableForm(name=name, noun=noun, columns=tuple(columns), parent=parent, field=field)
    for path, row in lists:
        own = ".".join(path)
        yield from _tables(own if noun is Hub else f"{name}.{own}", row, name, path)


def _collect(
    noun: type[Any],
    path: tuple[str, ...],
    columns: list[Column],
    lists: list[tuple[tuple[str, ...], type[Noun]]],
    *,
    needed: bool,
) -> None:
    """The columns of a noun at a path of its row, and the lists of nouns in it."""
    hints = typing.get_type_hints(noun, include_extras=True)
    for one in dataclasses.fields(noun):
        if not one.init:
            continue
        here, kinds = (*path, one.name), _kinds(hints[one.name])
        required = needed and one.default is dataclasses.MISSING
        (kind,) = kinds
        row = _item(kind)
        if row is not None and _is_noun(row):
            lists.append((here, row))
        elif _is_noun(kind):
            columns.append(Column(path=here, form=Form.GROUP, needed=False, noun=noun))
            _collect(kind, here, columns, lists, needed=False)
        else:
            form = Form.WORDS if row is not None else _form(kind)
            unit = _unit(hints[one.name])
            columns.append(Column(path=here, form=form, needed=required, noun=noun, unit=unit))


def _kinds(hint: Any) -> list[Any]:
    """The types that a value may have, without None."""
    hint = _bare(hint)
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return [kind for part in typing.get_args(hint) for kind in _kinds(part)]
    return [] if hint is types.NoneType else [hint]


def _bare(hint: Any) -> Any:
    while typing.get_origin(hint) is Annotated:
        hint = typing.get_args(hint)[0]
    return hint


def _item(kind: Any) -> Any | None:
    """The type of the items of a list."""
    return _bare(typing.get_args(kind)[0]) if typing.get_origin(kind) is tuple else None


def _is_noun(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Noun)


def _form(kind: type) -> Form:
    if issubclass(kind, bool):
        return Form.TRUTH
    if issubclass(kind, int | float):
        return Form.NUMBER
    return Form.WORD if issubclass(kind, date | Enum) else Form.TEXT


def _unit(hint: Any) -> str:
    """The unit in a type, where it has one."""
    if typing.get_origin(hint) is Annotated:
        kind, *facts = typing.get_args(hint)
        return next((fact.symbol for fact in facts if isinstance(fact, Unit)), "") or _unit(kind)
    parts = typing.get_args(hint)
    return next((unit for part in parts if (unit := _unit(part))), "")


def columns_page() -> str:
    """Every table with its columns, as Markdown."""
    return "\n".join(line for table in table_forms().values() for line in _page_of(table))


def _page_of(table: TableForm) -> Iterator[str]:
    told = nouns_by_name().get(table.noun.__name__)
    of = f" Its column `{OF}` names the row of `{table.parent}`." if table.inner else ""
    yield f"## {table.name}.csv\n"
    yield f"{(told.summary if told is not None else '').strip()}{of}\n"
    yield "| column | needed | form | unit | what it says |\n|---|---|---|---|---|"
    for column in table.columns:
        needed = "yes" if column.needed else ""
        yield f"| `{column.name}` | {needed} | {column.form} | {column.unit} | {column.meaning} |"
    yield ""
