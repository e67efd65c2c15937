"""One way to an inventory: which address leads where, for provider, commands and other packages."""

from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from petaplan.capacity.errors import PlanError
from petaplan.infra.inventory import opening
from petaplan.infra.inventory.model import InventoryError
from petaplan.infra.inventory.opening import (
    DEFAULT_ADDRESS,
    InventorySettings,
    address_fault,
    described_addresses,
    open_inventory,
)
from petaplan.infra.provider.settings import failures_in, settings_from
from petaplan.infra.stack_settings import inventories_of_project, inventory_settings


def where(address: str, folder: Path) -> str:
    return open_inventory(InventorySettings(address=address, folder=folder)).where


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("inventory.db", "/project/inventory.db"),
        ("sqlite:inventory.db", "/project/inventory.db"),
        ("sqlite:/srv/inventory.db", "/srv/inventory.db"),
        ("sqlite:///srv/inventory.db", "/srv/inventory.db"),
        ("/srv/inventory.db", "/srv/inventory.db"),
        ("~/inventory.db", "/home/planner/inventory.db"),
        ("sqlite:~/inventory.db", "/home/planner/inventory.db"),
    ],
)
def test_an_address_is_one_file_for_whoever_asks(address: str, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/planner")
    assert where(address, Path("/project")) == file


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sqlit:inventory.db", "did you mean 'sqlite'?"),
        ("oracle://host/rows", "expected the path of a SQLite file or sqlite:FILE"),
        ("plan:2026.db", "for a file of that name, write sqlite:plan:2026.db"),
        ("sqlite:", "expected the path of a SQLite file or sqlite:FILE"),
        ("", "leave it out"),
        (7, "leave it out"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_before_anything_is_written(address: object, words: str) -> None:
    assert words in address_fault(address)
    assert words in failures_in({"inventory": address})[0].reason


def test_another_package_adds_a_backend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    point = EntryPoint("memory", "tests.infra.inventory_contract.memory:BACKEND", opening.GROUP)

    def points(*, group: str) -> EntryPoints:
        return EntryPoints([point]).select(group=group)

    monkeypatch.setattr("importlib.metadata.entry_points", points)
    assert where("memory:floor", tmp_path) == "memory:floor"
    assert "memory:NAME" in described_addresses()
    with pytest.raises(InventoryError, match="memory:NAME or sqlite:FILE"):
        where("oracle:rows", tmp_path)


def test_a_stack_says_where_its_inventory_is(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: p\nstackConfigDir: stacks\nconfig:\n  petaplan:inventory: all.db\n")
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "Pulumi.dev.yaml").write_text("config:\n  petaplan:inventory: dev.db\n")
    (tmp_path / "stacks" / "Pulumi.full.yaml").write_text("config:\n  petaplan:phase: first\n")
    found = {stack: settings.address for stack, settings in inventories_of_project(tmp_path).items()}
    assert found == {"dev": "dev.db", "full": "all.db"}


def test_a_secret_address_is_refused_with_the_command_that_mends_it(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  petaplan:inventory:\n    secure: v1:abc\n")
    with pytest.raises(PlanError, match="pulumi config set petaplan:inventory ADDRESS --stack dev"):
        inventory_settings("dev", tmp_path)


def test_provider_and_commands_take_the_same_default(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: p\n")
    (tmp_path / "program").mkdir()
    assert settings_from({}, tmp_path / "program") == inventory_settings("dev", tmp_path)
    assert where(DEFAULT_ADDRESS, tmp_path) == str(tmp_path / DEFAULT_ADDRESS)
