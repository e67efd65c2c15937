"""An older tree against this one, in turns on one machine: ``python -m tests.performance.side_by_side OLD_TREE``.

Each figure is measured in both trees by turns, the order changed each time. Processor time is compared, since a busy
machine stretches seconds and not processor time. Exit code 1: a figure of this tree is more than 5 % above that of the
older one.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.performance.previewing import environment, project

ROOT = Path(__file__).parents[2]
ALLOWED = 1.05

CHECK = """
import sys
from PREFIXcapacity.check import check
from tests.scaled import scaled_hub
hub = scaled_hub(SCALE)
if MAINTAINED:
    change = getattr(hub, "replace", None) or hub.but
    hub = change(halls=tuple((getattr(h, "replace", None) or h.but)(concurrently_maintainable=True) for h in hub.halls))
if ALIKE:
    import PREFIXcapacity.check as module
    kept = tuple(rule for rule in module.all_rules() if rule.id in ALIKE)
    module.all_rules = lambda: kept
    if "PREFIX":
        import PREFIXcapacity.rule as judging
        judging.unverified_inputs = lambda inputs: ()
check(hub)
from time import process_time
begin = process_time()
for _ in range(REPEATS):
    check(hub)
print((process_time() - begin) / REPEATS)
"""

RULES = """
from PREFIXcapacity.rules import all_rules
print(*(rule.id for rule in all_rules()))
"""

OTHER_PHYSICS = frozenset({"PWR-019"})
"""Rules of both trees that ask more of the load flow now: each stage of fuel is a flow."""

PREVIEW = """
from PREFIXinfra.declare import declare
from PREFIXinfra.hong_kong import hub
declare(hub())
"""


@dataclass(frozen=True, slots=True)
class Tree:
    """One checkout."""

    root: Path

    @property
    def prefix(self) -> str:
        """What stands before the names of packages: nothing in version 0.1."""
        return "petaplan." if (self.root / "petaplan").is_dir() else ""

    @property
    def environment(self) -> dict[str, str]:
        """Python imports this checkout, and compiles a module once."""
        return os.environ | {"PYTHONPATH": str(self.root), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": ""}

    def python(self, *arguments: str, expect: int = 0) -> str:
        """What Python prints, started in this checkout."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == expect, done.stderr
        return done.stdout


Measure = Callable[[Tree], float]


def checked(scale: int, repeats: int, *, maintained: bool = False, alike: frozenset[str] = frozenset()) -> Measure:
    """Processor seconds of one check in process; of some rules only, and without doubts, where these are given."""

    def measure(tree: Tree) -> float:
        text = CHECK.replace("PREFIX", tree.prefix).replace("SCALE", str(scale)).replace("REPEATS", str(repeats))
        text = text.replace("MAINTAINED", str(maintained)).replace("ALIKE", repr(set(alike)) if alike else "()")
        return float(tree.python("-c", text))

    return measure


def common_rules(old: Tree, new: Tree) -> frozenset[str]:
    """Rules that both trees have and that ask the same."""
    first, second = (tree.python("-c", RULES.replace("PREFIX", tree.prefix)).split() for tree in (old, new))
    return frozenset(first).intersection(second) - OTHER_PHYSICS


def command(*words: str, expect: int = 0) -> Measure:
    """Processor seconds of one `petaplan` command, the start of Python included."""

    def measure(tree: Tree) -> float:
        return _processor_seconds(lambda: tree.python("-m", f"{tree.prefix}capacity", *words, expect=expect))

    return measure


def previewed(folder: Path) -> Measure:
    """Processor seconds of one preview of the reference hub: engine, language host, program and provider."""
    projects: dict[Path, Path] = {}

    def measure(tree: Tree) -> float:
        if tree.root not in projects:
            made = project(folder / f"tree-{len(projects)}", PREVIEW.replace("PREFIX", tree.prefix))
            _provider(made, tree)
            projects[tree.root] = made
            _preview(made, tree)
        return _processor_seconds(lambda: _preview(projects[tree.root], tree))

    return measure


