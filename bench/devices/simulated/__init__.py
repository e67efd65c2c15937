"""A device for tests: its time, heat and faults are simulated, its products are computed."""

import json
import os

from petaplan.bench.devices.common.device import Device
from petaplan.bench.devices.common.kind import DeviceKind

SIMULATION_VARIABLE = "PETAPLAN_BENCH_SIMULATED"
"""Behaviour of simulated devices as JSON; tests of the fleet set it."""


def _open(index: int, threads: int | None) -> Device:  # noqa: ARG001 - it has no BLAS threads
    from pydantic import TypeAdapter

    from petaplan.bench.devices.simulated.device import Behaviour, SimulatedDevice

    text = os.environ.get(SIMULATION_VARIABLE)
    behaviour = TypeAdapter(Behaviour).validate_python(json.loads(text)) if text else Behaviour()
    return SimulatedDevice(behaviour, key=SIMULATED.key(index))


SIMULATED = DeviceKind(
    name="simulated",
    title="simulated device, for tests",
    open=_open,
    engine="matrix",
    seconds_to_start=1.2,
    processes=3,
    key_prefix="sim",
    is_documented=False,
)
