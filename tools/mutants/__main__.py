"""Change one expression at a time and see whether a test fails: ``python -m tools.mutants --seed 1 --size 200``.

Exit code 0: at least nine of ten changes made a test fail, those of equivalent.yaml not counted; 1: fewer.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from tools.mutants.campaign import FOLDERS, Outcome, run, sample
from tools.mutants.mutations import Mutation

EQUIVALENT = Path(__file__).with_name("equivalent.yaml")
SHARE = 0.9


def main(arguments: Sequence[str] | None = None) -> int:
    """Try a sample and print what survived."""
    asked = _parser().parse_args(arguments)
    chosen = sample(asked.seed, asked.size, folders=asked.folder or FOLDERS)
    outcomes = []
    for at, outcome in enumerate(run(chosen, asked.workers), 1):
        outcomes.append(outcome)
        print(f"{at}/{len(chosen)} {outcome.mutation}: {outcome.killed_by or 'SURVIVED'}", flush=True)
    same = equivalent()
    survived = [outcome for outcome in outcomes if not outcome.killed_by and key(outcome.mutation) not in same]
    killed = sum(bool(outcome.killed_by) for outcome in outcomes)
    _report(outcomes, survived, asked.seed)
    return 0 if killed >= SHARE * (killed + len(survived)) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1, help="seed of the sample (default: 1)")
    parser.add_argument("--size", type=int, default=200, help="number of changes (default: 200)")
    parser.add_argument("--workers", type=int, default=2, help="copies that run side by side (default: 2)")
    parser.add_argument("--folder", action="append", help="change modules of this folder alone (may be repeated)")
    return parser


def key(mutation: Mutation) -> tuple[str, str, str]:
    """What names a change whatever its line is."""
    return mutation.module, mutation.old, mutation.new


def equivalent() -> dict[tuple[str, str, str], str]:
    """Changes that change nothing which a plan could show, each with its reason."""
    entries = yaml.safe_load(EQUIVALENT.read_text(encoding="utf-8")) or []
    return {(entry["module"], entry["old"], entry["new"]): entry["reason"] for entry in entries}


def _report(outcomes: Sequence[Outcome], survived: Sequence[Outcome], seed: int) -> None:
    killed = sum(bool(outcome.killed_by) for outcome in outcomes)
    same = len(outcomes) - killed - len(survived)
    print(f"\nSeed {seed}: {len(outcomes)} changes, {killed} killed, {len(survived)} survived, {same} equivalent")
    print("\n| folder | changes | killed | survived | equivalent |\n|---|--:|--:|--:|--:|")
    for folder in sorted({str(Path(outcome.mutation.module).parent) for outcome in outcomes}):
        here = [outcome for outcome in outcomes if str(Path(outcome.mutation.module).parent) == folder]
        dead = sum(bool(outcome.killed_by) for outcome in here)
        alive = sum(outcome in survived for outcome in here)
        print(f"| {folder} | {len(here)} | {dead} | {alive} | {len(here) - dead - alive} |")
    for outcome in survived:
        print(f"survived: {outcome.mutation}")


if __name__ == "__main__":
    sys.exit(main())
