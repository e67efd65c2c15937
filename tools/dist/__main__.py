"""Builds the wheel and the archive of the plugin into ``dist``.

python -m tools.dist [--only wheel] [--output FOLDER]

"""

import argparse
import hashlib
import subprocess
import sys
from pathlib import Path

from tools.dist.plugin import build_plugin
from tools.dist.wheel import ROOT, build_wheel, commit_time


def main() -> int:
    """Exit 0 when everything was built; each file is printed with its SHA-256."""
    parser = argparse.ArgumentParser(prog="python -m tools.dist", description=__doc__)
    parser.add_argument("--only", choices=("wheel",), help="leave the plugin out")
    parser.add_argument("--output", metavar="FOLDER", type=Path, default=ROOT / "dist", help="default: dist")
    asked = parser.parse_args()
    try:
        made = [build_wheel(asked.output)]
        if asked.only is None:
            made.append(build_plugin(made[0], asked.output, commit_time()))
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"petaplan: {Path(error.cmd[0]).name} ended with {error.returncode}; see its words above\n")
        return 1
    for path in made:
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
