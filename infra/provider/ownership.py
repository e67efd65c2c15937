"""The owner token of a stack: drawn once, kept in the state of the provider, given back by every run of the engine."""

import hashlib
import json
import os
from pathlib import Path

from google.protobuf.struct_pb2 import Struct

TOKEN = "owner"
"""Property of the provider resource that holds the token."""


class OwnerTokens:
    """The tokens of one provider process: those of the state, and those that it drew."""

    def __init__(self) -> None:
        self._drawn: set[str] = set()

    def kept_or_drawn(self, olds: Struct) -> str:
        """The token that the state holds, or a new one."""
        token = olds.fields[TOKEN].string_value if TOKEN in olds.fields else ""
        if not token:
            token = os.urandom(16).hex()
            self._drawn.add(token)
        return token

    def is_confirmed(self, token: str) -> bool:
        """Whether a token came from a checkpoint."""
        return bool(token) and token not in self._drawn


def backend_digest(folder: Path) -> str:
    """A digest of the address of the backend that keeps the state; the address may hold a password."""
    address = os.environ.get("PULUMI_BACKEND_URL") or _of_project(folder) or _logged_in()
    return hashlib.sha256(address.encode()).hexdigest()[:16] if address else ""


def _of_project(folder: Path) -> str:
    import yaml

    try:
        read = yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))
        return str(read["backend"]["url"])
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError):
        return ""


def _logged_in() -> str:
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    try:
        return str(json.loads((home / "credentials.json").read_text(encoding="utf-8"))["current"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
