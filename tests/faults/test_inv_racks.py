"""INV-05: each rack that does not stand as declared is seen and mended, on the real engine."""

from typing import Any

import pytest

from petaplan.infra.inventory.sqlite import SqliteInventory
from tests.faults.inventory_lab import IMPORTS, POD, UP, petaplan, sql
from tests.infra.conftest import Project, new_stack, project_in
from tests.pulumi_stacks import NewStack

pytestmark = pytest.mark.engine

__all__ = ["new_stack"]


# ---- INV-05: every rack is seen and mended


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, new_stack: NewStack) -> Project:
    """A stack that is up; each test leaves it mended."""
    made = project_in(tmp_path_factory.mktemp("racks"), "project", new_stack)
    made.program(IMPORTS + POD)
    made.run(*UP)
    return made


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE cabinets SET model = 'nvidia-gb200-nvl72-rack' WHERE number = 2",
        "UPDATE cabinets SET slot = 9 WHERE number = 3",
        "UPDATE cabinets SET row = 4 WHERE number = 2",
        "UPDATE cabinets SET hall = 'elsewhere' WHERE number = 2",
        "UPDATE cabinets SET hall = NULL WHERE number = 1",
        "UPDATE cabinets SET number = 7 WHERE number = 3",
        "UPDATE cabinets SET run = 'ghost' WHERE number = 2",
        "DELETE FROM cabinets WHERE number = 1",
        "DELETE FROM cabinets",
        "UPDATE entries SET properties = json_set(properties, '$.hall', 'elsewhere')",
        "UPDATE entries SET properties = json_set(properties, '$.racks[0].count', 5)",
    ],
)
def test_inv_05_a_rack_that_changed_is_seen_and_mended(change: str, up: Project) -> None:
    before = places(up)
    sql(up, change)
    assert "pod-1" in petaplan(up, "status", expect=1)
    assert "1 to update" in up.run("preview", "--refresh")
    up.run("up", "--yes", "--skip-preview", "--refresh")
    petaplan(up, "status")
    assert places(up) == before
    up.run("preview", "--refresh", "--expect-no-changes")


def test_inv_05_a_refresh_takes_a_changed_rack_into_the_state(up: Project) -> None:
    sql(up, "UPDATE cabinets SET row = 4 WHERE number = 2")
    up.run("refresh", "--yes", "--skip-preview")
    assert "1 to update" in up.run("preview")
    up.run("up", "--yes", "--skip-preview", "--refresh")
    up.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def places(project: Project) -> list[Any]:
    inventory = SqliteInventory(project.inventory)
    (entry,) = inventory.list()
    inventory.close()
    return [dict(entry.properties), *((one.name, one.model, one.hall, one.row, one.slot) for one in entry.cabinets)]
