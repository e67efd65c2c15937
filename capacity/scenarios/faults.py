"""Everything that is wrong with a change for a plan: fields that its kind does not take, names that are not there."""

from collections.abc import Iterator, Sequence

from petaplan.capacity.design import Design
from petaplan.capacity.document.strict import among
from petaplan.capacity.scenarios.changes import TAKES, WHO, Change, ChangeKind
from petaplan.capacity.scenarios.cut_off import cut_off_objects

Fault = tuple[str, str, str, str]
"""The field, what was found, what was expected, and advice."""

NEEDED_TABLES = {ChangeKind.LATE: "phases", ChangeKind.CAP: "intakes", ChangeKind.TARIFF: "sites"}
"""Table that the object of a change stands in; a removal takes any."""


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
        yield from _of_cut_off(change, design) if change.change is ChangeKind.CUT_OFF else _of_object(change, design)


def _of_object(change: Change, design: Design) -> Iterator[Fault]:
    if change.model is not None and change.model not in design.models:
        yield _unknown("model", change.model, "an accelerator of the plan", design.models)
    table = NEEDED_TABLES.get(change.change)
    if change.object is not None:
        known = design.by_name if table is None else {row.name: row for row in getattr(design.hub, table)}
        if change.object not in known:
            expected = "an object of the plan" if table is None else f"one of the {table} of the plan"
            yield _unknown("object", change.object, expected, sorted(known))


def _of_cut_off(change: Change, design: Design) -> Iterator[Fault]:
    devices = [design.accelerator(model) for model in design.models]
    asked = [name for name in WHO if getattr(change, name) is not None]
    if not asked:
        yield "", "a cut-off of nobody", "a model, a vendor or a country", ""
    for name in asked:
        known = sorted({str(getattr(device, name)) for device in devices})
        if getattr(change, name) not in known:
            yield _unknown(name, getattr(change, name), f"a {name} of the plan's accelerators", known)
            return
    if change.until is not None and change.from_date is not None and change.until <= change.from_date:
        yield "until", f"until {change.until}, from {change.from_date}", "a later day", ""
    elif asked and not cut_off_objects(design, change):
        yield "", "a cut-off that concerns no pod or rack", "one that does", "see `petaplan racks` for their days"


def _unknown(field: str, found: str, expected: str, known: Sequence[str]) -> Fault:
    return field, repr(found), expected, among(found, known)
