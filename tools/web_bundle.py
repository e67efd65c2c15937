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

import yaml

ASSETS = Path(__file__).parents[1] / "reporting/web/assets"
LIST = ASSETS / "bundle.yaml"
LICENCES = "LICENSES.txt"
_MAP = re.compile(r"\n?//# sourceMappingURL=.*\n?$")
_IMPORT = re.compile(r"^import \{([^}]*)\} from 'vega-util';$", re.MULTILINE)
_EXPORT = re.compile(r"^export \{ expression as expressionInterpreter \};$", re.MULTILINE)


def main() -> int:
    """Fetch, check, and write the scripts with their licences."""
    listed = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    licences, written = [], dict[str, str]()
    with tempfile.TemporaryDirectory() as folder:
        for package in listed["packages"]:
            files = fetched(f"{package['name']}@{package['version']}", Path(folder), package["integrity"])
            written[package["script"]] = as_script(package["name"], files[package["file"]])
            licences.append(licence_of(f"{package['name']}@{package['version']}", files))
        licences += [licence_of(name, fetched(name, Path(folder))) for name in listed["contained"]]
    for name, text in written.items():
        (ASSETS / name).write_text(text, encoding="utf-8")
    (ASSETS / LICENCES).write_text(f"\n{'-' * 72}\n\n".join(licences), encoding="utf-8")
    print(f"{len(written)} scripts, {sum(map(len, written.values())):,} characters, {len(licences)} licences")
    return 0


def fetched(name: str, folder: Path, integrity: str | None = None) -> dict[str, str]:
    """The text files of a package by name; its digest is the recorded one where one is recorded.

    Raises:
        SystemExit: for another digest.
    """
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), name]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    archive = folder / f"{name.replace('@', '-')}.tgz"
    found = f"sha512-{base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()}"
    if integrity is not None and found != integrity:
        raise SystemExit(f"{name}: found the digest {found}; expected {integrity} of {LIST.name}")
    with tarfile.open(archive) as opened:
        texts = ((one.name, opened.extractfile(one)) for one in opened if one.isfile())
        return {at: file.read().decode(errors="replace") for at, file in texts if file is not None}


def licence_of(name: str, files: dict[str, str]) -> str:
    """Name and version of a package over its licence.

    Raises:
        SystemExit: for a package without one.
    """
    found = next((text for at, text in sorted(files.items()) if at.lower().startswith("package/licen")), None)
    if found is None:
        raise SystemExit(f"{name}: found no licence; expected one in the package")
    return f"{name.replace('@', ' ')}\n\n{found.strip()}\n"


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
