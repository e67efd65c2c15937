"""The throughput chain: a table with bars for each phase, and what each factor rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from petaplan.capacity.measurement import Evidence
from petaplan.capacity.throughput.calibration import Calibration, Grade
from petaplan.capacity.throughput.draws import DRAWS, SEED
from petaplan.capacity.throughput.factors import Share, Waterfall, WaterfallStep
from petaplan.reporting.cells import BLANK, Bar, Cell, Day, Number, Phrase, Several, Text, Tone
from petaplan.reporting.cells import Share as Fraction
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.safety import json_text

VERSION = 1
MOST_REPORTED = 8
"""Rates of others that a text lists."""
"""Version of the JSON of this report."""

COLUMNS = (
    Column(key="step"),
    Column(key="factor", title="factor", right=True),
    Column(key="low", title="low", right=True),
    Column(key="median", title="median", right=True),
    Column(key="high", title="high", right=True),
    Column(key="bar"),
    Column(key="unit", title="unit", data_only=True),
    Column(key="source", title="source", data_only=True),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class WaterfallReport:
    """The chains of a hub, and the evidence behind them."""

    hub: str
    chains: Sequence[Waterfall]
    evidence: Evidence


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceChange:
    """The chains without evidence and with it."""

    before: Sequence[Waterfall]
    after: Sequence[Waterfall]
    evidence: Evidence


def waterfall_document(report: WaterfallReport, _rendering: Rendering = PLAIN) -> Document:
    """A section for each phase, then what the factors rest on."""
    sections = (
        *(_section(report.hub, chain, at) for at, chain in enumerate(report.chains)),
        *_sources(report.chains),
        *_calibrations(report.chains),
        *_evidence(report.evidence),
        _closing(),
    )
    return Document(key="waterfall", name=report.hub, sections=sections, main="steps")


def _section(hub: str, chain: Waterfall, at: int) -> Section:
    unit = chain.precision.rate_unit
    title = Phrase(
        "{hub} {phase}, {day}: dense {precision}, {unit}, 90 % intervals",
        {
            "hub": Text(hub),
            "phase": Text(chain.label),
            "day": Day(chain.day),
            "precision": Text(str(chain.precision)),
            "unit": Text(unit),
        },
    )
    table = Table(
        key="steps",
        title=title,
        columns=COLUMNS,
        rows=[_row(chain, step, f"/phases/{at}/steps/{place}") for place, step in enumerate(chain.steps)],
        constants={"phase": Text(chain.label), "day": Day(chain.day), "precision": Text(str(chain.precision))},
        noun="steps",
    )
    remarks = Lines(cells=tuple(_remarks(chain)), indent=2, bullets=True)
    return Section(key=chain.label, blocks=(table, *_training(chain, at), remarks))


def _training(chain: Waterfall, at: int) -> Iterator[Table]:
    """What training makes of the eligible peak, beside the chain."""
    if chain.steps[0].mid and chain.training:
        rows = [_row(chain, step, f"/phases/{at}/training/{place}") for place, step in enumerate(chain.training)]
        constants: dict[str, Cell] = {
            "phase": Text(chain.label),
            "day": Day(chain.day),
            "precision": Text(str(chain.precision)),
        }
        title = Text("Training, of the eligible peak: MFU in place of the chain, then goodput")
        yield Table(key="training", title=title, columns=COLUMNS, rows=rows, constants=constants, noun="steps")


def _row(chain: Waterfall, step: WaterfallStep, pointer: str) -> Row:
    first, unit = chain.steps[0], Text(chain.precision.rate_unit)
    return Row(
        cells={
            "step": Text(step.name),
            "factor": BLANK if step is first else Number(value=step.factor_mid, decimals=3),
            **_interval(step),
            "bar": Bar(low=step.low, high=step.high, whole=first.mid),
            "unit": unit,
            "source": Text(step.source),
        },
        pointer=pointer,
    )


def _interval(step: WaterfallStep, prefix: str = "") -> dict[str, Cell]:
    columns = (("low", step.low), ("median", step.mid), ("high", step.high))
    return {f"{prefix}{key}": Number(value=value, at_most=1) for key, value in columns}


def _remarks(chain: Waterfall) -> Iterator[Cell]:
    grades = chain.by_grade()
    whole = sum(grades.values())
    unit = chain.precision.rate_unit
    if whole:
        shares = tuple(
            Phrase("{share} {grade}", {"share": Fraction(value=value / whole), "grade": Text(str(grade))})
            for grade, value in grades.items()
        )
        measured = Fraction(value=chain.measured_fraction)
        told = "calibration by grade: {shares}; measured here: {measured}"
        yield Phrase(told, {"shares": Several(shares), "measured": measured})
        yield Phrase(
            "one job of {size} in step: {ratio} of its devices' mean, {rate} at that pace",
            {
                "size": Number(value=chain.job_accelerators),
                "ratio": Number(value=chain.slowest_fraction, decimals=3),
                "rate": Number(value=chain.delivered.mid * chain.slowest_fraction, unit=unit, at_most=1),
            },
        )
    for model, count in chain.without_a_figure:
        yield Phrase(
            "{count} x {model}: no dense {precision} peak is published, so they count for nothing",
            {"count": Number(value=count), "model": Text(model), "precision": Text(str(chain.precision))},
        )


def _sources(chains: Sequence[Waterfall]) -> Iterator[Section]:
    steps = [step for step in chains[-1].steps if step.name != "calibrated"] if chains else []
    cells = tuple(Phrase("{step}: {source}", {"step": Text(s.name), "source": Text(s.source)}) for s in steps)
    if cells:
        lines = Lines(cells=cells, indent=2, bullets=True)
        yield Section(key="sources", title=Text("Sources of the factors"), blocks=(lines,), spaced=False)


def _calibrations(chains: Sequence[Waterfall]) -> Iterator[Section]:
    shares: dict[str, Share] = {}
    for chain in chains:
        for share in chain.shares:
            shares.setdefault(share.model, share)
    cells = tuple(_calibration(model, share.calibration) for model, share in shares.items())
    if chains:
        title = Text("Calibration: sustained share of dense peak, 90 % interval of the mean of all such devices")
        lines = Lines(cells=cells, indent=2, bullets=True)
        yield Section(key="calibrations", title=title, blocks=(lines,), spaced=False)


def _calibration(model: str, found: Calibration) -> Cell:
    basis = "{devices} devices on {hosts} hosts: {source}" if found.devices else "{source}"
    reservations = " ({reservations})" if found.reservations else ""
    return Phrase(
        f"{{model}}: {{mid}} [{{low}}, {{high}}] grade {{grade}}, {basis}{reservations}",
        {
            "model": Text(model),
            "mid": Number(value=found.mid, decimals=3),
            "low": Number(value=found.low, decimals=3),
            "high": Number(value=found.high, decimals=3),
            "grade": Text(str(found.grade)),
            "devices": Number(value=found.devices),
            "hosts": Number(value=found.hosts),
            "source": Text(found.source),
            "reservations": Several(tuple(Text(one) for one in found.reservations), "; "),
        },
    )


def _evidence(evidence: Evidence) -> Iterator[Section]:
    if evidence.measurements or evidence.refusals or evidence.reported:
        count = {"count": Number(value=len(evidence.measurements)), "others": Number(value=len(evidence.reported))}
        more = ", and {others} rates of others in the prior" if evidence.reported else ""
        title = Phrase(f"Evidence: {{count}} devices and precisions in use{more}", count)
        lines = Lines(cells=(*_reported(evidence), *refusals(evidence)), indent=2, bullets=True)
        yield Section(key="evidence", title=title, blocks=(lines,), spaced=False)


def _reported(evidence: Evidence) -> Iterator[Cell]:
    """The first rates that others reported, and how many more there are."""
    for one in evidence.reported[:MOST_REPORTED]:
        told: dict[str, Cell] = {
            "model": Text(f"{one.model}, {one.precision}"),
            "share": Fraction(value=one.share),
            "source": Text(one.source),
        }
        yield Phrase("{model}: {share} of peak is reported by {source}, not measured", told)
    if (more := len(evidence.reported) - MOST_REPORTED) > 0:
        yield Phrase("… and {count} further reported rates", {"count": Number(value=more)})


def refusals(evidence: Evidence) -> tuple[Cell, ...]:
    """Rows of evidence that calibrate nothing, each with the reason."""
    return tuple(
        Phrase("left out: {place}: {reason}", {"place": Text(f"{r.file}: {r.row}"), "reason": Text(r.reason)})
        for r in evidence.refusals
    )


def _closing() -> Section:
    words = (
        "Peak, delivered, MFU and goodput are four words. Of peak and delivered, neither meets a target of the other."
    )
    return Section(key="closing", blocks=(Lines(cells=(Text(words, Tone.QUIET),)),))


def change_sections(change: EvidenceChange) -> Iterator[Section]:
    """What evidence changes: the chain of each phase without it and with it."""
    heads = ("without: low", "median", "high", "with: low", "median", "high")
    keys = ("without_low", "without_median", "without_high", "with_low", "with_median", "with_high")
    table = Table(
        key="evidence_change",
        title=Text("What the evidence changes"),
        columns=(
            Column(key="phase", title="phase"),
            Column(key="step", title="step"),
            *(Column(key=key, title=head, right=True) for key, head in zip(keys, heads, strict=True)),
        ),
        rows=list(_change_rows(change)),
        keys=2,
    )
    shares = tuple(
        Phrase(
            "{phase}: {share} of the peak is measured here",
            {"phase": Text(f"{chain.label}, {chain.precision}"), "share": Fraction(value=chain.measured_fraction)},
        )
        for chain in change.after
    )
    lines = Lines(cells=(*shares, *_reported(change.evidence), *refusals(change.evidence)), indent=2, bullets=True)
    yield Section(key="evidence-change", blocks=(table, lines))


def _change_rows(change: EvidenceChange) -> Iterator[Row]:
    for old, new in zip(change.before, change.after, strict=True):
        for was, now in zip(old.steps, new.steps, strict=True):
            yield Row(
                cells={
                    "phase": Text(f"{new.label}, {new.precision}") if now is new.steps[0] else BLANK,
                    "step": Text(now.name),
                    **_interval(was, "without_"),
                    **_interval(now, "with_"),
                }
            )


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
            "reported": len(evidence.reported),
            "refused": [{"file": r.file, "row": r.row, "reason": r.reason} for r in evidence.refusals],
        },
    }
    return json_text(values)


def _values(chain: Waterfall) -> dict[str, object]:
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
        "training": [
            {
                "name": step.name,
                "low": round(step.low, 6),
                "median": round(step.mid, 6),
                "high": round(step.high, 6),
                "factor": round(step.factor_mid, 9),
                "source": step.source,
            }
            for step in chain.training
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
        "without_a_figure": [{"model": model, "packages": count} for model, count in chain.without_a_figure],
    }
