"""Everything that is wrong with a change for a plan: fields that its kind does not take, names that are not there."""

from collections.abc import Iterator, Sequence

from petaplan.capacity.design import Design
from petaplan.capacity.document.strict import among
from petaplan.capacity.export_facts import is_of_devices
from petaplan.capacity.facts.export_rules import rules_of
from petaplan.capacity.scenarios.changes import TAKES, WHO, Change, ChangeKind
from petaplan.capacity.scenarios.cut_off import rule_named, shut_out, untold

Fault = tuple[str, str, str, str]
"""The field, what was found, what was expected, and advice."""

NEEDED_TABLES = {ChangeKind.LATE: "phases", ChangeKind.CAP: "intakes", ChangeKind.TARIFF: "sites"}
"""Table that the object of a change stands in; a removal takes any."""

OF_ACCELERATORS = {
    ChangeKind.CUT_OFF: "a cut-off",
    ChangeKind.LANE_CLOSED: "a closed lane",
    ChangeKind.LANE_OPEN: "an open lane",
}
"""Changes that concern accelerators by who makes them or by a rule, as messages call them."""


def faults_of(change: Change, design: Design) -> Iterator[Fault]:
    """Everything that is wrong with a change for a plan."""
    needs, may = TAKES[change.change]
    fields = [name for name in Change.__slots__ if name != "change" and getattr(change, name) is not None]
    takes = ", ".join(sorted(needs | may))
    wrong = [name for name in fields if name not in needs | may]
    for name in wrong:
        yield name, f"{name} in a change of kind {change.change}", f"the fields {takes}", ""
    for name in sorted(needs - set(fields)):
        yield "", f"no {name} in a change of kind {change.change}", f"the fields {takes}", ""
    if not wrong and needs <= set(fields):
        yield from _of_accelerators(change, design) if change.change in OF_ACCELERATORS else _of_object(change, design)


def _of_object(change: Change, design: Design) -> Iterator[Fault]:
    if change.model is not None and change.model not in design.models:
        yield _unknown("model", change.model, "an accelerator of the plan", design.models)
    table = NEEDED_TABLES.get(change.change)
    if change.object is not None:
        known = design.by_name if table is None else {row.name: row for row in getattr(design.hub, table)}
        if change.object not in known:
            expected = "an object of the plan" if table is None else f"one of the {table} of the plan"
            yield _unknown("object", change.object, expected, sorted(known))


def _of_accelerators(change: Change, design: Design) -> Iterator[Fault]:
    said = OF_ACCELERATORS[change.change]
    may = TAKES[change.change][1]
    wrong = [*_of_who(change, design), *_of_rule(change, design)]
    if all(getattr(change, name) is None for name in (*WHO, "rule")):
        or_rule = "a model, a vendor, a country or a rule" if "rule" in may else "a model, a vendor or a country"
        wrong.append(("", f"{said} of nobody", or_rule, ""))
    if change.until is not None and change.from_date is not None and change.until <= change.from_date:
        wrong.append(("until", f"until {change.until}, from {change.from_date}", "a later day", ""))
    yield from wrong
    if not wrong and not shut_out(design, change):
        days = "see `petaplan racks` for their days"
        yield "", f"{said} that concerns no pod or rack", "one that does", days


def _of_who(change: Change, design: Design) -> Iterator[Fault]:
    devices = [design.accelerator(model) for model in design.models]
    for name in WHO:
        known = sorted({str(getattr(device, name)) for device in devices})
        if getattr(change, name) not in (None, *known):
            yield _unknown(name, getattr(change, name), f"a {name} of the plan's accelerators", known)


def _of_rule(change: Change, design: Design) -> Iterator[Fault]:
    if change.rule is None:
        return
    rule = rule_named(design, change)
    known = [one.id for one in rules_of(design.catalogue) if is_of_devices(one)]
    if rule is None:
        yield _unknown("rule", change.rule, "an export rule of the catalogue", known)
    elif not is_of_devices(rule):
        yield "rule", f"{rule.id}, which turns on facts that a plan does not hold", "a rule on accelerators", ""
    elif models := untold(design, change):
        told = f"{rule.id}, which cannot be told of {', '.join(models[:4])}{' …' if models[4:] else ''}"
        yield "rule", told, "figures that its condition needs", "name a model or vendor too, or add them in a layer"


def _unknown(field: str, found: str, expected: str, known: Sequence[str]) -> Fault:
    return field, repr(found), expected, among(found, known)
