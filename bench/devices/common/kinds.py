"""Which devices this host has, and why others cannot be measured."""

import ctypes
import json
import os
from dataclasses import dataclass
from importlib.util import find_spec

from pydantic import TypeAdapter

from petaplan.bench.devices.common.device import Device
from petaplan.bench.devices.simulated.device import Behaviour, SimulatedDevice
from petaplan.bench.errors import InputError, NotMeasuredError

SIMULATION_VARIABLE = "PETAPLAN_BENCH_SIMULATED"
"""Behaviour of simulated devices as JSON; tests of the fleet set it."""
KINDS = ("cpu", "cuda", "rocm", "gpu", "sim")


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """A kind of device this host cannot measure."""

    kind: str
    reason: str


def parse_key(text: str) -> tuple[str, int | None]:
    """Kind and index of a device key; ``cuda`` without an index means all of them, ``gpu`` those of either maker.

    >>> parse_key("cuda:1"), parse_key("cpu")
    (('cuda', 1), ('cpu', None))
    """
    kind, colon, index = text.partition(":")
    if kind not in KINDS or (colon and not index.isdigit()) or (kind == "cpu" and colon):
        raise InputError(f"--device {text}: unknown; expected cpu, gpu, cuda, cuda:0, rocm or rocm:0")
    return kind, int(index) if index else None


def chosen(shown: tuple[str, ...], kind: str, index: int | None) -> tuple[tuple[str, ...], str]:
    """Of the GPUs a host shows, those a key means, and why there is none.

    >>> chosen(("cuda:0", "cuda:1"), "gpu", 1)
    (('cuda:1',), '')
    >>> chosen(("cuda:0",), "rocm", None)
    ((), 'the GPUs of this host are cuda:0')
    """
    found = tuple(
        key for key in shown if (kind in ("gpu", parse_key(key)[0])) and (index is None or index == parse_key(key)[1])
    )
    return found, "" if found else f"the GPUs of this host are {', '.join(shown)}"


def driver_absence() -> Absence | None:
    """Why no GPU can be measured, found without touching one; None when it is worth asking CuPy."""
    if not any(_loads(name) for name in ("libcuda.so.1", "libamdhip64.so", "nvcuda.dll")):
        return Absence(kind="cuda", reason="no GPU driver on this host (libcuda.so.1 and libamdhip64.so not found)")
    if find_spec("cupy") is None:
        return Absence(
            kind="cuda",
            reason="a GPU driver is here but CuPy is not: install the extra that fits it "
            "(cuda12, cuda13 or rocm); `make bench` picks it",
        )
    return None


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def gpu_keys() -> tuple[str, ...]:
    """Keys of the GPUs CuPy sees; opens the driver, so a child process calls it."""
    from petaplan.bench.devices.gpu.device import visible_count, visible_kind

    return tuple(f"{visible_kind()}:{index}" for index in range(visible_count()))


def open_device(key: str, threads: int | None = None) -> Device:
    """The device behind a key."""
    kind, index = parse_key(key)
    if kind == "cpu":
        from petaplan.bench.devices.cpu.device import NumpyDevice

        return NumpyDevice(threads)
    if kind == "sim":
        return SimulatedDevice(simulated_behaviour(), key=key)
    absence = driver_absence()
    if absence is not None:
        raise NotMeasuredError(f"{key}: {absence.reason}")
    from petaplan.bench.devices.gpu.device import CupyDevice

    return CupyDevice(index or 0)


def simulated_behaviour() -> Behaviour:
    """Behaviour from the environment, or the default."""
    text = os.environ.get(SIMULATION_VARIABLE)
    return TypeAdapter(Behaviour).validate_python(json.loads(text)) if text else Behaviour()
