"""Base of every noun of the domain: strict fields, and the place of the declaration."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar, Protocol, Self

from petaplan.capacity.names import Name
from petaplan.capacity.renames import caller, notice, renamed_fields, take_old_names, with_new_names

_INSIDE = ("dataclasses.py", "noun.py", "renames.py")


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """A line of a file where something was declared."""

    file: str
    line: int
    """Its number; 0 where ``file`` is no file, such as a resource of a graph."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.is_line else self.file

    @property
    def is_line(self) -> bool:
        """Whether it is a line of a file, so that an editor or a host can go there."""
        return self.line > 0

    def of(self, *_path: str | int) -> "Location":
        """The line of a value inside; this one where nobody noted it."""
        return self


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanPlace(Location):
    """The place of a plan: its line, the lines of fields of its own, and the folder that its catalogues start from."""

    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict, compare=False, repr=False)
    folder: str = field(default="", compare=False, repr=False)
    """Empty where it is the folder of the file."""
    own_catalogues: int | None = field(default=None, compare=False, repr=False)
    """Catalogues that the file names, where settings of a stack name the others; None where it names all."""

    def of(self, *path: str | int) -> Location:
        """The line of a value inside; this one where nobody noted it."""
        return Location(file=self.file, line=self.lines.get(path, self.line))


@dataclass(frozen=True, kw_only=True, slots=True)
class Noun:
    """A value of the domain: frozen, compared by its fields."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "extra": "forbid",
        "allow_inf_nan": False,
        "strict": True,
        "revalidate_instances": "always",
    }

    def __init_subclass__(cls) -> None:
        """Let a noun take the old names of its fields; a class with slots passes here again when it is a dataclass."""
        if "__init__" in vars(cls) and renamed_fields(cls):
            take_old_names(cls)

    def replace(self, **changes: Any) -> Self:
        """The same thing with some fields changed."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.init}
        return type(self)(**(values | with_new_names(type(self), changes, caller)))

    def but(self, **changes: Any) -> Self:
        """The old name of ``replace``."""
        notice("but() is now replace()")
        return self.replace(**changes)


@cache
def _near(file: str) -> str:
    """A file as seen from the folder where the program runs, where it lies below that."""
    path = Path(file).resolve()  # a link of petaplan/ leads to the folder that git knows
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file


def place_of(frame: FrameType) -> Location:
    """The line that a frame is at, its file as seen from the folder where the program runs."""
    return Location(file=_near(frame.f_code.co_filename), line=frame.f_lineno)


def _builds_for_others(frame: FrameType) -> bool:
    """Whether a frame only constructs what its caller declares; such a module sets ``DECLARES_FOR_CALLER``."""
    return (
        frame.f_code.co_name == "__init__"
        or frame.f_code.co_filename.endswith(_INSIDE)
        or frame.f_globals.get("DECLARES_FOR_CALLER", False)
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared(Noun):
    """A noun of a plan, with the line that declared it.

    The line is not part of equality: a hub that is read from a file equals the hub that was written.
    """

    declared_at: Location | None = field(default=None, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        frame = sys._getframe(1)  # noqa: SLF001 - inspect.currentframe() without its cost
        while frame.f_back and _builds_for_others(frame):
            frame = frame.f_back
        object.__setattr__(self, "declared_at", place_of(frame))

    def replace(self, **changes: Any) -> Self:
        """The same thing with some fields changed, declared where it was."""
        return Noun.replace(self, **changes).declared_in(self.declared_at)

    def declared_in(self, place: Location | None) -> Self:
        """The same object with another line of declaration, such as the line of its file."""
        object.__setattr__(self, "declared_at", place)
        return self


class Scheduled(Protocol):
    """A declared object that enters service, on a day of its own or with its phase, and may leave it."""

    @property
    def name(self) -> str:
        """Its name in the plan."""

    @property
    def phase(self) -> str:
        """Name of its phase."""

    @property
    def in_service(self) -> date | None:
        """First day of service; that of its phase where it is None."""

    @property
    def retired(self) -> date | None:
        """First day on which it no longer serves."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Named(Declared):
    """A declared object with a name, by which others refer to it."""

    name: Name
    """Its name in the plan: lower-case letters, digits and inner hyphens."""


def own_name(noun: Noun) -> str | None:
    """The name by which a noun is recognised among those beside it; None where its kind has none.

    Parts of declared objects have names too, such as a tier of a fabric or a training run of a phase. They are not
    ``Named``, because they are no rows of a table of the hub.
    """
    found = getattr(noun, "name", None)
    return found if isinstance(found, str) else None
