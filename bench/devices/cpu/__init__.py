"""The processor of this host through NumPy and its BLAS."""

from collections.abc import Iterator

from petaplan.bench.devices.common.device import Device
from petaplan.bench.devices.common.kind import DeviceKind, HostCheck


def _open(_: int, threads: int | None) -> Device:
    from petaplan.bench.devices.cpu.device import NumpyDevice

    return NumpyDevice(threads)


def _examine() -> Iterator[HostCheck]:
    from petaplan.bench.devices.cpu.signs import signs

    return signs()


CPU = DeviceKind(
    name="cpu",
    title="processor through NumPy and its BLAS",
    open=_open,
    engine="vector",
    seconds_to_start=1.2,
    processes=3,
    is_numbered=False,
    is_default=True,
    examine=_examine,
)
