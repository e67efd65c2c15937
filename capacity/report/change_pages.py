"""A change as pages for a browser: of two plans, and of a judgement of the gate."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from petaplan.capacity.noun import Location
from petaplan.capacity.report.difference import difference_sections, write_difference_json
from petaplan.capacity.report.findings import verdict_status
from petaplan.capacity.report.gate import GateResult, gate_document, verdict_section, weakened, write_gate_json
from petaplan.capacity.report.places import Checkout, portable_report
from petaplan.capacity.verdict.difference import Change, Difference
from petaplan.reporting.cells import Phrase
from petaplan.reporting.document import Lines, Section, Table, under
from petaplan.reporting.web.blocks import Block, Chart, Spec
from petaplan.reporting.web.resolved import resolved
from petaplan.reporting.web.site import Page, Site

PETAFLOPS = "PFLOP/s"
BAR_HEIGHT = 22
TARGET = "target "
"""Before the name, in the quantity of a changed target."""


def difference_site(difference: Difference) -> Site:
    """Two plans: what changes between them, every finding and object of it."""
    difference = _portable(difference)
    values = json.loads(write_difference_json(difference))
    sections = resolved(difference_sections(difference, None), values)
    pages = (Page(key="change", title="What changes", blocks=(*_charts(difference.changes, ""), *sections)),)
    after = verdict_status(difference.verdicts[1])
    return Site(title="Change of a plan", name=difference.hub, pages=pages, verdict=after)


def gate_site(result: GateResult) -> Site:
    """A judgement: what the change weakens and does, then the plan that it leaves."""
    result = _portable_result(result)
    judgement = result.judgement
    values = json.loads(write_gate_json(judgement, result.difference, result.weakening))
    whole = gate_document(GateResult(judgement=judgement)).sections
    left = tuple(resolved(whole[1:], values))
    pages = (
        Page(key="change", title="What changes", blocks=tuple(_change(result, values))),
        Page(key="plan", title="The plan after the change", blocks=left),
    )
    verdict = verdict_status(judgement.verdict)
    return Site(title="Judgement of a change", name=judgement.report.hub, pages=pages, verdict=verdict)


def _portable_result(result: GateResult) -> GateResult:
    """The same with places that say nothing of this machine."""
    judgement, weakening, difference = result.judgement, result.weakening, result.difference
    checkout = Checkout.of_plan(judgement.fallback)
    report = portable_report(judgement.report, judgement.fallback)
    if weakening is not None:
        judges = tuple(replace(one, place=checkout.portable_place(one.place)) for one in weakening.judges)
        weakening = replace(weakening, base=_portable_name(weakening.base), judges=judges)
    return replace(
        result,
        judgement=replace(judgement, report=report, baseline=_portable_name(judgement.baseline or "") or None),
        weakening=weakening,
        difference=None if difference is None else _portable(difference),
    )


def _portable(difference: Difference) -> Difference:
    """The same with plans named by paths from their roots; by folder and name where these are alike."""
    names = (difference.old, difference.new)
    old, new = map(_portable_name, names)
    if old == new and difference.old != difference.new:
        old, new = ("/".join(Path(name).parts[-2:]) for name in names)
    return replace(difference, old=old, new=new)


def _portable_name(file: str) -> str:
    """A file by its path from the root of its own repository, or from its folder."""
    return Checkout.of_plan(Location(file=file, line=1)).portable(file)


def _change(result: GateResult, values: object) -> Iterator[Block]:
    """Verdict, what is weaker, petaflops before and after, and everything that differs."""
    yield verdict_section(result.judgement)
    yield from resolved(weakened(result), values)
    if result.difference is None:
        line = Phrase("No base was named, so the plan alone is judged.")
        yield Section(key="no-base", blocks=(Lines(cells=(line,)),))
        return
    yield from _charts(result.difference.changes, "/difference")
    sections = difference_sections(result.difference, None, judges_changed=result.judges_changed)
    yield from resolved(under("/difference", sections), values)


def _charts(changes: Sequence[Change], base: str) -> Iterator[Chart]:
    """Petaflops by phase before and after, where they change."""
    from petaplan.capacity.report.difference import change_table

    whole = change_table("changes", "phase", "quantity", changes)
    pairs = [(change, row) for change, row in zip(changes, whole.rows, strict=True) if change.unit == PETAFLOPS]
    if not pairs:
        return
    section = Section(
        key="petaflops", blocks=(Table(key="petaflops", columns=whole.columns, rows=[row for _, row in pairs]),)
    )
    (placed,) = under(base, [section])
    (table,) = placed.blocks
    assert isinstance(table, Table)
    yield Chart(
        key="petaflops",
        title=Phrase("Petaflops by phase, before and after"),
        description=Phrase(
            "Bars of each quantity in PFLOP/s that changes, before the change and after it; ticks for targets."
        ),
        spec=chart_of_petaflops([change for change, _ in pairs]),
        table=table,
    )


def _is_target(change: Change) -> bool:
    """Whether a change is one of what is asked for; a phase has none of those."""
    return not change.phase and change.quantity.startswith(TARGET)


def chart_of_petaflops(changes: Sequence[Change]) -> Spec:
    """Two bars a quantity, two ticks a target, which is asked and not there; a side that has none has no mark."""
    import altair as alt

    values = [
        {
            "quantity": ", ".join(filter(None, (change.phase, change.quantity))),
            "side": side,
            "value": value,
            "asked": _is_target(change),
        }
        for change in changes
        for side, value in (("before", change.before), ("after", change.after))
        if isinstance(value, float | int)
    ]
    sides = ["before", "after"]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("value:Q", title=PETAFLOPS, scale=alt.Scale(zero=True)),
        y=alt.Y("quantity:N", sort=None, title=None, axis=alt.Axis(labelLimit=320)),
        yOffset=alt.YOffset("side:N", sort=sides),
        color=alt.Color("side:N", sort=sides, scale=alt.Scale(domain=sides), title=None),
        tooltip=[alt.Tooltip("quantity:N"), alt.Tooltip("side:N"), alt.Tooltip("value:Q", format=",.1f")],
    )
    bars = base.transform_filter("!datum.asked").mark_bar()
    ticks = base.transform_filter("datum.asked").mark_tick(thickness=4, size=BAR_HEIGHT - 4)
    made: dict[str, object] = alt.layer(bars, ticks).to_dict()
    return {**made, "width": "container", "height": 2 * BAR_HEIGHT * len(changes)}
