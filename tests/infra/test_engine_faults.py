"""What goes wrong on the real engine: one clear message, nothing half done, nobody left behind."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil
import pytest

from petaplan.infra.inventory.file import APPLICATION_ID
from petaplan.infra.inventory.sqlite import SqliteInventory
from tests.infra.conftest import PROVIDER, MakeProject, Project, small_hub
from tests.patience import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.engine

SITE = "from petaplan.infra.resources import Site, Pod\nsite = Site('site-a', country='HK', jurisdiction='HK')\n"
SLEEPS = "\nimport asyncio\nsite.id.apply(lambda _: asyncio.sleep(3_600))\n"


def standing(project: Project) -> list[str]:
    inventory = SqliteInventory(project.inventory)
    names = [entry.key.name for entry in inventory.list()]
    inventory.close()
    return names


def providers_of(process: psutil.Process) -> list[psutil.Process]:
    return [child for child in process.children(recursive=True) if str(PROVIDER) in child.cmdline()]


@contextmanager
def an_update_at_work(project: Project) -> Iterator["subprocess.Popen[str]"]:
    """An `up` that has placed a site and whose program goes on; what is left of it is ended by its process ids."""
    project.program(SITE + SLEEPS)
    update = project.start("up", "--yes", "--skip-preview")
    family: list[psutil.Process] = []
    try:
        assert eventually(lambda: project.inventory.exists() and standing(project) == ["site-a"])
        family = psutil.Process(update.pid).children(recursive=True)
        yield update
    finally:
        if update.poll() is None:
            update.send_signal(signal.SIGINT)
            update.wait(PATIENCE_SECONDS)
        for process in family:
            if process.is_running():
                process.kill()
        psutil.wait_procs(family, timeout=PATIENCE_SECONDS)
        assert update.stdout is not None
        update.stdout.close()


def test_every_bad_property_is_shown_on_its_resource_and_nothing_is_created(project: Project) -> None:
    project.program(
        SITE
        + "Pod('pod-1', phase='p', hall='Hall A', feeds=['a', 'B b'],\n"
        + "    racks=[{'name': 'r', 'model': 'm-1', 'count': 0, 'nodes': [{'model': 'n-1', 'cont': 1}]}])\n"
        + "Pod('pod-2', phase='p', hall=site.name, racks=[])\n"
    )
    said = project.run("preview", expect=1)
    for path in ("hall", "feeds[1]", "racks[0].count", "racks[0].nodes[0].cont", "racks[0].nodes[0].count"):
        assert f"property {path} value" in said
    assert "did you mean 'count'?" in said
    project.run("up", "--yes", "--skip-preview", expect=1)
    assert not project.inventory.exists() or standing(project) in ([], ["site-a"])


def test_values_that_only_the_update_knows_are_previewed_and_then_checked(project: Project) -> None:
    project.program(SITE + "Site('site-b', country='HK', jurisdiction='HK', utility=site.id)\n")
    assert "3 to create" in project.run("preview")
    project.run("up", "--yes")
    assert sorted(standing(project)) == ["site-a", "site-b"]
    project.program(SITE.replace("site-a", "site-x") + "Site('site-c', country=site.id, jurisdiction='HK')\n")
    project.run("preview")
    said = project.run("up", "--yes", "--skip-preview", expect=1)
    assert "property country value" in said and "expected at most 2 long" in said


def test_a_wrong_key_of_the_configuration_is_told_with_the_nearest(project: Project) -> None:
    project.run("config", "set", "petaplan:inventry", "x.db")
    project.program(SITE)
    assert "did you mean 'inventory'?" in project.run("preview", expect=1)


def test_a_killed_engine_leaves_no_provider_behind_and_the_next_up_heals(project: Project) -> None:
    with an_update_at_work(project) as update:
        (provider,) = providers_of(psutil.Process(update.pid))
        update.kill()
        update.wait()
        assert eventually(lambda: not provider.is_running() or provider.status() == psutil.STATUS_ZOMBIE)
    project.run("cancel", "--yes")
    project.program(SITE)
    project.run("up", "--yes", "--skip-preview")
    assert standing(project) == ["site-a"]
    project.run("preview", "--expect-no-changes")


def test_ctrl_c_ends_the_update_and_leaves_nobody(project: Project) -> None:
    with an_update_at_work(project) as update:
        (provider,) = providers_of(psutil.Process(update.pid))
        update.send_signal(signal.SIGINT)
        assert update.wait(PATIENCE_SECONDS) != 0
        assert eventually(lambda: not provider.is_running())
        assert update.stdout is not None
        # The language host may be interrupted in its own start; the provider shows nothing of its inside.
        assert "infra/provider" not in update.stdout.read()
    project.program(SITE)
    project.run("up", "--yes", "--skip-preview")
    assert standing(project) == ["site-a"]


def test_a_second_up_of_the_same_stack_waits_its_turn(project: Project) -> None:
    with an_update_at_work(project):
        said = project.run("up", "--yes", "--skip-preview", expect=1)
    assert "currently locked" in said


@pytest.mark.variant
def test_a_second_up_from_another_backend_is_refused_by_the_inventory(
    project: Project, make_project: MakeProject
) -> None:
    second = make_project("second")
    second.run("config", "set", "petaplan:inventory", str(project.inventory))
    second.program(SITE.replace("site-a", "site-b"))
    with an_update_at_work(project) as update:
        said = second.run("up", "--yes", "--skip-preview", expect=1)
        assert f"another update of stack petaplan/dev at work (process {update.pid}" in said
        assert standing(project) == ["site-a"]
    said = second.run("up", "--yes", "--skip-preview", expect=1)
    assert "1 entry of stack petaplan/dev under another owner token" in said
    assert standing(project) == ["site-a"]


def corrupt(project: Project) -> None:
    project.inventory.write_bytes(b"SQLite format 3\0" + os.urandom(8_192))


def text(project: Project) -> None:
    project.inventory.write_text("not a database at all, but long enough to be looked at\n" * 40)


def newer(project: Project) -> None:
    import sqlite3

    database = sqlite3.connect(project.inventory)
    database.execute("CREATE TABLE entries (x)")
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute("PRAGMA user_version = 99")
    database.commit()
    database.close()


def folder(project: Project) -> None:
    project.inventory.mkdir()


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (corrupt, "a damaged file"),
        (text, "a damaged file"),
        (newer, "version 99 of its tables"),
        (folder, "a folder of that name"),
    ],
)
def test_an_inventory_that_is_no_inventory_stops_up_with_its_path(
    spoil: Callable[[Project], None], said: str, project: Project
) -> None:
    project.inventory.parent.mkdir()
    spoil(project)
    before = project.inventory.read_bytes() if project.inventory.is_file() else b""
    project.declare(small_hub())
    warned = project.run("preview")
    assert "`pulumi up` would fail" in warned and said in warned
    told = project.run("up", "--yes", "--skip-preview", expect=1)
    assert str(project.inventory) in told and said in told
    if before:
        assert project.inventory.read_bytes() == before, "it is left as it was"


def test_an_inventory_where_nothing_may_be_written_stops_up_with_its_path(project: Project) -> None:
    project.run("config", "set", "petaplan:inventory", "/proc/petaplan/inventory.db")
    project.declare(small_hub())
    told = project.run("up", "--yes", "--skip-preview", expect=1)
    assert "inventory /proc/petaplan/inventory.db: found" in told and "check the path" in told
