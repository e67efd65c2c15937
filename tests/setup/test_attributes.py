"""Every file that a command writes is marked as generated."""

import subprocess

from tools.generate.__main__ import generated
from tools.generate.files import ROOT


def test_every_whole_file_that_make_generate_writes_is_marked() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in generated().written_whole]
    assert len(names) >= 8
    told = subprocess.run(
        ["git", "check-attr", "linguist-generated", "--", *names], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert [line for line in told if not line.endswith(": set")] == []
