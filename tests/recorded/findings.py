"""The numbers of every finding, recorded: ``python -m tests.recorded.findings`` writes them again.

For each rule of a plan the record has the number of findings, a checksum of their phases, subjects, verdicts and of the
numbers in their hints, the sums of their demands and capacities, and weighted sums of both and of the inputs of the
formula. The last value is a checksum of their words: unit, hint, note, missing figures, names and sources of inputs.
A scenario lists the rules whose values differ from those of its base. A number has ten digits. The first record was
made from findings that were equal to those of version 0.1.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from pathlib import Path
from zlib import crc32

import yaml

from petaplan.capacity.check import check
from petaplan.capacity.findings import Finding
from petaplan.infra import hong_kong
from tests.scenario import scenario, scenario_files

_NUMBER = re.compile(r"\d[\d,.]*\d|\d")

RECORD = Path(__file__).with_name("findings.json")

Numbers = Mapping[str, list[str] | None]
"""For each rule the values of the record; None where only the base of a scenario has findings."""


def numbers_of(findings: Iterable[Finding]) -> dict[str, list[str] | None]:
    """The numbers of each rule that found something."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in sorted(findings, key=lambda finding: (finding.rule, finding.phase, finding.subject)):
        by_rule.setdefault(finding.rule, []).append(finding)
    return {rule: _numbers(found) for rule, found in by_rule.items()}


def _numbers(findings: list[Finding]) -> list[str]:
    demands = [_finite(finding.demand) for finding in findings]
    capacities = [_finite(finding.capacity) for finding in findings]
    weighted = _weighted(demand + 3 * capacity for demand, capacity in zip(demands, capacities, strict=True))
    inputs = [_finite(term.value) for finding in findings for term in finding.inputs]
    told = "\n".join(
        f"{finding.phase} {finding.subject} {finding.verdict} {' '.join(_NUMBER.findall(finding.hint + finding.note))}"
        for finding in findings
    )
    worded = "\n".join(words for finding in findings for words in _words(finding))
    return [
        str(len(findings)),
        f"{crc32(told.encode()):08x}",
        *(_digits(value) for value in (sum(demands), sum(capacities), weighted, _weighted(inputs))),
        f"{crc32(worded.encode()):08x}",
    ]


def _words(finding: Finding) -> Iterator[str]:
    """The words of a finding."""
    yield from (finding.unit, finding.hint, finding.note, finding.culprit, *finding.missing)
    yield from (f"{term.name} {term.unit} {term.source}" for term in finding.inputs)


def _weighted(values: Iterable[float]) -> float:
    """A sum in which each value has a weight of its own."""
    return sum(place * value for place, value in enumerate(values, 1))


def _digits(value: float) -> str:
    """Ten digits; what a sum of floats leaves of zero is zero."""
    return "0" if abs(value) < 1e-9 else f"{value:.10g}"


def _finite(value: float | None) -> float:
    """A number that adds up; unknown and infinite have numbers of their own."""
    if value is None:
        return -0.123
    return value if isfinite(value) else 987_654_321.0


def scenario_names() -> tuple[str, ...]:
    """Every scenario that is a plan."""
    return tuple(path.stem for path in scenario_files() if scenario(path).refused is None)


def numbers_of_scenario(name: str) -> Numbers:
    """The numbers of a scenario, those of its base left out."""
    (path,) = [path for path in scenario_files() if path.stem == name]
    numbers = numbers_of(scenario(path).report.findings)
    base = yaml.safe_load(path.read_text(encoding="utf-8")).get("like")
    if base is None:
        return numbers
    known = numbers_of(scenario(path.parents[path.parent.name == "bases"] / "bases" / f"{base}.yaml").report.findings)
    changed = {rule: values for rule, values in numbers.items() if known.get(rule) != values}
    return changed | dict.fromkeys(known.keys() - numbers.keys())


def numbers_of_reference(name: str) -> Numbers:
    """The numbers of a reference hub."""
    return numbers_of(check(getattr(hong_kong, name)()).findings)


REFERENCES = ("hub", "short", "with_h100")


def recorded() -> dict[str, Numbers]:
    """The record."""
    found: dict[str, Numbers] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


def written(record: Mapping[str, Numbers]) -> str:
    """The record as text: one line a rule."""
    parts = []
    for name, numbers in record.items():
        lines = [f"    {json.dumps(rule)}: {json.dumps(values)}" for rule, values in sorted(numbers.items())]
        parts.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def first_difference() -> str:
    """The first plan whose numbers are not those of the record, reference hubs before scenarios; empty for none."""
    known = recorded()
    for name in REFERENCES:
        if numbers_of_reference(name) != known[f"reference hub {name}"]:
            return f"reference hub {name}"
    for name in scenario_names():
        if numbers_of_scenario(name) != known[f"scenario {name}"]:
            return f"scenario {name}"
    return ""


def main() -> int:
    """Write the record; with ``--check`` only compare, and name the first plan that differs."""
    if "--check" in sys.argv:
        found = first_difference()
        sys.stdout.write(f"{found}\n" if found else "")
        return 1 if found else 0
    record = {f"reference hub {name}": numbers_of_reference(name) for name in REFERENCES}
    record |= {f"scenario {name}": numbers_of_scenario(name) for name in scenario_names()}
    RECORD.write_text(written(record), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
