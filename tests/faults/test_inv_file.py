"""INV-03, 06 and 10, and APP-05: the file of the inventory, its rows, and the list of a day."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from petaplan.infra.inventory.model import InventoryError, Key
from petaplan.infra.inventory.sqlite import SqliteInventory
from tests.faults.inventory_lab import UP, chain, count_of, names, petaplan, project, rows, sites, sql
from tests.infra.conftest import PROVIDER, Project
from tests.patience import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.engine

__all__ = ["project"]


# ---- INV-03: the file during an update


def removed(path: Path) -> None:
    for one in path.parent.glob("inventory.db*"):
        one.unlink()


def cut(path: Path) -> None:
    os.truncate(path, 100)


def replaced(path: Path) -> None:
    shutil.copy(path, path.with_name("other"))
    path.with_name("other").replace(path)


def overwritten(path: Path) -> None:
    path.write_bytes(b"something else " * 4_096)


def stripped(path: Path) -> None:
    path.with_name(f"{path.name}-wal").unlink()


@pytest.mark.sample(1)
@pytest.mark.parametrize("harm", [removed, cut, replaced, overwritten, stripped])
def test_inv_03_a_file_that_is_harmed_fails_the_update(harm: Callable[[Path], None], project: Project) -> None:
    project.program(chain(240))
    update = project.start(*UP)
    assert eventually(lambda: count_of(project) >= 6)
    harm(project.inventory)
    assert update.stdout is not None
    said = update.stdout.read()
    assert update.wait(PATIENCE_SECONDS) == 1, said
    update.stdout.close()
    assert str(project.inventory) in said and ("pulumi up --refresh" in said or "a damaged file" in said)


def test_inv_03_an_up_without_its_inventory_is_told_how_to_write_it_anew(project: Project) -> None:
    project.program(sites(3))
    project.run(*UP)
    removed(project.inventory)
    assert "nothing of stack petaplan/dev, whose state has objects" in project.run(*UP)
    project.program(sites(4))
    assert "pulumi up --refresh" in project.run(*UP, expect=1)
    project.run("up", "--yes", "--refresh")
    assert rows(project) == names("dev", 4)
    petaplan(project, "status")


# ---- INV-06: damaged rows


@pytest.mark.parametrize("column", ["properties", "withheld", "holders"])
@pytest.mark.parametrize(
    "value", ["[1]", "null", "7", '"text"', "no JSON", '{"a": NaN}', '{"a": 1e999}', "[[[]]]", "[" * 900 + "]" * 900]
)
def test_inv_06_a_damaged_entry_is_named(column: str, value: str, tmp_path: Path) -> None:
    inventory = SqliteInventory(tmp_path / "inventory.db")
    from tests.infra.test_inventory import put

    key = Key(project="petaplan", stack="dev", kind="site", name="site-1")
    put(inventory, {"country": "HK"}, key=key)
    database = sqlite3.connect(inventory.path)
    database.execute("PRAGMA ignore_check_constraints = ON")
    database.execute(f"UPDATE entries SET {column} = ?", (value,))  # noqa: S608 - a column of this test
    database.commit()
    database.close()
    for look in (lambda: inventory.get(key), inventory.list):
        with pytest.raises(InventoryError, match=f"damaged entry petaplan/dev/site/site-1 \\({column}"):
            look()
    inventory.close()


@pytest.mark.parametrize(
    "harm",
    [
        "DROP TABLE cabinets",
        "DROP TABLE updates",
        "ALTER TABLE entries RENAME COLUMN withheld TO hidden",
        "ALTER TABLE cabinets DROP COLUMN model",
        "ALTER TABLE entries DROP COLUMN token",
    ],
)
def test_inv_06_missing_tables_and_columns_are_a_damaged_file(harm: str, tmp_path: Path) -> None:
    inventory = SqliteInventory(tmp_path / "inventory.db")
    from tests.infra.test_inventory import put

    put(inventory, {"country": "HK"}, key=Key(project="petaplan", stack="dev", kind="site", name="site-1"))
    inventory.close()
    database = sqlite3.connect(inventory.path)
    database.execute(harm)
    database.commit()
    database.close()
    with pytest.raises(InventoryError, match="a damaged file"):
        inventory.list() and inventory.updates()
    inventory.close()


def test_inv_06_the_commands_name_the_entry(project: Project) -> None:
    project.program(sites(2))
    project.run(*UP)
    sql(project, "UPDATE entries SET properties = '[1]' WHERE name = 'site-1'")
    assert "damaged entry petaplan/dev/site/site-1" in petaplan(project, "status", expect=2)
    said = project.run("refresh", "--yes", "--skip-preview", expect=1)
    assert "damaged entry petaplan/dev/site/site-1" in said and "a fault of petaplan" not in said


# ---- INV-10 and APP-05


def test_inv_10_a_locked_file_is_waited_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.infra.test_inventory import put

    monkeypatch.setattr("petaplan.infra.inventory.file.PATIENCE_SECONDS", 1.0)
    inventory = SqliteInventory(tmp_path / "inventory.db")
    put(inventory, {"country": "HK"})
    holder = sqlite3.connect(inventory.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    spent = []
    for _ in range(5):
        began = time.monotonic()
        with pytest.raises(InventoryError, match="kept locked"):
            put(inventory, {"country": "HK"})
        spent.append(time.monotonic() - began)
    holder.close()
    inventory.close()
    assert spent[0] >= 0.9 and sum(spent[1:]) < 0.9


def test_inv_10_a_provider_whose_engine_was_gone_before_it_looked_ends(tmp_path: Path) -> None:
    code = (
        "import os, subprocess, sys\n"
        f"child = subprocess.Popen(['/bin/sh', '-c', 'sleep 1; exec {PROVIDER} 127.0.0.1:1'], start_new_session=True)\n"
        "print(child.pid, flush=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=tmp_path, check=True, timeout=60
    )
    pid = int(done.stdout.splitlines()[0])
    try:
        assert eventually(lambda: not psutil.pid_exists(pid), 60)
    finally:
        if psutil.pid_exists(pid):
            os.kill(pid, signal.SIGKILL)


def test_app_03_no_command_takes_an_unknown_stack_for_a_default(project: Project) -> None:
    commands = ("inventory", "inventory prune --yes", "status", "gate")
    for command in commands:
        assert "a stack" in petaplan(project, *command.split(), "--stack", "nope", expect=2)
    petaplan(project, "inventory", "--stack", "dev")
    project.program(sites(2))
    project.run(*UP)
    for command in commands[:3]:
        for name in ("nope", "organization/petaplan/nope", "dev/", "organization/other/dev"):
            assert "expected" in petaplan(project, *command.split(), "--stack", name, expect=2), (command, name)
    sql(project, "UPDATE entries SET name = 'left' WHERE name = 'site-2'")
    assert "left" in petaplan(project, "inventory", "--stack", "organization/petaplan/dev")
    for name in ("petaplan/dev", "organization/petaplan/dev"):
        said = petaplan(project, "inventory", "prune", "--stack", name, answer="n\n", expect=1)
        assert "in no stack: petaplan/dev/site/left" in said


def test_app_05_the_inventory_of_a_day_and_of_a_row(project: Project) -> None:
    project.program(
        "from petaplan.infra.resources import Phase, Pod\n"
        "Phase('p1', starts='2026-01-01', in_service='2026-12-01')\n"
        "Phase('p2', starts='2029-01-01', in_service='2030-06-30')\n"
        "racks = [{'name': 'r', 'model': 'nvidia-dgx-h100-rack', 'count': 2, 'row': 3, 'slot': 1}]\n"
        "Pod('pod-old', phase='p1', hall='h', racks=racks, retired='2030-06-30')\n"
        "Pod('pod-new', phase='p2', hall='h', racks=racks)\n"
        "Pod('pod-far', phase='p1', hall='i', racks=[{**racks[0], 'row': 4}])\n"
    )
    project.run(*UP)

    def listed(*options: str) -> set[str]:
        read = json.loads(petaplan(project, "inventory", "list", "--kind", "pod", "--format", "json", *options))
        return {entry["name"] for entry in read["entries"]}

    assert listed("--on", "2026-12-31") == {"pod-old", "pod-far"}
    assert listed("--on", "2030-06-30") == {"pod-new", "pod-far"}
    assert listed("--row", "3") == {"pod-old", "pod-new"}
    assert listed("--on", "2027-01-01", "--row", "3") == {"pod-old"}
    assert listed("--hall", "i") == {"pod-far"}
    text = petaplan(project, "inventory", "--racks", "--on", "2027-01-01", "--row", "3")
    assert text.count("pod-old") == 2 and "pod-new" not in text and "2026-12-01" in text and "2030-06-30" in text
