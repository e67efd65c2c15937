"""The inventory in its file: what stands, since when, and every way in which the file can fail."""

import json
import os
import resource
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from petaplan.infra.inventory.cabinets import cabinets_of, properties_as_deployed
from petaplan.infra.inventory.model import EngineProcess, Entry, InventoryError, Key
from petaplan.infra.inventory.sqlite import SqliteInventory
from tests.infra.conftest import POD, PROVIDER, ROOT, StartProvider

ME = EngineProcess(address="127.0.0.1:1", pid=os.getpid(), started=psutil.Process().create_time())
POD_KEY = Key(project="petaplan", stack="dev", kind="pod", name="pod-1")


@pytest.fixture
def inventory(tmp_path: Path) -> Iterator[SqliteInventory]:
    made = SqliteInventory(tmp_path / "deep" / "inventory.db")
    yield made
    made.close()


def put(inventory: SqliteInventory, properties: dict[str, Any], *, key: Key = POD_KEY, anew: bool = False) -> Entry:
    update = inventory.begin_update(key.project, key.stack, ME, "0.1.0")
    return inventory.put(update, key, properties, [], cabinets_of(key.kind, properties), anew=anew)


def test_looking_makes_no_file(inventory: SqliteInventory) -> None:
    assert (inventory.get(POD_KEY), inventory.list(), inventory.updates()) == (None, (), ())
    assert not inventory.path.parent.exists()


def test_a_removed_entry_takes_its_cabinets_with_it(inventory: SqliteInventory) -> None:
    put(inventory, POD)
    assert inventory.remove(POD_KEY, 1) and not inventory.remove(POD_KEY, 1)
    with sqlite3.connect(inventory.path) as database:
        assert database.execute("SELECT count(*) FROM cabinets").fetchone() == (0,)
    database.close()


run_names = st.lists(st.sampled_from("abcde"), unique=True, min_size=1, max_size=4)


@st.composite
def pods(draw: st.DrawFn) -> dict[str, Any]:
    runs = []
    for name in draw(run_names):
        run: dict[str, Any] = {"name": name, "model": draw(st.sampled_from(["m-1", "m-2"]))}
        if draw(st.booleans()):
            run["count"] = draw(st.integers(1, 5))
        if draw(st.booleans()):
            run |= {"row": draw(st.integers(1, 9)), "slot": draw(st.integers(1, 9))}
        runs.append(run)
    return {"hall": "hall-a", "phase": "p", "racks": runs}


@given(pods())
def test_cabinets_that_stand_as_declared_read_as_declared(pod: dict[str, Any]) -> None:
    assert properties_as_deployed("pod", pod, cabinets_of("pod", pod)) == pod
    rack = {**pod["racks"][0], "hall": "hall-a", "phase": "p"}
    assert properties_as_deployed("rack", rack, cabinets_of("rack", rack)) == rack


@given(pods(), st.data())
def test_a_cabinet_fewer_reads_as_a_rack_fewer(pod: dict[str, Any], data: st.DataObject) -> None:
    cabinets = cabinets_of("pod", pod)
    gone = data.draw(st.sampled_from(cabinets))
    seen = properties_as_deployed("pod", pod, [cabinet for cabinet in cabinets if cabinet is not gone])
    assert sum(run.get("count", 1) for run in seen["racks"]) == len(cabinets) - 1


# ---- The file


def refusal(path: Path, *, write: bool = True) -> str:
    inventory = SqliteInventory(path)
    with pytest.raises(InventoryError) as caught:
        put(inventory, POD) if write else inventory.list()
    inventory.close()
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("write", [True, False])
def test_a_file_that_is_no_database_is_refused_and_left_alone(write: bool, tmp_path: Path) -> None:
    path = tmp_path / "inventory.db"
    path.write_bytes(b"no database" * 500)
    assert "a damaged file" in refusal(path, write=write)
    assert path.read_bytes() == b"no database" * 500


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "inventory.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE songs (title)")
    database.close()
    before = path.read_bytes()
    assert "another program" in refusal(path) and "another program" in refusal(path, write=False)
    assert path.read_bytes() == before


def test_a_database_with_a_torn_page_is_found_out_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "inventory.db"
    inventory = SqliteInventory(path)
    for at in range(60):
        put(inventory, POD, key=Key(project="p", stack="s", kind="pod", name=f"pod-{at}"))
    inventory.close()
    with path.open("r+b") as file:
        file.seek(4_096 * 3)
        file.write(os.urandom(4_096 * 4))
    before = path.read_bytes()
    assert "a damaged file" in refusal(path)
    assert path.read_bytes() == before


