"""A report for people: verdict first, a table of the phases, the findings, the assumptions."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from petaplan.capacity.check_report import Basis, Report
from petaplan.capacity.figures import Precision
from petaplan.capacity.findings import Finding, Verdict, number

STYLE = {
    Verdict.PASS: "green",
    Verdict.SHORTFALL: "bold red",
    Verdict.UNKNOWN: "magenta",
    Verdict.WARNING: "yellow",
    Verdict.REVIEW: "cyan",
}

SHOWN_PRECISIONS = (Precision.BF16, Precision.FP16, Precision.FP8)
NARROW = 105
"""Columns below which the phase table shows one precision alone."""
MOST_ALIKE = 3
"""Findings of one rule and verdict that are printed one by one; the rest are counted."""


def print_report(report: Report, console: Console, *, everything: bool = False) -> None:
    """The report on a console; ``everything`` prints each finding, passes and repeats included."""
    console.print(verdict_line(report))
    console.print()
    console.print(phase_table(report, narrow=console.width < NARROW))
    console.print()
    console.print(Group(*findings_part(report, everything)))
    console.print(Group(*silence_part(report)))
    console.print(Group(*evidence_part(report.bases)))
    console.print(Group(*assumptions_part(report, everything)))


def verdict_line(report: Report) -> Text:
    """One line that says whether the plan holds, and how many findings stand beside that."""
    counts = {verdict: len(report.of(verdict)) for verdict in Verdict}
    tail = ", ".join(
        f"{counts[verdict]} {word if counts[verdict] == 1 else word + 's'}"
        for verdict, word in (
            (Verdict.SHORTFALL, "shortfall"),
            (Verdict.UNKNOWN, "unknown"),
            (Verdict.WARNING, "warning"),
            (Verdict.REVIEW, "review"),
        )
    )
    passed = report.verdict is Verdict.PASS
    line = Text()
    line.append("PASS" if passed else "SHORTFALL", style="bold green" if passed else "bold red")
    line.append(f"  {report.hub}: {counts[Verdict.PASS]} checks hold, {tail}")
    return line


def phase_table(report: Report, *, narrow: bool = False) -> RenderableType:
    """A row a phase: what stands on its day; petaflops are dense matrix peak."""
    precisions = [p for p in SHOWN_PRECISIONS if any(p in dict(phase.pflops) for phase in report.phases)]
    if narrow:
        precisions = precisions[:1]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("phase", no_wrap=True)
    table.add_column("in service", no_wrap=True)
    for precision in precisions:
        table.add_column(f"{precision}\nPFLOP/s", justify="right", no_wrap=True)
    for title in ("target\nPFLOP/s", "IT\nMW", "pods", "racks", "accel-\nerators"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("verdict")
    wanted = {f.subject: f.demand for f in report.findings if f.rule == "PF-001"}
    for phase in report.phases:
        peaks = dict(phase.pflops)
        targets = [wanted[name] for name in phase.targets if wanted.get(name) is not None]
        table.add_row(
            phase.name,
            phase.in_service.isoformat(),
            *(number(peaks[p]) if p in peaks else "-" for p in precisions),
            ", ".join(number(value) for value in targets if value is not None) or "-",
            f"{phase.it_power_mw:,.2f}" if phase.it_power_known else f">= {phase.it_power_mw:,.2f}",
            str(phase.pods),
            f"{phase.racks:,}",
            f"{phase.accelerators:,}",
            Text(phase.verdict, style=STYLE[phase.verdict]),
        )
    return table


def findings_part(report: Report, everything: bool) -> Iterator[RenderableType]:
    """Findings that ask for something, worst first; alike ones are counted after a few."""
    shown = report.findings if everything else report.of(*(v for v in Verdict if v is not Verdict.PASS))
    if not shown:
        yield Text("Findings: none\n")
        return
    yield Text("Findings", style="bold")
    for (_, rule), alike in groupby(shown, key=lambda finding: (finding.verdict, finding.rule)):
        group = list(alike)
        printed = group if everything else group[:MOST_ALIKE]
        for finding in printed:
            yield finding_lines(finding)
        if len(group) > len(printed):
            yield Text(f"    … and {len(group) - len(printed)} more of {rule} (--all prints them)")
    yield Text("")


def finding_lines(finding: Finding) -> Text:
    """One finding: what is asked, what there is, where it was declared, what would mend it."""
    text = Text("  ")
    text.append(finding.verdict, style=STYLE[finding.verdict])
    text.append(f" {finding.rule} {finding.subject}")
    if finding.phase and finding.phase != finding.subject:
        text.append(f" [{finding.phase}]")
    text.append(f": {amounts(finding)}")
    if finding.note:
        text.append(f" ({finding.note})")
    if finding.hint:
        text.append(f"\n      {finding.hint}")
    if finding.missing:
        text.append(f"\n      not known: {', '.join(finding.missing)}; {remedy(finding.missing)}")
    if finding.place and finding.verdict is not Verdict.PASS:
        text.append(f"\n      declared at {finding.place}", style="dim")
    return text


def remedy(missing: Iterable[str]) -> str:
    """How the plan can say what is missing: a catalogue figure by an assumption, its own objects' fields directly."""
    if all(" " not in name for name in missing):
        return "an assumption with that model and quantity can fill it"
    return "give it in the plan"


