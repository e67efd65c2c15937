"""What every inventory does, whoever keeps it: the same tests for each backend."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from petaplan.infra.inventory.backend import Backend
from petaplan.infra.inventory.backends import sqlite
from petaplan.infra.inventory.cabinets import cabinets_of
from petaplan.infra.inventory.model import EngineProcess, Entry, Holder, Inventory, InventoryError, Key, Owner
from petaplan.infra.inventory.ownership import never_ended
from tests.infra.conftest import POD
from tests.infra.inventory_contract import memory
from tests.patience import PATIENCE_SECONDS

ME = EngineProcess(address="127.0.0.1:1", pid=os.getpid(), started=psutil.Process().create_time())
POD_KEY = Key(project="petaplan", stack="dev", kind="pod", name="pod-1")

BACKENDS: dict[str, Backend] = {backend.scheme: backend for backend in (sqlite.BACKEND, memory.BACKEND)}

Open = Callable[[], Inventory]


@pytest.fixture(params=sorted(BACKENDS))
def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens one inventory as often as it is asked, as other processes would."""
    backend, opened = BACKENDS[request.param], []

    def again() -> Inventory:
        opened.append(backend.open(tmp_path.name, tmp_path))
        return opened[-1]

    yield again
    for one in opened:
        one.close()


@pytest.fixture
def inventory(open_again: Open) -> Inventory:
    return open_again()


def put(inventory: Inventory, properties: dict[str, Any], *, key: Key = POD_KEY, anew: bool = False) -> Entry:
    update = inventory.begin_update(key.project, key.stack, ME, "0.1.0")
    return inventory.put(update, key, properties, [], cabinets_of(key.kind, properties), anew=anew)


def next_engine(inventory: Inventory) -> int:
    """The update of another run of the engine, by the same process."""
    address = f"127.0.0.1:{len(inventory.updates()) + 2}"
    return inventory.begin_update(
        "petaplan", "dev", EngineProcess(address=address, pid=ME.pid, started=ME.started), "0.1.0"
    )


def test_an_inventory_that_nobody_wrote_to_holds_nothing(inventory: Inventory) -> None:
    assert (inventory.get(POD_KEY), inventory.list(), inventory.updates(), inventory.exists()) == (None, (), (), False)
    assert inventory.obstacle() is None


def test_it_says_in_messages_where_it_is(inventory: Inventory, tmp_path: Path) -> None:
    assert tmp_path.name in inventory.where


def test_what_one_process_wrote_another_reads(open_again: Open) -> None:
    writer, reader = open_again(), open_again()
    written = put(writer, POD)
    assert reader.get(POD_KEY) == written and reader.list() == (written,) and reader.exists()


def test_what_is_withheld_is_kept_as_it_was_said(inventory: Inventory) -> None:
    update = inventory.begin_update("petaplan", "dev", ME, "0.1.0")
    inventory.put(update, POD_KEY, POD, ['["contract"]'], (), anew=True)
    entry = inventory.get(POD_KEY)
    assert entry is not None and entry.withheld == ('["contract"]',)


def test_an_entry_that_is_removed_leaves_nothing_behind(inventory: Inventory) -> None:
    put(inventory, POD)
    assert inventory.remove(POD_KEY, 1) and not inventory.remove(POD_KEY, 1)
    assert (inventory.get(POD_KEY), inventory.list()) == (None, ())
    assert put(inventory, POD).generation == 1


def test_entries_come_in_order_of_their_keys(inventory: Inventory) -> None:
    for name in ("b", "c", "a"):
        put(inventory, POD, key=Key(project="petaplan", stack="dev", kind="pod", name=name))
    assert [entry.key.name for entry in inventory.list()] == ["a", "b", "c"]


def test_what_was_put_stands_with_a_row_for_each_cabinet(inventory: Inventory) -> None:
    put(inventory, POD)
    entry = inventory.get(POD_KEY)
    assert entry is not None and entry.properties == POD
    assert [(cabinet.name, cabinet.hall, cabinet.row, cabinet.slot) for cabinet in entry.cabinets] == [
        ("compute-1", "hall-a", 1, 1),
        ("compute-2", "hall-a", 1, 2),
        ("compute-3", "hall-a", 1, 3),
        ("leaf-1", "hall-a", None, None),
    ]


def test_a_cabinet_that_stays_keeps_the_update_that_placed_it(inventory: Inventory) -> None:
    put(inventory, POD)
    update = next_engine(inventory)
    bigger = {**POD, "racks": [{**POD["racks"][0], "count": 4}, {**POD["racks"][1], "row": 2}]}
    inventory.put(update, POD_KEY, bigger, [], cabinets_of("pod", bigger), anew=False)
    entry = inventory.get(POD_KEY)
    assert entry is not None and (entry.placed_in, entry.changed_in) == (1, 2)
    assert {cabinet.name: (cabinet.placed_in, cabinet.changed_in) for cabinet in entry.cabinets} == {
        "compute-1": (1, 1),
        "compute-2": (1, 1),
        "compute-3": (1, 1),
        "compute-4": (2, 2),
        "leaf-1": (1, 2),
    }