def test_a_file_that_holds_nothing_yet_becomes_an_inventory(tmp_path: Path) -> None:
    path = tmp_path / "inventory.db"
    path.touch()
    inventory = SqliteInventory(path)
    assert inventory.list() == ()
    put(inventory, POD)
    assert len(inventory.list()) == 1
    inventory.close()


@contextmanager
def a_folder_of_somebody_else() -> Iterator[Path]:
    """A folder that this process may read and not write; root steps down to nobody for a while."""
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        folder = Path(made)
        inventory = SqliteInventory(folder / "inventory.db")
        put(inventory, POD)
        inventory.close()
        (folder / "inventory.db").chmod(0o444)
        folder.chmod(0o555)
        root = os.geteuid() == 0
        try:
            if root:
                os.seteuid(65_534)
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o755)


def test_a_read_only_inventory_is_read_and_not_written() -> None:
    with a_folder_of_somebody_else() as folder:
        inventory = SqliteInventory(folder / "inventory.db")
        assert [entry.key for entry in inventory.list()] == [POD_KEY]
        problem = inventory.obstacle()
        assert problem is not None and "may not be written" in problem.found
        with pytest.raises(InventoryError, match=r"may not be written|can't be opened") as caught:
            put(inventory, POD)
        inventory.close()
        assert str(folder / "inventory.db") in str(caught.value)
        assert "petaplan:inventory" in str(caught.value)


def test_a_folder_that_nobody_may_make_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = refusal(tmp_path / "file" / "inventory.db")
    assert "found File exists" in said and "check the path" in said


def test_a_lock_that_is_held_too_long_is_told(inventory: SqliteInventory, monkeypatch: pytest.MonkeyPatch) -> None:
    put(inventory, POD)
    inventory.close()
    holder = sqlite3.connect(inventory.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr("petaplan.infra.inventory.file.PATIENCE_SECONDS", 0.1)
    assert "kept locked" in refusal(inventory.path)
    holder.close()


def test_a_full_disk_leaves_what_was_written_before_and_nothing_half_done(start_provider: StartProvider) -> None:
    """A limit on the size of files stands in for a disk of that size: the write fails in the same place."""
    limit = 160 * 1_024
    code = "import resource, os, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2); "
    code += "os.execv(sys.argv[2], sys.argv[2:])"
    provider = start_provider(command=(sys.executable, "-c", code, str(limit), str(PROVIDER)))
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != limit
    provider.configure()
    racks = [{"name": f"run-{at}", "model": "nvidia-dgx-h100-rack", "count": 8} for at in range(8)]
    made: list[str] = []
    said = ""
    while not said and len(made) < 400:
        try:
            provider.create("Pod", f"pod-{len(made)}", {**POD, "racks": racks})
            made.append(f"pod-{len(made)}")
        except grpc.RpcError as error:
            said = str(error.details())
    assert "no room to write" in said and ".petaplan/inventory.db" in said and "make room" in said
    provider.process.terminate()
    provider.process.wait(10)
    inventory = SqliteInventory(provider.folder / ".petaplan" / "inventory.db")
    assert sorted(entry.key.name for entry in inventory.list()) == sorted(made) and made
    assert all(len(entry.cabinets) == 64 for entry in inventory.list())
    inventory.close()


def test_properties_are_kept_as_readable_json(inventory: SqliteInventory) -> None:
    put(inventory, POD)
    with sqlite3.connect(inventory.path) as database:
        ((text,),) = database.execute("SELECT properties FROM entries").fetchall()
    database.close()
    assert json.loads(text) == POD


def test_a_file_of_version_1_is_read_in_new_words_and_written_in_them(tmp_path: Path) -> None:
    path = tmp_path / "inventory.db"
    recorded = ROOT / "tests" / "recorded" / "racks.inventory.sql"
    database = sqlite3.connect(path)
    database.executescript(recorded.read_text(encoding="utf-8"))
    database.close()
    before = path.read_bytes()
    inventory = SqliteInventory(path)
    seen = inventory.list()
    assert [entry.key.name for entry in inventory.list(kind="battery")] == ["battery-a", "battery-b"]
    assert inventory.get(Key(project="petaplan", stack="dev", kind="battery", name="battery-a")) is not None
    inventory.close()
    assert path.read_bytes() == before, "reading changes nothing"
    inventory = SqliteInventory(path)
    inventory.begin_update("petaplan", "dev", ME, "0.2.0")
    assert sorted(map(str, (entry.key for entry in inventory.list()))) == sorted(
        map(str, (entry.key for entry in seen))
    )
    assert inventory.list(kind="storage") == () and len(inventory.list(kind="battery")) == 2
    inventory.close()
