"""United States export rules as dated data: text, citation and open points of each.

These are facts for counsel. Nothing here says that anything is allowed.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from annotated_types import Ge, Le, Len

from petaplan.capacity.document.marked import Path_
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import CatalogueError, Problem
from petaplan.capacity.facts.catalog import DATA, Catalogue, read_sources
from petaplan.capacity.facts.kept import read_kept
from petaplan.capacity.facts.table import Table
from petaplan.capacity.figures import Origin, Status, status_of
from petaplan.capacity.hardware import Country
from petaplan.capacity.noun import Declared, Noun
from petaplan.capacity.units import Text, Unit

EXPORT_RULES = "export_rules"
"""Name under which the rules are kept."""

RuleId = Annotated[str, Len(2, 64)]
Region = Annotated[str, Len(2, 3)]
"""ISO 3166-1 alpha-2, or a country group of the regulations such as ``D:5``."""
Bound = Annotated[float, Ge(0)]
Vendor = Annotated[str, Len(1, 60)]


class ExportQuantity(StrEnum):
    """What a rule measures on an integrated circuit."""

    TPP = "tpp"
    """Dense TFLOP/s or TOP/s times operand bits, the largest over all precisions, of the whole package."""
    PERFORMANCE_DENSITY = "performance_density"
    """TPP over the area in mm2 of the logic dies."""
    DRAM_GB_PER_S = "dram_gb_per_s"
    IO_GB_PER_S = "io_gb_per_s"
    """Both directions added."""
    DRAM_PLUS_IO_GB_PER_S = "dram_plus_io_gb_per_s"
    SYSTEM_FP64_PFLOPS = "system_fp64_pflops"
    """Theoretical peak of a system in 64 bits, PFLOP/s."""
    SYSTEM_FP32_PFLOPS = "system_fp32_pflops"
    """Theoretical peak of a system in 32 bits, PFLOP/s."""
    HBM_DENSITY = "hbm_density"
    """GB/s per mm2 of a memory stack or package."""


class Form(StrEnum):
    """What kind of statement a rule is."""

    CLASSIFICATION = "classification"
    """Puts an item under a control number."""
    LICENCE = "licence"
    """Requires a licence, or says how one is reviewed."""
    GUIDANCE = "guidance"
    """Says how the authority reads the law."""
    END_USE = "end-use"
    """Concerns what an item is used for, whatever the chip."""
    PARTY = "party"
    """Concerns who buys or owns, whatever the chip."""
    EVENT = "event"
    """Changed or announced something that another entry holds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition(Noun):
    """A tree: exactly one of all, any, a bounded quantity, a destination, a maker, a vendor, or another rule."""

    all: Annotated[tuple["Condition", ...], Len(1, 16)] | None = None
    any: Annotated[tuple["Condition", ...], Len(1, 16)] | None = None
    quantity: ExportQuantity | None = None
    at_least: Bound | None = None
    above: Bound | None = None
    below: Bound | None = None
    destination: Annotated[tuple[Region, ...], Len(1, 64)] | None = None
    """True where the item goes to one of these."""
    maker: Annotated[tuple[Country, ...], Len(1, 64)] | None = None
    """True where the maker sits in one of these countries."""
    vendor: Annotated[tuple[Vendor, ...], Len(1, 64)] | None = None
    """True where the maker is one of these companies, as the catalogue calls them or with more words after it."""
    meets: RuleId | None = None
    """True where that rule's condition holds."""

    def __post_init__(self) -> None:
        forms = (self.all, self.any, self.quantity, self.destination, self.maker, self.vendor, self.meets)
        if sum(form is not None for form in forms) != 1:
            raise ValueError("exactly one of all, any, quantity, destination, maker, vendor, meets")
        bounds = sum(bound is not None for bound in (self.at_least, self.above, self.below))
        if bounds != (1 if self.quantity else 0):
            raise ValueError("one of at_least, above, below with a quantity, and none without")

    def leaves(self) -> "Iterator[Condition]":
        """The conditions that aren't made of others."""
        parts = (*(self.all or ()), *(self.any or ()))
        for part in parts:
            yield from part.leaves()
        if not parts:
            yield self


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportRule(Declared):
    """One rule, letter, guidance or dated change."""

    id: RuleId
    form: Form
    citation: Text
    effective: date
    """First day on which it counts; the first of the month where only the month is known."""
    until: date | None = None
    """First day on which it counts no longer, where that is known."""
    condition: Condition | None
    """None where the rule turns on facts that a plan does not hold."""
    envelope_m3: Annotated[float, Unit("m3"), Ge(1), Le(1e6)] | None = None
    """Largest volume of what counts as one system, m3."""
    certifications: tuple[Text, ...] = ()
    """What a licence applicant must certify."""
    text: Text
    """Summary of the rule; not its legal text."""
    source: Annotated[str, Len(1, 40)]
    as_of: date
    status: Status
    origin: Origin | None = None
    """Read from files of version 0.1, and merged into the status."""
    open_questions: tuple[Text, ...] = ()
    """What must be read or asked before anybody relies on it."""

    def __post_init__(self) -> None:
        Declared.__post_init__(self)
        if self.origin is not None:
            object.__setattr__(self, "status", status_of(self.status, self.origin))
            object.__setattr__(self, "origin", None)

    def in_force(self, day: date) -> bool:
        """Whether it counts on that day, as far as this entry knows."""
        return self.effective <= day and (self.until is None or day < self.until)


