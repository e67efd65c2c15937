"""Templates of catalogue entries: every field of a kind with its meaning, unit and bounds, to be filled in."""

import dataclasses
import typing
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType, NoneType
from typing import Annotated, Any

from petaplan.capacity.document.docstrings import nouns_by_name
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import CatalogueError, Problem
from petaplan.capacity.facts.catalog import SOURCES, TABLES
from petaplan.capacity.facts.export_rules import ExportRule
from petaplan.capacity.facts.figure_paths import FieldFacts, figure_fields
from petaplan.capacity.facts.layering import EXPORT_RULES, MEASURED, OVERRIDES, SYSTEMS, Override
from petaplan.capacity.figures import Precision, Source, Status
from petaplan.capacity.hardware import MeasuredGemm, Part, PublishedSystem
from petaplan.capacity.noun import Noun

TEMPLATES: Mapping[str, tuple[str, type[Noun]]] = MappingProxyType(
    {
        **{
            {"switches": "switch", "equipment": "equipment"}.get(table, table.removesuffix("s")): (table, kind)
            for table, kind in TABLES.items()
        },
        "override": (OVERRIDES, Override),
        "efficiency": (MEASURED, MeasuredGemm),
        "system": (SYSTEMS, PublishedSystem),
        "export-rule": (EXPORT_RULES, ExportRule),
        "source": (SOURCES, Source),
    }
)
"""What a template can be of, with its table and the noun of its rows."""

KEY = "own-sheet"

HEAD = """\
# A layer of petaplan's catalogue: %s.
# Fill in what is empty. Leave `null` what nobody knows. Take the `#` off a field that you need.
# A figure: {value: 5, unit: kW, source: %s, as_of: 2026-10-01, status: datasheet}
# Its status, best first: %s.
# Then run `petaplan catalog --validate FILE`, and name the file in the plan: `catalogues: [FILE]`.

sources:
- key: %s
  document:   # title of the document that the figures come from
  read_on:   # day on which you read it, such as 2026-10-02
"""


def template(kind: str) -> str:
    """The template of a kind of entry, as YAML.

    Raises:
        CatalogueError: for a kind that there is no template of.
    """
    if kind not in TEMPLATES:
        expected, advice = f"one of {', '.join(TEMPLATES)}", did_you_mean(kind, TEMPLATES)
        raise CatalogueError([Problem(where="--new", found=repr(kind), expected=expected, advice=advice)])
    table, noun = TEMPLATES[kind]
    head = HEAD % (kind, KEY, ", ".join(one for one in Status if one is not Status.MEASURED), KEY)
    if table == SOURCES:
        return head
    first, *others = _lines(noun)
    rows = "\n".join([f"- {first}", *(f"  {line}" if line else "" for line in others)])
    return f"{head}\n{table}:\n{rows}\n"


def _lines(noun: type[Any]) -> Iterator[str]:
    """Each field: those that are required first, then the others as comments."""
    fields = [field for field in dataclasses.fields(noun) if field.init]
    required = [field for field in fields if field.default is dataclasses.MISSING]
    for field in sorted(fields, key=lambda field: field not in required):
        comment = "" if field in required else "# "
        yield from (f"{comment}{line}" for line in _field(noun, field.name, required=field in required))


def _field(noun: type[Any], name: str, *, required: bool) -> Iterator[str]:
    hint = typing.get_type_hints(noun, include_extras=True)[name]
    facts = {fact.name: fact for fact in figure_fields(noun)}  # type: ignore[arg-type]  # classes are hashable
    meaning = _meaning(noun, name)
    if (fact := facts.get(name)) is not None:
        yield _figure(name, fact, meaning, optional=_may_be_none(hint))
    elif (row := _row(hint)) is not None:
        if required and not issubclass(row, Part):
            yield f"{name}:  {meaning}".rstrip()
            yield from _rows(row)
        else:
            yield f"{name}: []  # such as [{_flow(row)}]"
    elif nouns := [kind for kind in _kinds(hint) if isinstance(kind, type) and issubclass(kind, Noun)]:
        fields = _flow(nouns[0])
        yield f"{name}: {'null' if fields == '{}' and _may_be_none(hint) else fields}  {meaning}".rstrip()
    else:
        yield f"{name}: {'null' if _may_be_none(hint) and required else ''}  {_words(hint, meaning)}".rstrip()


def _rows(row: type[Any]) -> Iterator[str]:
    first, *others = [line for line in _lines(row) if not line.startswith("# ")]
    yield f"- {first}"
    yield from (f"  {line}" for line in others)


def _flow(noun: type[Any]) -> str:
    """The fields that a row must have, on one line."""
    names = [f.name for f in dataclasses.fields(noun) if f.init and f.default is dataclasses.MISSING]
    return "{" + ", ".join(f"{name}: " for name in names) + "}"


def _figure(name: str, fact: FieldFacts, meaning: str, *, optional: bool) -> str:
    bounds = f"{fact.unit}, {fact.bounds.low:g} to {fact.bounds.high:g}"
    words = f"# {bounds}" + (f"; {meaning.removeprefix('# ')}" if meaning else "")
    value = "null" if optional else f"{{value: , unit: {fact.unit}, source: {KEY}, as_of: , status: }}"
    return f"{name}: {value}  {words}"


def _meaning(noun: type[Any], name: str) -> str:
    described = nouns_by_name().get(noun.__name__)
    text = described.fields.get(name, "") if described is not None else ""
    first = " ".join(text.split()).partition(". ")[0].removesuffix(".")
    return f"# {first}" if first else ""


def _words(hint: Any, meaning: str) -> str:
    """What a value may be, and what it means."""
    kinds = [part for part in _kinds(hint) if part is not NoneType]
    choices = [str(one) for kind in kinds if issubclass(kind, StrEnum) for one in kind if one not in _NEVER]
    said = ", ".join(choices) or meaning.removeprefix("# ") or ", ".join(_NAMES.get(kind, "") for kind in kinds)
    return f"# {said}" if said else ""


_NEVER = (Precision.UNSTATED, Status.MEASURED)
"""What no figure of a layer has."""

_NAMES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a day, such as 2026-10-02",
}


def _kinds(hint: Any) -> list[Any]:
    """The classes that a value may have."""
    if typing.get_origin(hint) is Annotated:
        return _kinds(typing.get_args(hint)[0])
    parts = [part for part in typing.get_args(hint) if part is not ...]
    return [kind for part in parts for kind in _kinds(part)] if parts else [hint]


def _may_be_none(hint: Any) -> bool:
    return NoneType in _kinds(hint)


def _row(hint: Any) -> type[Any] | None:
    """The noun of the rows of a list; None for anything else."""
    inner = typing.get_args(hint)[0] if typing.get_origin(hint) is Annotated else hint
    rows = typing.get_args(inner)
    found = rows[0] if typing.get_origin(inner) is tuple and rows else None
    return found if isinstance(found, type) and issubclass(found, Noun) else None
