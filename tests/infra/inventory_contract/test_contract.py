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
from petaplan.infra.inventory.standing import Engine, Entry, Inventory, InventoryError, Key
from tests.infra.conftest import POD
from tests.infra.inventory_contract import memory

ME = Engine(address="127.0.0.1:1", pid=os.getpid(), started=psutil.Process().create_time())
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
def book(open_again: Open) -> Inventory:
    return open_again()


def put(book: Inventory, properties: dict[str, Any], *, key: Key = POD_KEY, anew: bool = False) -> Entry:
    update = book.begin_update(key.project, key.stack, ME, "0.1.0")
    return book.put(update, key, properties, [], cabinets_of(key.kind, properties), anew=anew)


def next_engine(book: Inventory) -> int:
    """The update of another run of the engine, by the same process."""
    address = f"127.0.0.1:{len(book.updates()) + 2}"
    return book.begin_update("petaplan", "dev", Engine(address=address, pid=ME.pid, started=ME.started), "0.1.0")


def test_an_inventory_that_nobody_wrote_to_holds_nothing(book: Inventory) -> None:
    assert (book.get(POD_KEY), book.list(), book.updates(), book.exists()) == (None, (), (), False)
    assert book.obstacle() is None


def test_it_says_in_messages_where_it_is(book: Inventory, tmp_path: Path) -> None:
    assert tmp_path.name in book.where


def test_what_one_process_wrote_another_reads(open_again: Open) -> None:
    writer, reader = open_again(), open_again()
    written = put(writer, POD)
    assert reader.get(POD_KEY) == written and reader.list() == (written,) and reader.exists()


def test_what_is_withheld_is_kept_as_it_was_said(book: Inventory) -> None:
    update = book.begin_update("petaplan", "dev", ME, "0.1.0")
    book.put(update, POD_KEY, POD, ['["contract"]'], (), anew=True)
    entry = book.get(POD_KEY)
    assert entry is not None and entry.withheld == ('["contract"]',)


def test_an_entry_that_is_removed_leaves_nothing_behind(book: Inventory) -> None:
    put(book, POD)
    assert book.remove(POD_KEY, 1) and not book.remove(POD_KEY, 1)
    assert (book.get(POD_KEY), book.list()) == (None, ())
    assert put(book, POD).generation == 1


def test_entries_come_in_order_of_their_keys(book: Inventory) -> None:
    for name in ("b", "c", "a"):
        put(book, POD, key=Key(project="petaplan", stack="dev", kind="pod", name=name))
    assert [entry.key.name for entry in book.list()] == ["a", "b", "c"]


def test_what_was_put_stands_with_a_row_for_each_cabinet(book: Inventory) -> None:
    put(book, POD)
    entry = book.get(POD_KEY)
    assert entry is not None and entry.properties == POD
    assert [(cabinet.name, cabinet.hall, cabinet.row, cabinet.slot) for cabinet in entry.cabinets] == [
        ("compute-1", "hall-a", 1, 1),
        ("compute-2", "hall-a", 1, 2),
        ("compute-3", "hall-a", 1, 3),
        ("leaf-1", "hall-a", None, None),
    ]


def test_a_cabinet_that_stays_keeps_the_update_that_placed_it(book: Inventory) -> None:
    put(book, POD)
    update = next_engine(book)
    bigger = {**POD, "racks": [{**POD["racks"][0], "count": 4}, {**POD["racks"][1], "row": 2}]}
    book.put(update, POD_KEY, bigger, [], cabinets_of("pod", bigger), anew=False)
    entry = book.get(POD_KEY)
    assert entry is not None and (entry.placed_in, entry.changed_in) == (1, 2)
    assert {cabinet.name: (cabinet.placed_in, cabinet.changed_in) for cabinet in entry.cabinets} == {
        "compute-1": (1, 1),
        "compute-2": (1, 1),
        "compute-3": (1, 1),
        "compute-4": (2, 2),
        "leaf-1": (1, 2),
    }


def test_an_entry_of_a_later_generation_is_not_removed(book: Inventory) -> None:
    put(book, POD)
    put(book, POD, anew=True)
    assert not book.remove(POD_KEY, 1)
    assert book.remove(POD_KEY, 2)


def test_one_engine_has_one_update_and_the_next_another(book: Inventory) -> None:
    first = book.begin_update("petaplan", "dev", ME, "0.1.0")
    assert book.begin_update("petaplan", "dev", ME, "0.1.0") == first
    assert next_engine(book) == first + 1
    assert [update.stack for update in book.updates()] == ["dev", "dev"]


def test_an_update_that_another_running_engine_holds_is_refused(book: Inventory) -> None:
    book.begin_update("petaplan", "dev", ME, "0.1.0")
    parent = psutil.Process(os.getppid())
    other = Engine(address="127.0.0.1:9", pid=parent.pid, started=parent.create_time())
    with pytest.raises(InventoryError, match=f"another update of stack petaplan/dev at work \\(process {ME.pid}"):
        book.begin_update("petaplan", "dev", other, "0.1.0")
    assert book.begin_update("petaplan", "full", other, "0.1.0") == 2, "another stack is free"


def test_an_engine_that_died_holds_nothing(book: Inventory) -> None:
    gone = Engine(address="127.0.0.1:9", pid=ME.pid + 4_000_000, started=1.0)
    reused = Engine(address="127.0.0.1:8", pid=os.getppid(), started=1.0)
    assert book.begin_update("petaplan", "dev", gone, "0.1.0") == 1
    assert book.begin_update("petaplan", "dev", reused, "0.1.0") == 2
    assert book.begin_update("petaplan", "dev", ME, "0.1.0") == 3, "a process number used again is another process"


def test_filters_find_by_stack_kind_and_hall(book: Inventory) -> None:
    put(book, POD)
    put(book, {"name": "hall-a"}, key=Key(project="petaplan", stack="dev", kind="hall", name="hall-a"))
    put(book, {**POD, "hall": "hall-b"}, key=Key(project="petaplan", stack="full", kind="pod", name="pod-1"))
    assert [str(entry.key) for entry in book.list(hall="hall-a")] == [
        "petaplan/dev/hall/hall-a",
        "petaplan/dev/pod/pod-1",
    ]
    assert [str(entry.key) for entry in book.list(stack="full", kind="pod")] == ["petaplan/full/pod/pod-1"]


def test_many_writers_at_once_lose_nothing(open_again: Open) -> None:
    def write(number: int) -> None:
        book = open_again()
        for at in range(10):
            put(book, POD, key=Key(project="p", stack=f"s{number}", kind="pod", name=f"pod-{at}"))
        book.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(write, range(6)))
    assert len(open_again().list()) == 60
