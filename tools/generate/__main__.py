"""Write every file that follows from the code: ``python -m tools.generate``.

With ``--check`` it writes nothing, names each file that is out of date, and ends with exit code 1 where there is one.
"""

import argparse
import sys
from collections.abc import Sequence

from tools.generate.files import Files
from tools.generate.table import GENERATED


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the files, or name those that are out of date."""
    parser = argparse.ArgumentParser(prog="python -m tools.generate", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 where a file is out of date")
    check = parser.parse_args(arguments).check
    stale = generated().stale()
    for path, text in stale.items():
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        print(f"{path}: {'out of date: run make generate' if check else 'written'}")
    return 1 if stale and check else 0


def generated() -> Files:
    """All files as the generators want them; a generator sees what those before it in the table made."""
    files = Files()
    for generate in GENERATED:
        generate(files)
    return files


if __name__ == "__main__":
    sys.exit(main())
