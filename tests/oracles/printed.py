"""What a finding prints: its inputs by name, the things that it counts, its days, and the limits of its formula."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from petaplan.capacity.findings import Finding, Input

Numbers = tuple[float, float]
"""Demand and capacity."""
Given = Mapping[str, float]
PER_UNIT = {"W": 1e-3}
"""Factors to the unit in which a rule adds up."""


def given(finding: Finding) -> dict[str, float]:
    """The inputs by name."""
    return {one.name: one.value for one in finding.inputs}


def of(inputs: Sequence[Input], name: str) -> dict[str, float]:
    """The inputs called ``name of X``, by X."""
    return {one.name[len(name) + 4 :]: one.value for one in inputs if one.name.startswith(f"{name} of ")}


def counted(finding: Finding) -> float:
    """Sum of the inputs in the unit of the finding: the things that it found."""
    return sum(one.value for one in finding.inputs if one.unit == finding.unit)


def times(one: Input) -> tuple[float, str]:
    """How many times an input is added, and its name without that number."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?) x (.+)", one.name)
    return (float(found[1]), found[2]) if found else (1, one.name)


def summed(inputs: Sequence[Input], *ends: str) -> float:
    """Sum of the inputs whose name, without the number in front, ends so; watts as kilowatts."""
    found = [(*times(one), one) for one in inputs]
    return sum(count * one.value * PER_UNIT.get(one.unit, 1.0) for count, name, one in found if name.endswith(ends))


def day(number: float) -> date:
    """The day behind a number YYYYMMDD."""
    year, rest = divmod(int(number), 10_000)
    return date(year, *divmod(rest, 100))


def days_between(later: float, earlier: float) -> float:
    """Days from one printed day to another."""
    return float((day(later) - day(earlier)).days)


def limit(finding: Finding) -> float:
    """The number after the last ``<=`` or ``>=`` of the formula."""
    return float(re.findall(r"[<>]= (\d+(?:\.\d+)?)", finding.formula)[-1])


def none_found(finding: Finding) -> Numbers:
    """Things that may not be there, against none."""
    return counted(finding), 0.0
