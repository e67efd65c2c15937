"""Comments of the gate on changes whose meaning is known, for somebody who decides them and sees nothing else.

    python -m tests.seeded_comments write FOLDER [--each 10] [--seed TEXT]
    python -m tests.seeded_comments score FOLDER DECISIONS

``write`` makes a file for each comment, in an order that says nothing, and ``answers.json`` beside the folder of the
comments. A decision is one line: the number of the comment, and ``harmless`` or what is weaker. ``score`` counts by
kind how many name what was changed.
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from petaplan.capacity.errors import PlanError
from petaplan.capacity.findings import Verdict
from petaplan.capacity.hub import Hub
from petaplan.infra.hong_kong import hub as reference
from petaplan.infra.hong_kong import short
from tests.repository import Repository
from tests.weakenings import Step, comment_on, priced, removals, weakenings

KINDS = ("removed", "target", "date", "claim", "limit", "assumption", "waiver", "price", "harmless")
HARMLESS = "harmless"
LIMITS = ("limit", "limit of the building")
QUESTION = """\
# What does each change weaken?

Each file of `comments` is the comment of a gate on one change of a plan. For each, write one line into a file:

    001 harmless
    002 what is weaker, or what went, by the name that the comment gives it

A change is harmless if nothing that the plan promises, assumes or is held against asks for less, or may do so, and
nothing went. A judge that the comment shows as "changed" may ask for less.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seeded:
    """A comment with its answer."""

    kind: str
    names: tuple[str, ...]
    """What the decision has to name; empty for a harmless change."""
    what: str
    text: str


def seeded(each: int, seed: str) -> list[Seeded]:
    """So many comments of each kind."""
    draw = random.Random(seed)  # noqa: S311 - an order
    base = priced(reference())
    steps = [*removals(base), *weakenings(base)]
    draw.shuffle(steps)
    found = [*harmless(base, each), *waived(each)]
    for kind in KINDS:
        if kind not in (HARMLESS, "waiver"):
            alike = [step for step in steps if step.kind == kind or (kind == "limit" and step.kind in LIMITS)]
            found.extend(_of_kind(kind, base, alike, each))
    draw.shuffle(found)
    return found


def _of_kind(kind: str, base: Hub, steps: Sequence[Step], each: int) -> list[Seeded]:
    """Comments on some of these steps, those first whose plan still passes."""
    passing: list[Seeded] = []
    failing: list[Seeded] = []
    for step in steps:
        try:
            comment = comment_on(base, step.hub)
        except PlanError:  # no valid plan: there is nothing to decide
            continue
        one = Seeded(kind=kind, names=step.names, what=step.what, text=comment.text)
        (passing if comment.verdict is Verdict.PASS else failing).append(one)
        if len(passing) == each:
            break
    return [*passing, *failing][:each]


def harmless(base: Hub, each: int) -> Iterator[Seeded]:
    """Changes that ask for as much as before, or for more."""
    for what, changed in list(_harmless(base))[:each]:
        yield Seeded(kind=HARMLESS, names=(), what=what, text=comment_on(base, changed).text)


def _harmless(base: Hub) -> Iterator[tuple[str, Hub]]:
    site, *sites = base.sites
    goal, *goals = base.targets
    hall, *halls = base.halls
    guess, *guesses = base.assumptions
    yield "nothing", base
    yield "rows in another order", base.replace(pods=tuple(reversed(base.pods)), feeds=tuple(reversed(base.feeds)))
    yield "a description", base.replace(description="The hub, described anew.")
    yield "a reason in other words", base.replace(assumptions=(guess.replace(reason="put anew"), *guesses))
    yield "a source in other words", base.replace(targets=(goal.replace(source="the same, put anew"), *goals))
    yield "a target that asks for more", base.replace(targets=(goal.replace(pflops=goal.pflops + 1), *goals))
    yield "a lower PUE limit", base.replace(sites=(site.replace(pue_limit=1.29), *sites))
    yield "a wider aisle that is asked for", base.replace(halls=(hall.replace(minimum_aisle_m=1.21), *halls))
    yield "one generator more", _more_units(base)
    yield "an owner", base.replace(owner="Planning board")


def _more_units(base: Hub) -> Hub:
    first, *others = base.generators
    return base.replace(generators=(first.replace(units=first.units + 1), *others))


WAIVER = """\
- finding: {rule}
  subject: {subject}
  phase: {phase}
  owner: Planning board
  reason: {reason}
  expires: {expires}
  limit: {limit}
"""


