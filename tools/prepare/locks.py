"""The locks: every package with version and hashes, for CPython 3.11 to 3.13 on Linux, no index address."""

import subprocess
import tomllib
from pathlib import Path
from typing import Any

from tools.prepare.checkout import Checkout, NotReady, say

HEADER = "# Made by `make lock` from pyproject.toml: {what}. Do not edit.\n"
EXTRAS = ("docs", "dist", "gpu-check", "cuda12", "cuda13", "rocm", "torch")
"""Each of these locks holds one group or extra and its needs, to install beside the run or dev lock."""

COMMON = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--only-binary=:all:",
    # One version for every Python, so that all of them run the same code.
    "--fork-strategy=fewest",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-emit-build-options",
    "--no-header",
    "--no-annotate",
    "--quiet",
)


def make_locks(checkout: Checkout, *, upgrade: bool) -> None:
    """All locks agree with each other: the dev lock decides, the others are resolved under it."""
    uv = checkout.venv / "bin" / "uv"
    if not uv.exists():
        raise NotReady("make lock needs the test tools in .venv: run make check once, then make lock")
    project = str(checkout.root / "pyproject.toml")
    groups = [f"--group={project}:{group}" for group in ("build", "dev")]
    dev = checkout.lock("dev")
    _resolve(checkout, dev, [project, *groups], "the product with its test tools", upgrade=upgrade)
    _resolve(checkout, checkout.lock("run"), [project, groups[0], f"--constraints={dev}"], "the product")
    declared = tomllib.loads((checkout.root / "pyproject.toml").read_text(encoding="utf-8"))
    for name in EXTRAS:
        lock, wanted = checkout.lock(name), "\n".join(requirements_of(declared, name))
        _resolve(checkout, lock, ["-", f"--constraints={dev}"], f"{name} alone", stdin=wanted, upgrade=upgrade)


def requirements_of(declared: dict[str, Any], name: str) -> list[str]:
    """What pyproject.toml asks for under the extra or dependency group of that name."""
    extras: dict[str, list[str]] = declared["project"]["optional-dependencies"]
    groups: dict[str, list[str]] = declared["dependency-groups"]
    return extras[name] if name in extras else groups[name]


def _resolve(
    checkout: Checkout, lock: Path, sources: list[str], what: str, *, stdin: str = "", upgrade: bool = False
) -> None:
    uv = str(checkout.venv / "bin" / "uv")
    upgrades = ["--upgrade"] if upgrade else []
    fresh = lock.with_name(lock.name + ".new")
    if lock.exists():
        fresh.write_text(lock.read_text(encoding="utf-8"), encoding="utf-8")  # uv prefers the versions it finds
    done = subprocess.run(
        [uv, "pip", "compile", *sources, *COMMON, *upgrades, f"--output-file={fresh}"],
        cwd=checkout.root,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        fresh.unlink(missing_ok=True)
        raise NotReady(f"{lock.name} cannot be resolved: {done.stderr.strip() or done.stdout.strip()}")
    body = fresh.read_text(encoding="utf-8")
    fresh.write_text(HEADER.format(what=what) + body, encoding="utf-8")
    fresh.replace(lock)
    say(f"{lock.name}: {sum('==' in line for line in body.splitlines())} packages")
