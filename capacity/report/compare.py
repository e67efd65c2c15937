"""A plan beside published systems, and the plan by convention."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from petaplan.capacity.figures import UNPUBLISHED, Precision, Status
from petaplan.capacity.hardware import PowerOf, RateKind
from petaplan.capacity.throughput.beside import Beside, ComparedRate, Convention
from petaplan.capacity.throughput.conventions import HEADLINE, ConventionRow
from petaplan.capacity.units import KW_PER_MW
from petaplan.reporting.cells import BLANK, MISSING, Cell, Day, Number, Phrase, Several, Text, Tone, text
from petaplan.reporting.cells import Status as Badge
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.safety import json_text
from petaplan.reporting.wording import literal, told

VERSION = 1
"""Version of the JSON of this report."""

PFLOPS = "PFLOP/s"
NOT_STATED = told(Phrase("not stated"), Tone.QUIET)
NO_FIGURE = told(Phrase("no figure"), Tone.QUIET)

COLUMNS = (
    Column(key="system", title="system", matters=True),
    Column(key="rate", title="rate", matters=True),
    Column(key="precision", title="precision", matters=True),
    Column(key="sparsity", title="sparsity", matters=True),
    Column(key="engine", title="engine"),
    Column(key="pflops", title="theirs", unit=PFLOPS, right=True, matters=True),
    Column(key="plan", title="the plan", unit=PFLOPS, right=True, matters=True, bounded=True),
    Column(key="ratio", title="plan over theirs", short="plan over\ntheirs", right=True),
    Column(key="power_mw", title="power", unit="MW", right=True),
    Column(key="power_of", title="power of"),
    Column(key="per_mw", title="PFLOP/s per MW", short="PFLOP/s\nper MW", right=True, bounded=True),
    Column(key="per_rack", title="PFLOP/s per rack", short="PFLOP/s\nper rack", right=True, bounded=True),
    Column(key="status", title="status"),
    Column(key="unverified", title="unverified", if_any=True),
    Column(key="as_of", title="as of"),
    Column(key="source", title="source", data_only=True),
    Column(key="note", title="note", data_only=True),
)

CONVENTION_COLUMNS = (
    Column(key="convention", title="convention", matters=True),
    Column(key="pflops", title="the plan", unit=PFLOPS, right=True, matters=True, bounded=True),
    Column(key="times", title="times FP16 dense", short="times\nFP16 dense", right=True, matters=True),
    Column(key="announced", title="announced over this", short="announced\nover this", right=True, if_any=True),
    Column(key="counted", title="accelerators counted", short="accelerators\ncounted", right=True),
    Column(key="without", title="without a figure", right=True),
    Column(key="status", title="status"),
    Column(key="made_of", title="made of", wraps=True, if_any=True),
    Column(key="additive", title="additive", data_only=True),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CompareReport:
    """A plan beside systems, and the same plan in each convention."""

    beside: Beside
    conventions: tuple[ConventionRow, ...]
    announced: float | None = None
    """A figure of the press that is to be reconciled, PFLOP/s."""


def compare_document(report: CompareReport, _rendering: Rendering = PLAIN) -> Document:
    """The systems, what their notes say, and the conventions."""
    plan = report.beside.plan
    words: dict[str, Cell] = {"hub": Text(plan.hub), "phase": Text(plan.phase), "day": Day(plan.day)}
    table = Table(
        key="rates",
        title=Phrase("{hub}, {phase}, {day}: beside published systems, like precision and sparsity only", words),
        columns=COLUMNS,
        rows=[
            *_plan_rows(report.beside),
            *_no_rate_rows(report.beside),
            *(_row(rate, at) for at, rate in enumerate(report.beside.rates)),
        ],
        keys=2,
        noun="rates",
    )
    notes = tuple(_notes(report.beside))
    sections = (
        Section(key="rates", blocks=(table, Lines(cells=notes, indent=2, bullets=True))),
        Section(key="conventions", blocks=(_conventions(report), Lines(cells=tuple(_closing())))),
    )
    return Document(key="compare", name=plan.hub, sections=sections, main="rates")


def _plan_rows(beside: Beside) -> Iterator[Row]:
    """The plan itself, at each precision that is asked for."""
    plan = beside.plan
    for at, convention in enumerate(plan.rates):
        if convention not in beside.asked:
            continue
        yield Row(
            cells={
                "system": Text(plan.hub, Tone.STRONG),
                "rate": told(Phrase("this plan")),
                **_convention(convention),
                "plan": _of_plan(plan.rates[convention], partial=convention in plan.partial),
                "power_mw": _number(plan.it_power_mw, at_most=2),
                "power_of": _power_of(PowerOf.IT),
                "per_mw": _number(plan.per_mw(convention), at_most=1, partial=convention in plan.partial),
                "per_rack": _number(plan.per_rack(convention), at_most=2, partial=convention in plan.partial),
                "status": _status(plan.statuses[convention]),
                "as_of": Day(plan.day),
            },
            pointer=f"/plan/rates/{at}",
        )


def _no_rate_rows(beside: Beside) -> Iterator[Row]:
    """The plan itself, at each precision that is asked for and that no device of it has."""
    plan = beside.plan
    for convention in (one for one in beside.asked if one not in plan.rates):
        yield Row(
            cells={
                "system": Text(plan.hub, Tone.STRONG),
                "rate": told(Phrase("this plan")),
                **_convention(convention),
                "plan": NO_FIGURE,
                "power_mw": _number(plan.it_power_mw, at_most=2),
                "power_of": _power_of(PowerOf.IT),
            }
        )


def _convention(convention: Convention) -> dict[str, Cell]:
    precision, sparsity, engine = convention
    return {"precision": Text(str(precision)), "sparsity": _own(str(sparsity)), "engine": _own(str(engine))}


def _row(rate: ComparedRate, at: int) -> Row:
    system, power = rate.system, rate.system.power_kw
    return Row(
        cells={
            "system": Text(system.name),
            "rate": told(Phrase(_kind(rate))),
            "precision": NOT_STATED if rate.precision is Precision.UNSTATED else Text(str(rate.precision)),
            "sparsity": NOT_STATED if rate.sparsity is None else _own(str(rate.sparsity)),
            "engine": NOT_STATED if rate.precision is Precision.UNSTATED else _own(str(rate.engine)),
            "pflops": NOT_STATED if rate.pflops is None else Number(value=rate.pflops, at_most=1),
            "plan": _why_not(rate.why_not) if rate.plan is None else _of_plan(rate.plan, partial=rate.plan_partial),
            "ratio": _number(rate.ratio, significant=True),
            "power_mw": NOT_STATED if power is None else Number(value=power.value / KW_PER_MW, at_most=2),
            "power_of": BLANK if power is None else _power_of(system.power_of),
            "per_mw": _number(rate.per_mw, at_most=2),
            "per_rack": _number(rate.per_rack, at_most=2),
            "status": _status(rate.status),
            "unverified": _unverified(rate),
            "as_of": MISSING if rate.as_of is None else Day(rate.as_of),
            "source": text(rate.source),
            "note": text(rate.note),
        },
        pointer=f"/rates/{at}",
    )


def _own(word: str) -> Cell:
    """A word of the program, such as a kind of engine."""
    return told(Phrase(word))


def _why_not(reason: str) -> Cell:
    """Why nothing is compared; the convention in it is a name."""
    if found := re.fullmatch("no (.*) figure", reason):
        return told(Phrase("no {convention} figure", {"convention": Text(found[1])}), Tone.QUIET)
    return told(Phrase(literal(reason)), Tone.QUIET)


def _kind(rate: ComparedRate) -> str:
    if rate.derived:
        return "sum of devices"
    return "published peak" if rate.kind is RateKind.PEAK else "measured by HPL"


def _power_of(power: PowerOf) -> Cell:
    """What a power includes."""
    words = {PowerOf.IT: "IT", PowerOf.FACILITY: "facility", PowerOf.UNSTATED: "not stated"}
    return Badge(key=str(power), label=words[power])


def _unverified(rate: ComparedRate) -> Cell:
    """The figures of a row that stand in no document."""
    return Several(tuple(told(Phrase(name), Tone.WARNING) for name in rate.unverified)) if rate.unverified else BLANK


def _of_plan(value: float, *, partial: bool) -> Cell:
    return Number(value=value, at_most=1, lower_bound=partial)


def _number(
    value: float | None, *, at_most: int | None = None, significant: bool = False, partial: bool = False
) -> Cell:
    if value is None:
        return MISSING
    whole = Number(value=float(f"{value:.3g}")) if significant else Number(value=value, at_most=at_most)
    return replace(whole, lower_bound=partial)


def _status(status: Status | None) -> Cell:
    if status is None:
        return MISSING
    tone = Tone.WARNING if status in UNPUBLISHED else Tone.PLAIN
    return Badge(key=str(status), label=str(status), badge=f"⚠ {status}" if status in UNPUBLISHED else "", tone=tone)


def _notes(beside: Beside) -> Iterator[Cell]:
    """What the sources say further, system by system, and what the marks mean."""
    notes = dict[tuple[str, str], None]()
    for rate in beside.rates:
        summed = rate.derived and rate.pflops is not None
        notes |= {
            (rate.system.name, note): None for note in (rate.note if not summed else "", rate.system.note) if note
        }
    for system, note in notes:
        yield Phrase("{system}: {note}", {"system": Text(system), "note": Text(note)})
    if beside.plan.partial & {(one.precision, one.sparsity, one.engine) for one in beside.rates}:
        yield told(
            Phrase("≥: some devices of the plan have no such figure and count for nothing, so no ratio is given")
        )
    if any(one.unverified for one in beside.rates):
        yield told(Phrase("unverified: general knowledge, taken from no document"))


def _conventions(report: CompareReport) -> Table:
    plan = report.beside.plan
    words: dict[str, Cell] = {"hub": Text(plan.hub), "phase": Text(plan.phase), "day": Day(plan.day)}
    base = next((row.pflops for row in report.conventions if row.name == "FP16 dense"), None)
    return Table(
        key="conventions",
        title=Phrase("{hub}, {phase}, {day}: one plan by convention, not additive", words),
        columns=CONVENTION_COLUMNS,
        rows=[_convention_row(row, base, report.announced, at) for at, row in enumerate(report.conventions)],
        noun="conventions",
    )


def _convention_row(row: ConventionRow, base: float | None, announced: float | None, at: int) -> Row:
    missing = sum(row.without.values())
    over = announced / row.pflops if announced is not None and row.pflops else None
    return Row(
        cells={
            "convention": _convention_name(row.name),
            "pflops": NO_FIGURE if row.pflops is None else _of_plan(row.pflops, partial=bool(missing)),
            "times": _number(row.pflops / base, at_most=2) if row.pflops is not None and base else MISSING,
            "announced": BLANK if announced is None else _number(over, significant=True),
            "counted": Number(value=row.counted),
            "without": Number(value=missing),
            "status": _status(row.status),
            "made_of": Several(tuple(map(_made_of, row.made_of))) if row.made_of else BLANK,
            "additive": told(Phrase("no")),
        },
        pointer=f"/conventions/{at}",
    )


def _convention_name(name: str) -> Cell:
    if name == HEADLINE:
        return told(Phrase(HEADLINE))
    precision = name.removesuffix(" dense")
    return Text(name) if precision == name else told(Phrase("{precision} dense", {"precision": Text(precision)}))


def _made_of(part: str) -> Cell:
    """A convention and the accelerators that are counted in it."""
    found = re.fullmatch(r"(.*?)(, stated of the pod)?: ([0-9,]+) accelerators", part)
    if found is None:
        return Text(part)
    template = "{name}, stated of the pod: {count} accelerators" if found[2] else "{name}: {count} accelerators"
    return told(Phrase(template, {"name": _convention_name(found[1]), "count": Text(found[3])}))


def _closing() -> Iterator[Cell]:
    once = "Not additive: the rows count the same devices in other words, and only one of them may be quoted."
    peaks = "Peaks are no delivered throughput. No row meets a target of another precision or sparsity."
    yield told(Phrase(once))
    yield told(Phrase(peaks), Tone.QUIET)


def compare_json(report: CompareReport) -> str:
    """The same as JSON; the same plan and catalogue give the same bytes."""
    plan = report.beside.plan
    return json_text(
        {
            "petaplan_compare": VERSION,
            "plan": {
                "hub": plan.hub,
                "phase": plan.phase,
                "day": plan.day.isoformat(),
                "accelerators": plan.accelerators,
                "racks": plan.racks,
                "it_power_mw": _rounded(plan.it_power_mw),
                "rates": [_plan_values(report.beside, convention) for convention in plan.rates],
            },
            "rates": [_values(rate) for rate in report.beside.rates],
            "conventions": [_convention_values(row) for row in report.conventions],
            "additive": False,
            "announced_pflops": report.announced,
        }
    )


def _plan_values(beside: Beside, convention: Convention) -> Mapping[str, object]:
    plan = beside.plan
    precision, sparsity, engine = convention
    return {
        "precision": precision,
        "sparsity": sparsity,
        "engine": engine,
        "value": _rounded(plan.rates[convention]),
        "unit": precision.rate_unit,
        "partial": convention in plan.partial,
        "per_mw": _rounded(plan.per_mw(convention)),
        "per_rack": _rounded(plan.per_rack(convention)),
        "status": plan.statuses[convention],
    }


def _values(rate: ComparedRate) -> Mapping[str, object]:
    system = rate.system
    return {
        "system": system.name,
        "title": system.title,
        "stage": system.stage,
        "kind": rate.kind,
        "derived": rate.derived,
        "precision": None if rate.precision is Precision.UNSTATED else rate.precision,
        "sparsity": rate.sparsity,
        "engine": None if rate.precision is Precision.UNSTATED else rate.engine,
        "pflops": _rounded(rate.pflops),
        "status": rate.status,
        "as_of": rate.as_of.isoformat() if rate.as_of is not None else None,
        "source": rate.source or None,
        "plan_pflops": _rounded(rate.plan),
        "plan_partial": rate.plan is not None and rate.plan_partial,
        "not_compared": rate.why_not or None,
        "plan_over_theirs": _rounded(rate.ratio),
        "power_mw": _rounded(system.power_kw.value / KW_PER_MW) if system.power_kw is not None else None,
        "power_of": system.power_of if system.power_kw is not None else None,
        "per_mw": _rounded(rate.per_mw),
        "per_rack": _rounded(rate.per_rack),
        "unverified": list(rate.unverified),
        "note": rate.note or None,
    }


def _convention_values(row: ConventionRow) -> Mapping[str, object]:
    return {
        "convention": row.name,
        "pflops": _rounded(row.pflops),
        "accelerators_counted": row.counted,
        "without_a_figure": dict(row.without),
        "status": row.status,
        "made_of": list(row.made_of),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
