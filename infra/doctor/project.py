"""What a project needs: its Python, the plugin of this version, a backend, a key, and the address of an inventory."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from petaplan.infra.doctor.part import Part, Surroundings, missing, present
from petaplan.infra.inventory.opening import DEFAULT_ADDRESS, address_fault
from petaplan.infra.provider.version import version
from petaplan.infra.stack_settings import INVENTORY, read_yaml, stack_folder

PLUGIN = "pulumi-resource-petaplan"
KEY = "PULUMI_CONFIG_PASSPHRASE"
_OWN_KEYS = ("secretsprovider", "encryptedkey")
"""Fields of a stack whose secrets another service opens."""


def parts_of_the_project(around: Surroundings) -> Iterator[Part]:
    """Everything that `pulumi preview` of the project needs besides the host's parts.

    Raises:
        PlanError: when a file of the project is not readable.
    """
    project = read_yaml(around.folder / "Pulumi.yaml")
    yield present("project", f"{project.get('name')} in {around.folder}")
    yield from _environment(project, around)
    yield _plugin(project, around)
    yield from _backend(project, around)
    yield from _key(project, around)
    yield from _inventory(project, around)


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _environment(project: dict[str, Any], around: Surroundings) -> Iterator[Part]:
    """The Python that runs the program."""
    named = _mapping(_mapping(project.get("runtime")).get("options")).get("virtualenv")
    if isinstance(named, str):
        folder = around.folder / named
        if not (folder / "bin" / "python").exists():
            yield missing("environment", f"no Python in {folder}", f"run `python3 -m venv {named}`, see README.md")
        elif not any(folder.glob("lib/python*/site-packages/petaplan-*.dist-info")):
            yield missing("environment", f"no petaplan in {folder}", "install the requirements into it")
        else:
            yield present("environment", str(folder))


def _plugin(project: dict[str, Any], around: Surroundings) -> Part:
    """The plugin by the project's path, else on PATH, else among the installed ones."""
    providers = _mapping(project.get("plugins")).get("providers")
    for each in providers if isinstance(providers, list) else ():
        if _mapping(each).get("name") == "petaplan":
            path = around.folder / str(_mapping(each).get("path", ""))
            if (path / PLUGIN).exists() or (path.name == PLUGIN and path.exists()):
                return present("plugin", str(path))
            return missing("plugin", f"no {PLUGIN} in {path}", "install petaplan there, or mend plugins in Pulumi.yaml")
    if (found := shutil.which(PLUGIN, path=around.environment.get("PATH", os.defpath))) is not None:
        return present("plugin", found)
    installed = _installed(around)
    wanted = f"resource-petaplan-v{version()}"
    if wanted in installed:
        return present("plugin", str(_plugins(around) / wanted))
    found = ", ".join(installed) if installed else f"none in {_plugins(around)}"
    advice = f"run `pulumi plugin install resource petaplan {version()} --file ARCHIVE`"
    return missing("plugin", found, advice)


def _plugins(around: Surroundings) -> Path:
    home = around.environment.get("PULUMI_HOME") or str(Path.home() / ".pulumi")
    return Path(home) / "plugins"


def _installed(around: Surroundings) -> list[str]:
    found = _plugins(around).glob("resource-petaplan-v*")
    return sorted(path.name for path in found if path.is_dir())


def _backend(project: dict[str, Any], around: Surroundings) -> Iterator[Part]:
    url = around.environment.get("PULUMI_BACKEND_URL") or str(_mapping(project.get("backend")).get("url") or "")
    if not url.startswith("file://"):
        found = url or "that of `pulumi login`"
        yield present("backend", _without_secret(found))
        return
    place = unquote(url.removeprefix("file://").partition("?")[0])
    folder = Path.home() / place[2:] if place.startswith("~/") else around.folder / place
    if folder.is_dir():
        yield present("backend", str(folder))
    else:
        yield missing("backend", f"no folder {folder}", f"run `mkdir -p {folder}`, or name another backend")


def _without_secret(url: str) -> str:
    split = urlsplit(url)
    return url if "@" not in split.netloc else url.replace(split.netloc, split.netloc.rpartition("@")[2])


def _key(project: dict[str, Any], around: Surroundings) -> Iterator[Part]:
    """The passphrase of the stacks, unless another service opens their secrets."""
    file = around.environment.get(f"{KEY}_FILE")
    if KEY in around.environment:
        yield present("key", f"{KEY} is set")
    elif file is not None and (around.folder / file).is_file():
        yield present("key", f"{KEY}_FILE is set")
    elif file is not None:
        yield missing("key", f"{KEY}_FILE names no file", "correct it: the passphrase opens the secrets of the stacks")
    elif not _opened_elsewhere(project, around):
        advice = "export it, or name a file in PULUMI_CONFIG_PASSPHRASE_FILE: it opens the secrets of the stacks"
        yield missing("key", f"no {KEY}", advice)


def _opened_elsewhere(project: dict[str, Any], around: Surroundings) -> bool:
    """Whether every stack has a secrets provider of its own, or the backend has one for all."""
    files = sorted(stack_folder(around.folder).glob("Pulumi.*.yaml"))
    stacks = [read_yaml(path) for path in files]
    if any("encryptionsalt" in stack for stack in stacks):
        return False
    if stacks and all(any(key in stack for key in _OWN_KEYS) for stack in stacks):
        return True
    url = around.environment.get("PULUMI_BACKEND_URL") or str(_mapping(project.get("backend")).get("url") or "")
    return url.startswith("https://") or not url


def _inventory(project: dict[str, Any], around: Surroundings) -> Iterator[Part]:
    """The address of the inventory of the project; the command `status` looks into it."""
    setting = _mapping(project.get("config")).get(INVENTORY)
    address = setting.get("value", setting.get("default")) if isinstance(setting, dict) else setting
    fault = address_fault(address or DEFAULT_ADDRESS)
    if fault:
        yield missing("inventory", str(address), f"correct {INVENTORY} in {around.folder / 'Pulumi.yaml'}: {fault}")
    else:
        yield present("inventory", str(address or DEFAULT_ADDRESS))
