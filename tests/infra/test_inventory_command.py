"""``petaplan inventory``: the table, the JSON, the filters, the refusals."""

import json
import os
from pathlib import Path
from typing import Any

import psutil
import pytest

from petaplan.infra.inventory.cabinets import cabinets_of
from petaplan.infra.inventory.model import EngineProcess, Key
from petaplan.infra.inventory.sqlite import SqliteInventory
from tests.commands import petaplan
from tests.infra.conftest import POD


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project with two stacks in its inventory."""
    (tmp_path / "Pulumi.yaml").write_text("name: petaplan\n")
    (tmp_path / "infra").mkdir()
    inventory = SqliteInventory(tmp_path / ".petaplan" / "inventory.db")
    me = EngineProcess(address="127.0.0.1:1", pid=os.getpid(), started=psutil.Process().create_time())
    for stack, kind, name, properties in (
        ("dev", "hall", "hall-a", {"floorAreaM2": 100}),
        ("dev", "pod", "pod-1", POD),
        ("full", "pod", "pod-1", {**POD, "hall": "hall-b"}),
    ):
        update = inventory.begin_update("petaplan", stack, me, "0.1.0")
        key = Key(project="petaplan", stack=stack, kind=kind, name=name)
        inventory.put(update, key, properties, [], cabinets_of(kind, properties), anew=False)
    inventory.close()
    return tmp_path


def command(folder: Path, *arguments: str, expect: int = 0) -> str:
    said = petaplan("inventory", *arguments, cwd=folder)
    assert said.code == expect, said.err
    return said.out + said.err


def lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if line.strip() and "──" not in line]


def test_everything_that_stands_is_a_line_with_the_update_that_placed_it(checkout: Path) -> None:
    title, *rows = lines(command(checkout))
    assert title == ["stack", "kind", "name", "hall", "racks", "since", "changed"]
    assert [row[:3] for row in rows] == [["dev", "hall", "hall-a"], ["dev", "pod", "pod-1"], ["full", "pod", "pod-1"]]
    assert rows[1][3:6] == ["hall-a", "4", "#1"] and rows[2][3:6] == ["hall-b", "4", "#2"]


def test_the_bare_group_and_its_list_are_one_command(checkout: Path) -> None:
    assert command(checkout, "list", "--racks") == command(checkout, "--racks")
    assert "list  " in command(checkout, "--help")
    assert "No such command 'lits'. Did you mean 'list'?" in command(checkout, "lits", expect=2)


def test_the_project_is_found_from_a_folder_in_it(checkout: Path) -> None:
    assert command(checkout / "infra") == command(checkout)


def test_racks_are_listed_by_their_place_and_nothing_is_cut_off_in_a_pipe(checkout: Path) -> None:
    title, *rows = lines(command(checkout, "--racks", "--stack", "dev"))
    assert title == ["stack", "hall", "row", "slot", "pod", "or", "run", "rack", "model", "since"]
    placement = [row for row in rows if len(row) == 9]
    assert [row[:7] for row in placement] == [
        ["dev", "hall-a", "1", str(slot), "pod-1", f"compute-{slot}", "nvidia-dgx-h100-rack"] for slot in (1, 2, 3)
    ]


def test_filters_are_joined(checkout: Path) -> None:
    assert len(lines(command(checkout, "--kind", "pod", "--hall", "hall-b"))) == 2
    assert "Nothing stands in" in command(checkout, "--stack", "full", "--kind", "hall")


def test_programs_get_everything_as_json(checkout: Path) -> None:
    document: dict[str, Any] = json.loads(command(checkout, "--format", "json", "--stack", "dev", "--kind", "pod"))
    (entry,) = document["entries"]
    assert entry["properties"] == POD and entry["placedInUpdate"] == 1
    assert [rack["name"] for rack in entry["racks"]] == ["compute-1", "compute-2", "compute-3", "leaf-1"]
    assert {update["stack"] for update in document["updates"]} == {"dev", "full"}
    assert json.loads(command(checkout, "--format", "json", "--stack", "full", "--kind", "hall"))["entries"] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--stack", "devv"), "did you mean 'dev'?"),
        (("--kind", "podd"), "did you mean 'pod'?"),
        (("--hall", "hall-c"), "did you mean 'hall-"),
        (("--format", "xml"), "xml"),
        (("--file", "nowhere.db"), "no such inventory"),
        (("--file", "Pulumi.yaml"), "a damaged file"),
    ],
)
def test_a_slip_is_told_and_ends_with_two(arguments: tuple[str, ...], said: str, checkout: Path) -> None:
    assert said in command(checkout, *arguments, expect=2)


def test_before_the_first_up_nothing_stands_and_no_file_is_made(tmp_path: Path) -> None:
    assert "Nothing stands in" in command(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_inventory_of_the_stack_is_read(checkout: Path) -> None:
    (checkout / ".petaplan" / "inventory.db").rename(checkout / "floor.db")
    (checkout / "Pulumi.dev.yaml").write_text("config:\n  petaplan:inventory: sqlite:floor.db\n")
    assert len(lines(command(checkout, "--stack", "dev"))) == 3
    (checkout / "Pulumi.full.yaml").write_text("config:\n  petaplan:inventory: sqlite:other.db\n")
    assert "Nothing stands in" in command(checkout, "--stack", "full")
    assert len(lines(command(checkout, "--file", "floor.db"))) == 4


def test_stacks_that_share_an_inventory_need_no_choice(checkout: Path) -> None:
    (checkout / ".petaplan" / "inventory.db").rename(checkout / "floor.db")
    (checkout / "Pulumi.yaml").write_text("name: petaplan\nconfig:\n  petaplan:inventory: floor.db\n")
    (checkout / "Pulumi.dev.yaml").write_text("config: {}\n")
    assert len(lines(command(checkout))) == 4
