"""The archive of the plugin: a program with its own Python, for `pulumi plugin install … --file`."""

import gzip
import os
import platform
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

NAME = "pulumi-resource-petaplan"

ENTRY = Path(__file__).with_name("frozen_plugin.py")

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
"""What Pulumi calls the machines."""

COLLECTED = ("petaplan.infra.provider", "petaplan.infra.inventory", "petaplan.capacity")
"""Packages whose modules are imported by name at run time."""

LEFT_OUT = (
    "petaplan.bench",
    "altair",
    "attr",
    "cryptography",
    "debugpy",
    "hypothesis",
    "jinja2",
    "markupsafe",
    "minisign",
    "mypy",
    "narwhals",
    "numpy",
    "pip",
    "pytest",
    "pytz",
    "rich",
    "rustworkx",
    "scipy",
    "setuptools",
    "tkinter",
    "typer",
    "xlsxwriter",
)
"""What the commands of petaplan need, and the plugin does not."""


def build_plugin(wheel: Path, target: Path, time: str) -> Path:
    """Freezes the provider of a wheel and packs it for this system and machine.

    Raises:
        CalledProcessError: when PyInstaller fails; it has said why.
    """
    version = wheel.name.split("-")[1]
    machine = ARCHITECTURES.get(platform.machine(), platform.machine())
    archive = target / f"{NAME}-v{version}-{platform.system().lower()}-{machine}.tar.gz"
    with tempfile.TemporaryDirectory(prefix="petaplan-dist-") as scratch:
        site = Path(scratch) / "site"
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(site)
        _freeze(site, Path(scratch))
        _pack(Path(scratch) / "dist" / NAME, archive, int(time))
    return archive


def _freeze(site: Path, scratch: Path) -> None:
    options = ["--noconfirm", "--log-level=ERROR", "--onedir", "--name", NAME, "--paths", str(site)]
    options += ["--distpath", str(scratch / "dist"), "--workpath", str(scratch / "work"), "--specpath", str(scratch)]
    options += ["--copy-metadata", "petaplan", "--collect-data", "petaplan"]
    options += ["--hidden-import", "pulumi.runtime.proto.provider_pb2_grpc"]
    for package in COLLECTED:
        options += ["--collect-submodules", package]
    for package in LEFT_OUT:
        options += ["--exclude-module", package]
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONWARNINGS": "ignore"}
    subprocess.run([sys.executable, "-m", "PyInstaller", *options, str(ENTRY)], cwd=scratch, env=environment, check=True)


def _pack(folder: Path, archive: Path, time: int) -> None:
    """The content of a folder at the root of an archive, in the order of the names, with one time and owner."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = time
        return entry

    archive.parent.mkdir(parents=True, exist_ok=True)
    with (
        archive.open("wb") as raw,
        gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=time) as packed,
        tarfile.open(fileobj=packed, mode="w") as tar,
    ):
        for path in sorted(folder.rglob("*"), key=str):
            tar.add(path, str(path.relative_to(folder)), recursive=False, filter=plain)
