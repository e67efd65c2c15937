"""Whether the Pulumi engine that started this process still runs: its plugins end with it, also where it was killed."""

import os
import socket
from dataclasses import dataclass, field

ANSWER_SECONDS = 1.0
"""How long an engine may take to accept a connection."""


@dataclass(frozen=True, slots=True)
class EngineWatch:
    """The process that started this one, and the address that the engine gave it; empty where it gave none."""

    address: str
    parent: int = field(default_factory=os.getppid)

    def is_gone(self) -> bool:
        """Whether that process has ended, also where it had ended before this object was made."""
        return os.getppid() != self.parent or self._is_orphan()

    def _is_orphan(self) -> bool:
        """Whether the engine was gone before the first look: a reaper of another session is no engine.

        Such a parent may still be an engine, as the first process of a container is. Its address tells.
        """
        try:
            is_adopted = self.parent <= 1 or os.getsid(self.parent) != os.getsid(0)
        except ProcessLookupError:
            is_adopted = True
        return is_adopted and bool(self.address) and not self._answers()

    def _answers(self) -> bool:
        host, _, port = self.address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), ANSWER_SECONDS).close()
        except (OSError, ValueError, OverflowError):
            return False
        return True
