"""An error of a plan program in one line: what was raised, the line of the plan, and the names that there are."""

import sysconfig
from collections.abc import Iterator
from enum import Enum, EnumMeta
from functools import cache
from pathlib import Path
from types import CodeType, FrameType

from petaplan.capacity.document.strict import did_you_mean

MOST_NAMES = 20
"""Names that an advice lists where none is near."""


def told(error: BaseException) -> str:
    """The type of an error, its message, and the last line of the plan that led to it."""
    place = _place(error)
    at = f" at {place}" if place else ""
    if isinstance(error, SystemExit):
        return f"a plan that ends the process (exit code {error.code}){at}"
    try:
        words = str(error)
    except Exception:  # noqa: BLE001 - the words are somebody's program too
        words = "an error that can't be printed"
    return f"{type(error).__name__}: {words}{at}"


def advice(error: BaseException) -> str:
    """The members of the enumeration, or the names of the object, that the plan may have meant; else nothing."""
    for frame, _ in _frames(error):
        members = frame.f_locals.get("cls")
        if isinstance(members, EnumMeta) and _in_library(frame.f_code):
            return _members_of(members, error)
    if isinstance(error, AttributeError) and error.name and error.obj is not None:
        return did_you_mean(error.name, (name for name in dir(error.obj) if not name.startswith("_")))
    return ""


def _members_of(kind: EnumMeta, error: BaseException) -> str:
    names = [str(name) for name in kind.__members__]
    written = getattr(error, "name", None) or str(error.args[0] if error.args else "")
    members: dict[str, Enum] = dict(kind.__members__)
    listed = [f"{name} ({members[name].value!r})" for name in names[:MOST_NAMES]]
    more = ", …" if len(names) > MOST_NAMES else ""
    near = did_you_mean(str(written), names)
    return "; ".join(filter(None, (near, f"the members of {kind.__name__} are {', '.join(listed)}{more}")))


def _place(error: BaseException) -> str:
    """File and line of the innermost frame that is the plan's own; of petaplan's where the plan is one of those."""
    ours = own = ""
    for frame, line in _frames(error):
        place = f"{frame.f_code.co_filename}:{line}"
        if _in_library(frame.f_code) or _is_machinery(frame.f_code):
            continue
        if _in_petaplan(frame.f_code):
            ours = place
        else:
            own = place
    return own or ours


def _frames(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    """Frames of a traceback with their lines, outermost first."""
    trace = error.__traceback__
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next


_MACHINERY = ("capacity/document/source.py", "capacity/noun.py", "capacity/renames.py", "capacity/document/verified.py")
_ROOT = Path(__file__).resolve().parents[2]


@cache
def _library() -> tuple[str, ...]:
    """Folders of Python's own modules and of installed packages."""
    return tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


def _in_library(code: CodeType) -> bool:
    file = code.co_filename
    return "importlib" in file or file.startswith(("<frozen ", *_library()))


def _is_machinery(code: CodeType) -> bool:
    return code.co_filename.endswith(_MACHINERY) or code.co_filename == "<string>"


def _in_petaplan(code: CodeType) -> bool:
    file = Path(code.co_filename)
    return "petaplan" in file.parts or any(file.is_relative_to(_ROOT / name) for name in ("capacity", "infra", "bench"))
