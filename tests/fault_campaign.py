"""Kills parts of Pulumi at random moments and looks whether the stack and the inventory come together again.

``python -m tests.fault_campaign --seed 7 --size 300`` prints the table that docs/inventory.md holds. Each run kills the
provider, the CLI, the language host or the program in an update, and then goes on with the same plan, another plan or
`pulumi destroy`. What petaplan says of an update that never ended is done. Then no object may be lost, doubled or left.
"""

import argparse
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from petaplan.infra.inventory.sqlite import SqliteInventory
from tests.infra.conftest import PROJECT, PROVIDER, Project
from tests.patience import PATIENCE_SECONDS
from tests.pulumi_stacks import BIN, pulumi_environment

UP = ("up", "--yes", "--skip-preview")
REFRESHED_UP = (*UP, "--refresh")
DESTROY = ("destroy", "--yes", "--skip-preview")
REFRESH = ("refresh", "--yes", "--skip-preview")
IMPORT = ("import", "--file", "import.json", "--yes", "--skip-preview", "--generate-code=false", "--protect=false")

HEAD = "from pulumi import ResourceOptions\nfrom petaplan.infra.resources import Pod, Site\nlast = []\n"
LEAF = "Site('{name}', country='HK', jurisdiction='HK', utility='{utility}')\n"
LINE = (
    "last = [Site('{name}', country='HK', jurisdiction='HK', utility='{utility}', "
    "opts=ResourceOptions(depends_on=last))]\n"
)
POD = "Pod('pod-1', phase='p', hall='h', racks=[{{'name': 'r', 'model': 'nvidia-dgx-h100-rack', 'count': {count}}}])\n"

LEAVES = ("leaf-1", "leaf-2", "leaf-3")

PLANS: dict[str, tuple[Sequence[str], str, int]] = {
    "first": ([f"site-{n}" for n in range(12)], "CLP", 3),
    "second": ([f"site-{n}" for n in range(4, 18)], "HEC", 5),
    "other": ([f"site-{n}" for n in range(8, 14)], "CLP", 2),
    "none": ((), "", 0),
}
"""Each plan: its sites in a chain, their utility, and the racks of its pod. All but the last have the leaves too."""

FORGOTTEN = LEAVES
"""What the state lacks before an import."""

OPERATIONS = {
    "up": ("none", "first", UP, ("provider", "CLI", "language host", "program")),
    "update": ("first", "second", UP, ("provider", "CLI", "language host", "program")),
    "destroy": ("first", "none", DESTROY, ("provider", "CLI")),
    "refresh": ("first", "first", REFRESH, ("provider", "CLI")),
    "import": ("first", "first", IMPORT, ("provider", "CLI")),
}
"""Each operation: what stands before, what shall stand after, its command, and the processes that it has."""

FOLLOWING = ("the same plan", "another plan", "destroy")


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One run: what is killed in what, when, and what follows."""

    number: int
    operation: str
    victim: str
    following: str
    writes: int | None
    """The kill comes after so many changes of the inventory; None where a time decides."""
    delay_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of a run."""

    case: Case
    killed: bool
    """Whether the victim still ran at its moment."""
    told: bool
    """Whether petaplan named an update that never ended or entries in no stack, and what it advises was done."""
    faults: tuple[str, ...] = field(default=())


