"""Places as hosts of code read them: a path from the root of the repository, and a region of one line."""

import os
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from pathlib import Path

from petaplan.capacity.check_report import Report
from petaplan.capacity.findings import Finding
from petaplan.capacity.noun import Location
from petaplan.capacity.verdict.judgement import Judgement
from petaplan.input_files import read_bounded

NOWHERE = Location(file="Pulumi.yaml", line=1)
"""Where a finding stands that no line of the repository declared: a host rejects one without a place."""

MOST_SOURCE_BYTES = 16 * 2**20
"""Size of the largest source that is read for the columns of a line."""


class InRepository(Location):
    """A place by its path from the root of the repository, or by its name where it lies elsewhere."""

    __slots__ = ()


def repository_of(path: Path) -> Path | None:
    """The root of the repository around a path; of a submodule, the root of the repository that holds it."""
    for folder in (path, *path.parents):
        mark = folder / ".git"
        if mark.is_dir() or (mark.is_file() and not _is_submodule(mark)):
            return folder
    return None


def _is_submodule(mark: Path) -> bool:
    try:
        return "/modules/" in read_bounded(mark, 4_096).decode(errors="replace")
    except OSError:
        return False


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """A line of a file below the root, with its first column and the one after its last, in characters."""

    file: str
    line: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkout:
    """The files of one repository, as seen from the folder where the program runs."""

    root: Path
    start: Path
    _lines: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _files: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def around(cls, named: Location | None) -> "Checkout":
        """The repository of the plan where it lies in one, else that of the working folder, else the plan's folder.

        A plan within the repository of the working folder has that one as its own, also where a link leads elsewhere.
        """
        start = Path.cwd()
        here = repository_of(start)
        if named is None:
            return cls(root=here or start, start=start)
        asked = Path(os.path.normpath(start / named.file))
        for root in (here, repository_of(asked.parent), start):
            if root is not None and asked.is_relative_to(root):
                return cls(root=root, start=start)
        return cls(root=asked.parent if asked.is_file() else here or start, start=start)

    @classmethod
    def of_plan(cls, named: Location | None) -> "Checkout":
        """The repository of the plan where it lies in one, else the plan's folder."""
        start = Path.cwd()
        if named is None or not os.path.isfile(start / named.file):  # noqa: PTH113 - a name may be too long for a file
            return cls(root=repository_of(start) or start, start=start)
        asked = Path(os.path.normpath(start / named.file))
        linked = Path(os.path.realpath(asked)).parent
        return cls(root=repository_of(asked.parent) or repository_of(linked) or asked.parent, start=start)

    def portable(self, file: str) -> str:
        """A path for readers on other machines: from the root, or its name alone where it is not below the root.

        Other text stays as it is.
        """
        found = self._from_root(file)
        if found is None:
            return Path(file).name if Path(file).is_absolute() else file
        return found

    def portable_place(self, place: Location | None) -> Location | None:
        """A place whose path is portable; one that is no line of a file stays as it is."""
        if place is None or not place.is_line or isinstance(place, InRepository):
            return place
        return InRepository(file=self.portable(place.file), line=place.line)

    def located(self, place: Location | None) -> Location | None:
        """A place by its path from the root; None where no file of the repository has it."""
        if place is None or place.line < 1 or isinstance(place, InRepository):
            return place if isinstance(place, InRepository) else None
        if place.file not in self._files:
            self._files[place.file] = self._from_root(place.file)
        file = self._files[place.file]
        return None if file is None else InRepository(file=file, line=place.line)

    def _from_root(self, file: str) -> str | None:
        asked = Path(os.path.normpath(self.start / file))
        if not os.path.isfile(asked):  # noqa: PTH113 - a name may be too long for a file
            return None
        real, root = Path(os.path.realpath(asked)), Path(os.path.realpath(self.root))
        for path, top in ((real, root), (asked, self.root)):  # git knows what a link of a folder leads to
            if path.is_relative_to(top):
                return path.relative_to(top).as_posix()
        return None

    def region(self, place: Location) -> Region:
        """The line of a place, without the white space around it."""
        lines = self._lines.setdefault(place.file, ()) or self._read(place.file)
        text = lines[place.line - 1] if place.line <= len(lines) else ""
        start = len(text) - len(text.lstrip()) + 1
        end = max(start, len(text.rstrip()) + 1)
        return Region(file=place.file, line=place.line, start=start if text.strip() else 1, end=end)

    def _read(self, file: str) -> tuple[str, ...]:
        try:
            text = read_bounded(self.root / file, MOST_SOURCE_BYTES).decode(errors="replace")
        except OSError:
            text = ""
        self._lines[file] = tuple(text.replace("\r\n", "\n").split("\n"))
        return self._lines[file]


def places_in(judgement: Judgement) -> tuple[Checkout, Callable[[Finding], Location]]:
    """The checkout, and for each finding its place there: the line that declared its subject, else of the plan."""
    checkout = Checkout.around(judgement.fallback)
    last = checkout.located(judgement.fallback) or checkout.located(NOWHERE) or NOWHERE

    def place(finding: Finding) -> Location:
        return checkout.located(finding.place) or last

    return checkout, place


def from_root(judgement: Judgement) -> Judgement:
    """The same with every place by its path from the root of the repository; a place elsewhere stays as it is."""
    checkout = Checkout.around(judgement.fallback)
    moved = tuple(_moved(finding, checkout) for finding in judgement.report.findings)
    if all(one is other for one, other in zip(moved, judgement.report.findings, strict=True)):
        return judgement
    return replace(judgement, report=replace(judgement.report, findings=moved))


def portable_report(report: Report, plan: Location | None) -> Report:
    """The same with places that say nothing of this machine: see ``Checkout.portable``."""
    checkout = Checkout.of_plan(plan)
    return replace(report, findings=tuple(_portable(finding, checkout) for finding in report.findings))


def _portable(finding: Finding, checkout: Checkout) -> Finding:
    place = checkout.portable_place(finding.place)
    if place is finding.place:
        return finding
    made = copy(finding)
    made.place = place
    return made


def _moved(finding: Finding, checkout: Checkout) -> Finding:
    place = checkout.located(finding.place)
    if place is None or finding.place is None or place.file == finding.place.file:
        return finding
    made = copy(finding)
    made.place = place
    return made
