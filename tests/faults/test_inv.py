"""INV-01, 02, 04, 07 and 08: whose entries they are, and what a kill leaves, on the real engine."""

import pytest

from petaplan.infra.inventory.sqlite import SqliteInventory
from tests.faults.inventory_lab import (
    DESTROY,
    IMPORTS,
    QUIET,
    SITE_A,
    SITE_B,
    UP,
    chain,
    copied,
    count_of,
    killed,
    killed_after_goodbye,
    names,
    new_stack_of,
    on,
    petaplan,
    project,
    rows,
    sites,
    sql,
    state,
)
from tests.infra.conftest import MakeProject, Project
from tests.patience import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.engine

__all__ = ["project"]


# ---- INV-01: two resources of one stack that mean one object


def test_inv_01_two_new_resources_of_one_object_are_refused_by_both_names(project: Project) -> None:
    project.program(IMPORTS + SITE_A + SITE_B.format(more=", opts=ResourceOptions(depends_on=[a])"))
    for command in (("preview",), UP):
        said = project.run(*command, expect=1)
        assert "Site::a and petaplan:index:Site::b" in said and "one resource for an object" in said
    project.program(IMPORTS + SITE_A)
    project.run(*UP)
    assert rows(project) == ["dev/s1"]
    project.run(*QUIET)
    assert "drift" not in petaplan(project, "status").replace("drift\n", "")


@pytest.mark.variant
@pytest.mark.parametrize("first", [True, False])
def test_inv_01_a_second_resource_never_takes_the_first_ones_entry_away(first: bool, project: Project) -> None:
    project.program(IMPORTS + SITE_A)
    project.run(*UP)
    both = SITE_B.format(more="") + SITE_A if first else SITE_A + SITE_B.format(more="")
    project.program(IMPORTS + both)
    said = project.run(*UP, expect=1)
    assert "Site::a" in said and "Site::b" in said
    project.program(IMPORTS + SITE_A)
    project.run(*UP)
    assert rows(project) == ["dev/s1"]
    project.run("up", "--yes", "--refresh")
    petaplan(project, "status")
    project.run(*DESTROY)
    assert rows(project) == []


# ---- INV-02, INV-07, INV-08: the owner token


def test_inv_02_a_copy_changes_nothing_until_it_has_entries_of_its_own(project: Project) -> None:
    project.program(sites(3))
    project.run(*UP)
    copy = copied(project, "two")
    for command in (("refresh", "--yes", "--skip-preview"), DESTROY):
        said = copy.run(*command, expect=1)
        assert "petaplan/dev" in said and "petaplan/two" in said
        assert "petaplan inventory transfer petaplan/dev petaplan/two" in said
    copy.program(sites(4))
    copy.run(*UP, expect=1)
    assert rows(project) == names("dev", 3)
    petaplan(project, "inventory", "transfer", "dev", "two", expect=2)
    assert "3 entries" in petaplan(project, "inventory", "transfer", "dev", "two", "--copy")
    assert rows(project) == names("dev", 3) + names("two", 3)
    copy.run(*UP)
    assert rows(project) == names("dev", 3) + names("two", 4)
    copy.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    petaplan(copy, "status", "--stack", "two")
    copy.run(*DESTROY)
    assert rows(project) == names("dev", 3)
    project.program(sites(3))
    project.run(*QUIET)
    petaplan(project, "status", "--stack", "dev")


def test_inv_07_a_renamed_stack_takes_its_entries_along(project: Project) -> None:
    project.program(sites(3))
    project.run(*UP)
    project.run("stack", "rename", "other", "--stack", "dev")
    other = on(project, "other")
    other.run(*QUIET)
    said = petaplan(other, "status")
    assert "site-1" in petaplan(other, "inventory", "--stack", "other")
    assert "missing" not in said and "petaplan inventory transfer petaplan/dev petaplan/other" in said
    other.program(sites(4))
    assert "petaplan inventory transfer" in other.run(*UP, expect=1)
    other.run("refresh", "--yes", "--skip-preview", expect=1)
    assert rows(project) == names("dev", 3)
    assert "left alone" in petaplan(other, "inventory", "prune", "--yes")
    assert "3 entries" in petaplan(other, "inventory", "transfer", "dev", "other")
    assert rows(project) == names("other", 3)
    other.run(*UP)
    other.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert "transfer" not in petaplan(other, "status")
    assert "site-1" in petaplan(other, "inventory", "--stack", "other")
    other.run(*DESTROY)
    assert rows(project) == []


