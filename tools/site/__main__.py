"""Build the site: ``python -m tools.site [FOLDER]``. A warning is an error, and so is a request to another host."""

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.site.off_host import requests_off_host

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path("build") / "site"


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 built, 1 a warning of Sphinx or a request to another host."""
    parser = argparse.ArgumentParser(prog="python -m tools.site", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / FOLDER, help="where the site is written")
    folder = parser.parse_args(arguments).folder
    return built(ROOT, folder)


def built(root: Path, folder: Path) -> int:
    """Write the site of a checkout into a folder, afresh.

    A warning keeps the exit status from being 0.
    """
    shutil.rmtree(folder, ignore_errors=True)
    settings = str(root / "tools" / "site")
    command = [sys.executable, "-m", "sphinx", "-c", settings, "-b", "html", "-W", "--keep-going", "-E", "-q"]
    done = subprocess.run([*command, "-d", f"{folder}-cache", str(root), str(folder)], cwd=root, check=False)
    if done.returncode:
        return 1
    shutil.copyfile(folder / "README.html", folder / "index.html")
    found = list(requests_off_host(folder))
    for each in found:
        print(f"{each}: found a request to another host; expected a file of the site", file=sys.stderr)
    pages = sum(1 for _ in folder.rglob("*.html"))
    print(f"{folder}: {pages} pages", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
