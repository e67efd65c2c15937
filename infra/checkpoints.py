"""The backend that keeps the checkpoints of a project, without the Pulumi engine."""

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from petaplan.capacity.errors import PlanError

SUFFIXES = (".json", ".json.gz")


def backend_digest(folder: Path) -> str:
    """A digest of the address of the backend that keeps the state; the address may hold a password."""
    address = backend_address(folder)
    return hashlib.sha256(address.encode()).hexdigest()[:16] if address else ""


def backend_address(folder: Path) -> str:
    """The address of the backend of a project: of the environment, the project or the login; empty where none is."""
    return os.environ.get("PULUMI_BACKEND_URL") or _of_project(folder) or _logged_in()


def checkpoint_time(project: str, stack: str, folder: Path) -> str:
    """When the checkpoint of a stack was written last, as the inventory writes times; empty where that is unknown.

    Only a backend of local files tells it. A file that was copied or restored counts from then on.
    """
    address = urlsplit(backend_address(folder))
    if address.scheme != "file":
        return ""
    stacks = folder / Path(unquote(address.netloc + address.path)).expanduser() / ".pulumi" / "stacks"
    times = [_changed(stacks / name) for suffix in SUFFIXES for name in (f"{project}/{stack}{suffix}", stack + suffix)]
    last = max(times)
    return datetime.fromtimestamp(last, UTC).isoformat(timespec="microseconds") if last else ""


def _changed(path: Path) -> float:
    try:
        return path.stat().st_ctime
    except OSError:
        return 0.0


def _of_project(folder: Path) -> str:
    from petaplan.infra.stack_settings import read_project  # YAML: a provider seldom needs it

    try:
        backend = read_project(folder).get("backend")
    except (OSError, PlanError):
        return ""
    url = backend.get("url") if isinstance(backend, dict) else None
    return url if isinstance(url, str) else ""


def _logged_in() -> str:
    home = Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    try:
        return str(json.loads((home / "credentials.json").read_text(encoding="utf-8"))["current"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
