"""Start of a preview before anything else is loaded: the engine works while the gate loads."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from petaplan.infra.gate.engine import RunningPreview, stopped_by_terminate
from petaplan.infra.settings import JUDGED_AFTERWARDS
from petaplan.infra.stack_settings import read_yaml, stack_file


@contextmanager
def started_preview(stack: str, folder: Path, packs: Iterable[Path] = ()) -> Iterator[RunningPreview]:
    """A running preview, which ends with the block. Shortfalls do not stop it, because the gate judges.

    Raises:
        PlanError: when the settings of the stack can't be read.
    """
    with tempfile.TemporaryDirectory(prefix="petaplan-") as scratch, stopped_by_terminate():
        config = _lenient_config(stack, folder, Path(scratch))
        options = [f"--config-file={config}", *(f"--policy-pack={pack.absolute()}" for pack in packs)]
        running = RunningPreview("preview", stack, folder, options, {JUDGED_AFTERWARDS: "1"})
        try:
            yield running
        finally:
            running.end()


def _lenient_config(stack: str, folder: Path, scratch: Path) -> Path:
    """The settings of the stack, but for this run shortfalls stop nothing."""
    file = stack_file(stack, folder)
    settings = read_yaml(file)
    settings["config"] = {**(settings.get("config") or {}), "petaplan:enforce": "off"}
    path = scratch / file.name
    path.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return path
