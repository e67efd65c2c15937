"""Docstrings of each noun and of each field, from the source."""

import ast
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from types import ModuleType

from petaplan.capacity import figures, hardware, hub, noun
from petaplan.capacity.document.declaration import what_is_named
from petaplan.capacity.names import with_article
from petaplan.capacity.references import references


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """The description of one class, and of its fields or of the values of an enumeration."""

    summary: str
    fields: dict[str, str]
    members: dict[str, str] = field(default_factory=dict)
    """Names of the members of an enumeration, by their values."""


@cache
def nouns_by_name() -> dict[str, Described]:
    """Every noun of the domain by class name, fields inherited included."""
    found: dict[str, Described] = {}
    for module in _modules():
        found.update(_nouns_in(module, found))
    return found


def _modules() -> Iterator[ModuleType]:
    """The modules of nouns, each after those that it takes bases from: those that the hub imports, then the hub."""
    yield from (noun, figures, hardware)
    names = sorted({made.__module__ for made in vars(hub).values() if isinstance(made, type)})
    further = [sys.modules[name] for name in names if name.startswith("petaplan.capacity.")]
    used = [sys.modules[made.__module__] for module in further for made in vars(module).values() if _is_noun(made)]
    yield from (one for one in dict.fromkeys([*used, *further]) if one not in (noun, figures, hardware, hub))
    yield hub


def _is_noun(made: object) -> bool:
    return isinstance(made, type) and issubclass(made, noun.Noun | Enum) and made.__module__.startswith("petaplan.")


def _nouns_in(module: ModuleType, known: dict[str, Described]) -> dict[str, Described]:
    found: dict[str, Described] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            fields: dict[str, str] = {}
            for base in node.bases:
                inherited = found.get(ast.unparse(base)) or known.get(ast.unparse(base))
                fields |= inherited.fields if inherited else {}
            summary = inspect.cleandoc(ast.get_docstring(node) or node.name)
            made = getattr(module, node.name)
            fields = _of_references(made) | fields | _by_value(made, _fields_of(node))
            members = {str(one.value): one.name for one in made} if issubclass(made, Enum) else {}
            found[node.name] = Described(summary=" ".join(summary.split()), fields=fields, members=members)
    return found


def _by_value(made: type, texts: dict[str, str]) -> dict[str, str]:
    """The texts of an enumeration by the values of its members; those of a noun as they are."""
    if not issubclass(made, Enum):
        return texts
    return {str(made[member].value): text for member, text in texts.items() if member in made.__members__}


def _of_references(noun: type) -> dict[str, str]:
    """The description of a reference whose field has no docstring: what it names."""
    texts: dict[str, str] = {}
    for each in references(noun):
        words = what_is_named(each.ref)
        texts[each.field] = f"Names of {words}s." if each.many else f"Name of {with_article(words)}."
    return texts


def _fields_of(node: ast.ClassDef) -> dict[str, str]:
    texts: dict[str, str] = {}
    for item, following in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(target := _target(item), ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
            and isinstance(following.value.value, str)
        ):
            texts[target.id] = " ".join(following.value.value.split())
    return texts


def _target(item: ast.stmt) -> ast.expr | None:
    """What a statement assigns to: a field of a noun, or a member of an enumeration."""
    if isinstance(item, ast.AnnAssign):
        return item.target
    return item.targets[0] if isinstance(item, ast.Assign) else None
