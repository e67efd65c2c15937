"""Tables for a terminal, and plain text where there is none."""

import math

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from petaplan.bench.evidence.record import Evidence, Rate, Row
from petaplan.bench.method.run import Step

_PLAIN_WIDTH = 160


def console(*, stderr: bool = False) -> Console:
    """A console that colours only a terminal and honours NO_COLOR."""
    found = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not found.is_terminal:
        found.width = _PLAIN_WIDTH
    return found


def figure(value: float) -> str:
    """Four significant digits.

    >>> figure(0.19371), figure(798.26), figure(1402.6)
    ('0.1937', '798.3', '1403')
    """
    if value <= 0.0 or not math.isfinite(value):
        return f"{value:g}"
    return f"{value:.{max(3 - math.floor(math.log10(value)), 0)}f}"


def rate(found: Rate | None) -> str:
    """Median, unit and half-width."""
    if found is None:
        return "none"
    return f"{figure(found.median)} {found.unit} ±{found.half_width_fraction:.2%}"


def results(evidence: Evidence) -> RenderableType:
    """The result of a run: a line a row, the waterfalls, then what was not measured and why."""
    parts: list[RenderableType] = [_table(evidence)]
    parts.extend(Text(line) for row in evidence.rows if (line := waterfall_line(row)))
    for row in evidence.rows:
        parts.extend(Text(f"warning: {row.device} {row.precision}: {text}") for text in row.warnings)
    parts.extend(Text(line) for line in gaps(evidence))
    if evidence.run.partial:
        parts.append(Text("partial: the run was interrupted; nothing of it calibrates a plan"))
    return Group(*parts)


def _table(evidence: Evidence) -> Table:
    table = Table(title=None, box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    headings = ("device", "precision", "sustained (95 %)", "burst", "of peak", "MHz", "kernel", "state")
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading != "state")
    for row in evidence.rows:
        measured = row.clock.measured_mhz if row.clock else None
        kernel = next((f.value for f in row.waterfall if f.name == "kernel"), None)
        table.add_row(
            row.device,
            f"{row.precision} {row.data}" if row.data != "random" else str(row.precision),
            rate(row.sustained),
            figure(row.burst.median) if row.burst else "none",
            f"{row.share_of_peak:.1%}" if row.share_of_peak else "unknown",
            f"{measured.median:.0f}" if measured else "unknown",
            f"{kernel:.1%}" if kernel else "unknown",
            state(row),
        )
    return table


def state(row: Row) -> str:
    """Whether the figure stands, in words."""
    if row.status != "measured":
        return f"{row.status}: {row.reason}" if row.reason else row.status
    if row.telemetry.foreign_processes:
        return "verified, device shared: does not calibrate"
    return "verified, steady" if row.steady else "verified, not steady"


def waterfall_line(row: Row) -> str:
    """Sheet × factors = delivered, on one line."""
    if not row.waterfall:
        return ""
    first, *middle, last = row.waterfall
    unit = row.precision.unit
    steps = " ".join(f"× {factor.name} {factor.value:.3f}" for factor in middle)
    return (
        f"{row.device} {row.precision}: peak {figure(first.value)} {unit} {steps} = {figure(last.value)} {unit}"
        f"   [peak: {first.how}]"
    )


def gaps(evidence: Evidence) -> list[str]:
    """What was not measured; one line for each reason."""
    by_reason: dict[tuple[str, str], list[str]] = {}
    for gap in evidence.missing:
        device, _, precision = gap.what.partition(" ")
        reason = gap.reason.replace(f" {precision} ", " it ") if precision else gap.reason
        by_reason.setdefault((device, reason), []).append(precision or device)
    return [
        f"not measured: {device} {', '.join(what)}: {reason}"
        if what != [device]
        else f"not measured: {device}: {reason}"
        for (device, reason), what in by_reason.items()
    ]


def progress_line(step: Step) -> str:
    """Where one measurement stands."""
    told = step.progress or {}
    words = [
        f"{step.device} {step.precision}",
        f"process {step.process + 1}/{step.processes}",
        str(told.get("phase")),
    ]
    median, half = told.get("median"), told.get("half_width_fraction")
    if isinstance(median, float):
        words.append(f"{figure(median)} {step.precision.unit}")
    if isinstance(half, float):
        words.append(f"±{half:.2%}")
    clock = told.get("clock_mhz")
    if isinstance(clock, float):
        words.append(f"{clock:.0f} MHz")
    return "  ".join(words)
