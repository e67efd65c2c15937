"""A seeded sample of changes, each tried in a copy of the checkout against the tests that concern its module."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory

from tools.copying import copied
from tools.mutants.mutations import Mutation, mutations_of

ROOT = Path(__file__).parents[2]

FOLDERS = ("capacity/rules", "capacity/electric", "capacity/thermal", "capacity/throughput")

RECORD = ("-m", "tests.recorded.findings", "--check")
"""What every change meets first: the recorded numbers of all scenarios and reference hubs, compared without pytest."""

TESTS = {
    "capacity/electric": (
        "capacity/test_power.py",
        "capacity/test_failover_engine.py",
        "capacity/test_contingencies.py",
        "capacity/test_single_losses.py",
        "capacity/test_relations.py",
        "capacity/test_power_against_pandapower.py",
        "faults/test_phy.py",
        "faults/test_phy_dc.py",
        "faults/test_phy_uneven.py",
        "capacity/test_two_sites.py",
    ),
    "capacity/thermal": (
        "capacity/test_cooling.py",
        "capacity/test_unlike_nodes.py",
        "capacity/test_contingencies.py",
        "faults/test_phy.py",
        "faults/test_phy_uneven.py",
        "capacity/test_two_sites.py",
    ),
    "capacity/throughput": (
        "recorded/test_calibrations.py",
        "capacity/test_throughput.py",
        "capacity/test_evidence.py",
        "capacity/test_petaflops.py",
        "capacity/test_posterior.py",
        "capacity/test_supply.py",
        "capacity/test_reported.py",
        "capacity/test_compare.py",
        "capacity/test_work.py",
        "faults/test_cal.py",
        "faults/test_cal_chain.py",
        "faults/test_cal_evidence.py",
        "faults/test_cal_signatures.py",
    ),
    "capacity/rules/failover.py": ("capacity/test_failover_engine.py", "capacity/test_contingencies.py"),
    "capacity/rules": (
        "capacity/test_power.py",
        "capacity/test_cooling.py",
        "capacity/test_network.py",
        "capacity/test_network_odd.py",
        "capacity/test_rail_fabrics.py",
        "capacity/test_space.py",
        "capacity/test_supply.py",
        "capacity/test_phases.py",
        "capacity/test_petaflops.py",
        "capacity/test_counts.py",
        "capacity/test_export.py",
        "capacity/test_export_rules.py",
        "capacity/test_redundant_halls.py",
        "capacity/test_reserve_halls.py",
        "capacity/test_supernodes.py",
        "capacity/test_cost.py",
        "capacity/test_work.py",
        "faults/test_phy.py",
        "faults/test_phy_uneven.py",
        "faults/test_unread.py",
        "capacity/test_two_sites.py",
    ),
}
"""Tests that a change meets next, below tests/, by file or folder: the first that fits."""

PARALLEL = ("-n", "logical", "--dist", "loadgroup")

ALWAYS = (
    "tests/capacity/test_rule_parts.py",
    "tests/capacity/test_rule_edges.py",
    *sorted(f"tests/capacity/{path.name}" for path in (ROOT / "tests/capacity").glob("test_edges_of_*.py")),
    "tests/capacity/test_throughput_edges.py",
    "tests/setup/test_doctests.py",
)
"""Tests that every change meets after the record."""

LONGEST_SECONDS = 300
"""A change that makes the tests run longer than this never ends, or as good as."""


SMALL = 10
"""A sample of this size at most is tried without a first run of every test that it meets, which would take longer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one change."""

    mutation: Mutation
    killed_by: str
    """The first test that failed; empty where all passed."""


def sample(seed: int, size: int, root: Path = ROOT, folders: Iterable[str] = FOLDERS) -> list[Mutation]:
    """So many changes of the modules in some folders.

    The same seed and code give the same changes. Where code changed, the changes of all other expressions stay.
    """
    modules = sorted(path.relative_to(root).as_posix() for folder in folders for path in (root / folder).rglob("*.py"))
    ranked = sorted(
        (_rank(seed, change, number), change)
        for module in modules
        for change, number in _numbered(mutations_of(root, module))
    )
    return sorted(change for _, change in ranked[:size])


def _numbered(changes: Iterable[Mutation]) -> Iterator[tuple[Mutation, int]]:
    """Each change of a module, and how many of the same wording come before it."""
    seen: Counter[str] = Counter()
    for change in changes:
        wording = f"{change.old} → {change.new}"
        yield change, seen[wording]
        seen[wording] += 1


def _rank(seed: int, change: Mutation, number: int) -> str:
    """A place in the order of a seed that depends on nothing but the change itself."""
    return sha256(f"{seed} {change.module} {change.old} → {change.new} {number}".encode()).hexdigest()


def relevant_tests(module: str) -> tuple[str, ...]:
    """The tests that a change of a module meets where the record shows nothing."""
    there = [names for place, names in TESTS.items() if module.startswith(place)]
    own = [f"tests/{name}" for name in there[0]] if there else []
    return tuple(name for name in (*ALWAYS, *own) if (ROOT / name).is_file())


def run(mutations: Sequence[Mutation], workers: int) -> Iterator[Outcome]:
    """What becomes of each change, in the order of the changes.

    Raises:
        RuntimeError: when a test fails without any change.
    """
    with ExitStack() as stack:
        copies: Queue[Path] = Queue()
        for _ in range(workers):
            copies.put(copied(ROOT, Path(stack.enter_context(TemporaryDirectory(prefix="petaplan-mutants-")))))
        tests = {test for each in mutations for test in relevant_tests(each.module)}
        require_passing(copies.queue[0], sorted(tests) if len(mutations) > SMALL else ())
        pool = stack.enter_context(ThreadPoolExecutor(workers))
        yield from pool.map(lambda mutation: _in_a_copy(mutation, copies), mutations)


def require_passing(root: Path, tests: Sequence[str]) -> None:
    """Make sure that the record and the tests show nothing before anything is changed.

    Raises:
        RuntimeError: when something fails, named.
    """
    failed = recorded_difference(root) or (tests and first_failure(root, (*PARALLEL, *tests), changed=False))
    if failed:
        raise RuntimeError(f"{failed} fails without any change: a campaign would show nothing")


def _in_a_copy(mutation: Mutation, copies: "Queue[Path]") -> Outcome:
    root = copies.get()
    try:
        return tried(mutation, root)
    finally:
        copies.put(root)


def tried(mutation: Mutation, root: Path) -> Outcome:
    """What the tests say of one change, made in a copy and taken back."""
    path = root / mutation.module
    source = path.read_text(encoding="utf-8")
    try:
        _write(path, mutation.applied(source))
        found = recorded_difference(root) or first_failure(root, relevant_tests(mutation.module))
        return Outcome(mutation=mutation, killed_by=found)
    finally:
        _write(path, source)


_SECONDS = count(1_000_000_000)


def _write(path: Path, text: str) -> None:
    """Write a module with a time of its own, so that Python never takes a compiled file of another text for it."""
    path.write_text(text, encoding="utf-8")
    second = next(_SECONDS)
    os.utime(path, (second, second))


def recorded_difference(root: Path) -> str:
    """What the record says against a copy: the first plan whose numbers differ, or the last line of an error."""
    done = _python(root, RECORD, seconds=LONGEST_SECONDS)
    if done is None:
        return f"more than {LONGEST_SECONDS} s"
    told = (done.stdout + done.stderr).strip().splitlines()
    return told[-1] if done.returncode and told else ""


def first_failure(root: Path, tests: Sequence[str], *, changed: bool = True) -> str:
    """The first test that fails in a copy; empty where all pass."""
    options = ("-x", "-q", "--no-header", "-p", "no:cacheprovider", "--tb=no", "-rfE", "-m", "not engine and not gpu")
    done = _python(root, ("-m", "pytest", *options, *tests), seconds=LONGEST_SECONDS if changed else None)
    if done is None:
        return f"more than {LONGEST_SECONDS} s"
    if done.returncode == 0:
        return ""
    named = [line.split(" ")[1] for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return named[0] if named else f"pytest ended with {done.returncode}"


def _python(
    root: Path, arguments: Sequence[str], *, seconds: float | None
) -> "subprocess.CompletedProcess[str] | None":
    """Python started in a copy; None where it takes too long."""
    try:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root), "PYTHONSAFEPATH": "1"},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
