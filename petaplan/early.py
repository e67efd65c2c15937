"""Signals of a process of petaplan before its program is imported: Ctrl-C ends it at once and in silence."""

import _signal as signal  # type: ignore[import-not-found]  # behind `signal`: no file has to be read for it
import sys
from os import _exit

INTERRUPTED = 130

ENDED_AT_ONCE = {
    "petaplan": (signal.SIGINT, signal.SIGTERM),
    "petaplan-bench": (signal.SIGINT, signal.SIGTERM),
    "pulumi-resource-petaplan": (signal.SIGINT,),
    "petaplan-policy": (signal.SIGINT,),
}
"""The console scripts, and the signals that end them while nothing is temporary yet."""

MODULES = {
    "petaplan.capacity": "petaplan",
    "petaplan.bench": "petaplan-bench",
    "petaplan.infra.provider": "pulumi-resource-petaplan",
    "petaplan.infra.policy": "petaplan-policy",
}
"""The same programs as ``python -m`` names them."""


def end_at_once() -> None:
    """A signal ends this process if it runs a program of petaplan; a process that imports petaplan keeps its signals.

    A signal that whoever started the process wants ignored stays ignored.
    """
    for number in ENDED_AT_ONCE.get(_program(), ()):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda _number, _frame: _exit(INTERRUPTED))


def _program() -> str:
    """The console script that this process runs; empty for any other program."""
    started = sys.argv[0] if sys.argv else ""
    if started != "-m":
        return started.rpartition("/")[2]
    words = sys.orig_argv
    module = words[words.index("-m") + 1] if "-m" in words[:-1] else ""
    return MODULES.get(module.removesuffix(".__main__"), "")
