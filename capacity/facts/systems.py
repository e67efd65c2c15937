"""Published systems of the catalogue: those of the shipped data, and those of the layers of a plan."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import CatalogueError, Problem
from petaplan.capacity.facts.catalog import DATA, Catalogue, load, read_sources
from petaplan.capacity.facts.table import Lost, Table
from petaplan.capacity.hardware import Accelerator, Product, PublishedSystem


@cache
def published_systems(folder: Path = DATA) -> tuple[PublishedSystem, ...]:
    """Every system of a catalogue's folder, in the order of its file.

    Raises:
        CatalogueError: with everything that is wrong with the file, by line.
    """
    problems: list[Problem] = []
    sources = read_sources(folder, problems)
    table = Table.read(folder / "systems.yaml", PublishedSystem, problems)
    problems.extend(table.figure_problems(sources))
    systems = laid_over_systems((), table, load(folder).products, problems, Lost())
    if problems:
        raise CatalogueError(problems)
    return systems


def systems_of(catalogue: Catalogue) -> tuple[PublishedSystem, ...]:
    """The shipped systems, under those of the layers of a catalogue."""
    rows = {one.name: one for one in published_systems()}
    rows |= {one.name: one for one in catalogue.systems if isinstance(one, PublishedSystem)}
    return tuple(rows.values())


def laid_over_systems(
    below: Sequence[PublishedSystem],
    table: Table[PublishedSystem],
    products: Mapping[str, Product],
    problems: list[Problem],
    lost: Lost,
) -> tuple[PublishedSystem, ...]:
    """Systems with those of a table over them; names that stand twice and unknown accelerators become problems."""
    own: set[str] = set()
    rows = {one.name: one for one in below}
    models = [model for model, product in products.items() if isinstance(product, Accelerator)]
    for index, system in enumerate(table.entries):
        if system.name in own:
            problems.append(table.problem((index, "name"), f"the system {system.name!r} again", "each system once"))
        own.add(system.name)
        for at, devices in enumerate(system.devices):
            if devices.model is None or devices.model in models:
                continue
            if not lost.has(devices.model, Accelerator):
                found, advice = f"the model {devices.model!r}", did_you_mean(devices.model, models)
                place = (index, "devices", at, "model")
                problems.append(table.problem(place, found, "a known accelerator, or null", advice))
        rows[system.name] = system
    return tuple(rows.values())


def selected(systems: Sequence[PublishedSystem], names: Sequence[str]) -> tuple[PublishedSystem, ...]:
    """The systems of these names, each once, in the order of the names; all systems where no name is given.

    Raises:
        CatalogueError: with each name that no system has.
    """
    known = {one.name: one for one in systems}
    problems = [
        Problem(
            where="NAME",
            found=repr(name),
            expected="a published system",
            advice=did_you_mean(name, known) or "see `petaplan catalog --kind systems`",
        )
        for name in dict.fromkeys(names)
        if name not in known
    ]
    if problems:
        raise CatalogueError(problems)
    return tuple(known[name] for name in dict.fromkeys(names)) or tuple(systems)
