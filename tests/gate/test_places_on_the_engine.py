"""GATE-04, GATE-05 on the real engine: a stack of a project in a folder of a repository, from any folder of it."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.commands import petaplan
from tests.gate.conftest import Project
from tests.gate.test_gate_on_the_engine import BY_HAND, SHORT

pytestmark = pytest.mark.engine

MODULE = """\
from petaplan.capacity.compute import Pod, RackGroup
from petaplan.capacity.document.plan import read
def hub():
    run = RackGroup(name="compute", model="huawei-cloudmatrix384-compute-rack", count=12)
    more = Pod(name="pod-2", phase="first", hall="hall", racks=(run,))
    found = read("plan.yaml")
    return found.replace(pods=(*found.pods, more))
"""


def places(project: Project, start: Path) -> set[str]:
    """The files that the results of a gate of the stack stand in."""
    out = project.folder / "gate.sarif"
    said = petaplan("gate", "--stack", "dev", "--sarif", str(out), cwd=start, environment=project.environment)
    assert said.code == 1, said.err
    results = json.loads(out.read_text(encoding="utf-8"))["runs"][0]["results"]
    return {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results}


def test_every_path_of_a_stack_is_from_the_root_of_the_repository(project: Project) -> None:
    root = project.folder.parent
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    name = project.folder.name
    project.declare(SHORT)
    assert places(project, project.folder / "program") == {f"{name}/plan.yaml"}
    (project.folder / "mine.py").write_text(MODULE, encoding="utf-8")
    file = project.folder / "Pulumi.dev.yaml"
    settings = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    settings["config"] = {**(settings.get("config") or {}), "petaplan:hub": "mine:hub"}
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    assert places(project, project.folder / "program") == {f"{name}/plan.yaml", f"{name}/mine.py"}
    project.program(BY_HAND.format(pflops=5))
    assert places(project, project.folder / "program") == {f"{name}/Pulumi.yaml"}
    assert places(project, project.folder) == {f"{name}/Pulumi.yaml"}
