"""The installed wheel beside a user's packages of the same names: neither shadows the other."""

import zipfile
from pathlib import Path

import pytest

from tests.wheel.conftest import Repository

pytestmark = pytest.mark.slow

OLD = ("capacity", "infra", "bench")


def test_the_wheel_claims_one_package_name_and_carries_its_data(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"petaplan", "petaplan_old_names.pth"}
    for data in ("capacity/data/racks.yaml", "infra/inventory/schema.sql", "infra/policy/PulumiPolicy.yaml"):
        assert f"petaplan/{data}" in names


def test_a_wheel_of_the_source_distribution_holds_the_same(wheel: Path, wheel_of_source_distribution: Path) -> None:
    assert zipfile.ZipFile(wheel_of_source_distribution).namelist() == zipfile.ZipFile(wheel).namelist()


def test_a_plan_of_the_repository_is_checked(repository: Repository) -> None:
    said = repository.run("petaplan", "check", "infra.mine:hub")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("PASS")


def test_a_plan_of_the_repository_passes_the_gate(repository: Repository) -> None:
    said = repository.run("petaplan", "gate", "infra.mine:hub")
    assert (said.code, said.err) == (0, "")


@pytest.mark.engine
def test_a_program_imports_its_own_infra_and_the_resource_classes(repository: Repository) -> None:
    assert repository.run("pulumi", "stack", "init", "dev", "--non-interactive").code == 0
    said = repository.run("pulumi", "preview", "--non-interactive", "--color", "never")
    assert said.code == 0, said.out + said.err
    assert "petaplan:index:Site elsewhere create" in said.out
    assert "OldName" not in said.out + said.err


@pytest.mark.parametrize("name", OLD)
def test_the_packages_of_the_repository_win(name: str, repository: Repository) -> None:
    said = repository.run("python", "-c", f"import {name}; print({name}.OWN)")
    assert (said.out, said.err) == (f"{name}\n", "")


def test_a_module_that_the_repository_has_not_is_none(repository: Repository) -> None:
    said = repository.run("python", "-c", "import capacity.hub")
    assert said.code == 1 and "No module named 'capacity.hub'" in said.err


def test_petaplan_itself_imports_none_of_the_old_names(repository: Repository) -> None:
    code = "import sys, petaplan.infra.resources, petaplan.capacity.__main__, petaplan.bench.__main__; "
    said = repository.run("python", "-c", f"{code}print(*sorted({{*sys.modules}} & {{*{OLD!r}, 'reporting'}}))")
    assert (said.out, said.err) == ("\n", "")


def test_an_old_import_that_nobody_else_has_is_read_with_one_notice(repository: Repository, tmp_path: Path) -> None:
    repository.folder = tmp_path
    code = "import infra.resources; from capacity.hub import Hub; import capacity.hub, petaplan.capacity.hub as new; "
    said = repository.run("python", "-W", "always", "-c", f"{code}print(capacity.hub is new, Hub is new.Hub)")
    assert said.out == "True True\n"
    assert said.err.count("capacity.hub is now petaplan.capacity.hub; the old name is read in this version only") == 1
    assert said.err.count("OldName") == 2


def test_a_plan_under_its_old_name_is_the_plan_of_the_wheel(repository: Repository, tmp_path: Path) -> None:
    repository.folder = tmp_path
    said = repository.run("petaplan", "check", "infra.hong_kong:hub")
    assert (said.code, said.err) == (0, "")
