"""Findings: those that ask for something with all their numbers, and what holds by rule."""

from collections.abc import Iterator, Mapping, Sequence

from petaplan.capacity.findings import DATE, Finding, Input
from petaplan.capacity.report.findings import remedy, source_cell, verdict_status
from petaplan.capacity.report.words import acceptance_note, rules_by_id, said
from petaplan.capacity.rule import Rule
from petaplan.capacity.verdict.judgement import Judgement
from petaplan.capacity.web import members
from petaplan.capacity.web.registry import PageKind
from petaplan.capacity.web.study import Study
from petaplan.reporting.cells import BLANK, MISSING, Cell, Code, Number, Phrase, Several, Text, text, unit
from petaplan.reporting.document import Column, Lines, Row, Section, Table
from petaplan.reporting.units import number
from petaplan.reporting.web.blocks import Block, OnDemand
from petaplan.reporting.web.site import Page
from petaplan.reporting.wording import literal

MOST_FINDINGS = 400
"""Findings that ask for something and have a row on the page; a long table has each of a larger number."""
MOST_PACKED = 600_000
"""Findings of a long table, which takes about 6 bytes each; of more, rules count the rest."""
MOST_WORKINGS = 60
"""Those of them whose formula stands on the page with its numbers."""

Placed = tuple[int, Finding]
"""A finding with its number in the report."""

OPEN = (
    Column(key="verdict", title="verdict"),
    Column(key="rule", title="rule"),
    Column(key="asks", title="asks", wraps=True),
    Column(key="subject", title="subject"),
    Column(key="phase", title="phase", if_any=True),
    Column(key="demand", title="demand", right=True, if_any=True),
    Column(key="capacity", title="capacity", right=True, if_any=True),
    Column(key="unit", title="unit", if_any=True),
    Column(key="remark", title="remark", wraps=True, if_any=True),
    Column(key="missing", title="not known", wraps=True, if_any=True),
    Column(key="waiver", title="waiver", wraps=True, if_any=True),
    Column(key="declared_at", title="declared at", wraps=True, if_any=True),
)
UNVERIFIED = Phrase("unverified")
ASKING = tuple(one for one in OPEN if one.key not in {"asks", "waiver"})
"""Columns of the long table of findings that ask for something."""
HOLDING = (
    Column(key="rule", title="rule"),
    Column(key="subject", title="subject"),
    Column(key="phase", title="phase"),
    Column(key="demand", title="demand", right=True),
    Column(key="capacity", title="capacity", right=True),
    Column(key="unit", title="unit"),
    Column(key="verified", title="figures", if_any=True),
    Column(key="declared_at", title="declared at", if_any=True),
)
NUMBERS = (
    Column(key="input", title="input", wraps=True),
    Column(key="value", title="value", right=True),
    Column(key="unit", title="unit"),
    Column(key="source", title="source", wraps=True),
)
RULES = (
    Column(key="rule", title="rule"),
    Column(key="asks", title="asks", wraps=True),
    Column(key="holds", title="hold", right=True),
    Column(key="unverified", title="by unverified figures", right=True),
    Column(key="others", title="ask for something", right=True),
    Column(key="nearest", title="nearest to the limit", if_any=True),
    Column(key="demand", title="demand", right=True, if_any=True),
    Column(key="capacity", title="capacity", right=True, if_any=True),
    Column(key="unit", title="unit", if_any=True),
    Column(key="formula", title="formula", wraps=True),
    Column(key="basis", title="basis", wraps=True),
)


def build(study: Study) -> Page:
    """The page."""
    placed = list(enumerate(study.report.findings))
    asking = [(at, one) for at, one in placed if not one.holds]
    blocks: list[Block] = [_asking(study, asking), *_every_asking(asking)]
    blocks += _of_waivers(study)
    blocks += [_workings(at, one) for at, one in asking[:MOST_WORKINGS]]
    blocks += [_rules(placed), *_holding(placed)]
    return Page(key="findings", title="Findings", blocks=tuple(blocks))


