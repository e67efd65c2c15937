"""What this host can measure, what it cannot, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

from petaplan.bench import system
from petaplan.bench.devices.cpu import clock, facts
from petaplan.bench.evidence import host
from petaplan.bench.method import run


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """One thing looked at."""

    what: str
    state: Literal["good", "warning", "absent"]
    text: str


def examine() -> Iterator[Sign]:
    """Everything that decides which figures this host can give, and how good they are."""
    yield from _figures()
    yield from _cpu()
    yield from _instruments()
    yield from _gpu()
    ray = host.installed("ray")
    yield Sign(what="ray", state="good" if ray else "absent", text=f"ray {ray}" if ray else "extra `ray`")


def _figures() -> Iterator[Sign]:
    """A line for each device with its precisions, as a run would find them."""
    found = run.survey()
    for description in found.described:
        precisions = ", ".join(description.measurable) or "none"
        yield Sign(
            what=description.device.key,
            state="good" if description.measurable else "warning",
            text=f"{description.device.model}: measures {precisions}",
        )
        reasons: dict[str, list[str]] = {}
        for precision, reason in description.not_measurable.items():
            reasons.setdefault(reason.replace(f" {precision} ", " it "), []).append(precision)
        for reason, precisions_without in reasons.items():
            yield Sign(what="", state="absent", text=f"{', '.join(precisions_without)}: {reason}")
    for gap in found.missing:
        yield Sign(what=gap.what, state="absent", text=gap.reason)


def _cpu() -> Iterator[Sign]:
    from petaplan.bench.devices.cpu.device import blas_facts

    blas = blas_facts()
    named = blas["version"] != "unknown"
    yield Sign(
        what="blas",
        state="good" if named else "warning",
        text=f"{blas['name']} {blas['version']}, kernel {blas['kernel']}, {blas['threading']}",
    )
    allowed = system.allowed_cpus()
    cores, quota = facts.physical_cores(allowed), system.cgroup_cpus()
    threads = facts.threads_to_use(cores, quota)
    limits = f"{len(allowed)} processors allowed, quota {f'{quota:g} cores' if quota else 'none'}"
    yield Sign(
        what="cores",
        state="good" if quota is None or quota >= cores else "warning",
        text=f"{threads} threads on {cores} cores; {limits}",
    )
    core = facts.core()
    unknown = f"{system.cpu_model()} is not in the table of cores: its peak stays unknown"
    yield Sign(what="core", state="good" if core else "warning", text=core.name if core else unknown)
    hypervisor = system.hypervisor()
    if hypervisor:
        text = f"{hypervisor}: cores may be threads, and neighbours may take time"
        yield Sign(what="hypervisor", state="warning", text=text)


def _instruments() -> Iterator[Sign]:
    read, how = clock.clock_source()
    mhz = read()
    text = f"{mhz:.0f} MHz by {how}" if mhz else how
    yield Sign(what="cpu clock", state="good" if mhz else "warning", text=text)
    governor = facts.governor()
    quiet = governor in (None, "performance")
    advice = "" if quiet else ": clocks follow load with a delay; `performance` is steadier"
    yield Sign(
        what="governor",
        state="good" if quiet else "warning",
        text=(governor or "not shown by this host") + advice,
    )
    for name, value in host.arithmetic_environment().items():
        text = "it changes arithmetic, threads or library choice and is kept in the record"
        yield Sign(what=f"{name}={value}", state="warning", text=text)


def _gpu() -> Iterator[Sign]:
    for module, package, purpose in (
        ("cupy", "cupy", "fp64, fp32, tf32, fp16, bf16 on a GPU"),
        ("nvmath", "nvmath-python", "int8, fp8 and fp4 through cublasLt"),
        ("pynvml", "nvidia-ml-py", "clocks, power, heat and errors of NVIDIA GPUs"),
    ):
        here = find_spec(module) is not None
        text = purpose if here else f"{purpose}; comes with the extra cuda12 or cuda13"
        yield Sign(what=package, state="good" if here else "absent", text=text)
