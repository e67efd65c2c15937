"""TTY-02: code of others that writes past Python's streams spoils no output, and nothing of it is obeyed."""

import io
import json
import subprocess
from pathlib import Path

import pytest

from petaplan.reporting.guard import Guard
from petaplan.reporting.safety import visible
from tests.commands import BIN

WAYS = {
    "a descriptor": "os.write(1, RAW)",
    "the other descriptor": "os.write(2, RAW)",
    "a library in C": "ctypes.CDLL(None).puts(RAW)",
    "a program": "subprocess.run(['printf', '%s', RAW])",
    "the stream below": "sys.__stdout__.write(RAW.decode()); sys.__stdout__.flush()",
    "a thread": "threading.Thread(target=lambda: [(os.write(1, RAW), time.sleep(0.01)) for _ in range(99)]).start()",
    "the end of the process": "atexit.register(lambda: (os.write(1, RAW), sys.__stdout__.write(RAW.decode())))",
}
FIRST = (
    "import atexit, ctypes, os, subprocess, sys, threading, time\nRAW = b'\\n::error::one \\x1b[31mred##[error]\\n'\n"
)
LAST = "\nfrom petaplan.capacity.document.plan import read\nhub = read('plan.yaml')\n"
PLAN = """\
petaplan: 1
name: small
sites: [{name: site, country: HK, jurisdiction: HK}]
phases: [{name: first, starts: 2027-01-01, in_service: 2027-06-30}]
"""


def run(folder: Path, way: str, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (folder / "mine.py").write_text(f"{FIRST}{way}{LAST}", encoding="utf-8")
    return subprocess.run(
        [BIN / "petaplan", *words], cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("way", WAYS)
def test_a_report_stays_whole_whatever_a_plan_writes(way: str, tmp_path: Path) -> None:
    said = run(tmp_path, WAYS[way], "check", "mine.py:hub", "--format", "json")
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["hub"] == "small"
    assert "\x1b" not in said.stdout + said.stderr
    assert not any(line.startswith("::") for line in (said.stdout + said.stderr).splitlines())
    assert "##[" not in said.stdout + said.stderr
    if way != "the end of the process":
        assert "one" in said.stderr


def test_other_commands_and_names_of_standard_output_are_held_too(tmp_path: Path) -> None:
    way = "; ".join(WAYS.values())
    for words in (("export", "mine.py:hub"), ("export", "mine.py:hub", "-o", "/dev/stdout")):
        said = run(tmp_path, way, *words)
        assert said.returncode == 0, said.stderr
        assert said.stdout.startswith("petaplan: 1\nname: small\n") and "error" not in said.stdout
    said = run(tmp_path, way, "check", "mine.py:hub", "--format", "csv", "-o", "/dev/stderr")
    assert said.stdout == "" and "\x1b" not in said.stderr and "PWR-009,site" in said.stderr


def test_a_device_or_pipe_without_a_path_of_its_own_takes_a_report(tmp_path: Path) -> None:
    """IO-13: /dev/stderr leads to a pipe, which no path names."""
    run(tmp_path, "", "rules")
    for path in ("/dev/stderr", "/proc/self/fd/2", "/dev/fd/2"):
        words = [str(BIN / "petaplan"), "check", "plan.yaml", "--format", "csv", "-o", path]
        said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (said.returncode, said.stdout) == (0, ""), said.stderr
        assert "PWR-009,site" in said.stderr


def test_a_plan_that_fills_the_descriptors_is_bounded(tmp_path: Path) -> None:
    said = run(tmp_path, "os.write(1, b'x' * 1_000_000)", "check", "mine.py:hub", "--format", "json")
    assert said.returncode == 0 and json.loads(said.stdout)
    assert len(said.stderr) < 70_000 and "…" in said.stderr


@pytest.mark.parametrize(
    "parts",
    [
        (":", ":error::x"),
        ("#", "#[error]x"),
        ("##vs", "o[task]x"),
        (" ", "\t", ":", ":x"),
        ("one\n:", ":x"),
        ("##", "[x"),
    ],
)
def test_a_command_in_pieces_is_none(parts: tuple[str, ...]) -> None:
    out = io.StringIO()
    guard = Guard(out)
    for part in parts:
        guard.write(part)
    assert out.getvalue() != "".join(parts)
    assert visible(out.getvalue()) == out.getvalue().replace("\t", "\\x09")
