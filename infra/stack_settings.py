"""The settings of a stack from its files, without the Pulumi engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from petaplan.capacity.document.marked import read_file
from petaplan.capacity.document.strict import shown
from petaplan.capacity.errors import PlanError, Problem
from petaplan.infra.project import project_file
from petaplan.infra.settings import catalogues_in, secret_catalogues

if TYPE_CHECKING:
    from petaplan.infra.inventory.opening import InventorySettings

Settings = dict[str, Any]
"""The mapping in a settings file, as YAML reads it."""

CONFIG = "config"
"""The field of a settings file that holds the settings."""

SEE_STACKS = "see `pulumi stack ls`"

CATALOGUES = "petaplan:catalogues"
"""The setting that names layers of the catalogue."""

INVENTORY = "petaplan:inventory"
"""The setting that says where the inventory is kept."""

POLICY = "petaplan:policy"
"""The setting that names the file with the levels of rules."""


def stack_file(stack: str, folder: Path) -> Path:
    """Where the settings of a stack are kept; its name may be the full one.

    Raises:
        PlanError: when it is no name of a stack of the project.
    """
    return stack_folder(folder) / f"Pulumi.{short_name(stack, folder)}.yaml"


def short_name(stack: str, folder: Path) -> str:
    """The name of a stack without its organization and project.

    Raises:
        PlanError: when it is no name of a stack of the project.
    """
    *around, name = stack.split("/")
    if not name or len(around) > 2 or not all(around):
        expected = "the name of a stack, or organization/project/stack"
        raise PlanError([Problem(where="--stack", found=repr(stack), expected=expected, advice=SEE_STACKS)])
    project = read_project(folder).get("name")
    if len(around) == 2 and around[1] != project:
        found, expected = f"{stack!r}, a stack of the project {around[1]!r}", f"a stack of the project {project!r}"
        raise PlanError([Problem(where="--stack", found=found, expected=expected, advice=SEE_STACKS)])
    return name


def stack_folder(folder: Path) -> Path:
    """The folder that holds the settings of the project's stacks."""
    project = read_project(folder)
    name = project.get("stackConfigDir") or project.get("config-dir") or ""
    if not isinstance(name, str):
        where = str(project_file(folder))
        raise PlanError([Problem(where=where, found=f"stackConfigDir {shown(name)}", expected="the name of a folder")])
    return folder / name


def read_project(folder: Path) -> Settings:
    """The mapping in the file of the project in a folder.

    Raises:
        PlanError: as of `read_yaml`.
    """
    return read_yaml(project_file(folder))


def read_yaml(path: Path) -> Settings:
    """The mapping in a file of the project; an absent or empty file is an empty one.

    Raises:
        PlanError: with every problem of the file, by its line, and when it or its settings are no mapping.
    """
    if not path.exists() and not path.is_symlink():
        return {}
    marked = read_file(path)
    if marked.value is None and [one.found for one in marked.problems] in ([], ["nothing"]):
        return {}
    for at in ((), (CONFIG,)):
        value = marked.members.get(CONFIG) if at else marked.value
        if not isinstance(value, dict) and not (at and value is None) and not marked.problems:
            marked.refuse(marked.lines.get(at, 1), shown(value), "a mapping", path=at)
    if marked.problems:
        raise PlanError(marked.problems)
    return dict(marked.members)


def _config(path: Path) -> Settings:
    """The settings in a file of the project."""
    return read_yaml(path).get(CONFIG) or {}


def stack_settings(stack: str, folder: Path) -> dict[str, str]:
    """Settings of a stack over the defaults of its project; what is secret or structured is left out."""
    return _plain({**_project_settings(folder), **_config(stack_file(stack, folder))})


def default_settings(folder: Path) -> dict[str, str]:
    """The settings of a stack that has no file of its own; what is structured is left out."""
    return _plain(_project_settings(folder))


def _plain(settings: Settings) -> dict[str, str]:
    return {key: str(value) for key, value in settings.items() if not isinstance(value, dict | list)}


def stack_catalogues(stack: str, folder: Path) -> tuple[str, ...]:
    """The layers of the catalogue that the settings of a stack name, over the default of its project.

    Raises:
        PlanError: when the setting is no list of paths, or is secret: only the engine can open that.
    """
    file = stack_file(stack, folder)
    own = _config(file).get(CATALOGUES)
    if any(isinstance(one, dict) for one in (own if isinstance(own, list) else [own])):
        raise PlanError([secret_catalogues(str(file))])
    return catalogues_in(_project_settings(folder).get(CATALOGUES) if own is None else own)


def _project_settings(folder: Path) -> Settings:
    """The settings of a project: plain, or a mapping with ``value`` or ``default``, as Pulumi reads both."""
    return {
        key: value.get("value", value.get("default")) if isinstance(value, dict) else value
        for key, value in _config(project_file(folder)).items()
        if not isinstance(value, dict) or value.keys() & {"value", "default"}
    }


def inventory_settings(stack: str, folder: Path) -> "InventorySettings":
    """The inventory of a stack.

    Raises:
        PlanError: when its setting is secret: only the engine can open that.
    """
    file = stack_file(stack, folder)
    own = _config(file).get(INVENTORY)
    if isinstance(own, dict | list):
        advice = f"run `pulumi config set {INVENTORY} ADDRESS --stack {stack}`"
        raise PlanError([Problem(where=str(file), found=f"a secret {INVENTORY}", expected="plain text", advice=advice)])
    return _settings(own or _project_settings(folder).get(INVENTORY), folder)


def inventories_of_project(folder: Path) -> "dict[str, InventorySettings]":
    """The inventory of each stack that has a settings file, by the name of the stack.

    Raises:
        PlanError: when a file is not readable.
    """
    return {stack: inventory_settings(stack, folder) for stack in sorted(_stacks(folder))}


def default_inventory(folder: Path) -> "InventorySettings":
    """The inventory of a stack without a setting of its own."""
    return _settings(_project_settings(folder).get(INVENTORY), folder)


def _settings(address: object, folder: Path) -> "InventorySettings":
    from petaplan.infra.inventory.opening import DEFAULT_ADDRESS, InventorySettings  # the gate starts its engine first

    return InventorySettings(address=str(address or DEFAULT_ADDRESS), folder=folder)


def _stacks(folder: Path) -> Iterator[str]:
    for path in stack_folder(folder).glob("Pulumi.*.yaml"):
        yield path.name.removeprefix("Pulumi.").removesuffix(".yaml")
