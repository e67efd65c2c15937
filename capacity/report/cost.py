"""What a plan costs: phases, quarters, a year of operation, and what has no price."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from petaplan.capacity.costing import PhaseCost, by_quarter, invested_by
from petaplan.capacity.money import Priced
from petaplan.capacity.names import in_words
from petaplan.reporting.cells import BLANK, Cell, Code, Day, Missing, Number, Phrase, Several, Text, Told, Tone, Unit
from petaplan.reporting.document import Column, Document, Lines, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.wording import told

MILLION = 1e6
MOST_MISSING = 12
UNKNOWN = Missing("unknown")
"""Money of which nothing is known."""
PRICE_OF = "price of "
"""Before the model, in what has no price."""

PHASES = (
    Column(key="phase", title="phase", matters=True),
    Column(key="capex", title="investment", right=True, matters=True, bounded=True),
    Column(key="capex_low", title="at lower\nends", right=True, if_any=True, bounded=True),
    Column(key="capex_high", title="at upper\nends", right=True, if_any=True, bounded=True),
    Column(key="committed", title="committed", right=True, bounded=True),
    Column(key="paid", title="paid by\nplan", right=True, bounded=True),
    Column(key="remaining", title="not yet\ncommitted", right=True, bounded=True),
    Column(key="gate", title="released on", if_any=True),
    Column(key="before_gate", title="due before\nits release", right=True, if_any=True, bounded=True),
    Column(key="present", title="present cost", right=True, if_any=True, bounded=True),
    Column(key="opex", title="a year of\noperation", right=True, bounded=True),
    Column(key="per_pflop_hour", title="per delivered\nPFLOP/s hour", right=True, if_any=True, bounded=True),
    Column(key="unit", title="in"),
    Column(key="missing", data_only=True),
)
PARTS = (
    Column(key="phase", title="phase"),
    Column(key="model", title="bought", wraps=True),
    Column(key="count", title="number", right=True),
    Column(key="each", title="each", right=True),
    Column(key="amount", title="sum", right=True),
    Column(key="currency", title="in"),
    Column(key="vintage", title="price of"),
    Column(key="source", title="source", wraps=True),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class CostReport:
    """The cost of a plan, as asked for."""

    hub: str
    on: date
    costs: tuple[PhaseCost, ...]
    discount: float | None
    lifetime_years: float | None


def cost_document(found: CostReport, _rendering: Rendering = PLAIN) -> Document:
    """Phases, what is bought, quarters in each currency, then what has no price."""
    sections = [_phases(found), *_parts(found), *_quarters(found), *_missing(found), *_covered(found), _closing(found)]
    return Document(key="cost", name=found.hub, sections=tuple(sections), main="phases", pipe_width=150)


def _phases(found: CostReport) -> Section:
    rows = [
        _phase(found, cost, invested, f"/phases/{at}", whole=whole)
        for at, (cost, (invested, whole)) in enumerate(zip(found.costs, invested_by(found.costs), strict=True))
    ]
    title = Phrase("{hub}: cost by phase, on {day}", {"hub": Text(found.hub, Tone.STRONG), "day": Day(found.on)})
    return Section(key="phases", title=title, blocks=(Table(key="phases", columns=PHASES, rows=rows, noun="phases"),))


def _phase(found: CostReport, cost: PhaseCost, invested: float, pointer: str, *, whole: bool) -> Row:
    each = None if found.lifetime_years is None else cost.per_pflop_hour(found.lifetime_years, invested)
    present = None if found.discount is None else cost.present(found.discount, found.on)
    return Row(
        cells={
            "phase": Text(cost.phase, Tone.STRONG),
            "capex": _money(cost.capex, whole=cost.whole),
            "committed": _money(cost.committed(found.on), whole=cost.whole or cost.starts > found.on),
            "paid": _money(cost.paid(found.on), whole=cost.whole or cost.starts > found.on),
            "remaining": _money(cost.capex - cost.committed(found.on), whole=cost.whole or cost.starts <= found.on),
            "gate": BLANK if cost.released is None else Day(cost.released),
            "before_gate": _money(cost.before_gate, whole=cost.whole) if cost.before_gate else BLANK,
            **_ends(cost),
            "present": BLANK if present is None else _money(present, whole=cost.whole),
            "opex": _money(cost.opex_per_year, whole=not cost.opex_missing),
            "per_pflop_hour": BLANK
            if each is None
            else Number(value=each, decimals=4, lower_bound=not whole or bool(cost.opex_missing)),
            "unit": _unit(cost.currency, hourly=each is not None),
            "missing": Several(tuple(_unpriced(cost).values())),
        },
        pointer=pointer,
    )


def _unit(currency: str, *, hourly: bool) -> Cell:
    template = "million {currency}; {currency} an hour" if hourly else "million {currency}"
    return told(Phrase(template, {"currency": Text(currency)}))


def _ends(cost: PhaseCost) -> dict[str, Cell]:
    """Investment at the ends of the prices, where the plan states a range."""
    ends = zip(("capex_low", "capex_high"), cost.band or (), strict=False)
    return {key: _money(amount, whole=cost.whole) for key, amount in ends}


def _money(amount: float, *, whole: bool) -> Cell:
    """Money in millions; a lower bound of nothing says nothing."""
    if not whole and not amount:
        return UNKNOWN
    return Number(value=amount / MILLION, decimals=2, lower_bound=not whole)


def _parts(found: CostReport) -> Iterator[Section]:
    rows = [row for at, cost in enumerate(found.costs) for row in _bought(cost, f"/phases/{at}")]
    if rows:
        table = Table(key="parts", columns=PARTS, rows=rows, noun="items", keys=2)
        yield Section(key="parts", title=Text("What is bought at a price"), blocks=(table,))


def _bought(cost: PhaseCost, pointer: str) -> Iterator[Row]:
    for place, part in enumerate(cost.bought.parts):
        yield Row(
            cells={
                "phase": Text(cost.phase),
                "model": _model(part),
                "count": Number(value=part.count),
                "each": Number(value=part.each, decimals=2),
                "amount": Number(value=part.amount, decimals=2),
                "currency": Text(cost.currency),
                "vintage": Day(part.vintage),
                "source": Text(part.source),
            },
            pointer=f"{pointer}/bought/{place}",
        )
    if cost.other_capex:
        yield Row(
            cells={
                "phase": Text(cost.phase),
                "model": told(Phrase("other capital cost, one sum")),
                "amount": Number(value=cost.other_capex, decimals=2),
                "currency": Text(cost.currency),
                "source": told(Phrase("other_capex of the budget")),
            },
            pointer=f"{pointer}/other_capex",
        )


def _model(part: Priced) -> Cell:
    if not part.unit:
        return Text(part.model)
    return told(Phrase("{model} by {unit}", {"model": Text(part.model), "unit": Unit(part.unit)}))


def _quarters(found: CostReport) -> Iterator[Section]:
    for currency in sorted({cost.currency for cost in found.costs}):
        whole = {cost.phase: cost.whole for cost in found.costs if cost.currency == currency}
        rows = [
            Row(
                cells={
                    "day": Day(day),
                    **{f"phase_{name}": _money(amounts.get(name, 0.0), whole=known) for name, known in whole.items()},
                    "sum": _money(sum(amounts.values()), whole=all(whole.values())),
                },
                pointer=f"/quarters/{currency}/{at}",
            )
            for at, (day, amounts) in enumerate(by_quarter(found.costs, currency).items())
        ]
        columns = (
            Column(key="day", title="quarter to"),
            *(Column(key=f"phase_{name}", title=name, named=True, right=True, bounded=True) for name in whole),
            Column(key="sum", title="sum", right=True, bounded=True),
        )
        title = told(Phrase("Known investment by quarter, million {currency}", {"currency": Text(currency)}))
        table = Table(key=f"quarters_{currency}", columns=columns, rows=rows, noun="quarters")
        yield Section(key=f"quarters-{currency}", title=title, blocks=(table,))


def _missing(found: CostReport) -> Iterator[Section]:
    cells = [
        Phrase("{phase}: {names}", {"phase": Text(cost.phase), "names": _named(cost)})
        for cost in found.costs
        if _unpriced(cost)
    ]
    if cells:
        lines = Lines(cells=tuple(cells), indent=2, bullets=True)
        yield Section(key="missing", title=Text("Without a price, so the sums are lower bounds"), blocks=(lines,))


def _covered(found: CostReport) -> Iterator[Section]:
    """Plant without a price of its own that the plan covers by one sum: nobody can tell whether the sum is enough."""
    cells = [
        Phrase(
            "{phase}: {names}, by {amount} {currency}",
            {
                "phase": Text(cost.phase),
                "names": told(Several(tuple(_plant(cost)))),
                "amount": Number(value=cost.other_capex, decimals=2),
                "currency": Text(cost.currency),
            },
        )
        for cost in found.costs
        if cost.other_capex and cost.unpriced_plant
    ]
    if cells:
        title = Text("Without a price, and taken as covered by other_capex")
        lines = Lines(cells=tuple(cells), indent=2, bullets=True)
        yield Section(key="covered", title=title, blocks=(lines,))


def everything_missing(cost: PhaseCost) -> tuple[Cell, ...]:
    """All that has no price; the sentence of the report names the first ones."""
    found = tuple(_unpriced(cost).values())
    return found if len(found) > MOST_MISSING else ()


def _unpriced(cost: PhaseCost) -> dict[str, Cell]:
    """What has no price, by its text."""
    prices = map(_price, cost.bought.missing)
    cells = [*prices, *(() if cost.other_capex else _plant(cost)), *map(_price, cost.opex_missing)]
    return {cell.value: cell for cell in cells}


def _price(missing: str) -> Text:
    if found := re.fullmatch(r"tariff of (.*) on ([0-9-]+)", missing):
        return told(Phrase("tariff of {site} on {day}", {"site": Text(found[1]), "day": Text(found[2])}))
    model = missing.removeprefix(PRICE_OF)
    if model != missing:
        return told(Phrase("price of {model}", {"model": Text(model)}))
    figure, of, name = missing.partition(" of ")
    return told(Phrase("{figure} of {name}", {"figure": Code(figure), "name": Text(name)})) if of else Text(missing)


def _plant(cost: PhaseCost) -> Iterator[Text]:
    """Kinds of plant without a price; a page has the words of the trade."""
    for kind, count in cost.unpriced_plant:
        cell = Phrase("{count} x {kind}", {"count": Number(value=count, decimals=0), "kind": Phrase(in_words(kind))})
        yield Told(f"{count} x {kind}", cell=cell)


def _named(cost: PhaseCost) -> Cell:
    cells = list(_unpriced(cost).values())
    shown, more = told(Several(tuple(cells[:MOST_MISSING]))), len(cells) - MOST_MISSING
    if more <= 0:
        return shown
    return told(Phrase("{names} and {count} more", {"names": shown, "count": Number(value=more)}))


def _closing(found: CostReport) -> Section:
    cells = [
        told(Phrase("Investment is spread evenly over the days from the start to the day of a phase."), Tone.QUIET)
    ]
    if found.discount is not None:
        rate: dict[str, Cell] = {"rate": Text(f"{found.discount:.2%}"), "day": Day(found.on)}
        cells.append(told(Phrase("Present cost at {rate} a year, from {day}.", rate), Tone.QUIET))
    if found.lifetime_years is not None:
        kinds = ", ".join(sorted({str(cost.precision) for cost in found.costs}))
        words: dict[str, Cell] = {"years": Text(f"{found.lifetime_years:g}"), "kinds": Text(kinds)}
        told_of = "Equipment serves {years} years. Delivered are medians of the chain, {kinds}."
        cells.append(told(Phrase(told_of, words), Tone.QUIET))
        if len({cost.currency for cost in found.costs}) > 1:
            rates = Phrase("Money of earlier phases is taken at the rates of the phase of the row.")
            cells.append(told(rates, Tone.QUIET))
    return Section(key="closing", blocks=(Lines(cells=tuple(cells)),))
