"""The repository of a plan: its revisions, and files as they were."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from petaplan.capacity.document.source import is_file_name
from petaplan.capacity.errors import PlanError, Problem

RANGE = re.compile(r"(?P<old>[^.\s][^\s]*?)(?P<dots>\.{2,3})(?P<new>[^.\s][^\s]*)?")
"""Two revisions, or one and the working tree, as git writes them."""

NOTHING = "0" * 40
"""What hosts call the commit before the first one."""


class NoPlanError(PlanError):
    """A revision that is there, and holds no plan that can be compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """A commit, as the folder of a plan sees it."""

    name: str
    """What the reader calls it."""
    commit: str
    top: Path
    """Root of the working tree."""
    prefix: str
    """The folder of the plan below it; empty, or with a slash at its end."""

    def holds(self, path: Path) -> bool:
        """Whether a file is below the root, so that the revision can know it."""
        return _real(path).is_relative_to(self.top)

    def named(self, path: Path) -> str:
        """A path from the root of the repository; as it was given where it lies outside."""
        return _real(path).relative_to(self.top).as_posix() if self.holds(path) else str(path)

    def read(self, path: Path) -> bytes | None:
        """A file as it was; None where the revision has none."""
        if not self.holds(path):
            return None
        spot = f"{self.commit}:{_real(path).relative_to(self.top).as_posix()}"
        done = subprocess.run(["git", "cat-file", "blob", spot], cwd=self.top, capture_output=True, check=False)
        return done.stdout if done.returncode == 0 else None

    def files(self, folder: Path) -> list[str]:
        """The names of the files in a folder as it was."""
        if not self.holds(folder / "any"):
            return []
        spot = f"{self.commit}:{_real(folder / 'any').parent.relative_to(self.top).as_posix()}"
        done = _asked(["ls-tree", "-z", "--name-only", spot.removesuffix(".")], self.top)
        return [name for name in done.stdout.split("\0") if name] if done.returncode == 0 else []

    def earlier_name(self, path: Path) -> str:
        """What a file was called at the revision, where git sees that it only moved; empty where it does not."""
        done = _asked(["diff", "-z", "--name-status", "-M", "--diff-filter=R", self.commit], self.top)
        words = done.stdout.split("\0")
        wanted = _real(path).relative_to(self.top).as_posix()
        return next((old for old, new in zip(words[1::3], words[2::3], strict=False) if new == wanted), "")


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanPlace:
    """Where a plan is: the folder in which git is asked, and its name there."""

    folder: Path
    name: str


def place_of(plan: str, folder: Path | None = None) -> PlanPlace:
    """The place of a plan; a file is named from its own folder, so that a submodule or another repository is found.

    A module is looked for in ``folder``, or in the folder of the call.

    Raises:
        NoPlanError: for standard input, which no revision has.
    """
    if plan == "-":
        problem = Problem(where="-", found="standard input", expected="a plan that a revision can hold")
        raise NoPlanError([problem])
    file, colon, name = (plan, "", "") if is_file_name(plan) else plan.rpartition(":")
    if colon and not file.endswith(".py"):
        return PlanPlace(folder=folder or Path.cwd(), name=plan)
    path = _real(Path(file))
    near = path.parent
    while not near.is_dir():  # a folder that only the revision has
        near = near.parent
    inside = path.relative_to(near).as_posix()
    return PlanPlace(folder=near, name=f"{inside if colon else _as_file(inside)}{colon}{name}")


def _as_file(name: str) -> str:
    return name if is_file_name(name) and name != "-" else f"./{name}"


def _real(path: Path) -> Path:
    """The absolute path with links of its folders resolved; the file itself may be a link that git tracks."""
    absolute = path.absolute()
    return Path(os.path.realpath(absolute.parent)) / absolute.name


def is_range(text: str) -> bool:
    """Whether a text names two revisions, or one and the working tree.

    >>> is_range("main..HEAD"), is_range("v1.2..."), is_range("plan.yaml"), is_range("../plan.yaml")
    (True, True, False, False)
    """
    return RANGE.fullmatch(text) is not None and not Path(text).exists()


