"""The checks that read the code without running it: all of them run, then all of them are reported."""

import subprocess

from tools.prepare.checkout import Checkout, say

SCRIPTS = ("reporting/web/assets/app.js", "infra/serving/reload.js")
"""JavaScript of the project's own; the rest is made by others."""

CHECKS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy",),
    ("lint-imports",),
    (
        "oxlint",
        "--disable-unicorn-plugin",
        "--deny=correctness",
        "--deny=suspicious",
        "--deny=no-eval",
        "--deny-warnings",
        *SCRIPTS,
    ),
)


def failed_checks(checkout: Checkout) -> list[str]:
    """The commands that found something, each with what it found on the terminal."""
    return [" ".join(check) for check in CHECKS if not passes(checkout, check)]


def passes(checkout: Checkout, check: tuple[str, ...]) -> bool:
    """Whether the tool found nothing; what it finds, it prints."""
    tool = checkout.venv / "bin" / check[0]
    say(f"== {' '.join(check)}")
    return subprocess.run([tool, *check[1:]], cwd=checkout.root, check=False).returncode == 0
