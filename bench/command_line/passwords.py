"""Passwords of keys: from a file or from the terminal, never from the command line or the environment."""

import getpass
import sys
from pathlib import Path
from typing import Annotated

import typer

from petaplan.bench.errors import InputError
from petaplan.input_files import read_bounded

PasswordFile = Annotated[
    Path | None,
    typer.Option("--password-file", metavar="FILE", help="File whose first line is the password (default: ask)."),
]


def password_from(file: Path | None, question: str, *, twice: bool = False) -> str:
    """The first line of a file, else the answer at the terminal.

    Raises:
        InputError: when the file can't be read, nobody can be asked, or two answers differ.
    """
    if file is not None:
        try:
            return (read_bounded(file, 2**16).decode().splitlines() or [""])[0]
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"--password-file {file}: cannot be read: {error}") from None
    if not sys.stdin.isatty():
        raise InputError("the password: there is no terminal to ask at; give --password-file FILE")
    answer = getpass.getpass(f"{question}: ")
    if twice and getpass.getpass("again: ") != answer:
        raise InputError("the password: two answers that differ; nothing was written")
    return answer
