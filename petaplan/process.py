"""Signals and standard streams of a process that runs one command; no program is imported here.

SIGINT and SIGTERM are a KeyboardInterrupt, so that whatever is temporary is taken away. The exit code is 130 for both.
"""

import codecs
import io
import os
import signal
import sys
from collections.abc import Callable
from threading import Event
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130
"""Exit code of a command that a signal ended."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_AGAIN_SECONDS = 0.01


def run_to_end(command: Callable[[], int]) -> NoReturn:
    """Run a command and end the process with its exit code; nothing of an interrupt is shown but the code."""
    _own.set()
    prepare_streams()
    _as_interrupt(*_SIGNALS)
    try:
        code = command()
    except KeyboardInterrupt:
        code = INTERRUPTED
    _listen(_SIGNALS, signal.SIG_IGN)  # what is left is the end of the interpreter
    sys.exit(code)


def reader_gone(error: BaseException) -> bool:
    """Whether the reader of standard output closed it: the error itself, or what typer makes of it, an exit with 1."""
    return isinstance(error, BrokenPipeError) or isinstance(error.__context__, BrokenPipeError)


def prepare_streams() -> None:
    """Standard streams that cannot fail a command: closed ones take no other file's place, and any text has a form.

    What the encoding of standard output lacks is written as an escape of JSON. What standard error cannot take is lost.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, so no file gets it
    codecs.register_error("petaplan-escape", _escaped)
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="petaplan-escape")
    if sys.stderr is sys.__stderr__:
        encoding = sys.stderr.encoding if sys.stderr is not None else "utf-8"
        raw = io.BufferedWriter(_Forgiving(2, "w", closefd=False))
        sys.stderr = io.TextIOWrapper(raw, encoding=encoding, errors="backslashreplace", line_buffering=True)


class _Forgiving(io.FileIO):
    """A file whose writing never fails: an error that cannot be shown changes no exit code."""

    def write(self, data: "io.ReadableBuffer", /) -> int:  # type: ignore[name-defined]  # known to type checkers alone
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def _escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Characters as escapes of JSON, such as ``\u00d7``."""
    assert isinstance(error, UnicodeEncodeError)
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2], strict=True)), error.end


def _as_interrupt(*signals: signal.Signals) -> None:
    _listen(signals, _interrupt)
    signal.signal(signal.SIGALRM, _interrupt)
    sys.unraisablehook = _raise_again


def _listen(signals: tuple[signal.Signals, ...], handler: Callable[[int, FrameType | None], object] | int) -> None:
    """Handle signals, but for those that whoever started the process wants ignored."""
    for number in signals:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def is_own() -> bool:
    """Whether this process runs one command and nothing else, so that its descriptors are at the command's disposal."""
    return _own.is_set()


def was_interrupted() -> bool:
    """Whether a signal has asked for the end: an error after that may be the interrupt in another form.

    Python 3.11 makes a RuntimeError of an interrupt that comes while a class is made.
    """
    return _came.is_set()


_came = Event()
_own = Event()


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    _came.set()
    raise KeyboardInterrupt


def _raise_again(lost: "sys.UnraisableHookArgs") -> None:
    """An interrupt that came while Python could not pass it on, such as in a destructor, comes again a moment later."""
    if isinstance(lost.exc_value, KeyboardInterrupt):
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)
    else:
        sys.__unraisablehook__(lost)
