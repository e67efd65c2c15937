"""Evidence files as petaplan-bench writes them, for devices that the catalogue knows."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.evidence import DeviceRecord, Row
from bench.evidence_file import render
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
