"""The files of a layer of the catalogue: where they are, and that nothing else is read.

A plan names its layers relative to its own folder, and never leads out of it. Neither a layer nor anything in it is a
link, a device or a pipe.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from petaplan.capacity.document.marked import Marked, read_bytes, shortened
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.errors import Problem
from petaplan.input_files import read_bounded

SUFFIXES = (".yaml", ".yml", ".json")
"""Endings of the files of a folder that are read."""

MOST_BYTES = 2 * 2**20
"""Size of the largest file of a layer: seven times all shipped data."""

MOST_FILES = 1_000
"""Files of the largest folder."""

MOST_ENTRIES = 100_000
"""Files and folders of any kind that are looked at in one layer."""

MOST_TOGETHER = 16 * 2**20
"""Size of all files of all layers of a catalogue."""

EXPECTED = "a file or a folder of catalogue files"


@dataclass(frozen=True, slots=True)
class Place:
    """A layer as it was named, and the folder that the name starts from."""

    name: str
    start: Path
    where: str
    """What names it, for a message."""
    confined: bool = True
    """Whether it has to lie below the folder: so where a plan names it, and not where the command line does."""
    file: Path | None = None
    """Where it is read, if not there: a revision of git has it elsewhere under the same name."""

    @property
    def path(self) -> Path:
        """The file or folder."""
        return self.file or self.start / self.name


@dataclass(frozen=True, slots=True)
class LayerFile:
    """A file of a layer, with its bytes."""

    layer: str
    path: Path
    raw: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of its bytes."""
        return hashlib.sha256(self.raw).hexdigest()

    def marked(self) -> Marked:
        """Its values, each with its line."""
        return read_bytes(self.raw, _near(self.path))


def files_of(places: Sequence[Place], problems: list[Problem]) -> tuple[LayerFile, ...]:
    """The files of some layers in their order; whatever is wrong with a place is added to ``problems``."""
    problems.extend(_twice(places))
    found, size = list[LayerFile](), 0
    for place in places:
        faults = list(_faults(place))
        problems.extend(faults)
        for file in () if faults else _read(place, problems):
            found.append(file)
            size += len(file.raw)
            if size > MOST_TOGETHER:
                expected = f"at most {MOST_TOGETHER // 2**20} MiB in all layers together"
                problems.append(_problem(place, "more files than that", expected, "leave some out"))
                return tuple(found)
    return tuple(found)


def _twice(places: Sequence[Place]) -> Iterator[Problem]:
    """Layers that are one, or would be on a disk that takes upper and lower case for the same; or one in another."""
    seen: dict[str, Place] = {}
    for place in places:
        key = _key(place)
        first = seen.setdefault(key, place)
        if first is not place:
            same = os.path.normpath(first.path.absolute()) == os.path.normpath(place.path.absolute())
            found = f"{shortened(place.name)!r} again" if same else f"{place.name!r} beside {first.name!r}"
            yield _problem(place, found, "each layer once, told apart by more than upper and lower case", "keep one")
    for place in places:
        above = (seen.get(str(folder)) for folder in Path(_key(place)).parents)
        if around := next((one for one in above if one is not None), None):
            found = f"{shortened(place.name)!r} in the layer {shortened(around.name)!r}"
            yield _problem(place, found, "each file in one layer", "keep one, or move the file")


def _key(place: Place) -> str:
    """The path of a layer, as a disk takes it that does not tell upper and lower case apart."""
    return os.path.normpath(place.path.absolute()).casefold()


def _faults(place: Place) -> Iterator[Problem]:
    """What is wrong with the name of a layer, or with what it leads to."""
    name = place.name
    parts = Path(name).parts
    if not name.strip() or "\0" in name or "\\" in name:
        yield _problem(place, repr(shortened(name)), EXPECTED)
    elif place.confined and (Path(name).is_absolute() or ".." in parts):
        expected = "a path below the folder of the plan, without `..`"
        advice = "move it there, or give it with --catalogue"
        yield _problem(place, repr(shortened(name)), expected, advice)
    else:
        yield from _wrong_kind(place)


