"""A plan that is wrong in many ways says all of them at once: no fault of one row hides that of another."""

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from petaplan.capacity.document.plan import document
from petaplan.capacity.errors import CatalogueError, PlanError
from petaplan.capacity.resolving import read_design
from tests.commands import petaplan
from tests.hubs import SECOND, hub, phase, pod, target

FAULTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "less than nothing": ("targets", {"name": "goal-2", "pflops": -3}, "found -3"),
    "no such precision": ("targets", {"name": "goal-3", "precisions": ["fp5"]}, "'fp5'"),
    "an unknown field": ("halls", {"name": "hall-2", "colour": "red"}, "'colour'"),
    "no such day": ("phases", {"name": "third", "in_service": "2027-13-01"}, "2027-13-01"),
    "no such phase": ("pods", {"name": "pod-2", "phase": "ghost"}, "phase 'ghost'"),
    "no such feed": ("pods", {"name": "pod-3", "feeds": ["feed-z"]}, "feeds 'feed-z'"),
    "no such model": (
        "pods",
        {"name": "pod-4", "racks": [{"name": "a", "model": "no-such-rack", "count": 1}]},
        "no-such-rack",
    ),
    "a name twice": ("pods", {"name": "pod-1"}, "the name of a pod"),
    "backwards": ("phases", {"name": "fourth", "starts": "2029-01-01", "in_service": "2028-01-01"}, "after in_service"),
    "more spares than units": ("feeds", {"name": "spare-set", "units": 2, "spare_units": 2}, "2 spare of 2 units"),
}
"""A row with one fault each: its table, what differs from the first row of that table, and words of the problem."""

ROWS = {
    "targets": document(hub(targets=(target(1),)))["targets"][0],
    "halls": document(hub())["halls"][0],
    "phases": document(hub(phases=(phase("second", SECOND),)))["phases"][0],
    "pods": document(hub(pods=(pod(),)))["pods"][0],
    "feeds": document(hub())["feeds"][0],
}


def plan_of(folder: Path, *names: str) -> Path:
    """The small plan as a document, with the rows of some faults at the end of their tables."""
    values = document(hub())
    for name in names:
        table, changes, _ = FAULTS[name]
        values.setdefault(table, []).append({**ROWS[table], **changes})
    path = folder / "plan.json"
    path.write_text(json.dumps(values, indent=1), encoding="utf-8")
    return path


def problems(plan: str) -> list[str]:
    """What a plan is refused for, without lines and numbers of rows."""
    try:
        read_design(plan)
    except (PlanError, CatalogueError) as error:
        return sorted(re.sub(r"\S+\.json:\d+(: )?|\[\d+\]", "", str(one)) for one in error.problems)
    return []


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The problems of each fault that stands alone."""
    assert problems(str(plan_of(tmp_path_factory.mktemp("none")))) == []
    told = {name: problems(str(plan_of(tmp_path_factory.mktemp("alone"), name))) for name in FAULTS}
    for name, (_, _, words) in FAULTS.items():
        assert len(told[name]) == 1 and words in told[name][0], (name, told[name])
    return told


def some_of(seed: int) -> list[str]:
    """Two faults or more, at random."""
    chance = random.Random(seed)  # noqa: S311 - a sample
    return chance.sample(sorted(FAULTS), chance.randint(2, len(FAULTS)))


@pytest.mark.parametrize("seed", range(10))
def test_faults_of_a_document_together_are_told_as_each_alone(
    alone: dict[str, list[str]], tmp_path: Path, seed: int
) -> None:
    names = some_of(seed)
    assert problems(str(plan_of(tmp_path, *names))) == sorted(one for name in names for one in alone[name])


def test_a_faulty_row_is_no_reason_to_call_a_reference_to_it_wrong(tmp_path: Path) -> None:
    values = document(hub())
    values["halls"][0]["floor_area_m2"] = -1
    values["phases"][0]["starts"] = "soon"
    values["feeds"][0]["units"] = 0
    (tmp_path / "plan.json").write_text(json.dumps(values), encoding="utf-8")
    told = problems(str(tmp_path / "plan.json"))
    assert len(told) == 3, told


def test_faults_of_a_program_together_are_told_by_their_lines(tmp_path: Path) -> None:
    """A wrong value, a wrong reference, a wrong model and a wrong layer."""
    (tmp_path / "own.yaml").write_text("overrides: 5\n", encoding="utf-8")
    (tmp_path / "mine.py").write_text(
        "from datetime import date\n"
        "from petaplan.capacity.compute import Pod, RackGroup\n"
        "from petaplan.capacity.hub import Hub, Phase\n"
        "from petaplan.capacity.site import Hall, Jurisdiction, Site\n"
        "from petaplan.capacity.targets import Target\n"
        "RACKS = (RackGroup(name='run', model='no-such-rack', count=1),)\n"
        "hub = Hub(name='mine', catalogues=('own.yaml',),\n"
        "  sites=(Site(name='site', country='HK', jurisdiction=Jurisdiction.HK),),\n"
        "  phases=(Phase(name='first', starts=date(2027, 1, 1), in_service=date(2027, 6, 30)),),\n"
        "  halls=(Hall(name='hall', site='site', phase='first', floor_area_m2=9, floor_load_kpa=9,\n"
        "    it_power_limit_kw=9, rack_positions=9),),\n"
        "  targets=(Target(name='goal', pflops='many', precisions=('bf16',), by=date(2027, 6, 30), source='s'),),\n"
        "  pods=(Pod(name='one', phase='ghost', hall='hall', racks=RACKS),))\n",
        encoding="utf-8",
    )
    said = petaplan("check", "mine.py:hub", cwd=tmp_path)
    assert said.code == 2
    lines = said.err.splitlines()
    assert len(lines) == 3, said.err
    assert 'mine.py:12: targets[0].pflops: found "many"' in lines[0]
    assert "mine.py:13: pod 'one': found phase 'ghost'" in lines[1]
    assert "own.yaml:1: overrides: found 5" in lines[2]


def test_every_bad_row_of_a_table_of_racks_is_told_at_once(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    rows = (
        "old-1,generic-storage-rack,0,first,hall",
        "old-2,generic-storage-rack,1,ghost,hall",
        "old-3,no-such-rack,1,first,hall",
        "pod-1,generic-storage-rack,1,first,hall",
        "old-5,=1+1,1,first,hall",
        "old-6,generic-storage-rack",
        "old-7,generic-storage-rack,1,first,hall",
    )
    (tmp_path / "racks.csv").write_text("name,model,count,phase,hall\n" + "\n".join(rows), encoding="utf-8")
    said = petaplan("import", "racks.csv", "--into", "plan.json", "-o", "new.yaml", cwd=tmp_path)
    assert said.code == 2
    lines = sorted(int(line.split(":")[2]) for line in said.err.splitlines())
    assert lines == [2, 3, 4, 5, 6, 7], said.err
    at = next(number for number, line in enumerate(plan.read_text(encoding="utf-8").splitlines(), 1) if "pod-1" in line)
    assert f"the name of a pod at plan.json:{at - 1}" in said.err
    assert not (tmp_path / "new.yaml").exists()