@pytest.mark.variant
def test_inv_07_a_new_stack_of_the_old_name_takes_nothing(project: Project) -> None:
    project.program(sites(2))
    project.run(*UP)
    project.run("stack", "rename", "other", "--stack", "dev")
    fresh = new_stack_of(project, "dev")
    said = fresh.run(*UP, expect=1)
    assert "2 entries of stack petaplan/dev under another owner token" in said
    said = petaplan(fresh, "inventory", "transfer", "dev", "dev", expect=2)
    assert "petaplan inventory transfer petaplan/dev petaplan/other" in said
    petaplan(fresh, "inventory", "transfer", "dev", "other")
    fresh.run(*UP)
    assert rows(project) == names("dev", 2) + names("other", 2)
    fresh.run(*DESTROY)
    on(project, "other").run(*QUIET)
    petaplan(project, "status", "--stack", "other")


def test_inv_08_a_second_backend_is_refused_until_it_takes_over(project: Project, make_project: MakeProject) -> None:
    second = make_project("second")
    second.run("config", "set", "petaplan:inventory", str(project.inventory))
    for one in (project, second):
        one.program(sites(3))
    project.run(*UP)
    said = second.run(*UP, expect=1)
    assert "3 entries of stack petaplan/dev under another owner token" in said
    second.run(*DESTROY)
    assert rows(project) == names("dev", 3)
    project.run(*QUIET)
    assert "3 entries of stack petaplan/dev taken over" in petaplan(second, "inventory", "transfer", "dev", "dev")
    second.run(*UP)
    project.program(sites(4))
    assert "3 entries" in project.run(*UP, expect=1), "the first backend owns nothing any more"
    project.run(*DESTROY, expect=1)
    assert rows(project) == names("dev", 3)
    second.run(*DESTROY)
    assert rows(project) == []


@pytest.mark.variant
def test_inv_08_a_stack_made_anew_or_restored_asks_first(project: Project) -> None:
    project.program(sites(3))
    project.run(*UP)
    old = state(project)
    project.run("stack", "rm", "dev", "--yes", "--force", "--preserve-config")
    project.run("stack", "init", "dev")
    assert "3 entries" in project.run(*UP, expect=1)
    petaplan(project, "inventory", "transfer", "dev", "dev")
    project.run(*UP)
    assert rows(project) == names("dev", 3)
    project.run("stack", "import", "--file", str(old))
    project.program(sites(4))
    assert "3 entries" in project.run(*UP, expect=1), "an older state is another owner"
    assert "3 entries" in petaplan(project, "inventory", "transfer", "dev", "dev")
    project.run(*UP)
    assert rows(project) == names("dev", 4)
    petaplan(project, "status")


@pytest.mark.variant
def test_inv_08_an_older_export_of_the_same_stack_goes_on(project: Project) -> None:
    project.program(sites(2))
    project.run(*UP)
    old = state(project)
    project.program(sites(4))
    project.run(*UP)
    project.run("stack", "import", "--file", str(old))
    assert "site-4: not in the stack" in petaplan(project, "status", expect=1)
    project.run(*UP)
    assert rows(project) == names("dev", 4)
    petaplan(project, "status")
    project.run("stack", "import", "--file", str(old))
    assert "2 entries of stack petaplan/dev removed" in petaplan(project, "inventory", "prune", "--yes")
    assert rows(project) == names("dev", 2)


def test_a_kill_between_row_and_checkpoint_is_resumed(project: Project) -> None:
    killed(project, chain(60), at=5)
    left = len(rows(project))
    assert 5 <= left < 60 and not project.exported()["deployment"].get("resources")
    assert "never ended" in petaplan(project, "inventory", "list")
    said = project.run(*UP)
    assert f"{left} entries of stack petaplan/dev taken over" in said and "never ended" in said
    assert len(rows(project)) == 60
    assert "never ended" not in petaplan(project, "status")
    project.run(*QUIET)
    project.run(*DESTROY)
    assert rows(project) == []