def _provider(folder: Path, tree: Tree) -> None:
    """A provider of that tree beside its project, and the project file that names it."""
    script = folder / "bin" / "pulumi-resource-petaplan"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\nPYTHONPATH={tree.root} exec {sys.executable} -P -m {tree.prefix}infra.provider "$@"\n',
        encoding="utf-8",
    )
    script.chmod(0o755)
    text = (folder / "Pulumi.yaml").read_text(encoding="utf-8")
    (folder / "Pulumi.yaml").write_text(text.replace(str(Path(sys.executable).parent), str(script.parent)))


def _preview(folder: Path, tree: Tree) -> None:
    pulumi = environment(folder) | {"PYTHONPATH": str(tree.root)}
    words = ["pulumi", "preview", "--stack", "bench", "--non-interactive", "--suppress-progress"]
    subprocess.run(words, cwd=folder, env=pulumi, capture_output=True, check=True)


def _processor_seconds(run: Callable[[], object]) -> float:
    """What the processes that something starts use of the processors."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measures(folder: Path, alike: frozenset[str], *, engine: bool) -> dict[str, tuple[Measure, int]]:
    """Each figure, how it is measured, and how often."""
    found: dict[str, tuple[Measure, int]] = {
        "check of the whole hub, in process": (checked(1, 10), 7),
        "the same, by the rules of both trees alone": (checked(1, 10, alike=alike), 9),
        "check at 10 × the pods": (checked(10, 2), 5),
        "check at 100 × the pods": (checked(100, 1), 2),
        "check at 10 × the pods, every hall maintained": (checked(10, 1, maintained=True), 3),
        "`petaplan check`": (command("check", "infra.hong_kong:hub"), 9),
        "`petaplan diff`": (command("diff", "infra.hong_kong:hub", "infra.hong_kong:short", expect=1), 7),
        "`petaplan rules`": (command("rules"), 7),
        "`petaplan check --help`": (command("check", "--help"), 7),
        "`petaplan failover`": (command("failover", "infra.hong_kong:hub"), 5),
    }
    return found | ({"preview of the whole hub": (previewed(folder), 5)} if engine else {})


def compared(measure: Measure, turns: int, old: Tree, new: Tree) -> tuple[float, float]:
    """Medians of both trees, measured by turns."""
    pairs = []
    for turn in range(turns):
        order = (old, new) if turn % 2 == 0 else (new, old)
        seconds = {tree.root: measure(tree) for tree in order}
        pairs.append((seconds[old.root], seconds[new.root]))
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, and say whether every figure is within 5 %."""
    parser = argparse.ArgumentParser(prog="python -m tests.performance.side_by_side", description=__doc__)
    parser.add_argument("old_tree", type=Path, help="folder of the older checkout")
    parser.add_argument("--only", metavar="TEXT", default="", help="measure the figures whose name contains it")
    parser.add_argument("--no-preview", action="store_true", help="leave the Pulumi engine out")
    asked = parser.parse_args(arguments)
    old, new = Tree(asked.old_tree.resolve(strict=True)), Tree(ROOT)
    slower = False
    sys.stdout.write("| what, processor seconds | older tree | this tree | ratio |\n|---|--:|--:|--:|\n")
    with tempfile.TemporaryDirectory(prefix="petaplan-side-by-side-") as scratch:
        alike = common_rules(old, new)
        for what, (measure, turns) in measures(Path(scratch), alike, engine=not asked.no_preview).items():
            if asked.only not in what:
                continue
            before, after = compared(measure, turns, old, new)
            slower |= after > ALLOWED * before
            sys.stdout.write(f"| {what} | {before:.3f} | {after:.3f} | {after / before:.2f} |\n")
            sys.stdout.flush()
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
