"""petaplan: the command line of capacity, plus whatever other packages contribute to it."""

import sys
from importlib.metadata import entry_points

from capacity.cli import app
from capacity.cli import run as run_app


def main() -> None:
    """Run `petaplan`; exit codes are those of the design: 0, 1, 2, 3, 4."""
    for point in entry_points(group="petaplan.commands"):
        if wanted(point.name, sys.argv):
            app.command(point.name)(point.load())
    sys.exit(run_app())


def wanted(name: str, arguments: list[str]) -> bool:
    """Whether a contributed command must be loaded: when it is called, or when help lists the commands."""
    words = [word for word in arguments[1:] if not word.startswith("-")]
    return not words or words[0] == name


if __name__ == "__main__":
    main()
