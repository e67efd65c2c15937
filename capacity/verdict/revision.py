"""A plan as it was at a revision of git, checked out beside this tree.

A revision of petaplan itself judges its plan with its own rules. Any other is judged by the petaplan that runs.
"""

import inspect
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from petaplan.capacity.document.marked import read_bytes
from petaplan.capacity.document.plan import hub_from
from petaplan.capacity.document.source import is_file_name
from petaplan.capacity.errors import Problem
from petaplan.capacity.facts.layer_files import Place
from petaplan.capacity.facts.layers import given_layer
from petaplan.capacity.throughput.evidence import MOST_BYTES, files_in
from petaplan.capacity.throughput.trusted_keys import TrustedKeys, UnsignedError
from petaplan.capacity.verdict.children import Children, run_to_its_end
from petaplan.capacity.verdict.difference import ComparedPlan
from petaplan.capacity.verdict.judged_here import ADVICE, judged_here
from petaplan.capacity.verdict.own_checkout import is_own_checkout, petaplan_at
from petaplan.capacity.verdict.report_versions import in_current_words
from petaplan.capacity.verdict.repository import NoPlanError, Revision, place_of, refused, revisions
from petaplan.capacity.verdict.weakening.asked import judging_facts
from petaplan.input_files import read_bounded

_JUDGE = (
    f"from __future__ import annotations\n\n{inspect.getsource(judging_facts)}"
    """
import importlib, json, os, sys
answer = os.fdopen(os.dup(1), "w")  # what the plan writes to the descriptor is no part of the answer
os.dup2(2, 1)
# petaplan 0.1 was one package a folder
old = os.path.isfile("capacity/check.py") and not os.path.isdir("petaplan/capacity")
if old or os.path.isdir("petaplan/capacity"):  # else an editable install would fill what the revision lacks
    sys.meta_path = [one for one in sys.meta_path if not getattr(one, "__module__", "").startswith("__editable__")]
def names(module, *wanted):
    found = importlib.import_module(("capacity." if old else "petaplan.capacity.") + module)
    return [getattr(found, name) for name in wanted]
try:
    [check], [DeclarationError] = names("check", "check"), names("errors", "DeclarationError")
    [plan_json], [report_json] = names("document.plan", "write_json"), names("report.json", "write_json")
    [read_hub] = names("document.source", "read_hub")
except (ImportError, AttributeError) as error:
    sys.exit(f"a petaplan that can't be asked ({error})")
try:
    hub, given = read_hub(sys.argv[1]), {}
    evidence, layers, phase = json.loads(sys.argv[2])
    if phase:
        hub = names("slice", "up_to")[0](hub, phase)
    try:
        [catalogue_of] = names("facts.layers", "catalogue_of")
        catalogue = given["catalogue"] = catalogue_of(hub, layers)
    except ImportError:  # petaplan 0.1 knows the shipped catalogue alone
        if layers:
            sys.exit("a petaplan that knows no --catalogue")
        catalogue = names("facts.catalog", "load")[0]()
    if evidence:
        given["evidence"] = names("throughput.evidence", "read_evidence")[0](evidence, catalogue)
    written = [plan_json(hub), report_json(check(hub, **given))]
except DeclarationError as error:
    sys.exit("\\n".join(str(problem) for problem in error.problems))
try:
    facts = judging_facts(names, catalogue)
except (ImportError, AttributeError):  # a release that cannot say it
    facts = None
json.dump([*written, facts], answer)
answer.flush()
"""
)
"""What runs at the revision: only names that every release has."""

LIMIT_SECONDS = 300


def sides_of(
    text: str,
    plan: str,
    evidence: Sequence[Path] = (),
    trusted: TrustedKeys | None = None,
    layers: Sequence[Path] = (),
) -> tuple[ComparedPlan, ComparedPlan | None]:
    """Both sides of a range; the second is None where the range ends in the working tree.

    An evidence file that git tracks is read as it was at the revision, and not at all where it wasn't there yet. With
    trusted keys it is read only if it was signed there by one of them. Layers of the catalogue are read likewise.

    Raises:
        PlanError: for a revision that doesn't exist, or a plan that can't be read there.
    """
    place = place_of(plan)
    old, new = revisions(text, place.folder)
    made = judged_at([old, *([new] if new else [])], place.name, (evidence, layers), trusted)
    return made[0], made[1] if new else None


def judged_at(
    asked: Sequence[Revision],
    plan: str,
    files: tuple[Sequence[Path], Sequence[Path]] = ((), ()),
    trusted: TrustedKeys | None = None,
    *,
    phase: str = "",
) -> list[ComparedPlan]:
    """The plan at each of some revisions of one repository, with evidence files and layers of the catalogue.

    With a phase, only what is in service for it.

    Raises:
        NoPlanError: where a revision has no plan that can be read.
    """
    top, prefix = asked[0].top, asked[0].prefix
    for revision in asked:
        _has_file(revision, plan)
    own = is_own_checkout(top, asked[0].commit)
    judges = Children()

    def judged(pair: tuple[Revision, Path]) -> ComparedPlan:
        revision, folder = pair
        evidence, layers = files
        given = (_evidence_at(folder, top, evidence, trusted), _layers_at(folder, revision, layers))
        if own:
            return _side(revision.name, folder, prefix, plan, given, judges, phase)
        return judged_here(revision.name, folder, _folder_in(revision.name, folder, prefix), plan, given, phase)

    with (
        _checked_out(top, [one.commit for one in asked]) as folders,
        ThreadPoolExecutor(max_workers=2) as both,
        judges.stopped_at_the_end(),
    ):
        return list(both.map(judged, zip(asked, folders, strict=True)))


