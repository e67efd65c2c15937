"""A kind of device: one record that run, help, doctor, the evidence schema and the docs read."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from petaplan.bench.devices.common.device import Device, Engine

_NAME = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class HostCheck:
    """One line of ``petaplan-bench doctor``: something of this host that decides what can be measured."""

    what: str
    state: Literal["good", "warning", "absent"]
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceKind:
    """A kind of device. A module in ``bench/devices/`` that holds one registers it.

    Every command reads these modules for its help text, so libraries that take time to load belong inside ``open``,
    ``visible`` and ``examine``.

    Raises:
        ValueError: for a name that an evidence file could not hold.
    """

    name: str
    """In evidence files (``devices[].kind``): lower-case letters, digits and hyphens."""
    title: str
    """What it is, in a few words: "NVIDIA GPU through CuPy"."""
    open: Callable[[int, int | None], Device]
    """The device of that index; the second argument is the number of BLAS threads, or None for the default."""
    engine: Engine
    """The engine that a row without a figure names."""
    seconds_to_start: float
    """Expected overhead of the first process, s: interpreter, driver, burst, verification. Later ones measure it."""
    processes: int = 1
    """Fresh processes for a row by default."""
    seconds: float = 15.0
    """Time for one precision by default, s, choosing and start included."""
    key_prefix: str = ""
    """What device keys begin with (``sim:0``); the name unless given."""
    family: str = ""
    """Name for all kinds of a family. Kinds of one family share power and cooling and are measured together."""
    is_numbered: bool = True
    """Whether a host may have several: ``cuda:0``, ``cuda:1``."""
    is_default: bool = False
    """Whether a run measures it when no device is named."""
    is_documented: bool = True
    """Whether help texts and docs list it."""
    absence: Callable[[], str | None] = lambda: None
    """Why this host has no such device, found without opening one; None when there may be one."""
    visible: Callable[[], tuple[str, ...]] | None = None
    """Keys of the devices that the driver shows, called in a child process; None where a key needs no look-up."""
    examine: Callable[[], Iterator[HostCheck]] | None = None
    """Further lines for ``petaplan-bench doctor``."""

    def __post_init__(self) -> None:
        for text in (self.name, self.prefix, self.family or self.name):
            if not _NAME.fullmatch(text):
                raise ValueError(f"{text!r}: a device kind has a name of lower-case letters, digits and hyphens")

    @property
    def prefix(self) -> str:
        """What a person types, and what keys of its devices begin with."""
        return self.key_prefix or self.name

    @property
    def group(self) -> str:
        """The kinds that are measured at the same time as this one have the same group."""
        return self.family or self.name

    def key(self, index: int | None) -> str:
        """The key of the device with that index."""
        return f"{self.prefix}:{index or 0}" if self.is_numbered else self.prefix
