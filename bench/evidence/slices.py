"""Parts of a device: slices by hardware, shares of its time or cores, known by name, unique id, variables or units.

A rate of a part says nothing about a whole device. The plan's side knows parts by the same signs
(capacity/throughput/evidence_fitness.py); tests hold the two against each other.
"""

import re
from collections.abc import Callable

from petaplan.bench.evidence.record import DeviceRecord

NAMES = re.compile(
    r"\b(MIG|MPS|[CDQT]PX|[vcqms]GPU|v[GN]PU|GRID|VF|slices?|partition(ed)?|fraction(al)?|shared?)\b"
    r"|\b\d+g\.\d+gb\b|\bvir\d+|(?<=\w)-\d{1,2}(-\d{1,2})?[ABCQ](ME)?\b",
    re.IGNORECASE,
)
"""What a driver, a cloud or a scheduler adds to the name of a part of a device: profiles, modes and shares."""
SHARES = (
    "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE",
    "GPU_CORE_UTILIZATION_LIMIT",
    "HSA_CU_MASK",
    "ROC_GLOBAL_CU_MASK",
)
"""Variables by which a process gets a part of a device. A percentage of 100 is the whole."""

WholeUnits = Callable[[str], int | None]
"""Units of the whole device of a name; None for a name that no sheet has."""


def part_of_a_device(device: DeviceRecord, whole_units: WholeUnits) -> str | None:
    """Why a device is only a part of one; None for a whole one."""
    if device.partition is not None:
        return f"a slice of a device ({device.partition})"
    for name in (device.model, *device.aliases):
        if (part := NAMES.search(name.replace("_", " "))) is not None:
            return f"a slice of a device, by its name ({part[0].strip()!r} in {name!r})"
    environment = device.software.environment
    visible = environment.get("CUDA_VISIBLE_DEVICES", "")
    if device.uuid.startswith("MIG-") or "MIG-" in visible:
        return f"a slice of a device ({device.uuid if device.uuid.startswith('MIG-') else visible})"
    for variable in SHARES:
        value = environment.get(variable, "").strip()
        if value and value.rstrip("%").removesuffix(".0") != "100":
            return f"a slice of a device ({variable}={value})"
    units = whole_units(device.model)
    if units is not None and device.units < units:
        return f"a slice of a device ({device.units} of {units} compute units)"
    return None
