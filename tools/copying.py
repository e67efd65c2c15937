"""A copy of the checkout: the files that git tracks, or would; links stay links, and files keep their times."""

import shutil
import subprocess
from pathlib import Path


def copied(source: Path, target: Path) -> Path:
    """The files of a checkout in another folder, without its tools and what they cache.

    Raises:
        CalledProcessError: when git doesn't know the checkout.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=source,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = source / name
        if path.is_file() or path.is_symlink():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target / name, follow_symlinks=False)
    return target
