"""A hub resolved against the catalogue: its models looked up, its blanks filled by its assumptions."""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from petaplan.capacity.compute import RackGroup
from petaplan.capacity.design import Design
from petaplan.capacity.document.alike import alike_names
from petaplan.capacity.document.plan import HubError
from petaplan.capacity.document.source import read_hub
from petaplan.capacity.document.strict import Suggestions
from petaplan.capacity.document.verified import in_order, verify
from petaplan.capacity.errors import CatalogueError, PlanError, Problem
from petaplan.capacity.facts.assumptions import filled
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.facts.layers import catalogue_of
from petaplan.capacity.hardware import (
    Accelerator,
    Cpu,
    Equipment,
    EquipmentKind,
    Node,
    Optic,
    PodModel,
    Product,
    RackModel,
    SwitchModel,
)
from petaplan.capacity.hub import Hub
from petaplan.capacity.measurement import NONE, Evidence
from petaplan.capacity.names import in_words, with_article
from petaplan.capacity.noun import Named
from petaplan.reporting.lookalikes import LookAlikeNames, told_of_twins

MOST_PLACES = 5
"""Places that a problem lists besides its first; the others it only counts."""


def resolve(hub: Hub, catalogue: Catalogue, evidence: Evidence = NONE) -> Design:
    """The hub with its models looked up and its blanks filled by its assumptions.

    Raises:
        PlanError: when the hub is not a valid plan; for every model, or assumed quantity, that the catalogue doesn't
            have, or has of another kind.
    """
    hub = verify(hub)
    whole, problems = _looked_up(hub, catalogue)
    if problems:
        raise PlanError(problems)
    return Design(hub=hub, catalogue=whole, evidence=evidence)


@contextmanager
def models_told_too(given: Iterable[Path] = (), folder: Path | None = None) -> Iterator[None]:
    """A hub with wrong names, references, dates or shapes gets its wrong catalogues and models reported as well.

    ``given`` are further layers of the catalogue; the hub's own paths start from ``folder``, where there is one.

    Raises:
        PlanError: with all of them.
    """
    try:
        yield
    except HubError as error:
        try:
            _, more = _looked_up(error.hub, catalogue_of(error.hub, given, folder))
        except CatalogueError as unread:
            more = list(unread.problems)
        raise PlanError([*error.problems, *more]) from None


def read_design(plan: str, given: Iterable[Path] | None = None, *, as_checked: bool = False) -> Design:
    """The hub that a file or a function declares, resolved by its catalogue and the layers that are given.

    Its tables are in order where it is to be checked.

    Raises:
        PlanError: with every problem of the plan, its wrong models among them.
        CatalogueError: with every problem of a layer.
    """
    layers = tuple(given or ())
    with models_told_too(layers):
        hub = read_hub(plan)
    for group in alike_names(hub):
        warnings.warn(told_of_twins(group), LookAlikeNames, stacklevel=2)
    return resolve(in_order(hub) if as_checked else hub, catalogue_of(hub, layers))


def _looked_up(hub: Hub, catalogue: Catalogue) -> tuple[Catalogue, list[Problem]]:
    """The catalogue filled by the hub's assumptions, and what it lacks or has of another kind; any hub will do."""
    problems = [*_unknown_models(hub, catalogue), *_wrong_kinds(hub, catalogue)]
    whole, more = filled(catalogue, hub.assumptions)
    return whole, [*problems, *more]


def unknown_models_of(racks: Iterable[RackGroup], catalogue: Catalogue) -> Iterator[Problem]:
    """What is wrong with the models of some racks, at the lines that declare them."""
    for rack in racks:
        for noun, kind, model in _rack_models(rack):
            if catalogue.find(kind, model) is None:
                yield catalogue.unknown(
                    kind, model, f"{noun.declared_at}: {in_words(type(noun).__name__)} {noun.name!r}"
                )


