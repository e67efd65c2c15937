"""Performance figures of a device under the export rules, and the conditions of rules in force that it meets.

Facts and rule text for counsel, with their dates. No verdict on what may be done is given here or anywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from petaplan.capacity.facts.export_rules import Condition, ExportQuantity, ExportRule, Form, export_rules
from petaplan.capacity.figures import Engine, Figure, Sparsity
from petaplan.capacity.findings import Input
from petaplan.capacity.hardware import Accelerator
from petaplan.capacity.quantity import cited

Rules = Sequence[ExportRule]
"""Rules to read; without any, those of the shipped data."""

CHINA, HONG_KONG_IS_CHINA = "CN", "hong-kong-is-china"
OF_SYSTEMS = frozenset({ExportQuantity.SYSTEM_FP64_PFLOPS, ExportQuantity.SYSTEM_FP32_PFLOPS})
ON_FOREIGN_MAKERS = (Form.CLASSIFICATION, Form.LICENCE, Form.GUIDANCE, Form.PARTY)
ON_DOMESTIC_MAKERS = (Form.GUIDANCE, Form.PARTY)
"""Forms of rules on devices whose maker is in another country than their destination, and in the same."""
IN_THE_CATALOGUE = frozenset(ExportQuantity) - {ExportQuantity.HBM_DENSITY} - OF_SYSTEMS
"""Quantities that an accelerator's entry can hold; the density of a memory stack is not among them."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the rules measure on one device."""

    values: Mapping[ExportQuantity, float | None]
    inputs: tuple[Input, ...]
    missing: Mapping[ExportQuantity, str]
    """Figure that a quantity lacks."""


@dataclass(frozen=True, slots=True)
class RuleReading:
    """One rule in force, and whether its condition holds of a device."""

    rule: ExportRule
    holds: bool | None
    """None where a figure is missing."""
    missing: tuple[str, ...]


def measured(accelerator: Accelerator) -> Measured:
    """TPP, performance density and bandwidths of a device, dense, of the whole package."""
    inputs: list[Input] = []
    tpp = _tpp(accelerator, inputs)
    area, dram, io = accelerator.die_area_mm2, accelerator.memory_gb_per_s, accelerator.scale_up_gb_per_s
    inputs += [Input(name, f.value, f.unit, cited(f)) for name, f in _named(area, dram, io) if f is not None]
    density = tpp / area.value if tpp is not None and area is not None else None
    if density is not None:
        inputs.insert(1, Input("performance density", density, "TPP/mm2", "TPP over die_area_mm2"))
    both = dram.value + io.value if dram is not None and io is not None else None
    values: dict[ExportQuantity, float | None] = {
        ExportQuantity.TPP: tpp,
        ExportQuantity.PERFORMANCE_DENSITY: density,
        ExportQuantity.DRAM_GB_PER_S: dram.value if dram else None,
        ExportQuantity.IO_GB_PER_S: io.value if io else None,
        ExportQuantity.DRAM_PLUS_IO_GB_PER_S: both,
        ExportQuantity.HBM_DENSITY: None,
    }
    model = accelerator.model
    lacks = {
        ExportQuantity.TPP: f"{model}.peaks",
        ExportQuantity.PERFORMANCE_DENSITY: f"{model}.die_area_mm2",
        ExportQuantity.DRAM_GB_PER_S: f"{model}.memory_gb_per_s",
        ExportQuantity.IO_GB_PER_S: f"{model}.scale_up_gb_per_s",
        ExportQuantity.DRAM_PLUS_IO_GB_PER_S: f"{model}.{'memory' if dram is None else 'scale_up'}_gb_per_s",
    }
    return Measured(values, tuple(inputs), {q: lacks[q] for q in lacks if values[q] is None})


def _named(area: Figure | None, dram: Figure | None, io: Figure | None) -> tuple[tuple[str, Figure | None], ...]:
    return (("die_area_mm2", area), ("memory_gb_per_s", dram), ("scale_up_gb_per_s", io))


def _tpp(accelerator: Accelerator, inputs: list[Input]) -> float | None:
    """The largest of dense rate times operand bits over all precisions with a figure."""
    rated = [
        (peak.tflops.value * peak.precision.bits, peak.precision, peak.tflops)
        for peak in accelerator.peaks
        if peak.tflops is not None and peak.sparsity is Sparsity.DENSE and peak.engine is Engine.MATRIX
    ]
    if not rated:
        return None
    tpp, precision, figure = max(rated, key=lambda entry: entry[0])
    inputs.append(Input("TPP", tpp, "TOPS x bits", f"{figure.value:g} dense x {precision.bits} bits; {cited(figure)}"))
    return tpp


def destinations(country: str, day: date, rules: Rules | None = None) -> frozenset[str]:
    """The regions that a delivery to a country counts as on a day: Hong Kong is China under these rules."""
    regions = {country}
    for rule in rules or export_rules():
        named = rule.condition.destination or () if rule.condition else ()
        if rule.id == HONG_KONG_IS_CHINA and rule.in_force(day) and country in named:
            regions.add(CHINA)
    return frozenset(regions)


