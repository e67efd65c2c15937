"""The running Pulumi engine, its events, and messages of its failures."""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import TYPE_CHECKING

from petaplan.capacity.errors import PetaplanError

if TYPE_CHECKING:
    from pulumi.automation import EngineEvent

MOST_REASONS = 20
"""Error messages of the engine that are passed on."""

PATIENCE_SECONDS = 2.0
"""How long an engine may take to end by itself before it is options to."""


class EngineError(PetaplanError):
    """The engine could not do what it was options: nothing is known of the plan."""

    exit_code = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class PreviewRun:
    """One run of the engine: its events in order, and why it failed where it did."""

    events: tuple["EngineEvent", ...]
    failure: str
    """Empty where it went through."""


NOTHING_MORE: Mapping[str, str] = MappingProxyType({})


class RunningPreview:
    """A run of the engine that is under way; what it did is known at its end.

    It is the command that the Automation API would run. Loading that first takes a quarter of a second, in which the
    engine could work. Its events are read afterwards with the API's own classes.
    """

    def __init__(
        self, verb: str, stack: str, folder: Path, options: Sequence[str] = (), more: Mapping[str, str] = NOTHING_MORE
    ) -> None:
        self._verb = verb
        self._scratch = tempfile.TemporaryDirectory(prefix="petaplan-")
        self._log = Path(self._scratch.name) / "events.json"
        self._said = Path(self._scratch.name) / "stderr.txt"
        command = [verb, "--stack", stack, "--event-log", str(self._log), "--suppress-progress", *options]
        environment = {**os.environ, **more, "PULUMI_AUTOMATION_API": "true", "PULUMI_DEBUG_COMMANDS": "true"}
        with self._said.open("wb") as said:
            try:
                self._process = subprocess.Popen(
                    [*CLI, *command],
                    cwd=folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=said,
                )
            except FileNotFoundError:
                self._scratch.cleanup()
                raise EngineError(NO_CLI) from None

    def result(self) -> PreviewRun:
        """What it did, event by event.

        Raises:
            EngineError: when the engine was killed.
        """
        code = self._process.wait()
        if code < 0:
            how = f"signal {-code}, {signal.Signals(-code).name}"
            raise EngineError(f"pulumi {self._verb}: the engine was killed ({how}); nothing was judged, run it again")
        failure = _words(self._said.read_text(encoding="utf-8", errors="replace")) or f"exit {code}"
        return PreviewRun(events=tuple(_events(self._log)), failure=failure if code else "")

    def end(self) -> None:
        """Nothing of it is left: an engine that still runs is options to stop, and waited for."""
        try:
            self._process.wait(PATIENCE_SECONDS)  # a terminal interrupts the engine by itself
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
        self._scratch.cleanup()


CLI = ("pulumi", "--non-interactive", "--color", "never")

NO_STACK = "no stack named"
"""How the CLI says that there is no such stack."""

NO_NAME = "organization name must be"
"""How the CLI refuses a name of a stack that its backend can't have."""

NO_CLI = 'there is no Pulumi CLI on PATH: run `make`, then `eval "$(make -s env)"`, or install the Pulumi CLI'


def ask(arguments: Sequence[str], folder: Path) -> str:
    """What a command of the CLI answers.

    Raises:
        EngineError: with the reason that the CLI gives.
    """
    try:
        done = subprocess.run([*CLI, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise EngineError(NO_CLI) from None
    if done.returncode:
        raise EngineError(f"pulumi {' '.join(arguments)}: {_words(done.stderr) or f'exit {done.returncode}'}")
    return done.stdout


def _words(said: str) -> str:
    r"""What the CLI complains of, without its own prefix.

    >>> _words("error: no stack named 'x' found\n")
    "no stack named 'x' found"
    """
    return "\n".join(line.removeprefix("error: ") for line in said.strip().splitlines() if line.strip())


@contextmanager
def stopped_by_terminate() -> Iterator[None]:
    """A polite request to end is taken like Ctrl-C, so that nothing is left half done."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # only the main thread may
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _events(log: Path) -> Iterator["EngineEvent"]:
    from pulumi.automation import EngineEvent

    if not log.exists():
        return
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            read: dict[str, object] | None = _parsed(line)
            if read is not None and not _is_chatter(read):
                yield EngineEvent.from_json(read)


def _parsed(line: str) -> dict[str, object] | None:
    """One event; None for the last line of an engine that was stopped while it wrote."""
    try:
        read: dict[str, object] = json.loads(line)
    except json.JSONDecodeError:
        return None
    return read


def _is_chatter(read: dict[str, object]) -> bool:
    said = read.get("diagnosticEvent")
    return "resOutputsEvent" in read or (isinstance(said, dict) and said.get("severity") in ("debug", "info"))
