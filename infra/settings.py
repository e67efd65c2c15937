"""The settings of a stack: hub, last phase, effect of a shortfall."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, Self

from petaplan.capacity.document.strict import did_you_mean, shown
from petaplan.capacity.errors import PlanError, Problem

JUDGED_AFTERWARDS = "PETAPLAN_JUDGED_AFTERWARDS"
"""Variable by which a command that judges the graph of a preview tells the program not to judge its plan as well.

A program that enforces anything, or an update, takes no notice of it."""


class Enforce(StrEnum):
    """What a shortfall does to preview and up."""

    ERROR = "error"
    WARN = "warn"
    OFF = "off"


def catalogues_in(setting: object) -> tuple[str, ...]:
    """The paths in the setting ``petaplan:catalogues``: a list, or text with commas between them.

    >>> catalogues_in("chips, racks.yaml"), catalogues_in(["chips"]), catalogues_in(None)
    (('chips', 'racks.yaml'), ('chips',), ())

    Raises:
        PlanError: when it is neither.
    """
    value: object = setting
    if isinstance(setting, str):
        text = setting.strip()
        value = json.loads(text) if text.startswith("[") and text.endswith("]") and _is_json(text) else text.split(",")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        where, expected = "stack setting petaplan:catalogues", "paths, in a list or with commas between them"
        raise PlanError([Problem(where=where, found=shown(setting), expected=expected)])
    return tuple(one.strip() for one in value if one.strip())


def secret_catalogues(where: str) -> Problem:
    """The problem of layers that a secret names: whoever judges has to read the same files."""
    expected = "plain text: whoever judges the plan reads these files"
    advice = "run `pulumi config set petaplan:catalogues PATHS` without --secret"
    return Problem(where=f"{where}: petaplan:catalogues", found="a secret", expected=expected, advice=advice)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


class Configured(Protocol):
    """Where settings are read from: a ``pulumi.Config``."""

    def get(self, key: str, default: str | None = None) -> str | None:
        """The value of a key, or the default."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgramSettings:
    """What the stack says in the namespace ``petaplan``."""

    hub: str
    """Where the hub is declared, as ``module:name`` or a plan file."""
    phase: str
    """Last phase to declare; empty for all."""
    enforce: Enforce
    catalogues: tuple[str, ...] = ()
    """Files and folders of catalogue entries, below the folder of the project."""

    @classmethod
    def of(cls, config: Configured) -> Self:
        """The settings of a stack.

        Raises:
            PlanError: for a value that isn't one.
        """
        enforce = config.get("enforce", "error") or "error"
        known = [str(level) for level in Enforce]
        if enforce not in known:
            where, expected = "stack setting petaplan:enforce", f"one of {', '.join(known)}"
            raise PlanError(
                [Problem(where=where, found=repr(enforce), expected=expected, advice=did_you_mean(enforce, known))]
            )
        return cls(
            hub=config.get("hub", "") or "infra.hong_kong:hub",
            phase=config.get("phase", "") or "",
            enforce=Enforce(enforce),
            catalogues=catalogues_in(config.get("catalogues", "")),
        )