def _asking(study: Study, asking: Sequence[Placed]) -> Section:
    title = Text("Findings that ask for something")
    if not asking:
        return Section(key="asking", title=title, blocks=(Lines(cells=(Phrase("No finding asks for anything."),)),))
    rows = [_finding(study, one, f"/check/findings/{at}") for at, one in asking[:MOST_FINDINGS]]
    table = Table(key="findings", columns=OPEN, rows=rows, noun="findings")
    more = Lines(cells=tuple(_left_out(len(asking) - len(rows))))
    below = Phrase("A filter concerns its own table. Numbers, rules and findings that hold stand below.")
    return Section(key="asking", title=title, blocks=(Lines(cells=(below,)), table, more))


def _of_waivers(study: Study) -> Iterator[Section]:
    """Findings about the waivers: expired ones, and those that no finding needs."""
    own = {finding.identity for finding in study.report.findings}
    rows = [_finding(study, finding) for finding in study.judgement.report.findings if finding.identity not in own]
    if rows:
        table = Table(key="waivers", columns=OPEN, rows=rows, noun="findings")
        yield Section(key="waivers", title=Text("Findings about the waivers"), blocks=(table,))


def _left_out(count: int) -> Iterator[Cell]:
    if count:
        yield Phrase("{count} more stand in the table that opens below.", {"count": Text(f"{count:,}")})


def _every_asking(asking: Sequence[Placed]) -> Iterator[Block]:
    """Every finding that asks for something, where the page shows the first of them alone."""
    if len(asking) > MOST_FINDINGS:
        rows = [_asked(at, finding) for at, finding in asking[:MOST_PACKED]]
        table = Table(key="every-asking", columns=ASKING, rows=rows, noun="findings")
        count: dict[str, Cell] = {"count": Text(f"{len(rows):,}")}
        yield OnDemand(
            key="every-asking", title=Phrase("All {count} findings that ask for something", count), table=table
        )


def _asked(at: int, finding: Finding) -> Row:
    remarks = ". ".join(part for part in (finding.note, finding.hint) if part)
    missing = ", ".join(finding.missing)
    verdict = verdict_status(finding.verdict)
    return _packed(at, finding, {"verdict": verdict, "remark": text(remarks), "missing": text(missing)})


def _packed(at: int, finding: Finding, more: Mapping[str, Cell]) -> Row:
    """A row of a long table."""
    place = f"/check/findings/{at}"
    cells: dict[str, Cell] = {
        "rule": Text(finding.rule),
        "subject": Text(finding.subject),
        "phase": text(finding.phase),
        **_amounts(finding),
        **more,
        "declared_at": source_cell(finding.place),
    }
    return Row(cells=cells, pointer=place, pointers=_pointers(cells, place, ("demand", "capacity")))


def _finding(study: Study, finding: Finding, place: str = "") -> Row:
    """A finding with its place in the JSON report; its amounts are words where it has none."""
    rule = rules_by_id().get(finding.rule)
    remarks = [text(part) for part in (finding.note, finding.hint) if part]
    cells: dict[str, Cell] = {
        "verdict": verdict_status(finding.verdict),
        "rule": Code(finding.rule),
        "asks": _title(rule),
        "subject": Text(finding.subject),
        "phase": text(finding.phase),
        **(_amounts(finding) if place else {"demand": text(said(finding))}),
        "remark": Several(tuple(remarks), ". ") if remarks else BLANK,
        "missing": Text(f"{', '.join(finding.missing)}: {remedy(finding.missing)}") if finding.missing else BLANK,
        "waiver": _waiver(study.judgement, finding),
        "declared_at": source_cell(finding.place),
    }
    shown = ("verdict", "rule", "subject", "phase", "demand", "capacity", "unit", "declared_at")
    return Row(cells=cells, pointer=place, pointers=_pointers(cells, place, shown) if place else {})


def _waiver(judgement: Judgement, finding: Finding) -> Cell:
    """Who accepted a finding, until when and up to what; its limit has a place in the JSON report."""
    note = acceptance_note(judgement, finding)
    waiver = judgement.waivers.get(finding.identity) if note else None
    if waiver is None or not waiver.limit:
        return text(note)
    begin, upto, rest = note.partition(f" until {waiver.expires}, up to ")
    place = f"/waivers/{sorted(judgement.waivers).index(finding.identity)}/limit"
    limit = Number(value=waiver.limit, pointer=place)
    return Several((Text(f"{begin}{upto}"), limit, Text(rest.removeprefix(number(waiver.limit)))), "")


def _title(rule: Rule | None) -> Cell:
    """What a rule asks; nothing for a rule of another policy pack."""
    return BLANK if rule is None else Phrase(literal(rule.title))