def _waiver(  # noqa: PLR0917 - the fields of a waiver
    rule: str = "PF-001",
    subject: str = "end-2028",
    phase: str = "phase-2",
    reason: str = "the pod was ordered",
    expires: str = "2028-12-31",
    limit: float | None = 1.02,
) -> str:
    text = WAIVER.format(rule=rule, subject=subject, phase=phase, reason=reason, expires=expires, limit=limit)
    return text if limit is not None else text.replace("  limit: None\n", "")


def _waivers() -> Iterator[tuple[str, str]]:
    for days in (1, 30, 365):
        end = date.fromordinal(date(2028, 12, 31).toordinal() + days).isoformat()
        yield f"{days} days longer", _waiver(expires=end)
    yield "a larger limit", _waiver(limit=1.05)
    yield "a much larger limit", _waiver(limit=2)
    yield "no limit", _waiver(limit=None)
    for phase in ("phase-1", "phase-2", "phase-3"):
        yield f"one more, for {phase}", _waiver() + _waiver(rule="PWR-011", subject="hall-a", phase=phase)
    yield "one more, for a target", _waiver() + _waiver(subject="by-2030", phase="phase-3")


def waived(each: int) -> Iterator[Seeded]:
    """Waivers that accept more, in a repository of their own."""
    head = "petaplan_waivers: 1\nwaivers:\n"
    with tempfile.TemporaryDirectory(prefix="petaplan-") as scratch:
        made = Repository(Path(scratch) / "hub")
        made.write(short())
        made.commit(head + _waiver(), "waivers.yaml")
        for what, text in list(_waivers())[:each]:
            made.write(head + text, "waivers.yaml")
            _, comment = made.comment("--waivers", "waivers.yaml", "--today", "2026-11-28")
            new = text.removeprefix(_waiver())
            subject = new.partition("subject: ")[2].partition("\n")[0]
            yield Seeded(kind="waiver", names=("waiver", subject), what=f"waiver: {what}", text=comment)


def write(folder: Path, each: int, seed: str) -> int:
    """Write the comments, the question, and the answers beside them."""
    comments = folder / "comments"
    comments.mkdir(parents=True, exist_ok=True)
    answers = {}
    for at, one in enumerate(seeded(each, seed), 1):
        (comments / f"{at:03}.md").write_text(one.text, encoding="utf-8")
        answers[f"{at:03}"] = {"kind": one.kind, "names": one.names, "what": one.what}
    (folder / "question.md").write_text(QUESTION, encoding="utf-8")
    (folder / "answers.json").write_text(json.dumps(answers, indent=2) + "\n", encoding="utf-8")
    _say(f"{len(answers)} comments in {comments}; the answers are in {folder / 'answers.json'}")
    return 0


def score(folder: Path, decisions: Path) -> int:
    """Print how many decisions of each kind are right; 1 where one is wrong."""
    answers = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    given = dict(_decisions(decisions.read_text(encoding="utf-8")))
    right: dict[str, list[bool]] = {kind: [] for kind in KINDS}
    for number, answer in answers.items():
        is_right = _is_right(given.get(number, ""), answer["names"])
        right[answer["kind"]].append(is_right)
        if not is_right:
            _say(f"{number}: {answer['what']}; decided: {given.get(number, 'nothing')}")
    _say("| kind | comments | decided rightly |\n|---|--:|--:|")
    for kind, results in right.items():
        _say(f"| {kind} | {len(results)} | {sum(results)} |")
    return 0 if all(all(results) for results in right.values()) else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _decisions(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        number, _, decision = line.strip().partition(" ")
        if number.isdigit():
            yield f"{int(number):03}", decision.strip()


def _is_right(decision: str, names: Sequence[str]) -> bool:
    """Whether a decision says harmless where nothing is weaker, and else names what is."""
    plain = decision.replace("\\", "").casefold()
    if not names:
        return plain.startswith(HARMLESS)
    return not plain.startswith(HARMLESS) and all(_words(name) in plain for name in names)


def _words(name: str) -> str:
    """A name without what a reader may leave out: the table before it, and the bracket of a list."""
    return name.casefold().rstrip("[").rpartition(" ")[2]


def main(arguments: Sequence[str]) -> int:
    """Write comments, or score decisions."""
    parser = argparse.ArgumentParser(prog="python -m tests.seeded_comments")
    commands = parser.add_subparsers(required=True)
    writing = commands.add_parser("write")
    writing.add_argument("folder", type=Path)
    writing.add_argument("--each", type=int, default=10)
    writing.add_argument("--seed", default="1")
    writing.set_defaults(run=lambda given: write(given.folder, given.each, given.seed))
    scoring = commands.add_parser("score")
    scoring.add_argument("folder", type=Path)
    scoring.add_argument("decisions", type=Path)
    scoring.set_defaults(run=lambda given: score(given.folder, given.decisions))
    given = parser.parse_args(arguments)
    return int(given.run(given))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
