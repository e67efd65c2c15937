"""The settings of a stack: hub, last phase, effect of a shortfall."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, Self

from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import PlanError, Problem


class Enforce(StrEnum):
    """What a shortfall does to preview and up."""

    ERROR = "error"
    WARN = "warn"
    OFF = "off"


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
        )
