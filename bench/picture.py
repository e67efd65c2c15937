"""A run as a picture: throughput and clock over time, candidates, the waterfall from sheet to delivered."""

from collections.abc import Iterator, Sequence
from html import escape

from bench.evidence import Evidence, Row
from bench.show import figure

_WIDTH, _PANEL, _LEFT, _GAP = 960, 170, 74, 48
_COLOURS = {"burst": "#c2410c", "settling": "#9ca3af", "sustained": "#1d4ed8"}
_INK, _FAINT = "#1f2937", "#d1d5db"


def svg(evidence: Evidence) -> str:
    """The whole record as one SVG document; rows without a figure are named, not drawn."""
    pieces: list[str] = []
    y = 40
    for row in evidence.rows:
        drawn = list(_row(row, y))
        pieces.extend(drawn)
        y += _height(row)
    title = f"{evidence.host.name} · {evidence.run.as_of} · {evidence.run.tool}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{y + 20}" '
        f'viewBox="0 0 {_WIDTH} {y + 20}" font-family="sans-serif" font-size="12">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>'
    )
    return "\n".join([head, _text(_LEFT, 22, title, weight="bold"), *pieces, "</svg>"]) + "\n"


def _height(row: Row) -> int:
    return 3 * (_PANEL + _GAP) if row.sustained and row.batches else 40


def _row(row: Row, y: int) -> Iterator[str]:
    if row.sustained is None or row.batches is None:
        yield _text(_LEFT, y + 16, f"{row.device} {row.precision}: {row.status}: {row.reason or 'no batches kept'}")
        return
    rate, batches = row.sustained, row.batches
    flop = row.shape.flop if row.shape else 0
    times = _running_times(batches.process, batches.start_seconds)
    rates = [flop * calls / seconds / 1e12 for calls, seconds in zip(batches.calls, batches.seconds, strict=True)]
    unit = rate.unit
    label = f"{row.device} {row.precision}: {figure(rate.median)} {unit} ±{rate.half_width_fraction:.2%}"
    yield _text(_LEFT, y + 14, label, weight="bold")
    yield from _scatter(y + 20, times, rates, batches.phase, label=unit, band=(rate.low, rate.high))
    clocks = [mhz or 0.0 for mhz in batches.clock_mhz]
    second = y + _PANEL + _GAP
    if all(clocks):
        yield from _scatter(second, times, clocks, batches.phase, label="clock, MHz", band=None)
    else:
        yield _text(_LEFT, second + 20, f"clock: {row.clock.how if row.clock else 'not measured'}")
    third = second + _PANEL + _GAP
    yield from _bars(
        _LEFT, third, 380, [(str(c.shape), c.tera_per_second, c.chosen) for c in row.candidates], "candidates"
    )
    yield from _bars(540, third, 330, _steps(row), f"from the sheet to delivered, {unit}")


def _running_times(processes: Sequence[int], starts: Sequence[float]) -> list[float]:
    """Start times of one process after another on one axis, s."""
    times: list[float] = []
    base = last = 0.0
    for index, (process, start) in enumerate(zip(processes, starts, strict=True)):
        if index and process != processes[index - 1]:
            base = last + 0.5
        last = base + start
        times.append(last)
    return times


def _steps(row: Row) -> list[tuple[str, float, bool]]:
    bars: list[tuple[str, float, bool]] = []
    level = 0.0
    for factor in row.waterfall:
        level = factor.value if factor.name in ("sheet", "delivered") else level * factor.value
        bars.append((factor.name, level, factor.name == "delivered"))
    return bars


def _scatter(
    y: int,
    times: Sequence[float],
    values: Sequence[float],
    phases: Sequence[str],
    *,
    label: str,
    band: tuple[float, float] | None,
) -> Iterator[str]:
    low, high = min(values), max(values)
    margin = (high - low) * 0.08 or high * 0.01
    low, high = low - margin, high + margin
    span = max(times[-1], 1e-9)
    width = _WIDTH - _LEFT - 30

    def place(value: float) -> float:
        return y + _PANEL - (value - low) / (high - low) * _PANEL

    yield f'<rect x="{_LEFT}" y="{y}" width="{width}" height="{_PANEL}" fill="none" stroke="{_FAINT}"/>'
    if band:
        top, bottom = place(band[1]), place(band[0])
        yield (
            f'<rect x="{_LEFT}" y="{top:.1f}" width="{width}" height="{max(bottom - top, 1):.1f}" '
            f'fill="#bfdbfe" fill-opacity="0.7"/>'
        )
    for time, value, phase in zip(times, values, phases, strict=True):
        x = _LEFT + time / span * width
        yield f'<circle cx="{x:.1f}" cy="{place(value):.1f}" r="2.2" fill="{_COLOURS[phase]}"/>'
    yield _text(_LEFT - 6, y + 12, figure(high), anchor="end")
    yield _text(_LEFT - 6, y + _PANEL, figure(low), anchor="end")
    key = " · ".join(f'<tspan fill="{colour}">{name}</tspan>' for name, colour in _COLOURS.items())
    caption = f"{escape(label)} of each batch over {span:.1f} s: {key}"
    yield f'<text x="{_LEFT}" y="{y + _PANEL + 16}" fill="{_INK}">{caption}</text>'


def _bars(x: int, y: int, width: int, bars: Sequence[tuple[str, float, bool]], label: str) -> Iterator[str]:
    yield _text(x, y + 10, label, weight="bold")
    most = max((value for _, value, _ in bars), default=1.0)
    for index, (name, value, strong) in enumerate(bars[:9]):
        top = y + 18 + index * 17
        length = value / most * (width - 170)
        colour = _COLOURS["sustained"] if strong else _COLOURS["settling"]
        yield f'<rect x="{x + 110}" y="{top}" width="{length:.1f}" height="12" fill="{colour}"/>'
        yield _text(x + 104, top + 10, name, anchor="end")
        yield _text(int(x + 116 + length), top + 10, figure(value))


def _text(x: int, y: int, text: str, *, anchor: str = "start", weight: str = "normal") -> str:
    style = f'text-anchor="{anchor}" font-weight="{weight}" fill="{_INK}"'
    return f'<text x="{x}" y="{y}" {style}>{escape(text)}</text>'
