"""Comparison: the plan beside published systems, and the plan in each convention of counting."""

from collections.abc import Mapping

from petaplan.capacity.facts.systems import selected, systems_of
from petaplan.capacity.report.compare import CompareReport, compare_document
from petaplan.capacity.throughput.beside import beside
from petaplan.capacity.throughput.conventions import conventions
from petaplan.capacity.web.registry import PageKind
from petaplan.capacity.web.study import Study, as_written
from petaplan.reporting.cells import Cell, Number, Phrase, Several, Text
from petaplan.reporting.document import Document, Row, Section, Table
from petaplan.reporting.safety import json_text
from petaplan.reporting.values import values_of
from petaplan.reporting.web.blocks import Chart, Spec
from petaplan.reporting.web.site import Page
from petaplan.reporting.web.views import placed
from petaplan.reporting.wording import words

BAR_HEIGHT = 22
RATIO_TITLE = "plan over theirs"
"""Title of the axis."""
RATIO = ("system", "rate", "precision", "sparsity", "pflops", "plan", "ratio")
"""Columns of the table behind the chart."""


def build(study: Study) -> Page | None:
    """The page; none for a plan without phases."""
    document = _document(study)
    if document is None:
        return None
    sections = tuple(placed(document, "/compare"))
    return Page(key="comparison", title="Comparison", blocks=(*_charts(sections), *sections))


def _document(study: Study) -> Document | None:
    """Every published system beside the last phase; made once for the page and once for the JSON report."""
    if not study.design.phases:
        return None
    day, systems = study.design.phases[-1], selected(systems_of(study.design.catalogue), ())
    return compare_document(
        CompareReport(beside=beside(study.design, day, systems, None), conventions=conventions(study.design, day))
    )


def _charts(sections: tuple[Section, ...]) -> tuple[Chart, ...]:
    """The plan over each system, where both have a rate of one convention."""
    table = next(block for block in sections[0].blocks if isinstance(block, Table))
    rows = [row for row in table.rows if isinstance(row.cells.get("ratio"), Number)]
    if not rows:
        return ()
    columns = tuple(column for column in table.columns if column.key in RATIO)
    return (
        Chart(
            key="ratios",
            title=Phrase("The plan over published systems, like with like"),
            description=Phrase("Bars of the plan's petaflops over those of each published system, on a log scale."),
            spec=_spec(rows),
            table=Table(key="ratios", columns=columns, rows=rows, noun="rates"),
            words=(RATIO_TITLE,),
            named={words(name): name for name in map(_name, rows)},
        ),
    )


def _spec(rows: list[Row]) -> Spec:
    import altair as alt

    values = [
        {"system": words(_name(row)), "ratio": ratio.value}
        for row in rows
        if isinstance(ratio := row.cells["ratio"], Number)
    ]
    bars = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar()
        .encode(
            x=alt.X("ratio:Q", scale=alt.Scale(type="log"), title=RATIO_TITLE),
            x2=alt.datum(1),
            y=alt.Y("system:N", sort=None, title=None, axis=alt.Axis(labelLimit=320)),
            tooltip=[alt.Tooltip("system:N"), alt.Tooltip("ratio:Q", format=",.3~g")],
        )
    )
    one = alt.Chart(alt.InlineData(values=[{"one": 1}])).mark_rule(color="#888").encode(x=alt.X("one:Q"))
    made: dict[str, object] = alt.layer(bars, one).to_dict()
    return {**made, "width": "container", "height": BAR_HEIGHT * len(rows)}


def _name(row: Row) -> Cell:
    """The system with the convention of the rate, which sets two rates of one system apart."""
    parts = (row.cells.get(key, Text("")) for key in ("system", "precision", "sparsity", "rate"))
    return Several(tuple(parts))


def _members(study: Study) -> Mapping[str, object]:
    document = _document(study)
    return {} if document is None else {"compare": as_written(json_text(values_of(document)))}


COMPARISON = PageKind(key="comparison", order=120, title="Comparison", build=build, json=_members)
