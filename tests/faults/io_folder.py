"""What the tests of input and output share: a folder with a plan, and lines of a shell."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from petaplan.capacity.check import check
from petaplan.capacity.document.plan import write_json as plan_json
from petaplan.capacity.report.json import write_json
from tests.commands import BIN, Said
from tests.hubs import hub, target
from tests.patience import PATIENCE_SECONDS

PETAPLAN = str(BIN / "petaplan")
SHORT = hub(targets=(target(10_000, phase="first"),))
REPORT = write_json(check(SHORT))


def made_folder(folder: Path) -> Path:
    """A folder with a plan that falls short, and a project with a stack."""
    (folder / "plan.json").write_text(plan_json(SHORT), encoding="utf-8")
    (folder / "Pulumi.yaml").write_text("name: petaplan\nruntime: python\n", encoding="utf-8")
    (folder / "Pulumi.dev.yaml").write_text("config: {'petaplan:hub': plan.json}\n", encoding="utf-8")
    return folder


def shell(folder: Path, line: str, environment: Mapping[str, str] = MappingProxyType({})) -> Said:
    """A line of bash, where streams are closed or odd."""
    run = subprocess.run(
        ["bash", "-c", line], cwd=folder, env={**os.environ, **environment}, capture_output=True,
        timeout=PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    said = Said(run.returncode, run.stdout.decode(errors="replace"), run.stderr.decode(errors="replace"))
    assert "Traceback" not in said.err + said.out
    return said


def refused(said: Said, *words: str) -> None:
    assert said.code == 2, said.err
    for word in words:
        assert word in said.err, said.err
