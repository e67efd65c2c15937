"""What a host needs: Python's packages, git, and the Pulumi CLI with its Python half."""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from importlib.metadata import version as installed
from pathlib import Path

from petaplan.infra.doctor.part import Part, Surroundings, absent, missing, present
from petaplan.infra.provider.version import version

OLDEST_CLI = (3, 200)
"""The oldest CLI whose engine knows everything that a project and the provider use."""

OLDEST_PYTHON = (3, 11)

LIMIT_SECONDS = 30

LANGUAGE_HOST = "pulumi-language-python"
INSTALL_CLI = "install it (pulumi.com/docs/iac/download-install); `petaplan check`, `diff` and `gate PLAN` need none"
_PIN = re.compile(r"([A-Za-z0-9][\w.-]*)\s*(?:==([^\s;,]+))?")


def parts_of_the_host(around: Surroundings) -> Iterator[Part]:
    """Python, petaplan and its packages, git, and the Pulumi CLI."""
    yield _python()
    yield _packages()
    yield _git(around)
    yield from _cli(around)


def _python() -> Part:
    found = platform.python_version()
    if tuple(map(int, platform.python_version_tuple()[:2])) < OLDEST_PYTHON:
        return missing("Python", found, "use Python 3.11 or newer")
    return present("Python", found)


def _packages() -> Part:
    """The packages that petaplan requires, and the versions where it requires exact ones."""
    found, faults = f"petaplan {version()}", []
    required = [line for line in requires("petaplan") or () if "extra ==" not in line]
    for line in required:
        pin = _PIN.match(line)
        assert pin is not None
        try:
            here = installed(pin[1])
        except PackageNotFoundError:
            faults.append(f"{pin[1]} is not installed")
        else:
            if pin[2] and here != pin[2]:
                faults.append(f"{pin[1]} is {here}, not {pin[2]}")
    if faults:
        advice = "install the requirements of the repository again"
        return missing("packages", f"{found}; {'; '.join(faults)}", advice)
    return present("packages", f"{found} with {len(required)} packages that it requires")


def _git(around: Surroundings) -> Part:
    path = shutil.which("git", path=_path(around))
    if path is None:
        return absent("git", "none on PATH", "install it: `petaplan gate --base` and `petaplan diff` read revisions")
    return present("git", path)


def _cli(around: Surroundings) -> Iterator[Part]:
    path = shutil.which("pulumi", path=_path(around))
    if path is None:
        yield missing("Pulumi CLI", "none on PATH", INSTALL_CLI)
        return
    said = _version_of(path, around)
    numbers = tuple(map(int, re.findall(r"\d+", said)[:2]))
    if numbers < OLDEST_CLI:
        oldest = ".".join(map(str, OLDEST_CLI))
        yield missing("Pulumi CLI", f"{path}, {said}", f"use {oldest} or newer")
    else:
        yield present("Pulumi CLI", f"{path}, {said}")
    yield _language_host(path, around)


def _version_of(path: str, around: Surroundings) -> str:
    environment = {**around.environment, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(
            [path, "version"], capture_output=True, text=True, check=False, env=environment, timeout=LIMIT_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return "which does not answer"
    first = done.stdout.strip().splitlines()[:1]
    return first[0] if first and not done.returncode else "which tells no version"


def _language_host(cli: str, around: Surroundings) -> Part:
    beside = os.pathsep.join([str(Path(cli).parent), str(Path(cli).resolve().parent), _path(around)])
    found = shutil.which(LANGUAGE_HOST, path=beside)
    if found is None:
        return missing("Python host of Pulumi", f"no {LANGUAGE_HOST} beside the CLI", "install the whole Pulumi CLI")
    return present("Python host of Pulumi", found)


def _path(around: Surroundings) -> str:
    return around.environment.get("PATH", os.defpath)
