"""A check with three layers against one without, by turns: ``python -m tests.performance.layering``.

Processor time of whole processes is compared. A busy machine stretches seconds. Exit code 1: layers take
more than a tenth of the time more.
"""

import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, run

from petaplan.capacity.document.plan import write_yaml
from petaplan.infra.hong_kong import hub

ALLOWED = 1.10
ROUNDS = 9

LAYER = """\
sources:
- {{key: letter-{at}, document: Letter {at}, read_on: 2026-10-02}}
accelerators:
- {{model: own-{at}, name: Own {at}, based_on: nvidia-h100-sxm}}
nodes:
- model: own-node-{at}
  name: Own node {at}
  based_on: nvidia-dgx-h100
  accelerators: [{{model: own-{at}, count: 8}}]
overrides:
- model: nvidia-h100-sxm
  quantity: power_w
  value: 65{at}
  unit: W
  source: letter-{at}
  as_of: 2026-10-01
  status: quoted
"""


def main() -> int:
    """Measure, say it, and return the exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "plain.yaml").write_text(write_yaml(hub()), encoding="utf-8")
        names = [f"layer-{at}.yaml" for at in range(3)]
        for at, name in enumerate(names):
            (folder / name).write_text(LAYER.format(at=at), encoding="utf-8")
        (folder / "layered.yaml").write_text(write_yaml(hub().replace(catalogues=tuple(names))), encoding="utf-8")
        plans = [folder / "plain.yaml", folder / "layered.yaml"]
        for plan in plans:
            seconds_of(plan)
        turns = [{plan: seconds_of(plan) for plan in (plans if at % 2 else plans[::-1])} for at in range(ROUNDS)]
    plain, layered = (median(turn[plan] for turn in turns) for plan in plans)
    sys.stdout.write(
        f"without layers {plain:.3f} s, with three {layered:.3f} s of processor: {layered / plain:.3f} times\n"
    )
    return 1 if layered > ALLOWED * plain else 0


def seconds_of(plan: Path) -> float:
    """Processor time of one check, as a command."""
    before = os.times()
    run([Path(sys.prefix) / "bin" / "petaplan", "check", plan.name], cwd=plan.parent, stdout=DEVNULL, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


if __name__ == "__main__":
    sys.exit(main())
