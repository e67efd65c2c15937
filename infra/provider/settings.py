"""The provider's configuration: the ``petaplan:`` keys of a stack."""

from collections.abc import Mapping
from pathlib import Path

from petaplan.capacity.document.strict import did_you_mean
from petaplan.infra.inventory.opening import DEFAULT_ADDRESS, InventorySettings, address_fault
from petaplan.infra.project import project_folder, runs_petaplan
from petaplan.infra.provider.check import Failure

INVENTORY = "inventory"

KEYS: Mapping[str, str] = {
    "hub": "where the hub is declared, as module:name",
    "phase": "the last phase to declare",
    "enforce": "what a shortfall does: error, warn or off",
    "catalogues": "files and folders of catalogue entries over the shipped ones, with commas between them",
    "policy": "file with the level of each rule or family, for the gate and the policy pack",
    INVENTORY: f"where the inventory is kept, {DEFAULT_ADDRESS} unless given",
}
"""Keys of a stack's ``petaplan:`` configuration; the provider reads the inventory alone, the program the rest."""

_OF_THE_ENGINE = frozenset({"version", "pluginDownloadURL", "pluginChecksums", "parameterization", "__internal"})


def failures_in(given: Mapping[str, object]) -> list[Failure]:
    """Each key that nobody reads, and each value that can't be meant."""
    failures = []
    for key in given:
        if key not in KEYS and key not in _OF_THE_ENGINE:
            advice = did_you_mean(key, KEYS) or f"the keys are {', '.join(KEYS)}"
            failures.append(Failure(key, f"found the unknown key petaplan:{key}; expected a key of petaplan; {advice}"))
    address = given.get(INVENTORY)
    if address is not None and (reason := address_fault(address)):
        failures.append(Failure(INVENTORY, reason))
    return failures


OF_THE_PROGRAM = frozenset({"hub", "phase", "enforce", "catalogues"})
"""Keys that only petaplan's own program reads."""


def unread(given: Mapping[str, object], folder: Path) -> str:
    """A warning of the keys that nobody reads in the project around a folder; empty where somebody reads all."""
    keys = sorted(f"petaplan:{key}" for key in OF_THE_PROGRAM & given.keys() if given[key] not in (None, ""))
    if not keys or runs_petaplan(project_folder(folder)):
        return ""
    them = "it" if len(keys) == 1 else "them"
    return (
        f"found {', '.join(keys)}; nothing reads {them}: the program of this project is not petaplan's; "
        f"remove {them}, or read the plan with petaplan.infra.__main__"
    )


def settings_from(given: Mapping[str, object], folder: Path) -> InventorySettings:
    """The inventory that is meant, for the project around a folder."""
    return InventorySettings(address=str(given.get(INVENTORY) or DEFAULT_ADDRESS), folder=project_folder(folder))
