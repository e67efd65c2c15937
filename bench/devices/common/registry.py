"""The kinds of devices there are: every module in ``bench/devices/`` that holds a ``DeviceKind``."""

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache

from petaplan.bench.devices.common.device import Device
from petaplan.bench.devices.common.kind import DeviceKind
from petaplan.bench.errors import BenchError, InputError, NotMeasuredError

FOLDER = "petaplan.bench.devices"


@cache
def kinds() -> tuple[DeviceKind, ...]:
    """Every kind, in the order of the modules.

    Raises:
        ValueError: when two kinds have one name, or a family has the name of a kind.
    """
    found: dict[str, DeviceKind] = {}
    for module in pkgutil.iter_modules(importlib.import_module(FOLDER).__path__):
        for value in vars(importlib.import_module(f"{FOLDER}.{module.name}")).values():
            if isinstance(value, DeviceKind):
                for name in {value.name, value.prefix}:
                    if found.setdefault(name, value) is not value:
                        raise ValueError(f"two kinds of devices are called {name}")
    both = found.keys() & {kind.family for kind in found.values()}
    if both:
        raise ValueError(f"a kind and a family of devices are both called {min(both)}")
    return tuple(dict.fromkeys(found.values()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """What a device key names: the kinds it may be of, and the index where it has one."""

    kinds: tuple[DeviceKind, ...]
    index: int | None

    def has(self, key: str) -> bool:
        """Whether a device with that key is meant."""
        other = selection(key)
        return other.kinds[0] in self.kinds and self.index in (None, other.index)


def selection(text: str) -> Selection:
    """What a device key names: ``cuda`` without an index means all of them, ``gpu`` those of every maker.

    >>> found = selection("cuda:1")
    >>> [kind.name for kind in found.kinds], found.index
    (['cuda'], 1)
    >>> [kind.name for kind in selection("gpu").kinds]
    ['cuda', 'rocm']

    Raises:
        InputError: for a text that names no kind.
    """
    word, colon, index = text.partition(":")
    named = tuple(kind for kind in kinds() if word and word in (kind.prefix, kind.family))
    may_be_numbered = all(kind.is_numbered for kind in named)
    if not named or (colon and not (may_be_numbered and index.isdecimal() and index.isascii())):
        *others, last = spellings()
        raise InputError(f"--device {text}: unknown; expected {', '.join(others)} or {last}")
    return Selection(kinds=named, index=int(index) if index else None)


def spellings() -> tuple[str, ...]:
    """What a person may type after ``--device``; what a run measures without it comes first."""
    listed = [kind for kind in kinds() if kind.is_documented]
    texts = (text for kind in listed for text in ((kind.prefix, kind.key(0)) if kind.is_numbered else (kind.prefix,)))
    return tuple(dict.fromkeys((*defaults(), *texts)))


def defaults() -> tuple[str, ...]:
    """The keys that a run measures when none is given."""
    return tuple(dict.fromkeys(kind.group for kind in kinds() if kind.is_default))


def kind_of(key: str) -> DeviceKind:
    """The kind of the device with that key."""
    return selection(key).kinds[0]


def visible(text: str) -> tuple[str, ...]:
    """Keys of the devices that the drivers show, of all kinds in the family; called in a child process."""
    return tuple(
        key for kind in relatives(text) if kind.visible is not None and kind.absence() is None for key in kind.visible()
    )


def relatives(text: str) -> tuple[DeviceKind, ...]:
    """All kinds in the family of the kinds that a device key names."""
    groups = {kind.group for kind in selection(text).kinds}
    return tuple(kind for kind in kinds() if kind.group in groups)


def chosen(shown: tuple[str, ...], text: str) -> tuple[tuple[str, ...], str]:
    """Of the devices a host shows, those that a device key means, and why there is none.

    >>> chosen(("cuda:0", "cuda:1"), "gpu:1")
    (('cuda:1',), '')
    >>> chosen(("cuda:0",), "rocm")
    ((), 'this host has cuda:0')
    """
    wanted = selection(text)
    found = tuple(key for key in shown if wanted.has(key))
    return found, "" if found else f"this host has {', '.join(shown)}"


def open_device(key: str, threads: int | None = None) -> Device:
    """The device behind a key.

    Raises:
        NotMeasuredError: when this host has no device of that kind.
        BenchError: when the device says that it is of another kind.
    """
    wanted = selection(key)
    kind = wanted.kinds[0]
    absence = kind.absence()
    if absence is not None:
        raise NotMeasuredError(f"{key}: {absence}")
    device = kind.open(wanted.index or 0, threads)
    if device.record.kind not in {each.name for each in relatives(key)}:
        raise BenchError(f"{key}: the device says that its kind is {device.record.kind!r}; expected {kind.name!r}")
    return device
