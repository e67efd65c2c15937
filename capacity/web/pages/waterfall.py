"""From installed peak to goodput, phase by phase, with the grade of the evidence behind each part."""

from collections.abc import Iterator

from petaplan.capacity.report.waterfall import WaterfallReport, waterfall_document
from petaplan.capacity.throughput.calibration import Grade
from petaplan.capacity.throughput.factors import Share, Waterfall, WaterfallStep
from petaplan.capacity.web import charts, members
from petaplan.capacity.web.registry import PageKind
from petaplan.capacity.web.study import Study
from petaplan.reporting.cells import BLANK, Cell, Code, Day, Number, Phrase, Text
from petaplan.reporting.document import Column, Row, Section, Table
from petaplan.reporting.units import at_most
from petaplan.reporting.web.blocks import Block, Chart
from petaplan.reporting.web.site import Page
from petaplan.reporting.wording import told

GRADES = {
    Grade.A: ("A ● measured here", "var(--p-series-3)"),
    Grade.B: ("B ◐ measured here, wider", "var(--p-series-6)"),
    Grade.C: ("C ○ measured by others", "var(--p-series-5)"),
    Grade.D: ("D ? measured by nobody", "var(--p-series-7)"),
}
"""Each grade with a sign and a colour."""
PEAK = ("sheet peak", "var(--p-series-8)")
PRIOR_SOURCE = "nobody measured it: wide prior"
LEAST_SIGNED = 0.03
"""Part of the installed peak from which a bar has room for the letter of its grade."""
STEPS = (
    Column(key="step", title="step"),
    Column(key="factor", title="factor", right=True),
    Column(key="low", title="P5", right=True),
    Column(key="median", title="P50", right=True),
    Column(key="high", title="P95", right=True),
    Column(key="source", title="source", wraps=True),
)
CALIBRATIONS = (
    Column(key="model", title="model"),
    Column(key="packages", title="devices", right=True),
    Column(key="peak", title="peak", right=True),
    Column(key="grade", title="grade"),
    Column(key="low", title="share, P5", right=True),
    Column(key="median", title="share, P50", right=True),
    Column(key="high", title="share, P95", right=True),
    Column(key="measured", title="devices measured", right=True),
    Column(key="hosts", title="on hosts", right=True),
    Column(key="source", title="source", wraps=True),
)


def build(study: Study) -> Page | None:
    """The page; None for a plan without compute."""
    chains = [(at, chain) for at, chain in enumerate(study.waterfalls) if chain.steps[0].mid]
    if not chains:
        return None
    blocks: list[Block] = []
    for at, chain in chains:
        blocks += [_chart(chain, at), _calibrations(chain, at)]
    document = waterfall_document(
        WaterfallReport(hub=study.name, chains=study.waterfalls, evidence=study.design.evidence)
    )
    blocks += [one for one in document.sections if one.key == "evidence"]
    return Page(key="waterfall", title="Waterfall", blocks=tuple(blocks))


def _chart(chain: Waterfall, at: int) -> Chart:
    about: dict[str, Cell] = {
        "phase": Text(chain.label),
        "day": Day(chain.day),
        "precision": Text(str(chain.precision)),
        "unit": Text(chain.precision.rate_unit),
    }
    place = f"/waterfall/phases/{at}/steps"
    colours = (PEAK, *(GRADES[grade] for grade in chain.by_grade()))
    return Chart(
        key=f"chain-{at}",
        title=Phrase("{phase}, {day}: dense {precision}, {unit}", about),
        description=Phrase("Bars from installed peak to goodput, split by grade of evidence; lines from P5 to P95."),
        spec=charts.falling(_records(chain), colours, chain.precision.rate_unit),
        table=Table(
            key="steps",
            columns=STEPS,
            rows=[_step(chain, step, f"{place}/{number}") for number, step in enumerate(chain.steps)],
            noun="steps",
        ),
        words=(*(name for name, _ in colours), *(step.name for step in chain.steps)),
    )


def _records(chain: Waterfall) -> Iterator[charts.Record]:
    """Each step as bars side by side, one a grade; what is said stands right of the interval."""
    grades = chain.by_grade()
    whole = sum(grades.values())
    for place, step in enumerate(chain.steps):
        parts = [(PEAK[0], step.mid)] if place == 0 or not whole else []
        parts = parts or [(GRADES[grade][0], step.mid * value / whole) for grade, value in grades.items()]
        begins = 0.0
        for name, value in parts:
            yield {"step": step.name, "series": name, "from": begins, "to": begins + value}
            if value >= chain.steps[0].mid * LEAST_SIGNED and place:
                yield {"step": step.name, "middle": begins + value / 2, "sign": name[0]}
            begins += value
        yield {"step": step.name, "low": step.low, "high": step.high, "right": step.high, "says": _says(step)}


def _says(step: WaterfallStep) -> str:
    if step.low == step.high:
        return at_most(step.mid, 0)
    return f"{at_most(step.mid, 0)} [{at_most(step.low, 0)}–{at_most(step.high, 0)}]"


def _step(chain: Waterfall, step: WaterfallStep, place: str) -> Row:
    first = step is chain.steps[0]
    return Row(
        cells={
            "step": Phrase(step.name),
            "factor": BLANK if first else Number(value=step.factor_mid, decimals=3),
            "low": Number(value=step.low, at_most=1),
            "median": Number(value=step.mid, at_most=1),
            "high": Number(value=step.high, at_most=1),
            "source": Text(step.source),
        },
        pointers={
            "step": f"{place}/name",
            **({} if first else {"factor": f"{place}/factor/median"}),
            **{key: f"{place}/{key}" for key in ("low", "median", "high", "source")},
        },
    )


def _calibrations(chain: Waterfall, at: int) -> Section:
    place = f"/waterfall/phases/{at}/calibrations"
    rows = [_calibration(share, f"{place}/{number}") for number, share in enumerate(chain.shares)]
    table = Table(key="calibrations", columns=CALIBRATIONS, rows=rows, noun="models")
    return Section(
        key=f"calibrations-{at}",
        title=Phrase("Calibration of {phase}: sustained share of the dense peak", {"phase": Text(chain.label)}),
        folded=True,
        blocks=(table,),
    )


def _calibration(share: Share, place: str) -> Row:
    found = share.calibration
    cells: dict[str, Cell] = {
        "model": Code(share.model),
        "packages": Number(value=share.packages),
        "peak": Number(value=share.peak_pflops, at_most=1),
        "grade": Phrase(GRADES[found.grade][0]),
        "low": Number(value=found.low, decimals=3),
        "median": Number(value=found.mid, decimals=3),
        "high": Number(value=found.high, decimals=3),
        "measured": Number(value=found.devices),
        "hosts": Number(value=found.hosts),
        "source": _source(found.source),
    }
    names = {"measured": "devices"}
    shown = [key for key in cells if key != "grade"]
    return Row(cells=cells, pointers={key: f"{place}/{names.get(key, key)}" for key in shown})


def _source(source: str) -> Cell:
    """Where a calibration comes from: the program's words, or files of evidence."""
    if source == PRIOR_SOURCE:
        return told(Phrase("nobody measured it: wide prior"))
    count = source.removesuffix(" published measurements")
    if count == source:
        return Text(source)
    return told(Phrase("{count} published measurements", {"count": Text(count)}))


WATERFALL = PageKind(key="waterfall", order=30, title="Waterfall", build=build, json=members.waterfall)
