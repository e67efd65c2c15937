"""The virtual environment: made from hashed locks alone, and changed only when a lock changes."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from tools.prepare.checkout import Checkout, NotReady, fingerprint, say, stamped, write_stamp
from tools.prepare.step import Step, clock, run

EXPECTED = {
    "run": "the product, about 1 min, 75 MB to download",
    "dev": "the product with its test tools, about 2 min, 255 MB to download",
    "docs": "to build the site of the pages, a few seconds",
    "dist": "to freeze the plugin, a few seconds",
    "gpu-check": "for kernels and calls without a GPU, about 1 min, 250 MB to download",
    "cuda12": "for this host's GPU, about 3 min, under 1 GB to download",
    "cuda13": "for this host's GPU, about 3 min, under 1 GB to download",
    "rocm": "for this host's GPU, about 1 min",
    "torch": "for the tests of the PyTorch backend, about 4 min, 3 GB to download, 5.5 GB on disk",
}
"""What a lock is for and what it costs the first time, on 2 cores."""


def prepare_environment(checkout: Checkout, locks: Sequence[str]) -> None:
    """.venv holds what the locks name, and petaplan itself as an editable install."""
    make_venv(checkout)
    for name in locks:
        install_lock(checkout, name)
    install_petaplan(checkout)


def make_venv(checkout: Checkout) -> None:
    """.venv has a Python that starts, and pip."""
    stamp = checkout.venv / ".petaplan-made"
    if checkout.python.exists() and stamp.exists():
        return
    if _answers(checkout):
        write_stamp(stamp, "made by hand")
        return
    if checkout.venv.exists():
        say(f"      {checkout.venv.name} has no Python that starts; making it again")
        shutil.rmtree(checkout.venv)
    say(f"Python environment: making {checkout.venv.name} with Python {'.'.join(map(str, sys.version_info[:3]))}")
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(checkout.venv)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        shutil.rmtree(checkout.venv, ignore_errors=True)
        if "ensurepip" in made.stdout + made.stderr:
            remedy = "install it (Debian and Ubuntu: apt-get install python3-venv) and run make again"
            raise NotReady(f"{sys.executable} has no venv module with pip: {remedy}")
        raise NotReady(f"{checkout.venv.name} cannot be made: {(made.stderr or made.stdout).strip().splitlines()[-1]}")
    write_stamp(stamp, sys.version)


def _answers(checkout: Checkout) -> bool:
    """Whether an environment that someone else made has a Python new enough, with pip."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([checkout.python, "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install_lock(checkout: Checkout, name: str) -> None:
    """.venv holds the versions of the lock, each by its hash."""
    # The dev lock holds all of the run lock, in the same versions.
    if any(_installed(checkout, held) for held in {name, "dev" if name == "run" else name}):
        return
    lock = checkout.lock(name)
    count = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    say(f"Python environment: installing {count} packages of {lock.name}: {EXPECTED[name]}")
    seconds = _pip(checkout, name, ["--require-hashes", "--only-binary=:all:", "-r", str(lock)])
    write_stamp(checkout.venv / f".petaplan-{name}", fingerprint(lock))
    say(f"      done in {clock(seconds)}")


def _installed(checkout: Checkout, name: str) -> bool:
    return stamped(checkout.venv / f".petaplan-{name}", fingerprint(checkout.lock(name)))


def install_petaplan(checkout: Checkout) -> None:
    """.venv imports capacity, infra and bench from the checkout, and has their commands in bin."""
    stamp, value = (
        checkout.venv / ".petaplan-self",
        fingerprint(checkout.root / "pyproject.toml", str(checkout.root)),
    )
    if stamped(stamp, value):
        return
    say("Python environment: installing petaplan itself, editable")
    _pip(checkout, "petaplan", ["--no-deps", "--no-build-isolation", "--no-index", "-e", str(checkout.root)])
    write_stamp(stamp, value)


def _pip(checkout: Checkout, name: str, arguments: Sequence[str]) -> float:
    options = ["--no-input", "--disable-pip-version-check", "--progress-bar=off", "--retries=2"]
    return run(
        Step(
            command=[str(checkout.python), "-m", "pip", "install", *options, *arguments],
            cwd=checkout.root,
            env=os.environ,
            log=checkout.tools / "log" / f"pip-{name}.txt",
            offline="Python's packages could not be fetched: connect this machine, or set pip's "
            "index-url to a mirror it reaches, then run make again",
            failed="pip could not install the packages: put right what it says, then run make again",
        )
    )