@contextmanager
def _checked_out(top: Path, commits: Sequence[str]) -> Iterator[list[Path]]:
    """A working tree for each commit; none is left behind."""
    with tempfile.TemporaryDirectory(prefix="petaplan-") as scratch:
        folders = [Path(scratch) / str(at) for at in range(len(commits))]
        quiet = ["git", "-C", str(top), "-c", "core.hooksPath=/dev/null", "worktree"]
        try:
            for folder, commit in zip(folders, commits, strict=True):
                _run([*quiet, "add", "--detach", "--quiet", str(folder), commit], commit)
            yield folders
        finally:
            for folder in folders:
                run_to_its_end([*quiet, "remove", "--force", "--force", str(folder)])


def _run(command: Sequence[str], where: str) -> None:
    done = run_to_its_end(command)
    if done.returncode:
        raise refused(where, done.stderr.strip() or "git said no", "a commit that can be checked out")


def _evidence_at(folder: Path, top: Path, paths: Iterable[Path], trusted: TrustedKeys | None) -> list[str]:
    """The evidence files as a revision has them; what git doesn't track is the same for every revision."""
    found = []
    for name in dict.fromkeys(file for path in paths for file in (*_then_in(folder, top, path), *files_in(path))):
        file = Path(os.path.realpath(name.absolute().parent)) / name.name
        within = file.relative_to(top) if file.is_relative_to(top) else None
        if within is not None and (folder / within).is_file():
            found.append(str(folder / within))
        elif within is None or not _is_tracked(file):
            found.append(str(file))
    return [file for file in found if trusted is None or _is_signed(Path(file), trusted)]


def _then_in(folder: Path, top: Path, path: Path) -> Iterator[Path]:
    """The evidence files of a folder as a revision has it; those that went since are among them."""
    place = Path(os.path.realpath(path.absolute()))
    then = folder / place.relative_to(top) if place.is_relative_to(top) else folder / "nothing"
    if then.is_dir():
        yield from (path / file.name for file in files_in(then))


def _layers_at(folder: Path, revision: Revision, layers: Iterable[Path]) -> list[Place]:
    """The layers of the catalogue as a revision has them, under their names; a file that moved is found.

    One that git does not track is the same for each; one that it tracks is missing where the revision has none.
    """
    found = []
    for path in layers:
        place = Path(os.path.realpath(path.absolute().parent)) / path.name
        within = place.relative_to(revision.top) if place.is_relative_to(revision.top) else None
        if within is not None and (folder / within).exists():
            found.append(given_layer(str(path), folder / within))
        elif within is None or not _is_tracked(place):
            found.append(given_layer(str(path), place))
        elif earlier := revision.earlier_name(path):
            found.append(given_layer(str(path), folder / earlier))
    return found


def _is_signed(file: Path, trusted: TrustedKeys) -> bool:
    try:
        return bool(trusted.signer(file, read_bounded(file, MOST_BYTES)))
    except (OSError, UnsignedError):
        return False


def _is_tracked(file: Path) -> bool:
    """Whether git tracks a file, or anything in a folder."""
    done = subprocess.run(["git", "ls-files", "--", file.name], cwd=file.parent, capture_output=True, check=False)
    return done.returncode == 0 and bool(done.stdout)


def _side(  # noqa: PLR0917 - one call
    name: str,
    root: Path,
    prefix: str,
    plan: str,
    given: tuple[list[str], list[Place]],
    judges: Children,
    phase: str,
) -> ComparedPlan:
    folder = _folder_in(name, root, prefix)
    evidence, layers = given
    asked = json.dumps([evidence, [_seen_from(folder, layer) for layer in layers], phase])
    try:
        done = judges.run([sys.executable, "-c", _JUDGE, plan, asked], folder, LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        _no_plan(name, f"no plan within {LIMIT_SECONDS} s", "a plan that can be read", "see what its program waits for")
    if done.returncode:
        said = done.stderr.strip().replace(f"{root}/", "").splitlines() or [f"exit {done.returncode}"]
        problems = said if done.returncode == 1 and not said[0].startswith("Traceback") else said[-1:]
        raise NoPlanError(
            Problem(where=f"{name}: {plan}", found=line, expected="a plan that this revision can judge", advice=ADVICE)
            for line in problems
        )
    document, report, facts = json.loads(done.stdout)
    hub = hub_from(read_bytes(document.encode(), f"{name}: {plan}"))
    words, by = in_current_words(json.loads(report)), petaplan_at(root, name)
    return ComparedPlan(name=name, hub=hub, report=words, facts=facts, judged_by=by)


def _seen_from(folder: Path, layer: Place) -> str:
    """The name of a layer for a program that runs in a folder: as it was given, where that leads to the same file."""
    same = os.path.realpath(folder / layer.name) == os.path.realpath(layer.path)
    return layer.name if same else str(layer.path)


def _folder_in(name: str, root: Path, prefix: str) -> Path:
    folder = root / prefix
    if not folder.is_dir():
        _no_plan(name, "no such folder at that revision", "the folder in which the plan is named")
    return folder


def _has_file(revision: Revision, plan: str) -> None:
    """Refuse a revision without the file of the plan, and say where it was if it only moved.

    Raises:
        NoPlanError: when it is not there.
    """
    file = plan if is_file_name(plan) else plan.rpartition(":")[0]
    path = revision.top / revision.prefix / file
    if (is_file_name(plan) or file.endswith(".py")) and revision.read(path) is None:
        earlier = revision.earlier_name(path)
        advice = f"it was {earlier} there: compare with that file" if earlier else ""
        _no_plan(revision.name, f"no file {revision.prefix}{file} at that revision", "the plan as it was", advice)


def _no_plan(where: str, found: str, expected: str, advice: str = "") -> NoReturn:
    raise NoPlanError([Problem(where=where, found=found, expected=expected, advice=advice)])
