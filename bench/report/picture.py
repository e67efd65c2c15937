"""A run as an SVG picture: throughput and clock over time, candidates, and the waterfall from peak to delivered."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from petaplan.bench.evidence.record import Batches, Rate, Row, RunRecord
from petaplan.bench.report import axes
from petaplan.bench.report.axes import INK, MUTED, PAPER, Frame, box, line, text
from petaplan.bench.report.show import figure, state

_WIDTH, _LEFT, _INNER = 1000.0, 92.0, 880.0
_RATES, _CLOCKS, _BARS = 170.0, 110.0, 190.0
_PAUSE_SECONDS = 0.5
"""Drawn between two processes."""
_COLOURS = {"burst": "#ea580c", "settling": "#9ca3af", "sustained": "#2563eb"}
_BAND, _LOSS, _GAIN, _PLAIN = "#93c5fd", "#f87171", "#4ade80", "#cbd5e1"
_MOST_CANDIDATES = 10


def svg(evidence: RunRecord) -> str:
    """The whole record as one SVG document; rows without a figure are named, not drawn."""
    pieces: list[str] = []
    y = 52.0
    for row in evidence.rows:
        drawn, height = _row(row, y)
        pieces.extend(drawn)
        y += height
    title = f"Matmul throughput of {evidence.host.name}, {evidence.run.as_of}"
    about = "; ".join(f"{device.key}: {device.model}, {device.software.identity}" for device in evidence.devices)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH:g}" height="{y + 10:g}" '
        f'viewBox="0 0 {_WIDTH:g} {y + 10:g}" font-family="system-ui, \'DejaVu Sans\', Arial, sans-serif" '
        f'role="img"><title>{escape(title)}</title>' + box(0, 0, _WIDTH, y + 10, PAPER)
    )
    opening = [head, text(24, 26, title, size=17, weight="bold")]
    opening.append(text(24, 44, _cut(f"{about}; {evidence.run.tool}", 150), size=11, colour=MUTED))
    return "\n".join([*opening, *pieces, "</svg>"]) + "\n"


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _row(row: Row, y: float) -> tuple[list[str], float]:
    """The drawing of one row, and its height."""
    drawn = [line(24, y + 4, _WIDTH - 24, y + 4, axes.GRID)]
    name = f"{row.device} {row.precision}" + (f" {row.data}" if row.data != "random" else "")
    if row.sustained is None:
        drawn.append(text(24, y + 28, f"{name}: {_cut(state(row), 130)}"))
        return drawn, 44.0
    drawn += _headline(row, row.sustained, name, y + 28)
    at = y + 62.0
    if row.batches is None:
        where = f": they are in {row.batches_at.split()[0]}" if row.batches_at else ""
        drawn.append(text(24, at + 10, f"no batches in this record{where}", colour=MUTED))
        at += 24.0
    else:
        drawn += _over_time(row, row.sustained, row.batches, at)
        at += _RATES + _CLOCKS + 116.0
    drawn += _candidates(row, at)
    drawn += _waterfall(row, at)
    return drawn, at + _BARS + 46.0 - y


def _headline(row: Row, rate: Rate, name: str, y: float) -> Iterator[str]:
    spread = f"±{rate.half_width_fraction:.2%}" if row.steady else f"({figure(rate.low)} to {figure(rate.high)})"
    title = f"{name}   {figure(rate.median)} {rate.unit} {spread}"
    yield text(24, y, title, size=15, weight="bold")
    yield text(_LEFT + _INNER, y, _cut(state(row), 80), anchor="end", size=13)
    words = ["sustained" if row.steady else "not settled: the range says how far the rate moved"]
    others = row.telemetry.foreign_load_fraction
    words += [f"others used {others:.0%} of the cores"] if others else []
    words += [f"burst {figure(row.burst.median)} {row.burst.unit}"] if row.burst else []
    words += [f"{row.share_of_peak:.1%} of the dense peak"] if row.share_of_peak else []
    words += [f"shape {row.shape}"] if row.shape else []
    words.append(f"{rate.samples} batches of {rate.processes} process{'es' if rate.processes > 1 else ''}")
    yield text(24, y + 18, _cut(" · ".join(words), 140), colour=MUTED)


def _over_time(row: Row, rate: Rate, batches: Batches, y: float) -> Iterator[str]:
    flop = row.shape.flop if row.shape else 0
    times = _running_times(batches.process, batches.start_seconds)
    rates = [flop * calls / seconds / 1e12 for calls, seconds in zip(batches.calls, batches.seconds, strict=True)]
    x_range = (0.0, max(times[-1] + batches.seconds[-1], 1e-9))
    upper = Frame(
        left=_LEFT, top=y + 16, width=_INNER, height=_RATES, x_range=x_range,
        y_range=axes.around([*rates, rate.low, rate.high]),
    )  # fmt: skip
    yield from _legend(y + 6, batches.phase, is_settled=row.steady)
    yield from upper.y_axis(rate.unit)
    yield box(upper.left, upper.y(rate.high), upper.width, upper.y(rate.low) - upper.y(rate.high), _BAND, opacity=0.55)
    yield line(upper.left, upper.y(rate.median), upper.right, upper.y(rate.median), INK, dash="7 3")
    yield text(upper.right, upper.y(rate.median) - 5, f"rate {figure(rate.median)}", anchor="end", size=11)
    yield from _processes(upper, batches.process, times)
    yield from _dots(upper, times, rates, batches.phase)
    yield from upper.x_axis("")
    lower_top = upper.bottom + 34
    clocks = [mhz for mhz in batches.clock_mhz if mhz]
    if not clocks:
        how = row.clock.how if row.clock else "not measured"
        yield text(_LEFT, lower_top + 20, f"clock: {how}", colour=MUTED)
        return
    highest = row.clock.maximum_mhz if row.clock else None
    lower = Frame(
        left=_LEFT, top=lower_top, width=_INNER, height=_CLOCKS, x_range=x_range,
        y_range=axes.around([*clocks, *([highest] if highest else [])], share=0.2),
    )  # fmt: skip
    yield from lower.y_axis("clock, MHz")
    if highest:
        yield line(lower.left, lower.y(highest), lower.right, lower.y(highest), MUTED, dash="5 4")
        yield text(
            lower.right, lower.y(highest) - 7, f"highest {highest:,.0f} MHz", anchor="end", size=11, colour=MUTED
        )
    known = [index for index, mhz in enumerate(batches.clock_mhz) if mhz]
    yield from _dots(
        lower,
        [times[i] for i in known],
        [batches.clock_mhz[i] or 0.0 for i in known],
        [batches.phase[i] for i in known],
    )
    yield from lower.x_axis("time, s (the start of each batch; processes one after another)")


def _legend(y: float, phases: Sequence[str], *, is_settled: bool) -> Iterator[str]:
    x = _LEFT
    for phase, colour in _COLOURS.items():
        yield f'<circle cx="{x:.1f}" cy="{y - 4:.1f}" r="4" fill="{colour}"/>'
        words = f"{phase}, {phases.count(phase)} batches"
        yield text(x + 9, y, words, size=11, colour=INK)
        x += 30 + 6.4 * len(words)
    yield box(x, y - 9, 18, 10, _BAND, opacity=0.55)
    band = "95 % interval of the sustained rate" if is_settled else "range of a rate that did not settle"
    yield text(x + 24, y, band, size=11)


def _processes(frame: Frame, process: Sequence[int], times: Sequence[float]) -> Iterator[str]:
    """A dotted line where a fresh process begins."""
    for index, (before, after) in enumerate(pairwise(process), start=1):
        if before != after:
            x = frame.x(times[index] - _PAUSE_SECONDS / 2)
            yield line(x, frame.top, x, frame.bottom, MUTED, dash="2 3")
            yield text(x + 4, frame.top + 11, f"process {after + 1}", size=10, colour=MUTED)


def _dots(frame: Frame, times: Sequence[float], values: Sequence[float], phases: Sequence[str]) -> Iterator[str]:
    for time, value, phase in zip(times, values, phases, strict=True):
        yield f'<circle cx="{frame.x(time):.1f}" cy="{frame.y(value):.1f}" r="2.4" fill="{_COLOURS[phase]}"/>'


def _running_times(processes: Sequence[int], starts: Sequence[float]) -> list[float]:
    """Start times of one process after another on one axis, s."""
    times: list[float] = []
    base = last = 0.0
    for index, (process, start) in enumerate(zip(processes, starts, strict=True)):
        if index and process != processes[index - 1]:
            base = last + _PAUSE_SECONDS
        last = base + start
        times.append(last)
    return times


def _candidates(row: Row, y: float) -> Iterator[str]:
    """A bar for each shape tried, the chosen one in colour: ranked in cycles where a clock was measured."""
    yield text(24, y, "Candidates tried before", weight="bold")
    tried = sorted(row.candidates, key=lambda c: (not c.chosen, -c.tera_per_second))
    if not tried:
        yield text(24, y + 24, "none: the shape was given", colour=MUTED)
        return
    most = max(candidate.tera_per_second for candidate in tried)
    for index, candidate in enumerate(tried[:_MOST_CANDIDATES]):
        top = y + 16 + index * 18
        length = candidate.tera_per_second / most * 170
        colour = _COLOURS["sustained"] if candidate.chosen else _PLAIN
        name = f"{candidate.shape}" + (f" {candidate.algorithm}" if candidate.algorithm else "")
        yield text(
            216, top + 10, _cut(name, 32), anchor="end", size=11, weight="bold" if candidate.chosen else "normal"
        )
        yield box(222, top, length, 12, colour)
        yield text(228 + length, top + 10, figure(candidate.tera_per_second), size=11)
    left_out = len(tried) - _MOST_CANDIDATES
    note = f"{row.precision.unit}; the chosen one first" + (f"; {left_out} more not drawn" if left_out > 0 else "")
    yield text(222, y + 16 + min(len(tried), _MOST_CANDIDATES) * 18 + 12, note, size=11, colour=MUTED)


def _waterfall(row: Row, y: float) -> Iterator[str]:
    """Sheet and delivered as whole columns, what each factor takes or gives as a block between them."""
    left, width = 560.0, 412.0
    yield text(left - 62, y, "From the sheet to what was delivered", weight="bold")
    if not row.waterfall:
        yield text(left - 62, y + 24, "the peak of this device is not known", colour=MUTED)
        return
    levels = _levels(row)
    frame = Frame(
        left=left, top=y + 22, width=width, height=_BARS - 22,
        y_range=(0.0, 1.12 * max(max(start, end) for _, start, end, _ in levels)),
    )  # fmt: skip
    yield from frame.y_axis(row.precision.unit)
    column = width / len(levels)
    for index, (name, start, end, label) in enumerate(levels):
        x = left + index * column + column * 0.16
        colour = _COLOURS["sustained"] if name == "delivered" else _PLAIN if name == "sheet" else _LOSS
        colour = _GAIN if name not in ("sheet", "delivered") and end > start else colour
        top = frame.y(max(start, end))
        yield box(x, top, column * 0.68, frame.y(min(start, end)) - top, colour)
        yield text(x + column * 0.34, top - 5, label, anchor="middle", size=11, weight="bold")
        for place, word in enumerate(name.split("-")):
            yield text(x + column * 0.34, frame.bottom + 16 + 13 * place, word, anchor="middle", size=11)
        if index + 1 < len(levels):
            yield line(x + column * 0.68, frame.y(end), x + column, frame.y(end), MUTED, dash="2 2")
    yield line(left, frame.bottom, frame.right, frame.bottom, MUTED)


def _levels(row: Row) -> list[tuple[str, float, float, str]]:
    """Name, level before, level after and label of each column."""
    found: list[tuple[str, float, float, str]] = []
    level = 0.0
    for factor in row.waterfall:
        if factor.name in ("sheet", "delivered"):
            level = factor.value
            found.append((factor.name, 0.0, level, figure(level)))
        else:
            found.append((factor.name, level, level * factor.value, f"× {factor.value:.3f}"))
            level *= factor.value
    return found
