"""A new command is one file: help, documentation and a run of it follow from the file."""

import re

from tests.additions.conftest import Tree

FILE = "capacity/commands/phases.py"

TEXT = '''\
"""`petaplan phases`: the phases of a plan."""

import sys
from typing import Annotated

import typer

from petaplan.capacity.command_line.options import Plan


def phases(plan: Plan, after: Annotated[int, typer.Option("--after", help="Only phases after this year.")] = 0) -> None:
    """List the phases of a plan with their dates."""
    from petaplan.capacity.document.source import read_hub

    for phase in read_hub(plan).phases:
        if phase.in_service.year > after:
            sys.stdout.write(f"{phase.name} {phase.in_service}\\n")
'''


def test_a_command_is_one_file(tree: Tree) -> None:
    tree.add(FILE, TEXT)
    assert tree.changes() == (1, 0)
    tree.generate()

    listed = tree.run("petaplan", "--help")
    assert "  phases     List the phases of a plan with their dates." in listed.splitlines()
    own = tree.run("petaplan", "phases", "--help")
    assert "Usage: petaplan phases" in own and "Only phases after this year." in own
    page = tree.read("docs/reference/commands.md")
    assert "| [`petaplan phases`](#petaplan-phases) | List the phases of a plan with their dates. |" in page
    assert "## petaplan phases\n" in page
    assert "| `commands/phases.py` | `petaplan phases`: the phases of a plan. |" in tree.read("capacity/README.md")
    ran = tree.run("petaplan", "phases", "infra.hong_kong:hub", "--after", "2026")
    assert [line.split()[0] for line in ran.splitlines()] == ["phase-2", "phase-3"]
    refused = tree.run("petaplan", "phases", "nowhere.yaml", code=2)
    assert "found No such file or directory" in refused


def test_a_command_of_a_group_is_one_file(tree: Tree) -> None:
    text = 'import sys\n\n\ndef count() -> None:\n    """Count the objects."""\n    sys.stdout.write("0\\n")\n'
    tree.add("infra/commands/inventory/count.py", f'"""`petaplan inventory count`."""\n\n{text}')

    assert tree.changes() == (1, 0)
    assert re.search(r"count +Count the objects\.", tree.run("petaplan", "inventory", "--help"))
    assert tree.run("petaplan", "inventory", "count") == "0\n"