@cache
def export_rules(folder: Path = DATA) -> tuple[ExportRule, ...]:
    """Every rule of a catalogue's folder, in the order of its file: as they were kept, or read from YAML.

    Raises:
        CatalogueError: as ``export_rules_of_yaml``.
    """
    kinds = (ExportRule, Condition, ExportQuantity, Form, Status, Origin)
    kept: tuple[ExportRule, ...] | None = read_kept(folder, EXPORT_RULES, kinds)
    return export_rules_of_yaml(folder) if kept is None else kept


def export_rules_of_yaml(folder: Path = DATA) -> tuple[ExportRule, ...]:
    """The rules of a catalogue's folder, read from its YAML file.

    Raises:
        CatalogueError: with everything that is wrong with the file, by line.
    """
    problems: list[Problem] = []
    sources = read_sources(folder, problems)
    table = Table.read(folder / "export_rules.yaml", ExportRule, problems)
    rules = laid_over((), table, sources, problems)
    if problems:
        raise CatalogueError(problems)
    return rules


def rules_of(catalogue: Catalogue) -> tuple[ExportRule, ...]:
    """The rules that a hub is read against: the shipped ones, under those of the layers of its catalogue."""
    return tuple(rule for rule in catalogue.export_rules if isinstance(rule, ExportRule)) or export_rules()


def laid_over(
    below: Sequence[ExportRule], table: Table[ExportRule], sources: Collection[str], problems: list[Problem]
) -> tuple[ExportRule, ...]:
    """Rules with those of a table over them: one of a known id takes its place, a new one stands at the end."""
    own: list[str] = []
    rules = {rule.id: rule for rule in below}
    for index, rule in enumerate(table.entries):
        if rule.id in own:
            problems.append(table.problem((index, "id"), f"the rule {rule.id!r} again", "each rule once"))
        own.append(rule.id)
        if sources and rule.source not in sources:
            advice = did_you_mean(rule.source, sources)
            found = f"the source {rule.source!r}"
            problems.append(table.problem((index, "source"), found, "a key of sources.yaml", advice))
        if rule.until is not None and rule.until <= rule.effective:
            found = f"{rule.until}, not after {rule.effective}"
            problems.append(table.problem((index, "until"), found, "a later day than its first"))
        above = list(rules)
        known = above[: above.index(rule.id)] if rule.id in rules else above
        problems.extend(_unknown_references(table, (index, "condition"), rule, known))
        rules[rule.id] = rule
    return tuple(rules.values())


def _unknown_references(table: Table[ExportRule], path: Path_, rule: ExportRule, known: list[str]) -> Iterator[Problem]:
    """References to rules that don't stand above: so no rule can refer to itself, however far around."""
    for leaf in rule.condition.leaves() if rule.condition and table.lost is not None else ():
        if leaf.meets is not None and leaf.meets not in {*known, *(table.lost or ())}:
            expected = "a rule that stands above it"
            yield table.problem(path, f"the rule {leaf.meets!r}", expected, did_you_mean(leaf.meets, known))
