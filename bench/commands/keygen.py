"""`petaplan-bench keygen`: a key pair that signs evidence files."""

from pathlib import Path
from typing import Annotated

import typer

from petaplan.bench.command_line.passwords import PasswordFile, password_from
from petaplan.bench.errors import InputError
from petaplan.bench.evidence import signing


def keygen(
    key: Annotated[Path, typer.Argument(metavar="KEY", help="Place for the private key; KEY.pub is the public one.")],
    password_file: PasswordFile = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="Write the private key without a password.")
    ] = False,
) -> None:
    """Make a key pair in minisign's format: KEY for its owner alone, and KEY.pub.

    Exit codes: 0 both are written, 2 bad input.
    """
    password = ""
    if not no_password:
        password = password_from(password_file, f"password for {key}", twice=True)
        if not password:
            raise InputError("the password: empty; give one, or --no-password")
    name = signing.make_key(key, password)
    print(f"key {name}: {key} (private), {key}.pub (give it to readers, for --trusted-keys)")
