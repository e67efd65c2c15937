"""The Pulumi engine, run by the Automation API, and its events; what it can't do it says in words."""

import json
import signal
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from capacity.errors import PetaplanError

if TYPE_CHECKING:
    from pulumi.automation import EngineEvent

MOST_REASONS = 20
"""Error messages of the engine that are passed on."""

PATIENCE_SECONDS = 2.0
"""How long an engine may take to end by itself before it is asked to."""


class EngineError(PetaplanError):
    """The engine could not do what it was asked: nothing is known of the plan. Exit 3."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """One run of the engine: its events in order, and why it failed where it did."""

    events: tuple["EngineEvent", ...]
    failure: str
    """Empty where it went through."""


class Running:
    """A run of the engine that is under way; what it did is known at its end."""

    def __init__(self, verb: str, stack: str, folder: Path, options: Sequence[str] = ()) -> None:
        self._verb = verb
        self._scratch = tempfile.TemporaryDirectory(prefix="petaplan-")
        self._log = Path(self._scratch.name) / "events.json"
        arguments = [verb, "--stack", stack, "--event-log", str(self._log), "--color", "never", "--suppress-progress"]
        self._beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pulumi")
        environment = {"PULUMI_DEBUG_COMMANDS": "true"}
        self._answer = self._beside.submit(_command, [*arguments, *options], folder, environment)

    def result(self) -> Ran:
        """What it did, event by event.

        Raises:
            EngineError: when there is no CLI, or the engine was killed.
        """
        failure = ""
        try:
            self._answer.result()
        except _Failed as failed:
            failure = failed.said or failed.how
            if failed.was_killed:
                reason = f"pulumi {self._verb}: the engine was killed ({failed.how}); nothing was judged, run it again"
                raise EngineError(reason) from None
        return Ran(events=tuple(_events(self._log)), failure=failure)

    def end(self) -> None:
        """Nothing of it is left: an engine that still runs is asked to stop, and waited for."""
        if not self._answer.done():
            wait([self._answer], timeout=PATIENCE_SECONDS)  # a terminal interrupts the engine by itself
        if not self._answer.done():
            _interrupt_engine()
        self._beside.shutdown()
        self._scratch.cleanup()


def ask(arguments: Sequence[str], folder: Path) -> str:
    """What a command of the CLI answers.

    Raises:
        EngineError: with the reason that the CLI gives.
    """
    try:
        return _command([*arguments, "--color", "never"], folder, {})
    except _Failed as failed:
        raise EngineError(f"pulumi {' '.join(arguments)}: {failed.said or failed.how}") from None


class _Failed(Exception):
    """The CLI ended with another status than 0."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(said)
        self.code = code
        self.said = said

    @property
    def was_killed(self) -> bool:
        return self.code < 0

    @property
    def how(self) -> str:
        return f"signal {-self.code}, {signal.Signals(-self.code).name}" if self.code < 0 else f"exit {self.code}"


def _command(arguments: Sequence[str], folder: Path, environment: dict[str, str]) -> str:
    from pulumi.automation import CommandError, PulumiCommand

    class Cli(PulumiCommand):
        """The CLI on PATH, whose version set-up has looked at: asking it again takes longer than the gate may."""

        def __init__(self) -> None:
            self.command = "pulumi"
            self.version = None

    try:
        return str(Cli().run(list(arguments), str(folder), environment).stdout)
    except FileNotFoundError:
        advice = 'run `make`, then `eval "$(make -s env)"`, or install the Pulumi CLI'
        raise EngineError(f"there is no Pulumi CLI on PATH: {advice}") from None
    except CommandError as error:
        raise _Failed(*_code_and_words(str(error))) from None


def _code_and_words(text: str) -> tuple[int, str]:
    r"""The status and the words in the error of the Automation API, which holds them as text alone.

    >>> _code_and_words(" code: 255\n stdout: \n stderr: error: no stack\n")
    (255, 'no stack')
    """
    first, _, rest = text.strip().partition("\n")
    _, _, stderr = rest.partition("stderr: ")
    words = "\n".join(line.removeprefix("error: ") for line in stderr.strip().splitlines() if line.strip())
    return int(first.removeprefix("code: ")), words


def _interrupt_engine() -> None:
    import psutil

    for child in psutil.Process().children():
        child.send_signal(signal.SIGINT)


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
            read: dict[str, Any] | None = _parsed(line)
            if read is not None and not _is_chatter(read):
                yield EngineEvent.from_json(read)


def _parsed(line: str) -> dict[str, Any] | None:
    """One event; None for the last line of an engine that was stopped while it wrote."""
    try:
        read: dict[str, Any] = json.loads(line)
    except json.JSONDecodeError:
        return None
    return read


def _is_chatter(read: dict[str, Any]) -> bool:
    said = read.get("diagnosticEvent")
    return "resOutputsEvent" in read or (said is not None and said.get("severity") in ("debug", "info"))
