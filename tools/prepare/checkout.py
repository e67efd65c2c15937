"""A checkout of petaplan: places of its parts, and which of them exist already."""

import fcntl
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class NotReady(Exception):
    """What stands in the way, and the remedy, in one line."""


def say(line: str) -> None:
    """Standard error has the line at once; standard output is left to what a command was asked for."""
    print(line, file=sys.stderr, flush=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkout:
    """The folder of a clone; all that set-up makes lies inside it, ignored by git."""

    root: Path
    venv_name: str = ".venv"

    @property
    def venv(self) -> Path:
        return self.root / self.venv_name

    @property
    def python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def tools(self) -> Path:
        return self.root / ".tools"

    @property
    def state(self) -> Path:
        """The local backend: what Pulumi knows of each stack."""
        return self.root / ".pulumi-state"

    @property
    def pulumi_home(self) -> Path:
        """Which stack is selected, and Pulumi's logs."""
        return self.root / ".pulumi-home"

    def lock(self, name: str) -> Path:
        """The lock of the whole product is "run"; the others are named after their group or extra."""
        return self.root / ("requirements.lock" if name == "run" else f"requirements-{name}.lock")


def fingerprint(*parts: str | bytes | Path) -> str:
    """One hash for text and the contents of files: a stamp with it is good until one changes."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part
        data = content.encode() if isinstance(content, str) else content
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def stamped(stamp: Path, value: str) -> bool:
    """Whether the step behind the stamp was finished with just this input."""
    try:
        return stamp.read_text(encoding="utf-8") == value
    except OSError:
        return False


def write_stamp(stamp: Path, value: str) -> None:
    """The stamp holds the value or is left as it was, never half of it."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    fresh = stamp.with_name(stamp.name + ".new")
    fresh.write_text(value, encoding="utf-8")
    fresh.replace(stamp)


@contextmanager
def only_one(checkout: Checkout) -> Iterator[None]:
    """Two set-ups of one checkout wait for each other instead of writing over each other."""
    checkout.tools.mkdir(parents=True, exist_ok=True)
    with (checkout.tools / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up of this checkout is under way; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
