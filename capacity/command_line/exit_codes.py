"""The exit codes of `petaplan`, for scripts and pipelines."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a run came to. A command uses those that it names in its help."""

    OK = 0
    """Done; a command that judges found nothing."""
    FOUND = 1
    """The answer is no: a plan falls short, two things differ, something is missing."""
    BAD_INPUT = 2
    """Wrong usage, or a plan, file or setting that is not valid. Nothing was written."""
    TOOL_BROKE = 3
    """A tool failed: the Pulumi engine, git, the inventory, or petaplan itself."""
    CANNOT_TELL = 4
    """Too little is known or measured, or a rule needs a secret."""
    INTERRUPTED = 130
    """Ctrl-C."""
    READER_GONE = 141
    """The reader of standard output closed it, as `head` does."""
