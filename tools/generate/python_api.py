"""The page of the Python API: what a plan, a program or a notebook may import."""

import pkgutil
from importlib import import_module
from types import ModuleType

from petaplan import capacity
from petaplan.capacity import blocks
from petaplan.capacity.document.plan import schema
from tools.generate.files import Files
from tools.generate.markdown import code, page, table
from tools.generate.source import declarations, described, summary

FIRST = ("hub", "site", "compute", "power", "cooling", "network", "targets", "supply", "delivery", "figures")
"""Modules of capacity in the order in which a plan grows; others with classes of plans follow by name."""

ENTRIES: dict[str, tuple[str, ...]] = {
    "petaplan.capacity.check": ("check",),
    "petaplan.capacity.check_report": ("Report", "PhaseSummary", "Basis"),
    "petaplan.capacity.findings": ("Finding", "Verdict"),
    "petaplan.capacity.document.source": ("read_hub",),
    "petaplan.capacity.document.plan": ("read", "write_yaml", "write_json", "schema"),
    "petaplan.capacity.facts.layers": ("catalogue_of",),
    "petaplan.capacity.errors": ("PetaplanError", "DeclarationError", "Problem"),
    "petaplan.infra.declare": ("declare",),
}
"""What other code starts from, by module."""

WORDS = """Modules and names that plans, Pulumi programs and notebooks import. Other names may change without notice.
The order of a session: build a `Hub`, call `check`, read the `Report`."""


def python_page(files: Files) -> None:
    """Every public module with its classes and functions."""
    entries = [_module(import_module(name), *names) for name, names in ENTRIES.items()]
    made = [_module(blocks, *_defined_here(blocks)), *(_module(each) for each in _block_modules())]
    parts = [_nouns(), *entries, *made, _resources()]
    files.write("docs/reference/python.md", page("Python API", WORDS, *parts))


def _defined_here(package: ModuleType) -> tuple[str, ...]:
    return tuple(name for name in package.__all__ if getattr(package, name).__module__ == package.__name__)


def _block_modules() -> list[ModuleType]:
    """The modules that the package of building blocks takes its names from, and those of single pieces."""
    names = {getattr(blocks, name).__module__ for name in blocks.__all__} | {
        f"{blocks.__name__}.{each}" for each in ("power", "cooling")
    }
    return [import_module(name) for name in sorted(names)]


def _module(module: ModuleType, *names: str) -> str:
    """A module with some of its names, or with all that are public."""
    found = declarations(module)
    head = f"## {module.__name__}\n\n{_first(module)}"
    return "\n\n".join([head, *(described(found[name]) for name in names or found)])


def _first(module: ModuleType) -> str:
    return " ".join((module.__doc__ or "").partition("\n\n")[0].replace("``", "`").split())


def _nouns() -> str:
    """The classes of plans, each with a link to its fields."""
    whole = schema()
    in_plans = {**whole["$defs"], "Hub": whole}
    rows = []
    for module in _modules_of_nouns():
        for each, node in declarations(module).items():
            if each in in_plans and (words := summary(node)):
                linked = f"[{code(each)}](plan.md#{each.lower()})" if "properties" in in_plans[each] else code(each)
                rows.append((code(module.__name__), linked, words))
    words = "Classes of plans. All arguments are keywords, and each field is checked when the object is made."
    return f"## Nouns\n\n{words}\n\n{table(('module', 'class', 'what it is'), rows)}"


def _modules_of_nouns() -> list[ModuleType]:
    """The modules of capacity itself, in the order of a plan: no class of a plan is left out."""
    names = [found.name for found in pkgutil.iter_modules(capacity.__path__) if not found.ispkg]
    order = sorted(
        set(names) - {"__main__"}, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name)
    )
    return [import_module(f"{capacity.__name__}.{name}") for name in order]


def _resources() -> str:
    """The resource classes of Pulumi programs, each with its token."""
    from petaplan.infra.resources import CLASSES

    rows = [(code(made.__name__), code(token), _first_line(made)) for token, made in CLASSES.items()]
    words = "Classes for Pulumi programs. Arguments are the fields of the noun of that name, as inputs of Pulumi."
    return f"## petaplan.infra.resources\n\n{words}\n\n{table(('class', 'token', 'what it is'), rows)}"


def _first_line(made: type) -> str:
    return " ".join((made.__doc__ or "").partition("\n\n")[0].replace("``", "`").split())