def _wrong_kind(place: Place) -> Iterator[Problem]:
    """A link on the way, nothing at all, or neither a file nor a folder."""
    parts = Path(place.name).parts
    steps = [place.start.joinpath(*parts[: at + 1]) for at in range(len(parts))] if place.confined else [place.path]
    mode = 0
    for step in steps:
        try:
            mode = step.lstat().st_mode
        except (OSError, ValueError) as error:
            beside = [one.name for one in step.parent.iterdir()] if step.parent.is_dir() else []
            found = "nothing there" if isinstance(error, FileNotFoundError) else str(getattr(error, "strerror", error))
            yield _problem(place, found, EXPECTED, did_you_mean(step.name, beside) or "check the path")
            return
        if stat.S_ISLNK(mode):
            yield _problem(place, f"the link {_near(step)}", EXPECTED, "name what it leads to")
            return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        yield _problem(place, "neither a file nor a folder", EXPECTED)


def _read(place: Place, problems: list[Problem]) -> Iterator[LayerFile]:
    paths = [place.path] if place.path.is_file() else list(islice(_within(place, problems), MOST_FILES + 1))
    if len(paths) > MOST_FILES:
        found = f"more than {MOST_FILES:,} files"
        problems.append(_problem(place, found, f"at most {MOST_FILES:,}", "join some of them"))
        return
    if not paths and place.path.is_dir():
        problems.append(_problem(place, "no file of " + ", ".join(SUFFIXES), EXPECTED, "see `petaplan catalog --new`"))
    for path in paths:
        try:
            yield LayerFile(layer=place.name, path=path, raw=read_bounded(path, MOST_BYTES))
        except OSError as error:
            expected, advice = "a readable file of at most 2 MiB", "check the path, its rights and its size"
            problems.append(
                Problem(where=_near(path), found=error.strerror or str(error), expected=expected, advice=advice)
            )


def _within(place: Place, problems: list[Problem]) -> Iterator[Path]:
    """The catalogue files of a folder, in the order of their names."""
    seen, names = 0, dict[str, Path]()
    for folder, folders, files in os.walk(place.path):
        seen += len(folders) + len(files)
        if seen > MOST_ENTRIES:
            found = f"more than {MOST_ENTRIES:,} files and folders"
            problems.append(_problem(place, found, EXPECTED, "name the folder of the catalogue files"))
            return
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        for name in sorted([*folders, *files]):
            path = Path(folder, name)
            wanted = name.endswith(SUFFIXES) and not name.startswith(".")
            if path.is_symlink() and (wanted or name in folders):
                problems.append(_problem(place, f"the link {_near(path)}", EXPECTED, "put the file itself there"))
            elif wanted and name not in folders:
                if (first := names.setdefault(str(path).casefold(), path)) is not path:
                    expected = "file names told apart by more than upper and lower case"
                    problems.append(_problem(place, f"{_near(path)} beside {_near(first)}", expected, "rename one"))
                if path.is_file():
                    yield path
                else:
                    problems.append(_problem(place, f"{_near(path)}, which is no file", EXPECTED))


def _problem(place: Place, found: str, expected: str, advice: str = "") -> Problem:
    where = f"{place.where}: {shortened(place.name)!r}"
    return Problem(where=where, found=found, expected=expected, advice=advice)


def _near(path: Path) -> str:
    """A path as seen from the folder where the program runs, where it lies below that."""
    absolute = path.absolute()
    return str(absolute.relative_to(Path.cwd())) if absolute.is_relative_to(Path.cwd()) else str(path)


def digest_of(files: Iterable[LayerFile]) -> str:
    """One hash of the names and bytes of some files; "none" without any."""
    digest, some = hashlib.sha256(), False
    for file in files:
        digest.update(f"{file.path.name}\0{len(file.raw)}\n".encode() + file.raw)
        some = True
    return digest.hexdigest() if some else "none"
