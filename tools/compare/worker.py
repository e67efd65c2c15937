"""Checks plans in one tree, of this version or of 0.1: requests as JSON lines in, findings as JSON lines out.

It is started as a script with the tree first on the path, and imports nothing else of this checkout.
"""

import importlib
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Protocol

Json = dict[str, object]


class Finding(Protocol):
    """What is read of a finding, of either version."""

    rule: str
    subject: str
    phase: str
    verdict: object
    demand: float | None
    capacity: float | None
    ratio: float | None


def main(tree: str) -> None:
    """Answer each line of standard input: ``{"document": …}``, ``{"program": "hub"}`` or ``{"scenarios": true}``."""
    sys.path.insert(0, tree)
    prefix = "petaplan." if Path(tree, "petaplan").is_dir() else ""
    for line in sys.stdin:
        print(json.dumps(_answer(prefix, json.loads(line))), flush=True)


def _module(name: str) -> ModuleType:
    return importlib.import_module(name)


def _answer(prefix: str, asked: Json) -> Json:
    if "scenarios" in asked:
        return _scenarios()
    refusal = _module(f"{prefix}capacity.errors").PlanError
    try:
        report = _module(f"{prefix}capacity.check").check(_hub(prefix, asked))
    except refusal as refused:
        return {"refused": len(refused.problems)}
    except Exception as error:  # noqa: BLE001 - a crash is an answer that is compared
        return {"crashed": type(error).__name__}
    return {"verdict": str(report.verdict), "findings": [_told(finding) for finding in report.findings]}


def _scenarios() -> Json:
    scenarios = _module("tests.scenario")
    told = [scenarios.scenario(path) for path in scenarios.scenario_files()]
    return {scenario.name: scenario.document for scenario in told}


def _hub(prefix: str, asked: Json) -> object:
    if "program" in asked:
        return getattr(_module(f"{prefix}infra.hong_kong"), str(asked["program"]))()
    marked = _module(f"{prefix}capacity.document.marked").read_bytes(
        json.dumps(asked["document"]).encode(), "plan.json"
    )
    return _module(f"{prefix}capacity.document.plan").hub_from(marked)


def _told(finding: Finding) -> list[object]:
    verdict = str(finding.verdict)
    return [finding.rule, finding.subject, finding.phase, verdict, finding.demand, finding.capacity, finding.ratio]


if __name__ == "__main__":
    main(sys.argv[1])
