"""petaplan: the command line of capacity, plus whatever other packages contribute to it."""

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points

from petaplan.capacity.commands.cli import app
from petaplan.capacity.commands.cli import run as run_app

GROUP = "petaplan.commands"
OWN = (
    EntryPoint("diff", "petaplan.capacity.commands.diff:diff", GROUP),
    EntryPoint("failover", "petaplan.capacity.commands.failover:failover", GROUP),
    EntryPoint("waterfall", "petaplan.capacity.commands.waterfall:waterfall", GROUP),
    EntryPoint("fabric", "petaplan.capacity.commands.fabric:fabric", GROUP),
)
"""Commands in modules of their own, loaded when they are called."""


def main() -> None:
    """Run `petaplan`; exit codes are those of the design: 0, 1, 2, 3, 4."""
    sys.exit(run_app(mount))


def mount() -> None:
    """Add the commands that this call needs."""
    for point in wanted(sys.argv):
        app.command(point.name)(point.load())


def wanted(arguments: list[str]) -> Iterator[EntryPoint]:
    """The contributed command that is called, or all of them when help lists the commands."""
    words = [word for word in arguments[1:] if not word.startswith("-")]
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    if not words or words[0] not in known:
        everything = (*OWN, *entry_points(group=GROUP))
        named = [point for point in everything if words and point.name == words[0]]
        yield from named or everything


if __name__ == "__main__":
    main()
