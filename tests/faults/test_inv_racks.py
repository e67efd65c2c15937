"""INV-05: each rack that does not stand as declared is seen and mended, on the real engine."""

from typing import Any

import pytest

from petaplan.infra.inventory.sqlite import SqliteInventory
from tests.faults.inventory_lab import IMPORTS, POD, UP, petaplan, project, sql
from tests.infra.conftest import Project

pytestmark = pytest.mark.engine

__all__ = ["project"]


# ---- INV-05: every rack is seen and mended


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
def test_inv_05_a_rack_that_changed_is_seen_and_mended(change: str, project: Project) -> None:
    project.program(IMPORTS + POD)
    project.run(*UP)
    before = places(project)
    sql(project, change)
    assert "pod-1" in petaplan(project, "status", expect=1)
    project.run("refresh", "--yes", "--skip-preview")
    assert "1 to update" in project.run("preview")
    project.run("up", "--yes", "--skip-preview", "--refresh")
    petaplan(project, "status")
    assert places(project) == before
    project.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")


def places(project: Project) -> list[Any]:
    inventory = SqliteInventory(project.inventory)
    (entry,) = inventory.list()
    inventory.close()
    return [dict(entry.properties), *((one.name, one.model, one.hall, one.row, one.slot) for one in entry.cabinets)]
