"""The command line of petaplan-bench: ``python -m petaplan.bench`` and the console script."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.core import TyperGroup

from petaplan.bench.command_line.running import run
from petaplan.command_table import command_line
from petaplan.process import run_to_end

COMMANDS = "petaplan.bench.commands"
"""The package whose files are the commands."""


def main() -> None:
    """Run `petaplan-bench` with the arguments of the process, and end the process with its exit code."""
    run_to_end(lambda: petaplan_bench(sys.argv[1:]))


def petaplan_bench(arguments: Sequence[str]) -> int:
    """The exit code of `petaplan-bench` with these arguments (bench/errors.py)."""
    return run(program(), arguments)


def program() -> TyperGroup:
    """The commands of petaplan-bench."""
    return command_line("petaplan-bench", COMMANDS, about)


def _print_version(asked: bool) -> None:
    if asked:
        from petaplan.bench.evidence import host

        sys.stdout.write(f"{host.tool()}\n")
        raise typer.Exit


def about(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Measure the matmul throughput of devices, verify every product, and write evidence for a plan."""


if __name__ == "__main__":
    main()
