"""Commands for many hosts."""

import typer

app = typer.Typer(help="Measure many hosts: one worker command each, one file each.", no_args_is_help=True)


def merge() -> None:
    """Join host files."""
