"""A small sample of the campaign that measures under foreign load (`make test-load` runs all of it)."""

import json
import subprocess
import sys
from pathlib import Path

from tests.bench.load import busy_cores


def test_a_run_while_others_use_the_processor_calibrates_nothing(tmp_path: Path) -> None:
    out = tmp_path / "run.json"
    words = ("run", "--device", "cpu", "--dtype", "fp32", "--seconds", "1", "--json", str(out))
    with busy_cores():
        done = subprocess.run(
            [sys.executable, "-m", "petaplan.bench", *words], capture_output=True, text=True, check=False
        )
    (row,) = json.loads(out.read_text(encoding="utf-8"))["rows"] if out.is_file() else ({"steady": False},)
    assert not row["steady"], row
    assert done.returncode == (4 if row.get("sustained") is None else 0), done.stderr
