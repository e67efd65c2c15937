"""A grid of scenarios: what each choice does over all others, then every combination."""

from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import median

from petaplan.capacity.findings import Verdict
from petaplan.capacity.report.findings import verdict_status
from petaplan.capacity.report.phases import BADGES
from petaplan.capacity.report.scenarios import money_of
from petaplan.capacity.scenarios.comparison import TargetUnder
from petaplan.capacity.scenarios.grid import Grid, Variant, by_choice
from petaplan.reporting.cells import BLANK, MISSING, Cell, Day, Number, Phrase, Share, Text, Tone
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering

MOST_SHOWN = 40
"""Combinations that people see; JSON and CSV have all of them."""

CHOICES = (
    Column(key="axis", title="axis", matters=True),
    Column(key="choice", title="choice", matters=True),
    Column(key="combinations", title="combinations", right=True),
    Column(key="passes", title="no shortfall", right=True, matters=True),
    Column(key="target", title="target", matters=True),
    Column(key="by", title="by"),
    Column(key="least_pflops", title="least", unit="PFLOP/s", right=True),
    Column(key="lowest", title="probability,\nlowest", short="lowest", right=True, matters=True),
    Column(key="median", title="median", right=True, matters=True),
    Column(key="highest", title="highest", right=True, matters=True),
)


def grid_document(found: Grid, rendering: Rendering = PLAIN) -> Document:
    """A row for each choice and target, then the combinations."""
    title = Phrase("{hub}: what if, by choice", {"hub": Text(found.hub, Tone.STRONG)})
    choices = Table(key="choices", columns=CHOICES, rows=list(_by_choice(found)), noun="choices", keys=2)
    shown = None if rendering.everything else MOST_SHOWN
    rows = [_variant(found, one, f"/variants/{at}") for at, one in enumerate(islice(found.variants, shown))]
    columns = tuple(_columns(found))
    variants = Table(key="variants", columns=columns, rows=rows, noun="combinations", keys=len(found.axes))
    sections = (
        Section(key="choices", title=title, blocks=(choices,)),
        Section(key="variants", title=Text("Combinations"), blocks=(variants,)),
        Section(key="closing", blocks=(Lines(cells=tuple(_closing(found, len(rows)))),)),
    )
    return Document(key="grid", name=found.hub, sections=sections, main="variants", pipe_width=150)


def _by_choice(found: Grid) -> Iterator[Row]:
    for at, (axis, choice, variants) in enumerate(by_choice(found)):
        passes = sum(one.verdict not in {None, Verdict.SHORTFALL} for one in variants)
        whole: dict[str, Cell] = {
            "axis": Text(axis.name),
            "choice": Text(choice.name, Tone.STRONG),
            "combinations": Number(value=len(variants)),
            "passes": Number(value=passes),
        }
        for place, target in enumerate(found.planned):
            under = [one.targets[place] for one in variants if one.targets]
            yield Row(cells=whole | _of_target(target, under), pointer=f"/choices/{at}")
        if not found.planned:
            yield Row(cells=whole, pointer=f"/choices/{at}")


def _of_target(target: TargetUnder, under: Sequence[TargetUnder]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {"target": Text(target.target), "by": Day(target.by)}
    if not under:
        return cells
    chances = sorted(one.probability for one in under)
    return cells | {
        "least_pflops": Number(value=min(one.pflops for one in under), at_most=1),
        "lowest": Share(value=chances[0], decimals=1),
        "median": Share(value=median(chances), decimals=1),
        "highest": Share(value=chances[-1], decimals=1),
    }


def _columns(found: Grid) -> Iterator[Column]:
    for axis in found.axes:
        yield Column(key=f"axis_{axis.name}", title=axis.name, matters=True)
    yield Column(key="verdict", title="verdict", matters=True)
    yield Column(key="new_failures", title="new\nfailures", right=True)
    for target in found.planned:
        yield Column(key=f"pflops_{target.target}", title=f"{target.target}\nhas", unit="PFLOP/s", right=True)
        title = f"{target.target}\nprobability"
        yield Column(key=f"probability_{target.target}", title=title, right=True, matters=True)
    yield Column(key="it_power_mw", title="IT at last", unit="MW", right=True)
    yield Column(key="capex", title="capex", right=True, if_any=True)
    yield Column(key="first", title="fails first", wraps=True)


def _variant(found: Grid, one: Variant, pointer: str) -> Row:
    cells: dict[str, Cell] = {
        f"axis_{axis.name}": Text(choice, Tone.STRONG) for axis, choice in zip(found.axes, one.choices, strict=True)
    }
    cells["verdict"] = Text("no plan", Tone.BAD) if one.verdict is None else verdict_status(one.verdict, BADGES)
    cells["new_failures"] = Number(value=one.new_failures) if one.verdict is not None else BLANK
    cells["it_power_mw"] = MISSING if one.it_power_mw is None else Number(value=one.it_power_mw, decimals=2)
    cells["capex"] = money_of(one.capex)
    cells["first"] = Text(one.first) if one.first else BLANK
    for target in one.targets:
        cells[f"pflops_{target.target}"] = Number(value=target.pflops, at_most=1)
        cells[f"probability_{target.target}"] = Share(value=target.probability, decimals=1)
    return Row(cells=cells, pointer=pointer)


def _closing(found: Grid, shown: int) -> Iterator[Cell]:
    words = "{count} combinations; probabilities from {draws} draws. A combination has no probability of its own."
    counts = {"count": Number(value=len(found.variants)), "draws": Number(value=found.draws)}
    yield Phrase(words, counts, tone=Tone.QUIET)
    if shown < len(found.variants):
        yield Text(f"The first {shown} are shown. --format csv and json have all of them.", Tone.QUIET)
