"""The throughput chain as a table with bars, and as JSON."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from petaplan.capacity.findings import number
from petaplan.capacity.measurement import Evidence
from petaplan.capacity.throughput.calibration import Grade
from petaplan.capacity.throughput.factors import DRAWS, SEED, Step, Waterfall

VERSION = 1
WIDTH = 24
"""Characters of the longest bar."""


def waterfall_view(hub: str, chains: Sequence[Waterfall], evidence: Evidence) -> RenderableType:
    """A table for each phase, then what the calibrations rest on."""
    return Group(*_parts(hub, chains, evidence))


def change_view(before: Sequence[Waterfall], after: Sequence[Waterfall], evidence: Evidence) -> RenderableType:
    """What evidence changes: the chain of each phase without it and with it."""
    table = Table(title="What the evidence changes", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for head in ("phase", "step", "without: low", "median", "high", "with: low", "median", "high"):
        table.add_column(head, justify="left" if head in {"phase", "step"} else "right", no_wrap=True)
    for old, new in zip(before, after, strict=True):
        for was, now in zip(old.steps, new.steps, strict=True):
            values = (number(round(v, 1)) for v in (was.low, was.mid, was.high, now.low, now.mid, now.high))
            table.add_row(new.label if now is new.steps[0] else "", now.name, *values)
    shares = [Text(f"  {chain.label}: {chain.measured_fraction:.0%} of the peak is measured here") for chain in after]
    refusals = [Text(f"  left out: {r.file}: {r.row}: {r.reason}") for r in evidence.refusals]
    return Group(table, *shares, *refusals)


def _parts(hub: str, chains: Sequence[Waterfall], evidence: Evidence) -> Iterator[RenderableType]:
    for chain in chains:
        yield _table(hub, chain)
        yield from _remarks(chain)
        yield Text("")
    if chains:
        yield Text("Sources of the factors", style="bold")
        for step in chains[-1].steps:
            if step.name != "calibrated":
                yield Text(f"  {step.name}: {step.source}")
        yield from _calibrations(chains)
    if evidence.measurements or evidence.refusals:
        yield Text(f"Evidence: {len(evidence.measurements)} devices and precisions in use", style="bold")
    for refusal in evidence.refusals:
        yield Text(f"  left out: {refusal.file}: {refusal.row}: {refusal.reason}")
    yield Text("Peak and delivered are two things: neither meets a target of the other.", style="dim")


def _table(hub: str, chain: Waterfall) -> Table:
    unit = chain.precision.rate_unit
    title = f"{hub} {chain.label}, {chain.day}: dense {chain.precision}, {unit}, 90 % intervals"
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("", "factor", "low", "median", "high"):
        table.add_column(head, justify="right" if head else "left", no_wrap=True)
    table.add_column("", no_wrap=True)
    whole = chain.steps[0].mid
    for step in chain.steps:
        factor = "" if step is chain.steps[0] else f"{step.factor_mid:.3f}"
        table.add_row(
            step.name, factor, *(number(round(v, 1)) for v in (step.low, step.mid, step.high)), _bar(step, whole)
        )
    return table


def _bar(step: Step, whole: float) -> str:
    """Full blocks up to the low end, lighter ones up to the high end."""
    if not whole:
        return ""
    sure, likely = round(step.low / whole * WIDTH), round(step.high / whole * WIDTH)
    return "█" * sure + "░" * (likely - sure)


def _remarks(chain: Waterfall) -> Iterator[Text]:
    grades = chain.by_grade()
    whole = sum(grades.values())
    if whole:
        shares = ", ".join(f"{value / whole:.0%} {grade}" for grade, value in grades.items())
        yield Text(f"  calibration by grade: {shares}; measured here: {chain.measured_fraction:.0%}")
        slow = chain.delivered.mid * chain.slowest_fraction
        yield Text(
            f"  one job of {chain.job_accelerators:,} in step: {chain.slowest_fraction:.3f} of its devices' mean, "
            f"{number(round(slow, 1))} {chain.precision.rate_unit} at that pace"
        )
    for model, count in chain.silent:
        yield Text(f"  {count:,} x {model}: no dense {chain.precision} peak is published, so they count for nothing")


def _calibrations(chains: Sequence[Waterfall]) -> Iterator[Text]:
    yield Text("Calibration, sustained share of dense peak", style="bold")
    told: set[str] = set()
    for chain in chains:
        for share in chain.shares:
            c = share.calibration
            if share.model in told:
                continue
            told.add(share.model)
            basis = f"{c.devices} devices on {c.hosts} hosts: {c.source}" if c.devices else c.source
            replace = f" ({'; '.join(c.reservations)})" if c.reservations else ""
            yield Text(f"  {share.model}: {c.mid:.3f} [{c.low:.3f}, {c.high:.3f}] grade {c.grade}, {basis}{replace}")


def write_waterfall(hub: str, chains: Sequence[Waterfall], evidence: Evidence) -> str:
    """The chains as JSON; the same plan and evidence give the same bytes."""
    values = {
        "petaplan_waterfall": VERSION,
        "hub": hub,
        "draws": DRAWS,
        "seed": SEED,
        "phases": [_values(chain) for chain in chains],
        "evidence": {
            "measurements": len(evidence.measurements),
            "refused": [{"file": r.file, "row": r.row, "reason": r.reason} for r in evidence.refusals],
        },
    }
    return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def _values(chain: Waterfall) -> dict[str, Any]:
    grades = chain.by_grade()
    return {
        "phase": chain.label,
        "day": chain.day.isoformat(),
        "precision": chain.precision,
        "unit": chain.precision.rate_unit,
        "steps": [
            {
                "name": step.name,
                "low": round(step.low, 6),
                "median": round(step.mid, 6),
                "high": round(step.high, 6),
                "factor": {
                    "low": round(step.factor_low, 9),
                    "median": round(step.factor_mid, 9),
                    "high": round(step.factor_high, 9),
                },
                "source": step.source,
            }
            for step in chain.steps
        ],
        "delivered": "networked",
        "measured_fraction": round(chain.measured_fraction, 9),
        "peak_by_grade": {grade: round(grades.get(grade, 0.0), 6) for grade in Grade},
        "slowest": {"job_accelerators": chain.job_accelerators, "over_mean": round(chain.slowest_fraction, 9)},
        "calibrations": [
            {
                "model": share.model,
                "packages": share.packages,
                "peak": round(share.peak_pflops, 6),
                "low": round(share.calibration.low, 9),
                "median": round(share.calibration.mid, 9),
                "high": round(share.calibration.high, 9),
                "grade": share.calibration.grade,
                "devices": share.calibration.devices,
                "hosts": share.calibration.hosts,
                "source": share.calibration.source,
                "reservations": list(share.calibration.reservations),
            }
            for share in chain.shares
        ],
        "without_a_figure": [{"model": model, "packages": count} for model, count in chain.silent],
    }