def cases(seed: int, size: int) -> Iterator[Case]:
    """The runs of a seed: every operation, victim and follow-up in turn, at random moments."""
    chance = random.Random(seed)  # noqa: S311 - a campaign that can be repeated
    turns = [
        (operation, victim, following)
        for operation, (_, _, _, victims) in OPERATIONS.items()
        for victim in victims
        for following in FOLLOWING
    ]
    order = [turn for _ in range(size // len(turns) + 1) for turn in chance.sample(turns, len(turns))]
    for number, (operation, victim, following) in enumerate(order[:size], 1):
        by_writes = operation in ("up", "update", "destroy") and chance.random() < 0.7
        writes = chance.randint(1, 12) if by_writes else None
        delay = chance.uniform(0, 0.02 if by_writes else 1.5)
        yield Case(number=number, operation=operation, victim=victim, following=following, writes=writes, delay_s=delay)


class Campaign:
    """One folder with a project; each run starts from a copy of what stood before it."""

    def __init__(self, folder: Path) -> None:
        home = folder / "home"
        self._folder, self._kept = folder / "project", folder / "kept"
        for path in (home, self._folder / "state", self._kept):
            path.mkdir(parents=True)
        (self._folder / "Pulumi.yaml").write_text(PROJECT.format(name="petaplan", venv=sys.prefix, bin=BIN))
        self.project = Project(self._folder, environment=pulumi_environment(self._folder, home))
        self._last, self._count_before = 0, 0
        self._make("stack", "init", "dev")
        self._keep("up")
        self._declare("first")
        self._make(*UP)
        for operation in ("update", "destroy", "refresh"):
            self._keep(operation)
        for name in FORGOTTEN:
            self._make("state", "delete", f"urn:pulumi:dev::petaplan::petaplan:index:Site::{name}", "--yes", "--force")
        self._keep("import")

    def run(self, case: Case) -> Outcome:
        """One run, to its end."""
        before, after, command, _ = OPERATIONS[case.operation]
        shutil.rmtree(self._folder)
        shutil.copytree(self._kept / case.operation, self._folder)
        self._declare(before if case.operation == "destroy" else after)
        if case.operation == "import":
            self._write_import()
        killed, left = self._kill(case, command)
        faults = [f"{one} still runs" for one in left]
        self._try("cancel", "--yes")
        expected = {"the same plan": after, "another plan": "other", "destroy": "none"}[case.following]
        said = self._follow(case, command, expected)
        told = "never ended" in said or "never ended" in self._petaplan("inventory", "list")
        if told or "petaplan inventory transfer" in said:
            said += self._as_told(said, expected)
        elif "not in the stack" in self._petaplan("status"):
            told = True
            said += self._petaplan("inventory", "prune", "--yes")
        faults += self._faults(expected, said)
        return Outcome(case=case, killed=killed, told=told, faults=tuple(faults))

    def _follow(self, case: Case, command: Sequence[str], expected: str) -> str:
        said = ""
        if case.following == "the same plan" and command is not UP:
            said = self._try(*command)
        if expected == "none":
            return said + self._try(*DESTROY)
        self._declare(expected)
        return said + self._try(*UP)

    def _as_told(self, said: str, expected: str) -> str:
        """What petaplan advises, and nothing else."""
        if "petaplan inventory transfer" in said:
            said = self._petaplan("inventory", "transfer", "dev", "dev")
            said += self._try(*(DESTROY if expected == "none" else UP))
        if expected != "none":
            said += self._try(*REFRESHED_UP)
        return said + self._petaplan("inventory", "prune", "--yes")

    def _faults(self, expected: str, said: str) -> Iterator[str]:
        names, utility, racks = PLANS[expected]
        leaves = LEAVES if racks else ()
        wanted = dict.fromkeys((*names, *leaves), utility) | ({"pod-1": str(racks)} if racks else {})
        held = self._held()
        in_state = Counter(
            one["urn"].rsplit("::", 1)[-1]
            for one in self.project.exported()["deployment"].get("resources") or ()
            if one["type"].startswith("petaplan:")
        )
        if held != wanted:
            yield f"the inventory holds {held}, not {wanted}"
        if in_state != Counter(list(wanted)):
            yield f"the state holds {in_state}, not {sorted(wanted)}"
        status = self._petaplan("status", "--format", "json")
        found = json.loads(status[status.index("{") : status.rindex("}") + 1])
        if found["drift"]:
            yield f"status says {found['drift']}"
        if "never ended" in status:
            yield "an update that never ended is still told"
        if held != wanted or in_state != Counter(list(wanted)):
            yield f"the last commands said {said[-1500:]}"

    def _held(self) -> dict[str, str]:
        inventory = SqliteInventory(self.project.inventory)
        try:
            return {one.key.name: str(one.properties.get("utility") or len(one.cabinets)) for one in inventory.list()}
        finally:
            inventory.close()

    def _kill(self, case: Case, command: Sequence[str]) -> tuple[bool, list[str]]:
        """Whether the victim was killed, and which processes outlived the command."""
        self._last, self._count_before = self._now()
        process = self.project.start(*command)
        family: dict[int, psutil.Process] = {}
        killed = False
        deadline = time.monotonic() + PATIENCE_SECONDS
        seen_at = 0.0
        while process.poll() is None and not killed and time.monotonic() < deadline:
            family |= {one.pid: one for one in _children(process.pid)}
            victim = _victim(case.victim, process.pid)
            if victim is not None:
                seen_at = seen_at or time.monotonic()
                due = case.writes is None or self._changes() >= case.writes
                if due and time.monotonic() - seen_at >= case.delay_s:
                    killed = _killed(victim)
            time.sleep(0.002)
        assert process.stdout is not None
        try:
            process.communicate(timeout=PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return killed, ["the CLI"]
        _, alive = psutil.wait_procs([one for one in family.values() if _is_ours(one)], timeout=20)
        left = [" ".join(_command(one))[:80] for one in alive]
        for one in family.values():
            if one.is_running():
                _killed(one)
        return killed, left

    def _changes(self) -> int:
        """How many entries the operation has written or removed."""
        last, count = self._now()
        if last == self._last:
            return 0
        database = sqlite3.connect(f"file:{self.project.inventory}?mode=ro", uri=True)
        (fresh,) = database.execute("SELECT count(*) FROM entries WHERE changed_in = ?", (last,)).fetchone()
        database.close()
        return max(self._count_before - count, 0) + int(fresh)

    def _now(self) -> tuple[int, int]:
        """The last update, and the number of entries."""
        try:
            database = sqlite3.connect(f"file:{self.project.inventory}?mode=ro", uri=True)
            (last, count) = database.execute(
                "SELECT (SELECT coalesce(max(id), 0) FROM updates), (SELECT count(*) FROM entries)"
            ).fetchone()
            database.close()
        except sqlite3.Error:
            return 0, 0
        return int(last), int(count)

    def _declare(self, plan: str) -> None:
        names, utility, racks = PLANS[plan]
        lines = [LINE.format(name=name, utility=utility) for name in names]
        if racks:
            lines += [*(LEAF.format(name=name, utility=utility) for name in LEAVES), POD.format(count=racks)]
        self.project.program("".join([HEAD, *lines]))

    def _write_import(self) -> None:
        resources = [
            {"type": "petaplan:index:Site", "name": name, "id": f"petaplan/dev/site/{name}"} for name in FORGOTTEN
        ]
        (self._folder / "import.json").write_text(json.dumps({"resources": resources}))

    def _keep(self, operation: str) -> None:
        shutil.copytree(self._folder, self._kept / operation)

    def _make(self, *command: str) -> None:
        self.project.run(*command)

    def _try(self, *command: str) -> str:
        """What a command says, however it ends."""
        return self._said([*self.project.command(*command)])

    def _petaplan(self, *command: str) -> str:
        return self._said([str(BIN / "petaplan"), *command])

    def _said(self, command: Sequence[str]) -> str:
        done = subprocess.run(
            command,
            cwd=self._folder,
            env=self.project.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return done.stdout


def _children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _victim(kind: str, cli: int) -> psutil.Process | None:
    """The process that is to be killed, once it runs."""
    if kind == "CLI":
        return psutil.Process(cli) if psutil.pid_exists(cli) else None
    signs = {"provider": str(PROVIDER), "language host": "pulumi-language-python", "program": "language-python-exec"}
    for one in _children(cli):
        words = _command(one)
        is_program = any("language-python-exec" in word for word in words)
        if any(signs[kind] in word for word in words) and (kind == "program") == is_program:
            return one
    return None


def _is_ours(process: psutil.Process) -> bool:
    """Pulumi's own language host ends by itself, minutes after its engine."""
    return any(str(PROVIDER) in word for word in _command(process))


def _killed(process: psutil.Process) -> bool:
    try:
        process.kill()
    except psutil.Error:
        return False
    return True


def table(outcomes: Sequence[Outcome]) -> str:
    """A row for each operation and victim: runs, those that were right at once or as told, and faults."""
    lines = ["| operation | killed | runs | right at once | right as told | faults |", "|---|---|--:|--:|--:|--:|"]
    for operation, (_, _, _, victims) in OPERATIONS.items():
        for victim in victims:
            own = [one for one in outcomes if (one.case.operation, one.case.victim) == (operation, victim)]
            sound = [one for one in own if not one.faults]
            told = sum(one.told for one in sound)
            counts = (len(own), len(sound) - told, told, len(own) - len(sound))
            lines.append(f"| {operation} | {victim} | {' | '.join(map(str, counts))} |")
    return "\n".join(lines)


def campaign(seed: int, size: int, first: int = 1) -> list[Outcome]:
    """The runs of a seed, from one of them on; each is printed at its end."""
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="petaplan-") as scratch:
        made = Campaign(Path(scratch))
        for case in (one for one in cases(seed, size) if one.number >= first):
            outcome = made.run(case)
            outcomes.append(outcome)
            word = "; ".join(outcome.faults) or ("told" if outcome.told else "right")
            when = "killed" if outcome.killed else "ended before the kill"
            sys.stdout.write(
                f"{case.number}: {case.victim} in {case.operation} ({when}), then {case.following}: {word}\n"
            )
            sys.stdout.flush()
    return outcomes


def main() -> int:
    """1 where a run has a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=300)
    parser.add_argument("--first", type=int, default=1, help="number of the run to begin with")
    options = parser.parse_args()
    outcomes = campaign(options.seed, options.size, options.first)
    sys.stdout.write(f"\nseed {options.seed}, {len(outcomes)} runs\n\n{table(outcomes)}\n")
    return int(any(one.faults for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
