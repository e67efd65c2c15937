"""The scripts that draw charts in a page: ``python -m tools.web_bundle`` fetches and writes them again.

``npm pack`` fetches the packages of reporting/web/assets/bundle.yaml. Each must have the digest that stands there.
Node is needed for nothing else: a report is made without it.
"""

import base64
import hashlib
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import yaml

ASSETS = Path(__file__).parents[1] / "reporting/web/assets"
LIST = ASSETS / "bundle.yaml"
LICENCES = "LICENSES.txt"
_MAP = re.compile(r"\n?//# sourceMappingURL=.*\n?$")
_IMPORT = re.compile(r"^import \{([^}]*)\} from 'vega-util';$", re.MULTILINE)
_EXPORT = re.compile(r"^export \{ expression as expressionInterpreter \};$", re.MULTILINE)


def main() -> int:
    """Fetch, check, and write the scripts with their licences."""
    packages = yaml.safe_load(LIST.read_text(encoding="utf-8"))["packages"]
    written = {}
    licences = []
    with tempfile.TemporaryDirectory() as folder:
        for package in packages:
            files = fetched(package, Path(folder))
            written[package["script"]] = as_script(package["name"], files[package["file"]])
            licences.append(f"{package['name']} {package['version']}\n\n{files['package/LICENSE'].strip()}\n")
    for name, text in written.items():
        (ASSETS / name).write_text(text, encoding="utf-8")
    (ASSETS / LICENCES).write_text(f"\n{'-' * 72}\n\n".join(licences), encoding="utf-8")
    print(f"{len(written)} scripts, {sum(map(len, written.values())):,} characters")
    return 0


def fetched(package: dict[str, Any], folder: Path) -> dict[str, str]:
    """The script and the licence of a package whose digest is the recorded one.

    Raises:
        SystemExit: for another digest.
    """
    name = f"{package['name']}@{package['version']}"
    subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", folder, name], check=True, stdout=subprocess.DEVNULL
    )
    archive = folder / f"{package['name']}-{package['version']}.tgz"
    found = f"sha512-{base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()}"
    if found != package["integrity"]:
        raise SystemExit(f"{name}: found the digest {found}; expected {package['integrity']} of {LIST.name}")
    with tarfile.open(archive) as opened:
        members = (opened.extractfile(one) for one in (package["file"], "package/LICENSE"))
        texts = [member.read().decode() for member in members if member is not None]
    return dict(zip((package["file"], "package/LICENSE"), texts, strict=True))


def as_script(name: str, text: str) -> str:
    """A script without the address of a source map; a module becomes a global name."""
    text = _MAP.sub("\n", text)
    if _EXPORT.search(text) is None:
        return text
    text = _IMPORT.sub(lambda found: f"const {{{found[1]}}} = vega;", _EXPORT.sub("", text))
    given = f"window.{_global(name)} = {{ expressionInterpreter: expression }};"
    return f'(function () {{\n"use strict";\n{text}\n{given}\n}})();\n'


def _global(name: str) -> str:
    first, *rest = name.split("-")
    return first + "".join(word.title() for word in rest)


if __name__ == "__main__":
    sys.exit(main())
