"""petaplan: the commands of capacity, and those that other packages contribute."""

import gc
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from petaplan.capacity.command_line.running import run
from petaplan.command_table import command_line
from petaplan.process import run_to_end

COMMANDS = "petaplan.capacity.commands"
"""The package whose files are the commands."""

COLLECT_AFTER = 200_000
"""New objects after which Python looks for garbage: a command imports many modules, whose objects all stay."""


def main() -> None:
    """Run `petaplan` with the arguments of the process, and end the process with its exit code."""
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])
    run_to_end(lambda: petaplan(sys.argv[1:]))


def petaplan(arguments: Sequence[str]) -> int:
    """The exit code of `petaplan` with these arguments: one of capacity/command_line/exit_codes.py."""
    return run(command_line("petaplan", COMMANDS, about, contributed=True), arguments)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        sys.stdout.write(f"petaplan {version('petaplan')}\n")
        raise typer.Exit


def about(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Declare a phased AI compute hub and check it against its PFLOP/s targets."""


if __name__ == "__main__":
    main()
