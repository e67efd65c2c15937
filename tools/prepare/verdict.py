"""The verdict of the plan as soon as Python is ready, while the Pulumi CLI is made."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tools.prepare.checkout import Checkout, say
from tools.prepare.step import clock

LIMIT_SECONDS = 120


@contextmanager
def verdict_meanwhile(checkout: Checkout, stack: str, since: float) -> Iterator[None]:
    """Judges the plan of a stack beside whatever runs inside, and says the verdict as soon as it is known.

    Whatever fails here fails again in the preview, with its reason: set-up goes on.
    """
    process = subprocess.Popen(
        [checkout.python, "-m", "tools.first_verdict", stack],
        cwd=checkout.root,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    told = threading.Thread(target=_tell, args=(process, since), daemon=True)
    told.start()
    try:
        yield
        told.join(LIMIT_SECONDS)
    finally:
        process.kill()
        process.wait()


def _environment() -> dict[str, str]:
    return {**os.environ, "COLUMNS": str(shutil.get_terminal_size((120, 24)).columns), "NO_COLOR": "1"}


def _tell(process: "subprocess.Popen[str]", since: float) -> None:
    said, _ = process.communicate()
    if process.returncode in (0, 1, 2):
        when = clock(time.monotonic() - since)
        say(f"The plan, judged after {when} (the preview judges it again):\n\n{said.rstrip()}\n")
