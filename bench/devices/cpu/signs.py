"""Host checks that concern the CPU, for ``petaplan-bench doctor``."""

from collections.abc import Iterator

from petaplan.bench import system
from petaplan.bench.devices.common.kind import HostCheck
from petaplan.bench.devices.cpu import facts
from petaplan.bench.devices.cpu.clock import clock_source
from petaplan.bench.devices.cpu.device import blas_facts


def signs() -> Iterator[HostCheck]:
    """The BLAS, the cores, the core's type, a hypervisor, the clock and its governor."""
    yield from _cores()
    yield from _clock()


def _cores() -> Iterator[HostCheck]:
    blas = blas_facts()
    named = blas["version"] != "unknown"
    yield HostCheck(
        what="blas",
        state="good" if named else "warning",
        text=f"{blas['name']} {blas['version']}, kernel {blas['kernel']}, {blas['threading']}",
    )
    allowed = system.allowed_cpus()
    cores, quota = facts.physical_cores(allowed), system.cgroup_cpus()
    threads = facts.threads_to_use(cores, quota)
    limits = f"{len(allowed)} processors allowed, quota {f'{quota:g} cores' if quota else 'none'}"
    yield HostCheck(
        what="cores",
        state="good" if quota is None or quota >= cores else "warning",
        text=f"{threads} threads on {cores} cores; {limits}",
    )
    core = facts.core()
    unknown = f"{system.cpu_model()} is not in the table of cores: its peak stays unknown"
    yield HostCheck(what="core", state="good" if core else "warning", text=core.name if core else unknown)
    hypervisor = system.hypervisor()
    if hypervisor:
        text = f"{hypervisor}: cores may be threads, and other virtual machines may take CPU time"
        yield HostCheck(what="hypervisor", state="warning", text=text)


def _clock() -> Iterator[HostCheck]:
    read, how = clock_source()
    mhz = read()
    text = f"{mhz:.0f} MHz by {how}" if mhz else how
    yield HostCheck(what="cpu clock", state="good" if mhz else "warning", text=text)
    governor = facts.governor()
    quiet = governor in (None, "performance")
    advice = "" if quiet else ": clocks follow load with a delay; `performance` is steadier"
    yield HostCheck(
        what="governor",
        state="good" if quiet else "warning",
        text=(governor or "not shown by this host") + advice,
    )
