"""The process that reads a plan: it ends with the command that started it, whenever that one ends."""

import os
import subprocess
import sys
from pathlib import Path

from tests.commands import ROOT

_ABANDONED = """
import os, sys
from pathlib import Path
from petaplan.capacity.document import apart

WAITS = "import os, sys, time\\nwhile os.getppid() == int(sys.argv[-1]): time.sleep(0.01)\\n"
apart._START = WAITS + apart._START
with apart.begun("endless:hub"):
    print(apart._begun["endless:hub"]._child.pid, flush=True)
    os._exit(9)  # as if killed: before the process has looked for its parent
"""


def test_a_process_whose_command_ended_before_it_looked_ends_too(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text("import time\ntime.sleep(600)\nhub = None\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", _ABANDONED],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert run.returncode == 9, run.stderr
    left = int(run.stdout)

    ended = subprocess.run(["tail", f"--pid={left}", "-f", "/dev/null"], check=False, timeout=120)
    assert ended.returncode == 0
