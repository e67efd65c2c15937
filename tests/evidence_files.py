"""Evidence files as petaplan-bench writes them, for devices that the catalogue knows.

``python -m tests.evidence_files FOLDER`` leaves made-up ones, to see what measurements would change in a plan.
"""

import random
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from petaplan.bench.evidence.evidence_file import render
from petaplan.bench.evidence.record import DeviceRecord, Row
from tests.bench import records

ASCEND_910C = "Ascend910_9392"
"""What a driver calls it."""


def device(index: int = 0, **changes: Any) -> DeviceRecord:
    """One Ascend 910C of a node."""
    made = records.device(f"cuda:{index}", model=ASCEND_910C, uuid=f"NPU-{index}")
    return replace(made, **{"aliases": ("ascend910-9392",), **changes})


def row(tera: float, index: int = 0, **changes: Any) -> Row:
    """A sound row with a rate."""
    return replace(records.row(tera, key=f"cuda:{index}"), peak=None, share_of_peak=None, **changes)


def write(
    folder: Path,
    rows: list[Row],
    devices: list[DeviceRecord] | None = None,
    *,
    host: str = "node-1",
    name: str = "run.json",
    as_of: str = "2026-11-01",
    partial: bool = False,
) -> Path:
    """A file with these rows."""
    made = records.evidence(*rows, devices=tuple(devices or [device()]), host=host, partial=partial)
    path = folder / name
    path.write_bytes(render(replace(made, run=replace(made.run, as_of=as_of))))
    return path


def leave_made_up(folder: Path, *, hosts: int = 2, devices_each: int = 8) -> tuple[Path, ...]:
    """Records of so many Ascend 910C that nobody measured: around 80 % of the sheet, and called made up."""
    dice = random.Random(910)  # noqa: S311 - an example
    left = []
    for host in range(hosts):
        places = range(host * devices_each, (host + 1) * devices_each)
        rows = [row(round(dice.gauss(600.0, 6.0), 1), index) for index in places]
        made = records.evidence(*rows, devices=tuple(device(i) for i in places), host=f"made-up-{host}")
        made = replace(made, run=replace(made.run, id=f"made-up-{host}", tool="no benchmark: an example"))
        left.append(folder / f"made-up-{host}.json")
        left[-1].write_bytes(render(made))
    return tuple(left)


if __name__ == "__main__":
    for path in leave_made_up(Path(sys.argv[1])):
        print(path)  # noqa: T201
