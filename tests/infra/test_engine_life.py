"""The life of a hub on the real engine: from the first preview to nothing left."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from petaplan.capacity.compute import Pod
from petaplan.capacity.hub import Hub
from petaplan.infra.collect import collect, in_order
from petaplan.infra.inventory.sqlite import SqliteInventory
from petaplan.infra.records import records_of_deployment
from tests.infra.conftest import BIN, ROOT, MakeProject, Project, small_hub

pytestmark = pytest.mark.engine

RESOURCES = 11
"""Of the small hub."""


def with_pod(hub: Hub, pod: Pod) -> Hub:
    return hub.replace(pods=tuple(pod if row.name == pod.name else row for row in hub.pods))


@contextmanager
def behind_pulumis_back(project: Project) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(project.inventory)
    database.execute("PRAGMA foreign_keys = ON")
    yield database
    database.commit()
    database.close()


def standing(project: Project) -> dict[str, int]:
    """Names in the inventory with their number of cabinets."""
    inventory = SqliteInventory(project.inventory)
    found = {entry.key.name: len(entry.cabinets) for entry in inventory.list()}
    inventory.close()
    return found


def test_a_hub_from_its_first_preview_to_nothing_left(project: Project) -> None:
    hub = small_hub()
    project.declare(hub)

    said = project.run("preview")
    assert f"{RESOURCES + 1} to create" in said
    assert not project.inventory.exists(), "a preview writes nothing"

    project.run("up", "--yes")
    assert len(standing(project)) == RESOURCES and standing(project)["pod-1"] == 4
    project.run("preview", "--expect-no-changes")
    assert collect(records_of_deployment(project.exported())) == in_order(hub)

    pod = hub.pods[0]
    compute, leaf = pod.racks
    bigger = compute.replace(nodes=(compute.nodes[0].replace(count=5),))
    edited = with_pod(hub, pod.replace(racks=(bigger, compute.replace(name="storage", row=2), leaf)))
    project.declare(edited)
    (step,) = project.steps().values()
    assert step["op"] == "update"
    assert {path: change["kind"] for path, change in step["detailedDiff"].items()} == {
        "racks[0].nodes[0].count": "update",
        "racks[1]": "add",
    }
    shown = project.run("preview", "--diff")
    assert "count: 4" in shown.replace("    ", "") and "=> 5" in shown
    project.run("up", "--yes", "--skip-preview")
    assert standing(project)["pod-1"] == 7

    project.run("destroy", "--yes")
    assert standing(project) == {}
    assert project.exported()["deployment"].get("resources", []) == []


def test_a_part_of_a_hub_comes_up_with_what_it_rests_on(project: Project) -> None:
    project.declare(small_hub())
    urn = "urn:pulumi:dev::petaplan::petaplan:index:"
    said = project.run("up", "--yes", "--target", f"{urn}Busway::busway-a", expect=1)
    assert "Intake::intake" in said and "not specified in --target" in said
    assert standing(project) == {}
    needed = ["Site::site-a", "Phase::phase-1", "Hall::hall-a", "Intake::intake", "Busway::busway-a"]
    project.run("up", "--yes", *(f"--target={urn}{part}" for part in needed))
    assert set(standing(project)) == {"site-a", "phase-1", "hall-a", "intake", "busway-a"}
    project.run("up", "--yes")
    assert len(standing(project)) == RESOURCES


def test_a_refresh_sees_what_changed_on_the_floor_and_up_puts_it_right(project: Project) -> None:
    project.declare(small_hub())
    project.run("up", "--yes", "--skip-preview")
    with behind_pulumis_back(project) as database:
        database.execute("DELETE FROM cabinets WHERE run = 'compute' AND number = 3")
        database.execute("UPDATE cabinets SET row = 7, slot = slot + 1 WHERE run = 'leaf'")
        database.execute("DELETE FROM entries WHERE name = 'feed-b'")
        database.execute(
            "UPDATE entries SET properties = json_set(properties, '$.ratedCurrentA', 800) WHERE name = 'busway-a'"
        )
    said = project.run("refresh", "--yes", "--diff")
    for sign in ("feed-b", "ratedCurrentA", "count", "row"):
        assert sign in said
    state = {record.name: record.properties for record in records_of_deployment(project.exported())}
    assert "feed-b" not in state and state["busway-a"]["ratedCurrentA"] == 800
    assert state["pod-1"]["racks"][0]["count"] == 2
    assert (state["pod-1"]["racks"][1]["row"], state["pod-1"]["racks"][1]["slot"]) == (7, 5)

    steps = {name: step["op"] for name, step in project.steps().items()}
    assert steps == {"feed-b": "create", "busway-a": "update", "pod-1": "update"}
    project.run("up", "--yes", "--skip-preview")
    assert standing(project)["pod-1"] == 4
    project.run("refresh", "--yes", "--expect-no-changes")


def test_a_pod_that_the_state_forgot_is_imported_by_its_id(project: Project) -> None:
    project.declare(small_hub())
    project.run("up", "--yes", "--skip-preview")
    project.run("state", "delete", "urn:pulumi:dev::petaplan::petaplan:index:Pod::pod-1", "--yes")
    project.run("import", "petaplan:index:Pod", "pod-1", "petaplan/dev/pod/pod-1", "--yes", "--generate-code=false")
    exported = records_of_deployment(project.exported())
    assert collect(exported) == in_order(small_hub())
    project.run("state", "unprotect", "urn:pulumi:dev::petaplan::petaplan:index:Pod::pod-1", "--yes")
    project.run("preview", "--expect-no-changes")
    said = project.run("import", "petaplan:index:Pod", "pod-9", "pod-9", "--yes", "--generate-code=false", expect=1)
    assert "does not exist" in said


@pytest.mark.variant
def test_an_up_after_a_lost_state_takes_over_what_stands_once_that_is_decided(
    project: Project, make_project: MakeProject
) -> None:
    project.declare(small_hub())
    project.run("up", "--yes", "--skip-preview")
    second = make_project("second")
    second.run("config", "set", "petaplan:inventory", str(project.inventory))
    second.declare(small_hub())
    said = second.run("up", "--yes", "--skip-preview", expect=1)
    assert f"{RESOURCES} entries of stack petaplan/dev under another owner token" in said
    command = [str(BIN / "petaplan"), "inventory", "transfer", "dev", "dev"]
    done = subprocess.run(
        command, cwd=second.folder, env=second.environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{RESOURCES} entries of stack petaplan/dev taken over\n"
    second.run("up", "--yes", "--skip-preview")
    assert len(standing(project)) == RESOURCES
    inventory = SqliteInventory(project.inventory)
    assert {entry.generation for entry in inventory.list()} == {2}
    assert {entry.placed_in for entry in inventory.list()} == {1}, "it stands since the first update"
    inventory.close()
    project.run("destroy", "--yes", expect=1)
    assert len(standing(project)) == RESOURCES, "the older state owns nothing any more"
    second.run("destroy", "--yes")
    assert standing(project) == {}


def test_a_renamed_resource_of_the_same_name_in_the_plan_goes_on_standing(project: Project) -> None:
    program = "from petaplan.infra.resources import Site\n"
    program += "Site('{name}', name='site-a', country='HK', jurisdiction='HK')\n"
    project.program(program.format(name="old"))
    project.run("up", "--yes", "--skip-preview")
    project.program(program.format(name="new"))
    project.run("up", "--yes", "--skip-preview")
    assert set(standing(project)) == {"site-a"}
    project.run("preview", "--expect-no-changes")


def test_another_name_replaces_and_the_old_one_goes_last(project: Project) -> None:
    program = "from petaplan.infra.resources import Site\n"
    program += "Site('site', name={name!r}, country='HK', jurisdiction='HK')\n"
    project.program(program.format(name="site-a"))
    project.run("up", "--yes", "--skip-preview")
    project.program(program.format(name="site-b"))
    (step,) = {step["op"] for step in project.json("preview", "--json")["steps"]} & {"replace"}
    assert step == "replace"
    project.run("up", "--yes", "--skip-preview")
    assert set(standing(project)) == {"site-b"}


@pytest.mark.variant
def test_a_forced_replacement_leaves_the_new_one_standing(project: Project) -> None:
    project.declare(small_hub())
    project.run("up", "--yes", "--skip-preview")
    project.run("up", "--yes", "--skip-preview", "--replace", "urn:pulumi:dev::petaplan::petaplan:index:Pod::pod-1")
    assert len(standing(project)) == RESOURCES


def test_the_example_declares_a_hall_without_our_hub(make_project: MakeProject) -> None:
    project = make_project("one-hall")
    project.program((ROOT / "examples" / "one-hall" / "__main__.py").read_text(encoding="utf-8"))
    project.run("config", "set", "rows", "2")
    project.run("config", "set", "--secret", "contract", "CLP-4711")
    said = project.run("up", "--yes")
    assert "cabinets" in said
    hub = collect(records_of_deployment(project.exported()))
    assert (hub.name, len(hub.pods), len(hub.halls)) == ("one-hall", 2, 1)
    assert hub.intakes[0].utility_contract == "CLP-4711"
    state = "".join(path.read_text() for path in (project.folder / "state").rglob("*.json"))
    assert "CLP-4711" not in state, "a secret is sealed in the state"
    assert b"CLP-4711" not in project.inventory.read_bytes()
    project.run("preview", "--expect-no-changes")
    project.run("refresh", "--yes", "--expect-no-changes")
    project.run("destroy", "--yes")


def test_the_state_keeps_what_was_declared_and_nothing_filled_in(project: Project) -> None:
    project.declare(small_hub())
    project.run("up", "--yes", "--skip-preview")
    resources = project.exported()["deployment"]["resources"]
    site = next(resource for resource in resources if resource["urn"].endswith("Site::site-a"))
    assert site["inputs"] == {"name": "site-a", "country": "HK", "jurisdiction": "HK"}
    assert site["id"] == "petaplan/dev/site/site-a"
    assert json.dumps(site["outputs"]["standing"]) == '{"generation": 1, "placedInUpdate": 1}'
