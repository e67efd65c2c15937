"""Texts for a terminal: the figure, state and progress of a row."""

from rich.console import Console

from petaplan.bench.evidence.record import Rate, Row
from petaplan.bench.method.run import RunProgress
from petaplan.bench.report.cells import WIDTH, decimals
from petaplan.reporting import guard


def console(*, stderr: bool = False) -> Console:
    """A console that colours only a terminal and honours NO_COLOR."""
    found = guard.console(stderr=stderr)
    if not found.is_terminal:
        found.width = WIDTH
    return found


def figure(value: float) -> str:
    """Four significant digits.

    >>> figure(0.19371), figure(798.26), figure(1402.6)
    ('0.1937', '798.3', '1403')
    """
    return f"{value:.{decimals(value)}f}"


def rate(found: Rate | None) -> str:
    """Median, unit and half-width."""
    if found is None:
        return "none"
    return f"{figure(found.median)} {found.unit} ±{found.half_width_fraction:.2%}"


def state(row: Row) -> str:
    """The state of a row in words: verified, steady, or why there is no figure."""
    if row.status != "measured":
        return f"{row.status}: {row.reason}" if row.reason else row.status
    if row.telemetry.foreign_processes:
        return "verified, device shared: does not calibrate"
    return "verified, steady" if row.steady else "verified, not steady"


def progress_line(step: RunProgress) -> str:
    """Progress of one measurement in one line."""
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
    temperature = told.get("temperature_c")
    if isinstance(temperature, int | float):
        words.append(f"{temperature:.0f} °C")
    return "  ".join(words)