def test_a_kill_between_goodbye_and_checkpoint_is_resumed(project: Project) -> None:
    killed_after_goodbye(project, sites(3))
    assert rows(project) == names("dev", 3) and not project.exported()["deployment"].get("resources")
    assert "never ended" in petaplan(project, "inventory", "list")
    assert "never ended" in petaplan(project, "status", expect=1)
    assert "never ended" in project.run("preview")
    project.program(sites(4))
    said = project.run(*UP)
    assert "3 entries of stack petaplan/dev taken over" in said and "never ended" in said
    assert rows(project) == names("dev", 4)
    assert "never ended" not in petaplan(project, "status")
    project.run(*QUIET)


@pytest.mark.variant
def test_a_later_update_without_a_checkpoint_is_told_until_it_is_mended(project: Project) -> None:
    project.program(sites(2))
    project.run(*UP)
    assert "never ended" not in petaplan(project, "status")
    killed_after_goodbye(project, sites(4))
    assert "never ended" in petaplan(project, "status", expect=1)
    assert "2 entries of stack petaplan/dev removed" in petaplan(project, "inventory", "prune", "--yes")
    assert "never ended" not in petaplan(project, "status")
    killed_after_goodbye(project, sites(4))
    project.program(sites(2) + "Site('other', country='HK', jurisdiction='HK')\n")
    assert "never ended" in project.run(*UP)
    assert "never ended" in petaplan(project, "status", expect=1), "nobody has site-3 and site-4"
    assert "2 entries of stack petaplan/dev removed" in petaplan(project, "inventory", "prune", "--yes")
    assert "never ended" not in petaplan(project, "status")


@pytest.mark.sample(1)
@pytest.mark.parametrize("following", ["destroy", "up", "another plan"])
def test_a_destroy_killed_when_every_entry_was_gone_goes_on(following: str, project: Project) -> None:
    """The state has all objects, the inventory has none, and the update that removed them is known."""
    project.program(sites(3))
    project.run(*UP)
    killed_after_goodbye(project, sites(3), *DESTROY)
    assert rows(project) == [] and len(project.exported()["deployment"]["resources"]) > 3
    assert "never ended" in petaplan(project, "status", expect=1)
    if following == "destroy":
        assert "never ended" in project.run(*DESTROY)
        assert not project.exported()["deployment"].get("resources")
        assert "never ended" not in petaplan(project, "status")
        return
    project.program(sites(4 if following == "another plan" else 3))
    assert "never ended" in project.run(*UP)
    assert "pulumi up --refresh" in petaplan(project, "status", expect=1)
    project.run(*UP, "--refresh")
    assert rows(project) == names("dev", 4 if following == "another plan" else 3)
    assert "never ended" not in petaplan(project, "status")


def test_an_update_that_failed_has_ended(project: Project) -> None:
    project.program(sites(2))
    project.run(*UP)
    project.program(sites(2) + "Site('again', name='site-1', country='HK', jurisdiction='HK')\n")
    project.run(*UP, expect=1)
    assert "never ended" not in petaplan(project, "inventory", "list")
    project.program(sites(1) + "raise RuntimeError('no')\n")
    failed = project.start(*UP)
    failed.communicate(timeout=PATIENCE_SECONDS)
    assert failed.returncode
    assert "never ended" not in petaplan(project, "inventory", "list")


@pytest.mark.variant
def test_a_kill_in_one_backend_is_not_resumed_from_another(project: Project, make_project: MakeProject) -> None:
    killed(project, chain(60), at=3)
    second = make_project("second")
    second.run("config", "set", "petaplan:inventory", str(project.inventory))
    second.program(sites(1))
    assert "under another owner token" in second.run(*UP, expect=1)
    assert "another backend" in petaplan(second, "inventory", "prune", "--yes")
    assert len(rows(project)) >= 3


def test_entries_of_an_older_version_are_taken_over_and_said(project: Project) -> None:
    project.program(sites(2))
    project.run(*UP)
    sql(project, "UPDATE entries SET token = ''")
    project.program(sites(3))
    assert "2 entries of stack petaplan/dev taken over" in project.run(*UP)
    inventory = SqliteInventory(project.inventory)
    assert len({entry.token for entry in inventory.list()}) == 1
    inventory.close()


