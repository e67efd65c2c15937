"""Assumptions of a plan that fill blanks of the catalogue."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from petaplan.capacity.document.strict import Suggestions
from petaplan.capacity.errors import Problem
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.facts.figure_paths import FieldFacts, canonical, figure_fields, figures_of, with_figure
from petaplan.capacity.figures import UNPUBLISHED, Figure, Status
from petaplan.capacity.hub import Assumption
from petaplan.capacity.renames import notice, renamed_fields
from petaplan.capacity.slips import Limits, slip

THIS_PLAN = "this plan"

OF_THIS_PLAN = " (this plan)"
"""What follows the words of a document that the plan itself cites."""


def is_of_plan(figure: Figure) -> bool:
    """Whether an assumption of the plan gives the figure."""
    return figure.source == THIS_PLAN or figure.source.endswith(OF_THIS_PLAN)


def filled(catalogue: Catalogue, assumptions: Iterable[Assumption]) -> tuple[Catalogue, list[Problem]]:
    """The catalogue with every assumed figure in its place, and what could not be placed."""
    products = dict(catalogue.products)
    problems: list[Problem] = []
    suggest = Suggestions()
    for assumption in assumptions:
        if assumption.model is None or assumption.quantity is None:
            continue
        if assumption.value is None or assumption.unit is None:
            continue
        faults = list(_faults(assumption, products, suggest))
        problems.extend(faults)
        if not faults:
            model = str(assumption.model)
            quantity = _quantity(assumption, products[model])
            figure = _figure(assumption, assumption.value, assumption.unit)
            products[model] = with_figure(products[model], quantity, figure)
    return replace(catalogue, products=MappingProxyType(products)), problems


def _quantity(assumption: Assumption, product: Any) -> str:
    """The field that an assumption fills, under its new name where it gives the old one."""
    field, bracket, rest = str(assumption.quantity).partition("[")
    return canonical(product, renamed_fields(type(product)).get(field, field) + bracket + rest)


def _figure(assumption: Assumption, value: float, unit: str) -> Figure:
    """The figure of an assumption: as good as the document that it cites, and no better than assumed without one."""
    known = Status.ASSUMED if assumption.source is None else Status.DATASHEET
    return Figure(
        value=value,
        unit=unit,
        source=THIS_PLAN if assumption.source is None else f"{assumption.source}{OF_THIS_PLAN}",
        as_of=assumption.as_of,
        status=assumption.status or known,
        note=assumption.reason,
    )


def _faults(assumption: Assumption, products: dict[str, Any], suggest: Suggestions) -> Iterator[Problem]:
    where = f"{assumption.declared_at}: assumption {assumption.name!r}"
    model = str(assumption.model)
    product = products.get(model)
    if product is None:
        yield Problem(
            where=where,
            found=f"the model {model!r}",
            expected="a model of the catalogue",
            advice=suggest(model, products),
        )
        return
    quantity = _quantity(assumption, product)
    if quantity.partition("[")[0] != str(assumption.quantity).partition("[")[0]:
        notice(f"{where}: {assumption.quantity} is now {quantity}")
    known = {fact.name: fact for fact in figure_fields(product.__class__)}
    known |= {path: fact for path, fact, _ in figures_of(product)}
    fact: FieldFacts | None = known.get(quantity)
    if fact is None:
        yield Problem(
            where=where,
            found=f"the quantity {quantity!r}",
            expected=f"one of {', '.join(known)}",
            advice=suggest(quantity, known),
        )
    elif assumption.unit != fact.unit:
        yield Problem(
            where=where,
            found=f"the unit {assumption.unit!r}",
            expected=repr(fact.unit),
            advice="convert the value",
        )
    elif not fact.bounds.low <= (assumption.value or 0.0) <= fact.bounds.high:
        bounds = f"{fact.bounds.low:g} to {fact.bounds.high:g} {fact.unit}"
        advice = slip(assumption.value, Limits(unit=fact.unit, low=fact.bounds.low, high=fact.bounds.high))
        yield Problem(where=where, found=f"{assumption.value:g} {assumption.unit}", expected=bounds, advice=advice)
    else:
        yield from _taken(where, quantity, product)


def _taken(where: str, quantity: str, product: Any) -> Iterator[Problem]:
    """The problem of an assumption for a published figure. An assumption fills a missing figure or replaces an assumed
    one.
    """
    figure = {path: figure for path, _, figure in figures_of(product)}.get(quantity)
    if figure is None or (figure.status in UNPUBLISHED and not is_of_plan(figure)):
        return
    if is_of_plan(figure):
        found, advice = f"{quantity} assumed twice", "keep one of the assumptions"
    else:
        found = f"{quantity} = {figure} in the catalogue"
        advice = "leave the assumption out, or change the figure in a catalogue of your own (`overrides:`)"
    yield Problem(where=where, found=found, expected="a figure that nobody published", advice=advice)
