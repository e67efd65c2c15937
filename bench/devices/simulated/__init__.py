"""A device for tests: its time, heat and faults are simulated, its products are computed."""

import json
import os

from petaplan.bench.devices.common.device import Device
from petaplan.bench.devices.common.kind import DeviceKind

SIMULATION_VARIABLE = "PETAPLAN_BENCH_SIMULATED"
"""Behaviour of simulated devices as JSON; tests of the fleet set it."""


def _open(index: int, threads: int | None) -> Device:  # noqa: ARG001 - it has no BLAS threads
    from pydantic import TypeAdapter
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

    from petaplan.bench.devices.simulated.device import Behaviour, SimulatedDevice

    text = os.environ.get(SIMULATION_VARIABLE)
    behaviour = TypeAdapter(Behaviour).validate_python(json.loads(text)) if text else Behaviour()
    device = SimulatedDevice(behaviour, key=SIMULATED.key(index))
    ThreadpoolController().limit(limits=1, user_api="blas")  # its matrices are small: threads would only wait
    return device


SIMULATED = DeviceKind(
    name="simulated",
    title="simulated device, for tests",
    open=_open,
    engine="matrix",
    seconds_to_start=1.2,
    processes=3,
    seconds=75.0,
    key_prefix="sim",
    is_documented=False,
)
