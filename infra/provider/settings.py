"""The provider's configuration: what a stack's ``petaplan:`` keys say to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from petaplan.capacity.document.strict import did_you_mean
from petaplan.infra.project import DEFAULT_INVENTORY, project_folder
from petaplan.infra.provider.check import Failure

INVENTORY = "inventory"

KEYS: Mapping[str, str] = {
    "hub": "where the hub is declared, as module:name",
    "phase": "the last phase to declare",
    "enforce": "what a shortfall does: error, warn or off",
    INVENTORY: "the inventory's SQLite file, relative to the project's folder",
}
"""Keys of a stack's ``petaplan:`` configuration; the provider reads the inventory alone, the program the rest."""

_OF_THE_ENGINE = frozenset({"version", "pluginDownloadURL", "pluginChecksums", "parameterization", "__internal"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What the provider was told."""

    inventory: Path


def failures_in(given: Mapping[str, Any]) -> list[Failure]:
    """Each key that nobody reads, and each value that can't be meant."""
    failures = []
    for key in given:
        if key not in KEYS and key not in _OF_THE_ENGINE:
            advice = did_you_mean(key, KEYS) or f"the keys are {', '.join(KEYS)}"
            failures.append(Failure(key, f"found the unknown key petaplan:{key}; expected a key of petaplan; {advice}"))
    path = given.get(INVENTORY)
    if path is not None and (not isinstance(path, str) or not path.strip() or "\0" in path):
        reason = f"found {path!r}; expected the path of a file; leave it out for {DEFAULT_INVENTORY}"
        failures.append(Failure(INVENTORY, reason))
    return failures


def settings_from(given: Mapping[str, Any], folder: Path) -> Settings:
    """The settings, with a relative path taken from the folder of the project around ``folder``."""
    path = Path(given.get(INVENTORY) or DEFAULT_INVENTORY).expanduser()
    return Settings(inventory=path if path.is_absolute() else project_folder(folder) / path)
