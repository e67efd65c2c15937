"""`pulumi preview` of a hub against as many empty components, in turns on one machine."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

_ROOT = Path(__file__).parents[2]

_EMPTY = """
import pulumi

class Empty(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("petaplan:bench:Empty", name)
        self.register_outputs({})

for number in range(COUNT):
    Empty(f"empty-{number}")
"""

_HUB = """
from petaplan.infra.declare import declare
from tests.scaled import scaled_hub
from petaplan.capacity.check import check

hub = scaled_hub(SCALE)
assert check(hub).verdict == "pass"
declare(hub)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Previewed:
    """A hub and its empty twin, previewed in turns."""

    scale: int
    resources: int
    hub_seconds: float
    empty_seconds: float

    @property
    def ratio(self) -> float:
        """Hub over empty."""
        return self.hub_seconds / self.empty_seconds


def previewed(scale: int, resources: int, repeats: int) -> Previewed:
    """Medians of previews in turns: the hub, then as many empty components."""
    with tempfile.TemporaryDirectory(prefix="petaplan-bench-") as folder:
        hub = project(Path(folder) / "hub", _HUB.replace("SCALE", str(scale)))
        empty = project(Path(folder) / "empty", _EMPTY.replace("COUNT", str(resources)))
        pairs = [(preview(hub), preview(empty)) for _ in range(repeats)]
    return Previewed(
        scale=scale,
        resources=resources,
        hub_seconds=median(pair[0] for pair in pairs),
        empty_seconds=median(pair[1] for pair in pairs),
    )


def project(folder: Path, program: str) -> Path:
    """A project with a stack `bench` and a backend of its own."""
    folder.mkdir()
    (folder / "__main__.py").write_text(program)
    (folder / "Pulumi.yaml").write_text(
        "name: petaplan-bench\nruntime: python\nmain: __main__.py\n"
        f"plugins:\n  providers:\n  - name: petaplan\n    path: {Path(sys.executable).parent}\n"
    )
    (folder / "state").mkdir()
    subprocess.run(
        [_pulumi(), "stack", "init", "bench"], cwd=folder, env=environment(folder), check=True, capture_output=True
    )
    return folder


def preview(folder: Path) -> float:
    """Seconds of one preview."""
    begin = perf_counter()
    subprocess.run(
        [_pulumi(), "preview", "--stack", "bench", "--non-interactive", "--suppress-progress"],
        cwd=folder,
        env=environment(folder),
        check=True,
        capture_output=True,
    )
    return perf_counter() - begin


def _pulumi() -> str:
    return shutil.which("pulumi") or str(_ROOT / ".tools" / "bin" / "pulumi")


def environment(folder: Path) -> dict[str, str]:
    """What the engine needs to run a project by itself."""
    binaries = Path(sys.executable).parent
    return os.environ | {
        "PATH": f"{binaries}:{Path(_pulumi()).parent}:{os.environ['PATH']}",
        "VIRTUAL_ENV": str(binaries.parent),
        "PYTHONPATH": str(_ROOT),
        "PULUMI_BACKEND_URL": f"file://{folder}/state",
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_CHECKPOINTS": "true",
        "PYTHONDONTWRITEBYTECODE": "",  # a user's modules are compiled once
    }