def rule_readings(
    accelerator: Accelerator, country: str, day: date, *forms: Form, rules: Rules | None = None
) -> Iterator[RuleReading]:
    """Every rule of these forms in force on a day, and whether its condition holds."""
    known = rules or export_rules()
    device, regions = measured(accelerator), destinations(country, day, known)
    conditions = {rule.id: rule.condition for rule in known}
    for rule in known:
        if rule.form in forms and rule.in_force(day) and rule.condition is not None:
            if _beyond(rule.condition):
                continue
            maker = (accelerator.country, accelerator.vendor)
            holds = _holds(rule.condition, device, regions, maker, conditions)
            missing = tuple(dict.fromkeys(_lacking(rule.condition, device, conditions))) if holds is None else ()
            yield RuleReading(rule, holds, missing)


def is_of_devices(rule: ExportRule) -> bool:
    """Whether a rule turns on facts of an accelerator that a catalogue holds."""
    return rule.form in ON_FOREIGN_MAKERS and rule.condition is not None and not _beyond(rule.condition)


def is_concerned(accelerator: Accelerator, country: str, day: date, rule: ExportRule, rules: Rules) -> bool | None:
    """Whether the condition of a rule holds of a device, in force or not; None where a figure is missing.

    The day tells which regions a country counts as. A device of a domestic maker is under guidance and listings alone.
    """
    regions = destinations(country, day, rules)
    forms = ON_DOMESTIC_MAKERS if accelerator.country in regions else ON_FOREIGN_MAKERS
    if rule.form not in forms or rule.condition is None:
        return False
    maker = (accelerator.country, accelerator.vendor)
    return _holds(rule.condition, measured(accelerator), regions, maker, {one.id: one.condition for one in rules})


def system_readings(system: Measured, country: str, day: date, rules: Rules | None = None) -> Iterator[RuleReading]:
    """Every rule on the end use of a whole system that is in force at a destination, and whether it holds."""
    known = rules or export_rules()
    regions = destinations(country, day, known)
    conditions = {rule.id: rule.condition for rule in known}
    for rule in known:
        if rule.form is Form.END_USE and rule.in_force(day) and rule.condition is not None:
            named = [leaf.destination for leaf in rule.condition.leaves() if leaf.destination is not None]
            if all(regions & set(places) for places in named):
                holds = _holds(rule.condition, system, regions, (None, ""), conditions)
                lacks = tuple(_lacking(rule.condition, system, conditions)) if holds is None else ()
                yield RuleReading(rule, holds, lacks)


def unevaluated(day: date, *forms: Form, rules: Rules | None = None) -> Iterator[ExportRule]:
    """Rules of these forms in force that turn on facts which a plan does not hold."""
    for rule in rules or export_rules():
        if rule.form in forms and rule.in_force(day) and (rule.condition is None or _beyond(rule.condition)):
            yield rule


def _beyond(condition: Condition) -> bool:
    """Whether it measures what no catalogue entry holds."""
    return any(leaf.quantity is not None and leaf.quantity not in IN_THE_CATALOGUE for leaf in condition.leaves())


def _holds(
    condition: Condition,
    device: Measured,
    regions: frozenset[str],
    maker: tuple[str | None, str],
    conditions: Mapping[str, Condition | None],
) -> bool | None:
    """Whether a condition holds; None if it depends on a figure that is not published."""
    if condition.all is not None or condition.any is not None:
        parts = [_holds(p, device, regions, maker, conditions) for p in (condition.all or condition.any or ())]
        decides = condition.any is not None
        if decides in parts:
            return decides
        return None if None in parts else not decides
    if condition.destination is not None:
        return bool(regions & set(condition.destination))
    country, vendor = maker
    if condition.maker is not None:
        return None if country is None else country in condition.maker
    if condition.vendor is not None:
        return any(f"{vendor} ".startswith(f"{name} ") for name in condition.vendor)
    if condition.meets is not None:
        other = conditions[condition.meets]
        return None if other is None else _holds(other, device, regions, maker, conditions)
    return _bounded(condition, device)


def _bounded(condition: Condition, device: Measured) -> bool | None:
    assert condition.quantity is not None
    value = device.values.get(condition.quantity)
    if value is None:
        return None
    if condition.at_least is not None:
        return value >= condition.at_least
    if condition.above is not None:
        return value > condition.above
    return value < (condition.below or 0.0)


def _lacking(condition: Condition, device: Measured, conditions: Mapping[str, Condition | None]) -> Iterator[str]:
    for leaf in condition.leaves():
        if leaf.quantity is not None and leaf.quantity in device.missing:
            yield device.missing[leaf.quantity]
        elif leaf.quantity is not None and leaf.quantity not in device.values:
            yield str(leaf.quantity)
        if leaf.meets is not None and (other := conditions[leaf.meets]) is not None:
            yield from _lacking(other, device, conditions)
