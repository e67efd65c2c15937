"""`petaplan-bench sign`: signatures beside evidence files."""

from pathlib import Path
from typing import Annotated

import typer

from petaplan.bench.command_line.passwords import PasswordFile, password_from
from petaplan.bench.errors import InputError
from petaplan.bench.evidence import signing


def sign(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Evidence files, or folders of them.")],
    key: Annotated[Path, typer.Option("--key", metavar="KEY", help="Private key of `keygen` or `minisign -G`.")],
    password_file: PasswordFile = None,
) -> None:
    """Sign evidence files: FILE.minisig is written beside each. `minisign -V -p KEY.pub -m FILE` checks it.

    Exit codes: 0 all are signed, 2 bad input.
    """
    files = [file for path in paths for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]
    if not files:
        raise InputError(f"{', '.join(map(str, paths))}: no evidence file (*.json) in this folder")
    with signing.read_key(key) as secret:
        if secret.is_encrypted():
            signing.unlock(secret, password_from(password_file, f"password of {key}"))
        for file in files:
            print(signing.sign(file, secret))
