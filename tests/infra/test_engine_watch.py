"""Plugins of the engine end with it, whenever it ends."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from petaplan.infra.engine_watch import EngineWatch
from tests.commands import BIN
from tests.patience import PATIENCE_SECONDS, ends, runs

PLUGINS = ("pulumi-resource-petaplan", "petaplan-policy")

_WAITS = """\
import os, time
while os.getppid() == int(os.environ["STARTED_BY"]): time.sleep(0.01)
"""

_ABANDONS = """\
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], env={**os.environ, "STARTED_BY": str(os.getpid())}, stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
os._exit(9)  # as if killed, before the plugin has looked for its parent
"""


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_whose_engine_was_killed_before_it_looked_ends_too(plugin: str, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(_WAITS, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-S", "-c", _ABANDONS, str(BIN / plugin), "127.0.0.1:1", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)}, stdout=subprocess.PIPE, text=True, check=False,
        timeout=PATIENCE_SECONDS, start_new_session=True,
    )  # fmt: skip
    assert run.returncode == 9
    left = int(run.stdout)
    try:
        assert ends(left)
    finally:
        if runs(left):
            psutil.Process(left).kill()


def test_a_parent_of_another_session_is_an_engine_while_its_address_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not _is_gone_in_a_session_of_its_own(f"127.0.0.1:{server.getsockname()[1]}")
    assert _is_gone_in_a_session_of_its_own("127.0.0.1:1")
    assert _is_gone_in_a_session_of_its_own("127.0.0.1:99999")
    assert not _is_gone_in_a_session_of_its_own("")  # nothing tells


def _is_gone_in_a_session_of_its_own(address: str) -> bool:
    code = f"from petaplan.infra.engine_watch import EngineWatch; print(EngineWatch({address!r}).is_gone())"
    run = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True, start_new_session=True
    )
    return run.stdout == "True\n"


@pytest.mark.parametrize("address", ["", "127.0.0.1:1", "nothing", "127.0.0.1:99999"])
def test_another_parent_is_no_engine(address: str) -> None:
    assert EngineWatch(address, parent=os.getppid() + 1).is_gone()