def test_an_entry_of_a_later_generation_is_not_removed(inventory: Inventory) -> None:
    put(inventory, POD)
    put(inventory, POD, anew=True)
    assert not inventory.remove(POD_KEY, 1)
    assert inventory.remove(POD_KEY, 2)


def test_one_engine_has_one_update_and_the_next_another(inventory: Inventory) -> None:
    first = inventory.begin_update("petaplan", "dev", ME, "0.1.0")
    assert inventory.begin_update("petaplan", "dev", ME, "0.1.0") == first
    assert next_engine(inventory) == first + 1
    assert [update.stack for update in inventory.updates()] == ["dev", "dev"]


def test_an_update_that_another_running_engine_holds_is_refused(inventory: Inventory) -> None:
    inventory.begin_update("petaplan", "dev", ME, "0.1.0")
    parent = psutil.Process(os.getppid())
    other = EngineProcess(address="127.0.0.1:9", pid=parent.pid, started=parent.create_time())
    with pytest.raises(InventoryError, match=f"another update of stack petaplan/dev at work \\(process {ME.pid}"):
        inventory.begin_update("petaplan", "dev", other, "0.1.0")
    assert inventory.begin_update("petaplan", "full", other, "0.1.0") == 2, "another stack is free"


def test_an_engine_that_died_holds_nothing(inventory: Inventory) -> None:
    gone = EngineProcess(address="127.0.0.1:9", pid=ME.pid + 4_000_000, started=1.0)
    reused = EngineProcess(address="127.0.0.1:8", pid=os.getppid(), started=1.0)
    assert inventory.begin_update("petaplan", "dev", gone, "0.1.0") == 1
    assert inventory.begin_update("petaplan", "dev", reused, "0.1.0") == 2
    assert inventory.begin_update("petaplan", "dev", ME, "0.1.0") == 3, "a process number used again is another process"


def test_filters_find_by_stack_kind_and_hall(inventory: Inventory) -> None:
    put(inventory, POD)
    put(inventory, {"name": "hall-a"}, key=Key(project="petaplan", stack="dev", kind="hall", name="hall-a"))
    put(inventory, {**POD, "hall": "hall-b"}, key=Key(project="petaplan", stack="full", kind="pod", name="pod-1"))
    assert [str(entry.key) for entry in inventory.list(hall="hall-a")] == [
        "petaplan/dev/hall/hall-a",
        "petaplan/dev/pod/pod-1",
    ]
    assert [str(entry.key) for entry in inventory.list(stack="full", kind="pod")] == ["petaplan/full/pod/pod-1"]


def test_many_writers_at_once_lose_nothing(open_again: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petaplan.infra.inventory.file.PATIENCE_SECONDS", PATIENCE_SECONDS)

    def write(number: int) -> None:
        inventory = open_again()
        for at in range(10):
            put(inventory, POD, key=Key(project="p", stack=f"s{number}", kind="pod", name=f"pod-{at}"))
        inventory.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write, range(6)))
    assert len(open_again().list()) == 60


# ---- Owners


def begin(inventory: Inventory, token: str, stack: str = "dev", **more: Any) -> int:
    """An update of another run of the engine with an owner token."""
    address = f"127.0.0.1:{len(inventory.updates()) + 2}"
    engine = more.pop("engine", EngineProcess(address=address, pid=ME.pid, started=ME.started))
    return inventory.begin_update("petaplan", stack, engine, "0.1.0", Owner(token=token, **more))


def place(inventory: Inventory, update: int, name: str, stack: str = "dev", resource: str = "Pod::a") -> Entry:
    key = Key(project="petaplan", stack=stack, kind="pod", name=name)
    return inventory.put(update, key, POD, [], cabinets_of("pod", POD), anew=True, resource=resource)


GONE = EngineProcess(address="127.0.0.1:9", pid=ME.pid + 4_000_000, started=1.0)


def test_an_entry_has_the_token_of_the_update_that_wrote_it(inventory: Inventory) -> None:
    assert place(inventory, begin(inventory, "t-1"), "pod-1").token == "t-1"
    (held,) = inventory.holdings()
    assert (held.full_name, held.token, held.entries) == ("petaplan/dev", "t-1", 1)


def test_a_token_under_another_name_is_refused_with_both_names(inventory: Inventory) -> None:
    place(inventory, begin(inventory, "t-1"), "pod-1")
    with pytest.raises(InventoryError, match="transfer petaplan/dev petaplan/other") as caught:
        begin(inventory, "t-1", "other", confirmed=True)
    assert "1 entry of stack petaplan/dev under the owner token of stack petaplan/other" in str(caught.value)
    assert [update.stack for update in inventory.updates()] == ["dev"]


