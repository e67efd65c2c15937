"""Charts of a plan over time, as Vega-Lite; altair is loaded when the first one is made."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import altair as alt

Record = Mapping[str, object]
Colours = Sequence[tuple[str, str]]
"""Names of series with their colours: those of the theme, such as ``var(--p-series-1)``."""

BAND, LINE, FLOOR, STEP, GOAL, POINT, REACHED = "band", "line", "floor", "step", "goal", "point", "reached"
INK = "var(--ink)"


def over_time(records: Iterable[Record], colours: Colours, unit: str) -> dict[str, object]:
    """Bands, lines, steps and points over days. A record has series, mark, day, and value, or low and high."""
    import altair as alt

    rows = list(records)
    days = alt.X("day:T", scale=alt.Scale(type="utc"), title=None, axis=alt.Axis(format="%Y", tickCount="year"))
    colour = _colour(colours, rows)
    upwards = alt.Y("value:Q", title=unit)
    tips = [alt.Tooltip("series:N"), alt.Tooltip("day:T", format="%Y-%m-%d"), alt.Tooltip("value:Q", format=",.1f")]
    base = alt.Chart(alt.InlineData(values=rows)).encode(x=days, color=colour)
    layers = (
        _of(base, BAND).mark_area(opacity=0.25).encode(y=alt.Y("low:Q", title=unit), y2="high:Q"),
        _of(base, LINE).mark_line(strokeWidth=2).encode(y=upwards, tooltip=tips),
        _of(base, FLOOR).mark_line(interpolate="step-after", strokeWidth=6, opacity=0.6).encode(y=upwards),
        _of(base, STEP).mark_line(interpolate="step-after", strokeWidth=2, strokeDash=[8, 4]).encode(y=upwards),
        _of(base, GOAL).mark_line(interpolate="step-after", strokeWidth=2.5, strokeDash=[2, 2]).encode(y=upwards),
        _of(base, POINT).mark_point(filled=True, size=70, shape="diamond").encode(y=upwards, tooltip=tips),
        _of(base, REACHED).mark_point(filled=True, size=90, shape="triangle-right").encode(y=upwards, tooltip=tips),
    )
    return _finished(alt.layer(*layers), 320)


def _of(base: "alt.Chart", mark: str) -> "alt.Chart":
    import altair as alt

    return base.transform_filter(alt.datum.mark == mark)


def gantt(records: Iterable[Record], colours: Colours) -> dict[str, object]:
    """Bars from ``begins`` to ``ends``, thin lines from ``early`` to ``late``, ticks at ``likely``, if any."""
    import altair as alt

    rows = list(records)
    order = list(dict.fromkeys(str(one["row"]) for one in rows))
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("row:N", sort=order, title=None, axis=alt.Axis(labelLimit=260)),
        color=_colour(colours, rows),
    )

    def day(name: str) -> "alt.X":
        return alt.X(f"{name}:T", scale=alt.Scale(type="utc"), title=None, axis=alt.Axis(format="%Y", tickCount="year"))

    tips = [alt.Tooltip("row:N"), *(alt.Tooltip(f"{name}:T", format="%Y-%m-%d") for name in ("begins", "ends"))]
    layers = {
        "begins": base.mark_bar(height=12, opacity=0.85).encode(x=day("begins"), x2="ends", tooltip=tips),
        "early": base.mark_rule(strokeWidth=1.5).encode(x=day("early"), x2="late", color=alt.value(INK)),
        "likely": base.mark_tick(thickness=3, size=20).encode(x=day("likely"), color=alt.value(INK)),
        "delivered": base.mark_point(shape="diamond", filled=True, size=60).encode(
            x=day("delivered"), color=alt.value(INK)
        ),
    }
    there = [layer for name, layer in layers.items() if any(name in row for row in rows)]
    return _finished(alt.layer(*there), max(80, 22 * len(order)))


def falling(records: Iterable[Record], colours: Colours, unit: str) -> dict[str, object]:
    """Floating bars from ``low`` to ``high``, each with a ``sign`` in it and the words ``says`` beside it."""
    import altair as alt

    rows = list(records)
    order = list(dict.fromkeys(str(one["step"]) for one in rows))
    steps = alt.Y("step:N", sort=order, title=None, axis=alt.Axis(labelLimit=220))
    colour = _colour(colours, rows)
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=steps)
    across = alt.X("from:Q", title=unit, axis=alt.Axis(tickCount=6))
    bars = base.mark_bar(height=18).encode(x=across, x2="to:Q", color=colour)
    signs = base.mark_text(color="#fff", fontWeight="bold").encode(x=alt.X("middle:Q"), text="sign:N")
    spread = base.mark_rule(strokeWidth=1.5, color=INK).encode(x=alt.X("low:Q", title=unit), x2="high:Q")
    says = base.mark_text(align="left", dx=6).encode(x=alt.X("right:Q"), text="says:N")
    return _finished(alt.layer(bars, signs, spread, says), 34 * len(order))


def _colour(colours: Colours, rows: Sequence[Record]) -> "alt.Color":
    """Colours and legend of the series that the records have."""
    import altair as alt

    there = {row.get("series") for row in rows}
    shown = [(name, value) for name, value in colours if name in there]
    scale = alt.Scale(domain=[name for name, _ in shown], range=[value for _, value in shown])
    return alt.Color("series:N", scale=scale, title=None, legend=alt.Legend(symbolOpacity=1))


def _finished(chart: "alt.LayerChart | alt.FacetChart", height: int) -> dict[str, object]:
    """The chart as wide as the page; its data has no name that changes between runs."""
    import altair as alt

    with alt.data_transformers.enable("default", consolidate_datasets=False):
        made: dict[str, object] = chart.properties(width="container", height=height).to_dict()
    made.pop("$schema", None)
    made.pop("config", None)
    return made
