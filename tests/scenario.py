"""Scenarios as files: a small plan, and exactly the findings (other than passes) that it must give.

A scenario is a mapping with ``because`` (one sentence), a plan, and ``findings``. The plan is either written out
(``plan``), or one of the files in bases/ (``like``) with ``change``: table → name → field → value; ``null`` drops a
field or an object, and a name that the base doesn't have adds an object. A base is a scenario as well: what it gives
is expected of all that are like it, but for those listed in ``without``. ``refused`` is for plans that are no
declaration at all: words that the refusal must contain. ``evidence`` lists devices that were measured: ``model``,
``precision``, ``share`` of the peak, ``hosts`` and ``devices`` of each host.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from petaplan.capacity.check import check
from petaplan.capacity.check_report import Report
from petaplan.capacity.document.marked import read_bytes
from petaplan.capacity.document.plan import KEY, VERSION, hub_from
from petaplan.capacity.figures import Precision
from petaplan.capacity.hub import Hub
from petaplan.capacity.measurement import NONE, Evidence, Measurement

FOLDER = Path(__file__).parent / "scenarios"

Said = tuple[str, str, str]
"""Rule, subject, verdict."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """A plan and what must be said of it."""

    name: str
    because: str
    document: dict[str, Any]
    expected: frozenset[Said]
    refused: str | None
    evidence: Evidence = NONE

    @property
    def hub(self) -> Hub:
        """The plan, read as any plan document is."""
        return hub_from(read_bytes(json.dumps(self.document).encode(), f"{self.name}.json"))

    @property
    def report(self) -> Report:
        """What all rules say of it, worked out once."""
        return _reported(self.name)


def scenario_files() -> tuple[Path, ...]:
    """Every scenario, the bases first."""
    return (*sorted((FOLDER / "bases").glob("*.yaml")), *sorted(FOLDER.glob("*.yaml")))


def scenario_named(name: str) -> Scenario:
    """The scenario whose file has that name, without its ending."""
    return scenario(next(path for path in scenario_files() if path.stem == name))


@cache
def scenario(path: Path) -> Scenario:
    """The scenario in a file."""
    spelt = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))
    unknown = set(spelt) - {"because", "plan", "like", "change", "findings", "without", "refused", "evidence"}
    assert not unknown, f"{path.name}: {unknown} are no words of a scenario"
    assert ("plan" in spelt) != ("like" in spelt), f"{path.name}: either a plan, or the base that it is like"
    expected = {_said(entry) for entry in spelt.get("findings") or ()}
    if "like" in spelt:
        base = scenario(FOLDER / "bases" / f"{spelt['like']}.yaml")
        dropped = {_said(entry) for entry in spelt.get("without") or ()}
        assert dropped <= base.expected, f"{path.name}: {dropped - base.expected} are nothing that the base gives"
        document = changed(base.document, spelt.get("change") or {})
        expected |= base.expected - dropped
    else:
        document = {KEY: VERSION, **spelt["plan"]}
    return Scenario(
        name=path.stem,
        because=spelt["because"],
        document=document,
        expected=frozenset(expected),
        refused=spelt.get("refused"),
        evidence=Evidence(tuple(one for entry in spelt.get("evidence") or () for one in _measured(**entry))),
    )


def _measured(model: str, precision: str, share: float, hosts: int, devices: int) -> Iterator[Measurement]:
    for host, device in product(range(hosts), range(devices)):
        yield Measurement(
            model=model,
            precision=Precision(precision),
            share=share,
            low=share - 0.001,
            high=share + 0.001,
            uuid=f"{model} {host} {device}",
            host=f"host {host}",
            as_of=date(2026, 11, 22),
            software="a scenario",
            steady=True,
            soak=True,
            source="a scenario",
        )


@cache
def _reported(name: str) -> Report:
    told = scenario_named(name)
    return check(told.hub, evidence=told.evidence)


def _said(entry: dict[str, str]) -> Said:
    return entry["rule"], entry["subject"], entry["verdict"]


def changed(document: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """A plan document with some tables changed, object by object."""
    made: dict[str, Any] = json.loads(json.dumps(document))
    for table, rows in change.items():
        by_name = {row["name"]: row for row in made.get(table, [])}
        for name, fields in rows.items():
            if fields is None:
                assert name in by_name, f"{table} has no {name!r} to drop"
                del by_name[name]
            else:
                merged = by_name.get(name, {"name": name}) | fields
                by_name[name] = {field: value for field, value in merged.items() if value is not None}
        made[table] = list(by_name.values())
    return made
