"""The helper of the other tests here: its copy is the one that is imported, and it counts what was changed."""

import pytest

from tests.additions.conftest import Tree


def test_commands_import_the_copy(tree: Tree) -> None:
    told = tree.run("python", "-c", "import petaplan.capacity.check, infra.hong_kong as h; print(h.__file__)")
    assert told.startswith(str(tree.root))


def test_a_copy_that_nothing_was_added_to_is_not_generated(tree: Tree) -> None:
    with pytest.raises(AssertionError):
        tree.generate()


def test_lines_and_files_that_are_added_are_counted(tree: Tree) -> None:
    assert tree.changes() == (0, 0)
    tree.add("capacity/extra.py", '"""Nothing."""\n')
    tree.add_line("tools/generate/table.py", "resource_classes,", "    evidence_schema,")
    assert tree.changes() == (1, 1)
    tree.add("capacity/more.py", '"""Nothing."""\n')
    assert tree.changes() == (2, 1)


def test_a_generated_file_shows_what_was_added(tree: Tree) -> None:
    tree.add("capacity/extra.py", '"""A module that a test adds."""\n')
    tree.generate()
    assert "| `extra.py` | A module that a test adds. |" in tree.read("capacity/README.md")
