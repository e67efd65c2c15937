"""An inventory backend is one file: settings, help, docs and a real update know it."""

from pathlib import Path

import pytest

from tests.additions.conftest import Tree
from tests.infra.conftest import MakeProject, make_project, new_stack, small_hub
from tests.infra.inventory_contract import memory

__all__ = ["make_project", "new_stack"]

MODULE = Path(memory.__file__)


@pytest.fixture
def with_memory(tree: Tree) -> Tree:
    """The copy with the in-memory backend of the contract tests as a backend of its own."""
    tree.add("infra/inventory/backends/memory.py", MODULE.read_text(encoding="utf-8"))
    tree.generate()
    return tree


def test_help_docs_and_settings_show_it(with_memory: Tree) -> None:
    assert "memory:NAME" in with_memory.run("petaplan", "inventory", "list", "--help")
    assert "memory:NAME" in with_memory.read("docs/reference/settings.md")
    assert "memory:NAME" in with_memory.read("infra/provider/schema.json")
    assert "no such inventory" in with_memory.run(
        "python", "-m", "petaplan.capacity", "inventory", "--file", "memory:floor", code=2
    )


@pytest.mark.engine
def test_an_update_keeps_its_entries_there(with_memory: Tree, make_project: MakeProject) -> None:
    project = make_project("project")
    project.environment |= {"PYTHONPATH": str(with_memory.root), "PYTHONSAFEPATH": "1"}
    project.declare(small_hub())
    project.run("config", "set", "petaplan:inventory", "memory:floor")
    project.run("up", "--yes", "--skip-preview")
    made = [one for one in project.exported()["deployment"]["resources"] if one["type"] == "petaplan:index:Pod"]
    assert [one["outputs"]["standing"] for one in made] == [{"generation": 1, "placedInUpdate": 1}]
    assert not project.inventory.exists()
