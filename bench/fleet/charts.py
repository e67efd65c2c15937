"""Charts of a fleet, as Vega-Lite; altair is loaded when the first one is made."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING

from petaplan.bench.fleet.measured import Measured

if TYPE_CHECKING:
    import altair as alt

USUAL, SLOW = "others", "slow"
COLOURS = ("var(--p-series-1)", "var(--p-series-2)")
STEPS = ("sheet", "clock-convention", "clock", "stolen", "kernel", "delivered")
"""From the sheet to what was delivered, in order."""
MOST_BINS = 30

Spec = dict[str, object]


def name_of(one: Measured) -> str:
    """Host and device, as a remark of the verdict names them."""
    return f"{one.host} {one.device}"


def histogram(rows: Sequence[Measured], slow: Mapping[str, str]) -> Spec:
    """How many rates there are in each range; slow devices have a line with their name."""
    import altair as alt

    values = [{"rate": one.median, "kind": SLOW if name_of(one) in slow else USUAL} for one in rows]
    named = [{"rate": one.median, "name": name_of(one)} for one in rows if name_of(one) in slow]
    colour = alt.Color("kind:N", title=None, scale=alt.Scale(domain=[USUAL, SLOW], range=list(COLOURS)))
    bars = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar()
        .encode(
            x=alt.X("rate:Q", bin=alt.Bin(maxbins=MOST_BINS), title=rows[0].unit),
            y=alt.Y("count():Q", title="rows"),
            color=colour,
        )
    )
    lines = alt.Chart(alt.InlineData(values=named)).encode(x=alt.X("rate:Q"))
    rules = lines.mark_rule(strokeDash=[4, 3]).encode(color=alt.value("var(--ink)"))
    words = lines.mark_text(align="left", dx=4, fontSize=11)
    marks = words.encode(text="name:N", y=alt.value(10), color=alt.value("var(--ink)"))
    return _finished(alt.layer(bars, rules, marks) if named else bars, 260)


def over_time(rows: Sequence[Measured]) -> Spec:
    """The rate of each device against the start of its run, with its 95 % interval."""
    import altair as alt

    values = [
        {"at": one.started_at, "device": name_of(one), "rate": one.median, "low": one.low, "high": one.high}
        for one in rows
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("at:T", title=None, scale=alt.Scale(type="utc")), color=alt.Color("device:N", legend=None)
    )
    tips = [alt.Tooltip("device:N"), alt.Tooltip("at:T", format="%Y-%m-%d %H:%M"), alt.Tooltip("rate:Q", format=",.1f")]
    rate = alt.Y("rate:Q", title=rows[0].unit, scale=alt.Scale(zero=False))
    layers = (
        base.mark_line(strokeWidth=1, opacity=0.5).encode(y=rate),
        base.mark_rule().encode(y=alt.Y("low:Q", scale=alt.Scale(zero=False)), y2="high:Q"),
        base.mark_point(filled=True, size=45).encode(y=rate, tooltip=tips),
    )
    return _finished(alt.layer(*layers), 280)


def levels(rows: Sequence[Measured]) -> tuple[tuple[str, float, float, int], ...]:
    """Step, level before it, level after it, and rows that have it: each factor is the median of its rows.

    >>> from types import SimpleNamespace as Row
    >>> row = Row(factors=(("sheet", 100.0), ("clock", 0.9), ("kernel", 0.8), ("delivered", 72.0)))
    >>> levels([row])
    (('sheet', 0.0, 100.0, 1), ('clock', 100.0, 90.0, 1), ('kernel', 90.0, 72.0, 1), ('delivered', 0.0, 72.0, 1))
    """
    found: list[tuple[str, float, float, int]] = []
    level = 0.0
    for step in STEPS:
        values = [value for row in rows for name, value in row.factors if name == step]
        if not values:
            continue
        middle = median(values)
        if step in {"sheet", "delivered"}:
            before, level = 0.0, middle
        else:
            before, level = level, level * middle
        found.append((step, before, level, len(values)))
    return tuple(found)


def falling(rows: Sequence[Measured]) -> Spec:
    """Sheet and delivered as whole columns, what each factor takes or gives between them."""
    import altair as alt

    steps = levels(rows)
    values = [{"step": step, "before": before, "after": after, "rows": count} for step, before, after, count in steps]
    bars = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar()
        .encode(
            x=alt.X("step:N", sort=[step for step, *_ in steps], title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("before:Q", title=rows[0].unit),
            y2="after:Q",
            color=alt.value(COLOURS[0]),
            tooltip=[alt.Tooltip("step:N"), alt.Tooltip("after:Q", format=",.1f"), alt.Tooltip("rows:Q")],
        )
    )
    return _finished(bars, 260)


def _finished(chart: "alt.Chart | alt.LayerChart | alt.FacetChart", height: int) -> Spec:
    made: Spec = chart.to_dict()
    return {**made, "width": "container", "height": height}
