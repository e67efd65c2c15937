"""The settings of a stack from its files, without the Pulumi engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from petaplan.capacity.errors import PlanError, Problem
from petaplan.infra.inventory.opening import DEFAULT_ADDRESS, InventorySettings

Settings = dict[str, Any]
"""The mapping in a settings file, as YAML reads it."""

INVENTORY = "petaplan:inventory"
"""The setting that says where the inventory is kept."""


def stack_file(stack: str, folder: Path) -> Path:
    """Where the settings of a stack are kept."""
    return stack_folder(folder) / f"Pulumi.{stack}.yaml"


def stack_folder(folder: Path) -> Path:
    """The folder that holds the settings of the project's stacks."""
    project = read_yaml(folder / "Pulumi.yaml")
    return folder / str(project.get("stackConfigDir") or project.get("config-dir") or "")


def read_yaml(path: Path) -> Settings:
    """The mapping in a file of the project; an absent file is an empty one.

    Raises:
        PlanError: when it is no mapping.
    """
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        return {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PlanError([Problem(where=str(path), found=str(error).splitlines()[0], expected="YAML")]) from None
    if not isinstance(read, dict):
        raise PlanError([Problem(where=str(path), found=type(read).__name__, expected="a mapping")])
    return read


def stack_settings(stack: str, folder: Path) -> dict[str, str]:
    """Settings of a stack over the defaults of its project; what is secret or structured is left out."""
    settings = {**_project_settings(folder), **(read_yaml(stack_file(stack, folder)).get("config") or {})}
    return {key: str(value) for key, value in settings.items() if not isinstance(value, dict | list)}


def _project_settings(folder: Path) -> Settings:
    return {
        key: value["default"] if isinstance(value, dict) else value
        for key, value in (read_yaml(folder / "Pulumi.yaml").get("config") or {}).items()
        if not isinstance(value, dict) or "default" in value
    }


def inventory_settings(stack: str, folder: Path) -> InventorySettings:
    """The inventory of a stack.

    Raises:
        PlanError: when its setting is secret: only the engine can open that.
    """
    file = stack_file(stack, folder)
    own = (read_yaml(file).get("config") or {}).get(INVENTORY)
    if isinstance(own, dict | list):
        advice = f"run `pulumi config set {INVENTORY} ADDRESS --stack {stack}`"
        raise PlanError([Problem(where=str(file), found=f"a secret {INVENTORY}", expected="plain text", advice=advice)])
    return _settings(own or _project_settings(folder).get(INVENTORY), folder)


def inventories_of_project(folder: Path) -> dict[str, InventorySettings]:
    """The inventory of each stack that has a settings file, by the name of the stack.

    Raises:
        PlanError: when a file is not readable.
    """
    return {stack: inventory_settings(stack, folder) for stack in sorted(_stacks(folder))}


def default_inventory(folder: Path) -> InventorySettings:
    """The inventory of a stack without a setting of its own."""
    return _settings(_project_settings(folder).get(INVENTORY), folder)


def _settings(address: object, folder: Path) -> InventorySettings:
    return InventorySettings(address=str(address or DEFAULT_ADDRESS), folder=folder)


def _stacks(folder: Path) -> Iterator[str]:
    for path in stack_folder(folder).glob("Pulumi.*.yaml"):
        yield path.name.removeprefix("Pulumi.").removesuffix(".yaml")