def test_a_name_under_another_token_is_refused_with_its_count(inventory: Inventory) -> None:
    update = begin(inventory, "t-1")
    place(inventory, update, "pod-1")
    place(inventory, update, "pod-2")
    inventory.end_updates([update])
    with pytest.raises(InventoryError, match="2 entries of stack petaplan/dev under another owner token"):
        begin(inventory, "t-2")
    assert inventory.transfer(("petaplan", "dev"), ("petaplan", "dev"), "t-2", copy=False) == 2
    begin(inventory, "t-2")
    with pytest.raises(InventoryError, match="2 entries"):
        begin(inventory, "t-1")


@pytest.mark.parametrize(
    ("confirmed", "backend", "ended", "resumed"),
    [(False, "b", False, True), (True, "b", False, False), (False, "c", False, False), (False, "b", True, False)],
)
def test_only_an_update_that_never_ended_and_reached_no_checkpoint_is_resumed(
    confirmed: bool, backend: str, ended: bool, resumed: bool, inventory: Inventory
) -> None:
    update = begin(inventory, "t-1", engine=GONE, confirmed=confirmed, backend=backend)
    place(inventory, update, "pod-1")
    if ended:
        inventory.end_updates([update])
    if resumed:
        begin(inventory, "t-2", backend="b")
        assert [entry.token for entry in inventory.list()] == ["t-2"]
    else:
        with pytest.raises(InventoryError, match="1 entry"):
            begin(inventory, "t-2", backend="b")


def test_entries_without_a_token_are_taken_over(inventory: Inventory) -> None:
    put(inventory, POD)
    begin(inventory, "t-1")
    assert [entry.token for entry in inventory.list()] == ["t-1"]


def test_an_inventory_that_knows_nothing_of_a_stack_with_objects_is_not_its_own(inventory: Inventory) -> None:
    with pytest.raises(InventoryError, match="nothing of stack petaplan/dev, whose state has objects"):
        begin(inventory, "t-1", expects=True)


def test_two_providers_of_one_engine_have_one_owner(inventory: Inventory) -> None:
    first = begin(inventory, "t-1", engine=ME)
    assert begin(inventory, "t-2", engine=ME) == first
    place(inventory, first, "pod-1")
    inventory.end_updates([first])
    begin(inventory, "t-2", confirmed=True)
    assert [entry.token for entry in inventory.list()] == ["t-1"]


def test_a_rename_moves_entries_and_racks_and_a_copy_doubles_them(inventory: Inventory) -> None:
    place(inventory, begin(inventory, "t-1"), "pod-1")
    assert inventory.transfer(("petaplan", "dev"), ("petaplan", "other"), "t-1", copy=False) == 1
    (moved,) = inventory.list()
    assert (moved.key.stack, moved.token, len(moved.cabinets)) == ("other", "t-1", 4)
    assert inventory.transfer(("petaplan", "other"), ("petaplan", "dev"), "t-2", copy=True) == 1
    assert [(one.key.stack, one.token, len(one.cabinets)) for one in inventory.list()] == [
        ("dev", "t-2", 4),
        ("other", "t-1", 4),
    ]
    with pytest.raises(InventoryError, match="of its own"):
        inventory.transfer(("petaplan", "dev"), ("petaplan", "other"), "t-2", copy=False)


def test_two_resources_that_mean_one_entry_in_one_update_are_refused(inventory: Inventory) -> None:
    update = begin(inventory, "t-1")
    place(inventory, update, "pod-1")
    with pytest.raises(InventoryError, match="Pod::a and Pod::b"):
        place(inventory, update, "pod-1", resource="Pod::b")


def test_an_entry_stands_until_the_last_of_its_resources_is_deleted(inventory: Inventory) -> None:
    place(inventory, begin(inventory, "t-1"), "pod-1")
    entry = place(inventory, begin(inventory, "t-1"), "pod-1", resource="Pod::b")
    assert sorted(entry.generations) == [1, 2]
    assert not inventory.remove(entry.key, 2) and inventory.get(entry.key) is not None
    assert inventory.remove(entry.key, 1) and inventory.get(entry.key) is None


def test_what_a_restored_state_has_can_be_deleted_by_it(inventory: Inventory) -> None:
    place(inventory, begin(inventory, "t-1"), "pod-1")
    entry = place(inventory, begin(inventory, "t-1"), "pod-1")
    inventory.hold(entry.key, {1: Holder(resource="Pod::a", update=1)})
    assert inventory.remove(entry.key, 1)


def test_an_update_that_never_ended_is_known_until_it_is_ended(inventory: Inventory) -> None:
    update = begin(inventory, "t-1", engine=GONE)
    begin(inventory, "t-1", "full")
    assert [one.id for one in never_ended(inventory.updates())] == [update]
    inventory.end_updates([update])
    assert never_ended(inventory.updates()) == ()
