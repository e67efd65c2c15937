"""The Pulumi engine, run by the Automation API, and its events; what it can't do it says in words."""

import json
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
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


def run_with_events(verb: str, stack: str, folder: Path, options: Sequence[str] = ()) -> Ran:
    """What `preview` or `up` did, event by event.

    Raises:
        EngineError: when there is no CLI, or the engine was killed.
    """
    with tempfile.TemporaryDirectory(prefix="petaplan-") as scratch:
        log = Path(scratch) / "events.json"
        arguments = [
            verb,
            "--stack",
            stack,
            "--event-log",
            str(log),
            "--color",
            "never",
            "--suppress-progress",
            *options,
        ]
        failure = ""
        try:
            _command(arguments, folder, {"PULUMI_DEBUG_COMMANDS": "true"})
        except _Failed as failed:
            failure = failed.said or failed.how
            if failed.was_killed:
                raise EngineError(
                    f"pulumi {verb}: the engine was killed ({failed.how}); nothing was judged, run it again"
                ) from None
        return Ran(events=tuple(_events(log)), failure=failure)


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
    from pulumi.automation import CommandError, InvalidVersionError, PulumiCommand

    try:
        return _to_its_end(lambda: str(PulumiCommand().run(list(arguments), str(folder), environment).stdout))
    except FileNotFoundError:
        advice = 'run `make`, then `eval "$(make -s env)"`, or install the Pulumi CLI'
        raise EngineError(f"there is no Pulumi CLI on PATH: {advice}") from None
    except InvalidVersionError as error:
        raise EngineError(f"the Pulumi CLI on PATH can't be used: {error}") from None
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


def _to_its_end(work: Callable[[], str]) -> str:
    """What a command of the CLI answers; who interrupts it waits until the engine has ended too."""
    with stopped_by_terminate(), ThreadPoolExecutor(max_workers=1, thread_name_prefix="pulumi") as beside:
        answer = beside.submit(work)
        try:
            return answer.result()
        except KeyboardInterrupt:
            wait([answer], timeout=PATIENCE_SECONDS)  # a terminal interrupts the engine by itself
            if not answer.done():
                _interrupt_engine()
            raise


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