def amounts(finding: Finding) -> str:
    """Demand and capacity in words."""
    return amounts_in(finding.demand, finding.capacity, finding.unit, finding.verdict)


SUPPLIED = {
    "PFLOP/s", "POP/s", "% measured", "kW", "kVA", "kWh", "A", "s", "min", "h", "U", "kg", "kPa", "m", "m2", "C",
    "K of rise", "L/min", "Gb/s", "Tb/s", "racks", "circuits", "ports", "links", "switches", "nodes", "spare nodes",
    "end points", "domains",
}  # fmt: skip
"""Units of what a plan has to give: having none of it is a lack; of anything else, none is what is allowed."""


def amounts_in(demand: float | None, capacity: float | None, unit: str, verdict: str) -> str:
    """The same of a finding's values.

    >>> amounts_in(5, 0, "PFLOP/s", "shortfall"), amounts_in(3, 0, "racks dark", "shortfall")
    ('needs 5 PFLOP/s, has none', '3 racks dark, where none is allowed')
    """
    if capacity == 0 and demand:
        if verdict == Verdict.REVIEW:
            return f"{number(demand)} {unit}"
        if unit in SUPPLIED:
            return f"needs {number(demand)} {unit}, has none"
        return f"{number(demand)} {unit}, where none is allowed"
    sides = ["unknown" if side is None else f"{number(side)} {unit}" for side in (demand, capacity)]
    return f"needs {sides[0]}, has {sides[1]}"


def silence_part(report: Report) -> Iterator[RenderableType]:
    """Rules that had nothing to ask: what the plan leaves out is not what it got right."""
    if report.silent_rules:
        yield Text("Nothing to ask", style="bold")
        yield Text(f"  {len(report.silent_rules)} rules found nothing in this plan: {', '.join(report.silent_rules)}\n")


def evidence_part(bases: Iterable[Basis]) -> Iterator[RenderableType]:
    """What is known of the figures behind each target."""
    rows = list(bases)
    if not rows:
        return
    yield Text("Evidence behind the petaflops", style="bold")
    for basis in rows:
        whole = sum(value for _, value in basis.shares)
        shares = ", ".join(f"{value / whole:.0%} {status}" for status, value in basis.shares) if whole else "none"
        yield Text(f"  {basis.target} ({basis.precision}): {shares}")
    yield Text("")


def assumptions_part(report: Report, everything: bool) -> Iterator[RenderableType]:
    """What the plan takes for true, and which catalogue figures are assumed."""
    yield Text(f"Assumptions ({len(report.assumptions)} of the plan)", style="bold")
    for assumption in report.assumptions:
        figure = ""
        if assumption.value is not None:
            figure = f" [{assumption.model}.{assumption.quantity} = {assumption.value:g} {assumption.unit}]"
        yield Text(f"  {assumption.name}: {assumption.statement}{figure}\n      because {assumption.reason}")
    if report.assumed_figures and not everything:
        yield Text(f"  {len(report.assumed_figures)} assumed figures of the catalogue are in use (--all lists them)")
    if report.assumed_figures and everything:
        yield Text(f"Assumed figures of the catalogue in use ({len(report.assumed_figures)})", style="bold")
        for path, figure_ in report.assumed_figures:
            yield Text(f"  {path} = {number(figure_.value)} {figure_.unit} ({figure_.source}, {figure_.as_of})")
