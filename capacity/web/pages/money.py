"""Money: what each phase costs, when it is due, and what has no price."""

from collections.abc import Iterator, Mapping, Sequence

from petaplan.capacity.costing import PhaseCost, by_quarter
from petaplan.capacity.report.cost import MILLION, CostReport, cost_document, everything_missing
from petaplan.capacity.web.pages.figures import price_sources, sources_table
from petaplan.capacity.web.registry import PageKind
from petaplan.capacity.web.study import Study, as_written
from petaplan.reporting.cells import Phrase, Text
from petaplan.reporting.document import Document, Lines, Section, Table
from petaplan.reporting.safety import json_text
from petaplan.reporting.values import values_of
from petaplan.reporting.web.blocks import Block, Chart, Spec
from petaplan.reporting.web.site import Page
from petaplan.reporting.web.views import placed

QUARTERS = "quarters-"
"""Before the currency, in the keys of the sections that have the money of each quarter."""


def build(study: Study) -> Page | None:
    """The page; none for a plan without phases."""
    if not study.costs:
        return None
    blocks = [block for section in placed(_document(study), "/cost") for block in _shown(study, section)]
    blocks += [*_everything_missing(study.costs), *_documents(study)]
    return Page(key="money", title="Money", blocks=tuple(blocks))


def _document(study: Study) -> Document:
    found = CostReport(hub=study.name, on=study.on, costs=tuple(study.costs), discount=None, lifetime_years=None)
    return cost_document(found)


def _shown(study: Study, section: Section) -> Iterator[Block]:
    """A section; the quarters of a currency as a chart with their table behind it."""
    table = section.blocks[0] if section.blocks else None
    if section.key.startswith(QUARTERS) and isinstance(table, Table) and table.rows:
        yield _chart(study.costs, section.key.removeprefix(QUARTERS), table)
    else:
        yield section


def _everything_missing(costs: Sequence[PhaseCost]) -> Iterator[Section]:
    """All that has no price, where the sentence above names the first ones."""
    for cost in costs:
        if cells := everything_missing(cost):
            title = Phrase("Everything without a price in {phase}", {"phase": Text(cost.phase)})
            yield Section(
                key=f"missing-{cost.phase}", title=title, folded=True, blocks=(Lines(cells=cells, bullets=True),)
            )


def _documents(study: Study) -> Iterator[Section]:
    """What the keys of the prices stand for."""
    table = sources_table(study, price_sources(study))
    if table.rows:
        yield Section(key="price-sources", title=Text("Documents"), blocks=(table,))


def _chart(costs: Sequence[PhaseCost], currency: str, table: Table) -> Chart:
    words = {"currency": Text(currency)}
    return Chart(
        key=f"quarters-{currency.lower()}",
        title=Phrase("Known investment by quarter, million {currency}", words),
        description=Phrase(
            "Bars of the known investment that is due in each quarter, million {currency}, by phase. "
            "A line marks the day on which a phase is released.",
            words,
        ),
        spec=_spec(costs, currency),
        table=table,
    )


def _spec(costs: Sequence[PhaseCost], currency: str) -> Spec:
    """Stacked bars by quarter, and a line for each stage gate."""
    import altair as alt

    own = [cost for cost in costs if cost.currency == currency]
    due = [
        {"quarter": day.isoformat(), "phase": phase, "amount": amount / MILLION}
        for day, amounts in by_quarter(tuple(costs), currency).items()
        for phase, amount in amounts.items()
    ]
    names = [cost.phase for cost in own]
    bars = (
        alt.Chart(alt.InlineData(values=due))
        .mark_bar()
        .encode(
            x=alt.X("yearquarter(quarter):T", title=None),
            y=alt.Y("amount:Q", stack="zero", title=None),  # the title of the chart has the unit
            color=alt.Color("phase:N", sort=names, scale=alt.Scale(domain=names), title=None),
            tooltip=[alt.Tooltip("phase:N"), alt.Tooltip("amount:Q", format=",.2f")],
        )
    )
    gates = [{"phase": cost.phase, "day": cost.released.isoformat()} for cost in own if cost.released is not None]
    lines = alt.Chart(alt.InlineData(values=gates)).mark_rule(strokeDash=[4, 3], size=2, color="#888")
    marks = lines.encode(x=alt.X("day:T"), tooltip=[alt.Tooltip("phase:N"), alt.Tooltip("day:T")])
    made: dict[str, object] = (alt.layer(bars, marks) if gates else bars).to_dict()
    return {**made, "width": "container", "height": 260}


def _members(study: Study) -> Mapping[str, object]:
    return {"cost": as_written(json_text(values_of(_document(study))))} if study.costs else {}


MONEY = PageKind(key="money", order=90, title="Money", build=build, json=_members)
