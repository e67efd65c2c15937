"""Devices that the host's own PyTorch drives: CPU, NVIDIA, AMD, Intel, Apple, and Ascend through `torch_npu`."""

from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec

from petaplan.bench.devices.common.device import Device
from petaplan.bench.devices.common.kind import DeviceKind, HostCheck

_PLUG_INS = {"torch-npu": "torch_npu"}


def _absence(name: str) -> str | None:
    """Why this host cannot measure that kind, found without loading PyTorch."""
    if find_spec("torch") is None:
        return "PyTorch is not installed: this backend uses the host's own; install the build of the device's maker"
    plug_in = _PLUG_INS.get(name)
    if plug_in is not None and find_spec(plug_in) is None:
        return f"PyTorch is here, its plug-in {plug_in} is not: install the version that fits this PyTorch"
    return None


def _visible(name: str) -> tuple[str, ...]:
    """Keys of the devices that PyTorch shows. This loads PyTorch and opens the driver."""
    from petaplan.bench.devices.torch.backends import load, packages

    return tuple(f"{name}:{index}" for index in range(len(packages(name, load(name)))))


def _open(name: str, index: int, threads: int | None) -> Device:
    from petaplan.bench.devices.torch.backends import backend
    from petaplan.bench.devices.torch.device import TorchDevice

    return TorchDevice(backend(name, index, threads))


def _examine() -> Iterator[HostCheck]:
    here = find_spec("torch") is not None
    text = "every device that the host's PyTorch drives: `--device torch`, `--device torch-cpu`"
    yield HostCheck(what="torch", state="good" if here else "absent", text=text if here else f"{text}; not installed")


def _kind(name: str, title: str, *, is_processor: bool = False) -> DeviceKind:
    return DeviceKind(
        name=name,
        title=title,
        open=partial(_open, name),
        engine="vector" if is_processor else "matrix",
        seconds_to_start=5.0,
        processes=3 if is_processor else 1,
        seconds=15.0 if is_processor else 75.0,  # a minute of load, for the heat of an accelerator
        family="" if is_processor else "torch",
        is_numbered=not is_processor,
        absence=partial(_absence, name),
        visible=None if is_processor else partial(_visible, name),
        examine=_examine,
    )


CPU = _kind("torch-cpu", "processor through PyTorch", is_processor=True)
CUDA = _kind("torch-cuda", "NVIDIA GPU through PyTorch")
ROCM = _kind("torch-rocm", "AMD GPU through PyTorch")
XPU = _kind("torch-xpu", "Intel GPU through PyTorch")
MPS = _kind("torch-mps", "Apple GPU through PyTorch")
NPU = _kind("torch-npu", "Ascend NPU through PyTorch and torch_npu")