def _amounts(finding: Finding) -> dict[str, Cell]:
    demand, capacity = finding.demand, finding.capacity
    return {
        "demand": _amount(demand),
        "capacity": _amount(capacity),
        "unit": unit(finding.unit) if demand is not None or capacity is not None else BLANK,
    }


def _amount(value: float | None) -> Cell:
    return MISSING if value is None else Number(value=value)


def _pointers(cells: dict[str, Cell], place: str, keys: Sequence[str]) -> dict[str, str]:
    return {key: f"{place}/{key}" for key in keys if cells.get(key, BLANK) not in {BLANK, MISSING}}


def _workings(at: int, finding: Finding) -> Section:
    """The formula of a finding and the numbers in it, each with its source."""
    place = f"/check/findings/{at}"
    about: dict[str, Cell] = {
        "rule": Code(finding.rule),
        "subject": Text(finding.subject),
        "phase": text(finding.phase),
    }
    rows = [_input(one, f"{place}/inputs/{number}") for number, one in enumerate(finding.inputs)]
    formula = Lines(cells=(Code(finding.formula),)) if finding.formula else Lines(cells=())
    return Section(
        key=f"workings-{at}",
        title=Phrase("Numbers of {rule}, {subject} {phase}", about),
        folded=True,
        blocks=(formula, Table(key=f"numbers-{at}", columns=NUMBERS, rows=rows, noun="inputs")),
    )


def _input(one: Input, place: str) -> Row:
    day = one.unit == DATE
    cells: dict[str, Cell] = {
        "input": Text(one.name),
        "value": Text(one.amount) if day else Number(value=one.value),
        "unit": BLANK if day else unit(one.unit),
        "source": Text(one.source),
    }
    return Row(cells=cells, pointers={} if day else {"value": f"{place}/value"})


def _holding(placed: Sequence[Placed]) -> Iterator[Block]:
    """Every finding that holds, made when it is opened."""
    holding = [(at, one) for at, one in placed if one.holds]
    if not holding:
        return
    count: dict[str, Cell] = {"count": Number(value=len(holding), decimals=0, pointer="/sums/holds")}
    rows = [_held(at, finding) for at, finding in holding[:MOST_PACKED]]
    table = Table(key="holding", columns=HOLDING, rows=rows, noun="findings")
    whole = len(rows) == len(holding)
    title = "All {count} findings that hold" if whole else "The first {shown} of {count} findings that hold"
    shown: dict[str, Cell] = {**count, "shown": Text(f"{len(rows):,}")}
    yield OnDemand(key="holding", title=Phrase(title, shown), table=table)


def _held(at: int, finding: Finding) -> Row:
    return _packed(at, finding, {"verified": UNVERIFIED if finding.holds_unverified else BLANK})


def _rules(placed: Sequence[Placed]) -> Section:
    by_rule: dict[str, list[Placed]] = {}
    for at, finding in placed:
        by_rule.setdefault(finding.rule, []).append((at, finding))
    rows = [_rule(id, found) for id, found in sorted(by_rule.items())]
    table = Table(key="rules", columns=RULES, rows=rows, noun="rules")
    return Section(key="rules", title=Text("Every rule that the plan concerns"), blocks=(table,))


def _rule(id: str, found: Sequence[Placed]) -> Row:
    rule = rules_by_id().get(id)
    kinds = members.by_kind(one for _, one in found)
    at, nearest = max(found, key=lambda one: (-1.0 if one[1].ratio is None else one[1].ratio, -one[0]))
    cells: dict[str, Cell] = {
        "rule": Code(id),
        "asks": _title(rule),
        **{key: Number(value=kinds[key]) for key in ("holds", "unverified", "others")},
        "nearest": Text(nearest.subject) if nearest.ratio is not None else BLANK,
        **_amounts(nearest),
        "formula": BLANK if rule is None else Code(rule.formula),
        "basis": BLANK if rule is None else Text(rule.basis),
    }
    pointers = {key: f"/rules/{id}/{key}" for key in ("holds", "unverified", "others")}
    pointers |= _pointers(cells, f"/check/findings/{at}", ("demand", "capacity", "unit"))
    return Row(cells=cells, pointers=pointers)


FINDINGS = PageKind(key="findings", order=90, title="Findings", build=build, json=members.check)
