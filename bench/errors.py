"""Errors that stop a command, with their exit codes.

BenchError
├── InputError            exit 2: what was asked or given is wrong
│   ├── EvidenceError     a file that is not sound evidence; carries every problem found
│   └── UnlikeError       two rows that must not be compared
└── NotMeasuredError      exit 4: the device, driver or library that was asked for is not there
"""

from collections.abc import Sequence
from enum import IntEnum


class Exit(IntEnum):
    """The exit codes of petaplan-bench."""

    OK = 0
    """Everything that was asked for was measured and verified (``compare``, ``merge``: no difference)."""
    FOUND = 1
    """A wrong product was found (``compare``: a difference; ``merge``: an outlier or a missing host)."""
    BAD_INPUT = 2
    """Bad usage or input; nothing was written."""
    INTERNAL = 3
    """A fault of petaplan-bench itself."""
    NOT_MEASURED = 4
    """Something that was asked for could not be measured; the record says what and why."""
    INTERRUPTED = 130
    """Ctrl-C; what was measured until then is marked partial."""
    READER_GONE = 141
    """The reader of standard output closed it, as `head` does."""


class BenchError(Exception):
    """An error for the user: where, what was found, what was expected, what to do."""

    exit_code: Exit = Exit.INTERNAL


class InputError(BenchError):
    """A wrong option, size or file."""

    exit_code = Exit.BAD_INPUT


class EvidenceError(InputError):
    """One or more evidence files cannot be used; every problem is listed."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems: tuple[str, ...] = tuple(problems)
        super().__init__("\n".join(self.problems))


class UnlikeError(InputError):
    """Two rows differ in something that must agree before their figures may be compared."""


class NotMeasuredError(BenchError):
    """A device, driver or library that was asked for is absent."""

    exit_code = Exit.NOT_MEASURED
