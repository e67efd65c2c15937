"""INV-05: each rack that does not stand as declared is seen and mended, on the real engine."""

import re
from typing import Any

import pytest

from petaplan.infra.inventory.sqlite import SqliteInventory
from tests.faults.inventory_lab import IMPORTS, POD, UP, petaplan, sql
from tests.infra.conftest import Project, new_stack, project_in
from tests.pulumi_stacks import NewStack

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("racks")]

__all__ = ["new_stack"]


# ---- INV-05: every rack is seen and mended

CHANGES = (
    "UPDATE cabinets SET model = 'nvidia-gb200-nvl72-rack' WHERE number = 2 AND owner = '{pod}'",
    "UPDATE cabinets SET slot = 9 WHERE number = 3 AND owner = '{pod}'",
    "UPDATE cabinets SET row = 4 WHERE number = 2 AND owner = '{pod}'",
    "UPDATE cabinets SET hall = 'elsewhere' WHERE number = 2 AND owner = '{pod}'",
    "UPDATE cabinets SET hall = NULL WHERE number = 1 AND owner = '{pod}'",
    "UPDATE cabinets SET number = 7 WHERE number = 3 AND owner = '{pod}'",
    "UPDATE cabinets SET run = 'ghost' WHERE number = 2 AND owner = '{pod}'",
    "DELETE FROM cabinets WHERE number = 1 AND owner = '{pod}'",
    "DELETE FROM cabinets WHERE owner = '{pod}'",
    "UPDATE entries SET properties = json_set(properties, '$.hall', 'elsewhere') WHERE name = '{pod}'",
    "UPDATE entries SET properties = json_set(properties, '$.racks[0].count', 5) WHERE name = '{pod}'",
)
"""Each harms one pod, so that one update shows all of them."""

PODS = [f"pod-{n}" for n in range(1, len(CHANGES) + 1)]


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, new_stack: NewStack) -> Project:
    """A stack of pods that is up; each test leaves it mended."""
    made = project_in(tmp_path_factory.mktemp("racks"), "project", new_stack)
    made.program(IMPORTS + "".join(POD.replace("pod-1", pod) for pod in [*PODS, "pod-sound"]))
    made.run(*UP)
    return made


def test_inv_05_each_rack_that_changed_is_seen_and_mended(up: Project) -> None:
    before = places(up)
    for change, pod in zip(CHANGES, PODS, strict=True):
        sql(up, change.format(pod=pod))
        assert sum(found != stood for found, stood in zip(places(up), before, strict=True)) == PODS.index(pod) + 1
    told = petaplan(up, "status", expect=1)
    foreseen = up.run("preview", "--refresh")
    assert f"{len(PODS)} to update" in foreseen
    for pod in PODS:
        assert re.search(rf"\b{pod}\b", told) and re.search(rf"Pod {pod} update", foreseen), pod
    assert "pod-sound" not in told and "pod-sound update" not in foreseen
    assert f"{len(PODS)} updated" in up.run("up", "--yes", "--skip-preview", "--refresh")
    petaplan(up, "status")
    assert places(up) == before
    up.run("preview", "--refresh", "--expect-no-changes")


def test_inv_05_a_refresh_takes_a_changed_rack_into_the_state(up: Project) -> None:
    sql(up, "UPDATE cabinets SET row = 4 WHERE number = 2 AND owner = 'pod-1'")
    up.run("refresh", "--yes", "--skip-preview")
    assert "1 to update" in up.run("preview")
    up.run("up", "--yes", "--skip-preview", "--refresh")
    up.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def places(project: Project) -> list[Any]:
    """Of each pod, what it is and where its racks stand."""
    inventory = SqliteInventory(project.inventory)
    entries = inventory.list()
    inventory.close()
    return [
        [
            entry.key.name,
            dict(entry.properties),
            *((one.name, one.model, one.hall, one.row, one.slot) for one in entry.cabinets),
        ]
        for entry in entries
    ]
