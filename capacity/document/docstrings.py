"""Docstrings of each noun and of each field, from the source."""

import ast
import inspect
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from petaplan.capacity import compute, cooling, delivery, figures, hardware, hub, network, power, site, supply, targets
from petaplan.capacity.document.declaration import what_is_named
from petaplan.capacity.names import with_article
from petaplan.capacity.references import references


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """The description of one class and of its fields."""

    summary: str
    fields: dict[str, str]


@cache
def nouns_by_name() -> dict[str, Described]:
    """Every noun of the domain by class name, fields inherited included."""
    found: dict[str, Described] = {}
    for module in (figures, hardware, site, targets, delivery, supply, compute, power, cooling, network, hub):
        found.update(_nouns_in(module, found))
    return found


def _nouns_in(module: ModuleType, known: dict[str, Described]) -> dict[str, Described]:
    found: dict[str, Described] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            fields: dict[str, str] = {}
            for base in node.bases:
                inherited = found.get(ast.unparse(base)) or known.get(ast.unparse(base))
                fields |= inherited.fields if inherited else {}
            summary = inspect.cleandoc(ast.get_docstring(node) or node.name)
            fields = _of_references(getattr(module, node.name)) | fields
            found[node.name] = Described(summary=" ".join(summary.split()), fields=fields | _fields_of(node))
    return found


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
            isinstance(item, ast.AnnAssign)
            and isinstance(item.target, ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
            and isinstance(following.value.value, str)
        ):
            texts[item.target.id] = " ".join(following.value.value.split())
    return texts
