"""Bytecode of the checkout, made once: every process that a test starts reads it, whatever the environment forbids.

PYTHONDONTWRITEBYTECODE stays as it is. With it, each of many hundred short commands would compile the same modules
again, which takes a third of its time. A plan that a test writes is never compiled ahead: a change within the second of
its file time would go unnoticed.
"""

import compileall
import shutil
from pathlib import Path

FOLDERS = ("capacity", "infra", "bench", "reporting", "petaplan", "tools")


def compile_checkout(root: Path) -> None:
    """Compile the modules whose bytecode is missing or older; links are not followed.

    What has no bytecode afterwards (a read-only checkout, a fault in a module) is compiled by each process, as before.
    """
    for folder in FOLDERS:
        compileall.compile_dir(root / folder, quiet=2, workers=1)


def copy_bytecode(source: Path, target: Path) -> None:
    """Give a copy of the checkout the bytecode of its source, and the file times that make it valid."""
    for folder in FOLDERS:
        for cache in (source / folder).rglob("__pycache__"):
            place = target / cache.relative_to(source)
            if place.parent.is_dir():
                shutil.copytree(cache, place, dirs_exist_ok=True)
