"""The bundle of petaplan-bench: one file a machine that needs nothing installed but the host's Python and NumPy.

python -m tools.dist.bundle [--machine x86_64] [--python 3.12] [--output FOLDER]

It holds petaplan's bench and reporting, and the libraries that they import, for every version of Python that is supported.
NumPy, torch and CuPy are the host's own. Python's own ``zipapp`` format carries it.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.dist.wheel import ROOT, build_wheel, commit_time

MACHINES = ("x86_64", "aarch64")
PYTHONS = ("3.11", "3.12", "3.13")
MOST_BYTES = 48 * 2**20

LIBRARIES = (
    "annotated-doc",
    "annotated-types",
    "cffi",
    "cryptography",
    "markdown-it-py",
    "mdurl",
    "ml-dtypes",
    "nvidia-ml-py",
    "psutil",
    "py-minisign",
    "pycparser",
    "pydantic",
    "pydantic-core",
    "pygments",
    "pyyaml",
    "rich",
    "shellingham",
    "threadpoolctl",
    "typer",
    "typing-extensions",
    "typing-inspection",
)
"""What bench and reporting import, and what that needs; at the versions of requirements.lock."""

OURS = re.compile(r"petaplan/(?:bench/|reporting/|[^/]+$)|petaplan-[^/]+\.dist-info/")
LEFT_OUT = re.compile(r"(?:^|/)(?:tests?|__pycache__)/|\.pyi$|\.data/(?:data|scripts|headers)/")
START = Path(__file__).with_name("bundle_start.py")
FIRST_LINE = b"#!/usr/bin/env python3\n"


def build_bundle(wheel: Path, target: Path, machine: str, pythons: Iterable[str] = PYTHONS) -> Path:
    """One file for a machine, from a wheel of petaplan and the wheels of its libraries.

    Raises:
        CalledProcessError: when a library cannot be fetched; pip has said why.
        ValueError: when the file is larger than it may be.
    """
    files: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory(prefix="petaplan-bundle-") as scratch:
        for version in pythons:
            folder = Path(scratch) / version
            _fetch(folder, machine, version)
            for library in sorted(folder.iterdir()):
                files.update(_of_library(library, f"cp{version.replace('.', '')}"))
    files.update((f"common/{name}", content) for name, content in _content(wheel) if OURS.match(name))
    files["machine"] = machine.encode()
    files["pythons"] = " ".join(f"cp{version.replace('.', '')}" for version in pythons).encode()
    files["content"] = _digest(files).encode()
    files["__main__.py"] = START.read_bytes()
    target.mkdir(parents=True, exist_ok=True)
    made = target / f"petaplan-bench-{wheel.name.split('-')[1]}-{machine}.pyz"
    _pack(files, made)
    if (size := made.stat().st_size) > MOST_BYTES:
        raise ValueError(f"{made}: {size / 2**20:.1f} MiB; expected at most {MOST_BYTES // 2**20}")
    return made


def _fetch(folder: Path, machine: str, version: str) -> None:
    """The wheels of the libraries, by pip from the configured index."""
    pins: dict[str, str] = {}
    for lock in ("requirements-cuda13.lock", "requirements.lock"):  # the first has ml-dtypes, which no other part needs
        pins |= re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (ROOT / lock).read_text(), re.MULTILINE)
    wanted = [f"{name}=={pins[name]}" for name in LIBRARIES]
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--dest", str(folder)]
    for glibc in ("manylinux2014", "manylinux_2_17", "manylinux_2_28"):
        command += ["--platform", f"{glibc}_{machine}"]
    subprocess.run([*command, "--python-version", version, "--implementation", "cp", *wanted], check=True)


def _of_library(library: Path, version: str) -> Iterator[tuple[str, bytes]]:
    """The files of a wheel, in the folder of one version of Python where the wheel is of one."""
    abi = library.name.removesuffix(".whl").split("-")[-2]
    folder = "common" if abi in ("none", "abi3") else version
    return ((f"{folder}/{name}", content) for name, content in _content(library))


def _content(wheel: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(wheel) as packed:
        for name in packed.namelist():
            if not name.endswith("/") and not LEFT_OUT.search(name):
                yield name, packed.read(name)


def _digest(files: dict[str, bytes]) -> str:
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return whole.hexdigest()


def _pack(files: dict[str, bytes], made: Path) -> None:
    """The files in the order of their names with one time, so that equal content gives equal bytes."""
    import time

    moment = time.gmtime(int(commit_time()))[:6]
    with made.open("wb") as raw:
        raw.write(FIRST_LINE)
        with zipfile.ZipFile(raw, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, moment)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, files[name])
    made.chmod(0o755)


def main() -> int:
    """Exit 0 when everything was built; each file is printed with its SHA-256."""
    parser = argparse.ArgumentParser(prog="python -m tools.dist.bundle", description=__doc__)
    parser.add_argument("--machine", action="append", choices=MACHINES, help="default: both")
    parser.add_argument("--python", action="append", choices=PYTHONS, help="default: all three")
    parser.add_argument("--output", metavar="FOLDER", type=Path, default=ROOT / "dist", help="default: dist")
    asked = parser.parse_args()
    try:
        wheel = build_wheel(asked.output)
        made = [build_bundle(wheel, asked.output, each, asked.python or PYTHONS) for each in asked.machine or MACHINES]
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"petaplan: {Path(error.cmd[0]).name} ended with {error.returncode}; see its words above\n")
        return 1
    for path in made:
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path}  {path.stat().st_size / 2**20:.1f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
