"""Compare an older tree with this one: ``python -m tools.compare OLD_TREE``.

Both trees check the same plans, each in a process of its own. Findings are compared as (rule, subject, phase,
verdict, demand, capacity, ratio). Exit code 0: equal; 1: a difference; 2: a tree that can't be run.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Self

from tools.compare.names import to_new, to_old, verdict
from tools.compare.random_plans import changed_plans, from_strategies

ROOT = Path(__file__).parents[2]
WORKER = Path(__file__).with_name("worker.py")
PROGRAMS = ("hub", "short", "with_h100")
KINDS = ("scenarios", "reference", "random")
SHOWN = 20
"""Differences that are printed."""

Answer = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One plan, as each tree is asked for it."""

    name: str
    old: Answer
    new: Answer


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, print counts and the first differences."""
    asked = _parser().parse_args(arguments)
    only = asked.only or KINDS
    try:
        plans = _plans(asked.old_tree, only, asked.seed, asked.count)
        old, new = ask_both(asked.old_tree, [plan.old for plan in plans], [plan.new for plan in plans])
    except (subprocess.CalledProcessError, OSError) as error:
        print(f"A tree could not be run: {error}", file=sys.stderr)
        return 2
    differences = [
        line for plan, one, other in zip(plans, old, new, strict=True) for line in compared(plan.name, one, other)
    ]
    _print_counts(plans, new)
    for line in differences[:SHOWN]:
        print(line)
    print(f"{len(differences)} differences" if differences else "No difference.")
    return 1 if differences else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.compare", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("old_tree", type=Path, help="folder of the older checkout")
    parser.add_argument("--only", choices=KINDS, action="append", help="compare this kind alone (may be repeated)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the random hubs (default: 1)")
    parser.add_argument("--count", type=int, default=500, help="number of random hubs (default: 500)")
    return parser


def _plans(old_tree: Path, only: Sequence[str], seed: int, count: int) -> list[Plan]:
    new_scenarios = {name: _renewed(document) for name, document in _ask(ROOT, [{"scenarios": True}])[0].items()}
    plans = []
    if "scenarios" in only:
        old_scenarios = _ask(old_tree, [{"scenarios": True}])[0]
        plans += [plan_of(f"scenario {name}", document) for name, document in new_scenarios.items()]
        plans += [
            plan_of(f"scenario {name} as the old tree has it", to_new(document))
            for name, document in old_scenarios.items()
            if to_new(document) != new_scenarios.get(name)
        ]
    if "reference" in only:
        plans += [Plan(name=f"reference hub {name}", old={"program": name}, new={"program": name}) for name in PROGRAMS]
    if "random" in only:
        plans += _random_plans(old_tree, list(new_scenarios.values()), seed, count)
    return plans


def _random_plans(old_tree: Path, bases: list[Answer], seed: int, count: int) -> list[Plan]:
    """So many plans that the old tree doesn't refuse, and those that it refuses on the way."""
    drawn: list[Plan] = []
    for make, share in ((from_strategies, count // 2), (partial(changed_plans, bases), count - count // 2)):
        accepted, turn = 0, 0
        while accepted < share:
            plans = [
                plan_of(f"random hub {len(drawn) + at} of seed {seed}", _renewed(document))
                for at, document in enumerate(make(f"{seed}:{turn}", share - accepted))
            ]
            accepted += sum("refused" not in answer for answer in _ask(old_tree, [plan.old for plan in plans]))
            drawn, turn = drawn + plans, turn + 1
    return drawn


def _renewed(document: Answer) -> Answer:
    """A document in the names of today, dates as text."""
    made: Answer = json.loads(json.dumps(document, default=str))
    return made


def plan_of(name: str, document: Answer) -> Plan:
    """A plan document of today, and the same in the names of version 0.1."""
    return Plan(name=name, old={"document": to_old(document)}, new={"document": document})


def ask_both(
    old_tree: Path, old_requests: Sequence[Answer], new_requests: Sequence[Answer]
) -> tuple[list[Answer], list[Answer]]:
    """Findings of the older tree and of this one for the plans, computed side by side."""
    with _Worker(old_tree, old_requests) as old, _Worker(ROOT, new_requests) as new:
        return old.answers(), new.answers()


def _ask(tree: Path, requests: Sequence[Answer]) -> list[Answer]:
    with _Worker(tree, requests) as worker:
        return worker.answers()


class _Worker:
    """A process that checks plans in one tree."""

    def __init__(self, tree: Path, requests: Sequence[Answer]) -> None:
        self.tree = tree.resolve(strict=True)
        self.text = "".join(json.dumps(request) + "\n" for request in requests)

    def __enter__(self) -> Self:
        self.requests = tempfile.TemporaryFile("w+", encoding="utf-8")
        self.requests.write(self.text)
        self.requests.seek(0)
        self.output = tempfile.TemporaryFile("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-P", WORKER, self.tree], stdin=self.requests, stdout=self.output, cwd=self.tree
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.requests.close()
        self.output.close()

    def answers(self) -> list[Answer]:
        """One answer for each request.

        Raises:
            CalledProcessError: when the process ends with an error.
        """
        if code := self.process.wait():
            raise subprocess.CalledProcessError(code, [str(WORKER), str(self.tree)])
        self.output.seek(0)
        return [json.loads(line) for line in self.output]


def compared(name: str, old: Answer, new: Answer) -> Iterator[str]:
    """The differences between what two trees say of one plan, one line each."""
    for key in ("refused", "crashed", "verdict"):
        if (key == "refused" and (key in old) != (key in new)) or (key != "refused" and old.get(key) != new.get(key)):
            yield f"{name}: {key} {old.get(key)!r} became {new.get(key)!r}"
    was = Counter(_identity(finding) for finding in old.get("findings", ()))
    now = Counter(_identity(finding) for finding in new.get("findings", ()))
    for finding in (was - now).elements():
        yield f"{name}: - {finding}"
    for finding in (now - was).elements():
        yield f"{name}: + {finding}"


def _identity(finding: list[object]) -> tuple[object, ...]:
    rule, subject, phase, word, *numbers = finding
    return (rule, subject, phase, verdict(str(word)), *map(_same_number, numbers))


def _same_number(value: object) -> str:
    """A number as text: 35 and 35.0 are one, and so are two that only the order of a sum sets apart."""
    return f"{value:.12g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _print_counts(plans: Sequence[Plan], answers: Sequence[Answer]) -> None:
    found = Counter(verdict(finding[3]) for answer in answers for finding in answer.get("findings", ()))
    refused = sum("refused" in answer for answer in answers)
    crashed = sum("crashed" in answer for answer in answers)
    print(f"{len(plans)} plans, of which {refused} are refused and {crashed} crash; {found.total()} findings:")
    print("  " + ", ".join(f"{count} {word}" for word, count in found.most_common()))


if __name__ == "__main__":
    sys.exit(main())
