"""A stack of version 0.1 goes on under this version: nothing that it holds is created, deleted or replaced."""

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from petaplan.infra.inventory.sqlite import SqliteInventory
from tests.infra.conftest import BIN, ROOT, MakeProject, Project
from tests.pulumi_stacks import PIP_ONCE

pytestmark = [pytest.mark.engine, pytest.mark.slow]

HERE = Path(__file__).parent

PROGRAMS = {
    "hub": "from petaplan.infra.__main__ import main\nmain()\n",
    "racks": (HERE / "rack_program.py").read_text(encoding="utf-8"),
}
"""What each recorded stack declares, in the words of this version."""

SINCE = {
    "hub": {"lateness-of-phases", "lead-times", "ramp-to-acceptance", "common-causes"},
    "racks": set[str](),
}
"""Objects that the program has now and did not have in version 0.1: the doubt of the reference hub about its dates."""


def restored(name: str, project: Project) -> Project:
    """The project with the recorded stack and inventory, and the program that declares them."""
    project.inventory.parent.mkdir()
    database = sqlite3.connect(project.inventory)
    database.executescript((HERE / f"{name}.inventory.sql").read_text(encoding="utf-8"))
    database.close()
    project.run("stack", "import", "--file", str(HERE / f"{name}.stack.json"))
    project.program(PROGRAMS[name])
    return project


@pytest.mark.parametrize("name", ["hub", pytest.param("racks", marks=pytest.mark.variant)])
def test_a_recorded_stack_is_updated_in_place_and_then_at_rest(name: str, make_project: MakeProject) -> None:
    project = restored(name, make_project("project"))
    ids, rows = resource_ids(project), rows_of(project)

    assert drift(project) == [], "it is read before any update"
    project.run("refresh", "--yes", "--expect-no-changes")
    steps = project.steps()
    assert {created for created, step in steps.items() if step["op"] == "create"} == SINCE[name]
    assert {step["op"] for changed, step in steps.items() if changed not in SINCE[name]} <= {"update"}
    project.run("up", "--yes", "--skip-preview")
    project.run("preview", "--expect-no-changes")
    assert len(set(resource_ids(project)) - set(ids)) == len(SINCE[name])
    assert set(ids) <= set(resource_ids(project))
    assert [row for row in rows_of(project) if row[1] not in SINCE[name]] == rows
    assert drift(project) == []


def test_a_program_in_the_words_of_the_version_before_goes_on(make_project: MakeProject) -> None:
    project = restored("racks", make_project("project"))
    project.program((HERE / "rack_program_0_1.py.txt").read_text(encoding="utf-8"))
    project.environment |= {"PYTHONWARNINGS": "default", "PYTHONPATH": f"{PIP_ONCE}:{ROOT}"}

    assert {step["op"] for step in project.steps().values()} <= {"update"}
    said = project.run("up", "--yes", "--skip-preview")
    assert "Hall: entry_run_m is now meet_me_room_cable_m" in said
    assert "each is now unit_price" in said
    assert "Storage is now Battery" in said
    project.program(PROGRAMS["racks"])
    project.run("preview", "--expect-no-changes")


def resource_ids(project: Project) -> list[str]:
    return sorted(one.get("id", one["urn"]) for one in project.exported()["deployment"]["resources"])


def rows_of(project: Project) -> list[tuple[str, str, int, int]]:
    """Kind, name, update and generation of every entry."""
    inventory = SqliteInventory(project.inventory)
    rows = [(one.key.kind, one.key.name, one.placed_in, one.generation) for one in inventory.list()]
    inventory.close()
    return sorted(rows)


def drift(project: Project) -> list[str]:
    """What `petaplan status` says that stack and inventory tell differently."""
    command = [str(BIN / "petaplan"), "status", "--stack", project.stack, "--format", "json"]
    done = subprocess.run(
        command, cwd=project.folder, env=project.environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return [f"{one['kind']} {one['name']} {one['how']}" for one in json.loads(done.stdout)["drift"]]