def _unknown_models(hub: Hub, catalogue: Catalogue) -> Iterator[Problem]:
    users: dict[tuple[type[Product], str], list[Named]] = {}
    for noun, kind, model in _models(hub):
        if catalogue.find(kind, model) is None:
            users.setdefault((kind, model), []).append(noun)
    suggest = Suggestions()
    for (kind, model), nouns in users.items():
        advice = suggest(model, (product.model for product in catalogue.table(kind))) or catalogue.where_models_are
        if kind is Node and catalogue.find(Accelerator, model):
            holding = [
                node.model for node in catalogue.table(Node) if model in {part.model for part in node.accelerators}
            ]
            advice = (
                f"it is an accelerator; nodes with it are {', '.join(holding[:MOST_PLACES])}" if holding else advice
            )
        if kind is Accelerator and catalogue.find(Cpu, model):
            advice = "it is a CPU, and a CPU is never an accelerator"
        yield _of_all(nouns, f"the model {model!r}", f"{with_article(kind.__name__)} of the catalogue", advice)


def _of_all(nouns: Sequence[Named], found: str, expected: str, advice: str) -> Problem:
    """One problem that several objects share: at the first of them, with the number and the places of the others."""
    first, *others = dict.fromkeys(
        f"{noun.declared_at}: {in_words(type(noun).__name__)} {noun.name!r}" for noun in nouns
    )
    if len(nouns) > 1:
        more = [f"{len(others) - MOST_PLACES:,} more"] if len(others) > MOST_PLACES else []
        again = "; ".join([*others[:MOST_PLACES], *more])
        found += f", {len(nouns):,} times" + (f" (also at {again})" if again else "")
    return Problem(where=first, found=found, expected=expected, advice=advice)


def _models(hub: Hub) -> Iterator[tuple[Named, type[Product], str]]:
    for pod in hub.pods:
        if pod.model is not None:
            yield pod, PodModel, pod.model
        for rack in pod.racks:
            yield from _rack_models(rack)
    for rack in hub.racks:
        yield from _rack_models(rack)
    for plant, name in _plant(hub):
        yield plant, Equipment, name
    yield from _bought_models(hub)
    for phase in hub.phases:
        yield from ((phase, Accelerator, run.model) for run in phase.training_runs)
        yield from ((phase, Accelerator, service.model) for service in phase.inference_services)
        yield from ((phase, Accelerator, reserve.model) for reserve in phase.research_reserves)
    for fabric in hub.fabrics:
        for tier in fabric.tiers:
            yield fabric, SwitchModel, tier.switch
            for links in filter(None, (tier.down, tier.up)):
                yield fabric, Optic, links.optic
                if links.node_optic is not None:
                    yield fabric, Optic, links.node_optic


def _plant(hub: Hub) -> Iterator[tuple[Named, str]]:
    nodes = (*hub.power_nodes, *hub.cooling_nodes)
    return ((plant, plant.model) for plant in nodes if plant.model is not None)


def _wrong_kinds(hub: Hub, catalogue: Catalogue) -> Iterator[Problem]:
    """Objects whose catalogue model is equipment of another kind."""
    users: dict[tuple[str, str, EquipmentKind], list[Named]] = {}
    for plant, name in _plant(hub):
        model, kind = catalogue.find(Equipment, name), type(plant).__name__.lower()
        if model is not None and model.kind != kind and kind in set(EquipmentKind):
            users.setdefault((kind, model.model, model.kind), []).append(plant)
    for (kind, name, other), nouns in users.items():
        found = f"the model {name!r}, {with_article(other)}"
        yield _of_all(nouns, found, f"{with_article(kind)} of the catalogue", "see `petaplan catalog`")


def _bought_models(hub: Hub) -> Iterator[tuple[Named, type[Product], str]]:
    for phase in hub.phases:
        for spares in phase.spares:
            yield phase, Node, spares.model
        for price in phase.budget.prices if phase.budget else ():
            yield phase, Product, price.model


def _rack_models(rack: RackGroup) -> Iterator[tuple[Named, type[Product], str]]:
    yield rack, RackModel, rack.model
    for group in rack.nodes:
        yield rack, Node, group.model