def is_revision(text: str, folder: Path) -> bool:
    """Whether a text that is no file names a commit of the repository of a folder, such as ``HEAD``."""
    if Path(text).exists() or not is_file_name(text) or shutil.which("git") is None:
        return False
    return (
        _asked(["rev-parse", "--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}"], folder).returncode == 0
    )


def revisions(text: str, folder: Path) -> tuple[Revision, Revision | None]:
    """Both ends of a range, as a folder sees them; the second is None where it ends in the working tree.

    Raises:
        PlanError: for a revision that does not exist, or where there is no working tree.
        NoPlanError: where nothing was committed before.
    """
    found = RANGE.fullmatch(text)
    assert found is not None
    top = Path(git(["rev-parse", "--show-toplevel"], text, folder))
    prefix = git(["rev-parse", "--show-prefix"], text, folder)
    names = [found["old"], *([found["new"]] if found["new"] else [])]
    commits = [_commit(name, folder) for name in names]
    if found["dots"] == "...":
        commits[0] = _merge_base(commits[0], commits[-1] if found["new"] else "HEAD", text, folder)
    made = [
        Revision(name=name, commit=commit, top=top, prefix=prefix) for name, commit in zip(names, commits, strict=True)
    ]
    return made[0], made[1] if found["new"] else None


def _commit(name: str, folder: Path) -> str:
    asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    done = _asked(asked, folder)
    if done.returncode == 0:
        return done.stdout.strip()
    if name == NOTHING or _asked(["rev-parse", "--verify", "--quiet", "HEAD"], folder).returncode:
        problem = Problem(where=name, found="no commit yet", expected="an earlier state of the plan")
        raise NoPlanError([problem])
    if _asked(["cat-file", "-e", name], folder).returncode == 0:
        raise refused(name, "an object of git that is no commit", "a branch, a tag or a commit", "see `git log`")
    if _is_shallow(folder):
        advice = "fetch it first: `git fetch --unshallow`, or fetch-depth: 0 in the checkout of a job"
        raise refused(name, "no such revision in this clone, which is shallow", "a revision with its history", advice)
    raise refused(name, "no such revision", "a revision of a git repository", "see `git log`; fetch it first")


def _merge_base(old: str, new: str, text: str, folder: Path) -> str:
    done = _asked(["merge-base", old, new], folder)
    if done.returncode == 0:
        return done.stdout.strip()
    if _is_shallow(folder):
        advice = "fetch the history: `git fetch --unshallow`, or fetch-depth: 0 in the checkout of a job"
        raise refused(
            text, "a shallow clone without the commit that both have", "the history of both revisions", advice
        )
    raise refused(
        text, "two revisions that have no commit in common", "two branches of one history", "name another base"
    )


def _is_shallow(folder: Path) -> bool:
    return _asked(["rev-parse", "--is-shallow-repository"], folder).stdout.strip() == "true"


def _asked(arguments: Sequence[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)


def git(arguments: Sequence[str], where: str, folder: Path) -> str:
    """What git answers in a folder.

    Raises:
        PlanError: when there is no git, no repository, or a bare one.
    """
    if shutil.which("git") is None:
        raise refused(where, "no git on PATH", "git, to read revisions with", "install it, or compare plan files")
    done = _asked(arguments, folder)
    if done.returncode == 0:
        return done.stdout.strip()
    said = (done.stderr.strip().splitlines()[-1:] or ["git gave no reason"])[0].removeprefix("fatal: ")
    if _asked(["rev-parse", "--is-bare-repository"], folder).stdout.strip() == "true":
        raise refused(
            where, "a bare repository", "a working tree", "run it in a clone or a worktree, or compare plan files"
        )
    raise refused(where, said, "a revision of a git repository", "see `git log`; fetch it first")


def refused(where: str, found: str, expected: str, advice: str = "") -> PlanError:
    """Bad input of one kind."""
    return PlanError([Problem(where=where, found=found, expected=expected, advice=advice)])