@pytest.mark.variant
def test_a_destroy_of_an_older_export_leaves_what_status_and_prune_name(project: Project) -> None:
    project.program(sites(2))
    project.run(*UP)
    old = state(project)
    project.program(sites(4))
    project.run(*UP)
    project.run("stack", "import", "--file", str(old))
    project.run(*DESTROY)
    assert rows(project) == ["dev/site-3", "dev/site-4"]
    said = petaplan(project, "status", expect=1)
    assert "site-3: not in the stack" in said and "petaplan inventory prune" in said
    assert "2 entries of stack petaplan/dev" in project.run(*UP, expect=1)
    assert "2 entries of stack petaplan/dev removed" in petaplan(project, "inventory", "prune", "--yes")
    project.run(*UP)
    assert "petaplan inventory prune" not in petaplan(project, "status")


@pytest.mark.variant
def test_a_stack_with_a_file_of_its_own_is_renamed_and_copied(project: Project) -> None:
    project.run("config", "set", "petaplan:inventory", "own.db")
    project.program(sites(2))
    project.run(*UP)
    project.run("stack", "rename", "prod")
    prod = on(project, "prod")
    assert "2 entries" in petaplan(prod, "inventory", "transfer", "dev", "prod")
    prod.run(*QUIET)
    petaplan(prod, "status")
    copy = copied(prod, "copy")
    copy.run("config", "set", "petaplan:inventory", "copy.db")
    said = petaplan(copy, "inventory", "transfer", "prod", "copy", "--copy", expect=2)
    assert "copy.db" in said and "pulumi config set petaplan:inventory own.db --stack copy" in said
    copy.run("config", "set", "petaplan:inventory", "own.db")
    assert "2 entries" in petaplan(copy, "inventory", "transfer", "prod", "copy", "--copy")
    copy.run(*UP)
    copy.run(*DESTROY)
    petaplan(prod, "status", "--stack", "prod")
    prod.run(*QUIET)


# ---- INV-04: an update that never ended


def test_inv_04_what_no_stack_has_is_noticed_and_removed(project: Project) -> None:
    killed(project, chain(60), at=5)
    project.run(*DESTROY)
    left = len(rows(project))
    for command in (("status",), ("inventory", "list")):
        said = petaplan(project, *command, expect=int(command == ("status",)))
        assert "never ended" in said and "petaplan inventory prune" in said
    project.program(sites(0))
    assert "--yes" in petaplan(project, "inventory", "prune", expect=2)
    assert "Remove" in petaplan(project, "inventory", "prune", answer="n\n", expect=1)
    assert len(rows(project)) == left
    assert f"{left} entries of stack petaplan/dev removed" in petaplan(project, "inventory", "prune", "--yes")
    assert rows(project) == []
    assert "never ended" not in petaplan(project, "status") + petaplan(project, "inventory", "list")


@pytest.mark.variant
def test_inv_04_the_next_up_of_another_plan_says_what_is_left(project: Project) -> None:
    killed(project, chain(60), at=5)
    project.program(IMPORTS + "Site('elsewhere', country='HK', jurisdiction='HK')\n")
    assert "never ended" in project.run("preview")
    assert "never ended" in project.run(*UP)
    assert "never ended" in petaplan(project, "status", expect=1)
    petaplan(project, "inventory", "prune", "--yes")
    assert rows(project) == ["dev/elsewhere"]
    assert "never ended" not in petaplan(project, "status")


def test_inv_04_prune_leaves_a_running_up_alone(project: Project) -> None:
    project.program(chain(80))
    update = project.start(*UP)
    try:
        assert eventually(lambda: count_of(project) >= 3)
        said = petaplan(project, "inventory", "prune", "--yes")
        assert "left alone" in said and "an update is at work" in said
    finally:
        assert update.stdout is not None
        told = update.stdout.read()
        assert update.wait(PATIENCE_SECONDS) == 0, told
        update.stdout.close()
    assert len(rows(project)) == 80
    petaplan(project, "status")
