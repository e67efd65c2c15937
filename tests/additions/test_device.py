"""A device backend is added as one file: help, schema, docs, a run and what a plan reads of it follow."""

import json

from tests.additions.conftest import Tree

TOY = '''"""A toy: NumPy multiplies, and the device says so."""

import time

import numpy as np

from petaplan.bench.devices.common.buffers import HostSets
from petaplan.bench.devices.common.defaults import DeviceDefaults
from petaplan.bench.devices.common.device import Batch, Data, Device, Engine
from petaplan.bench.devices.common.kind import DeviceKind
from petaplan.bench.evidence.record import Compute, DeviceRecord, Shape, Software
from petaplan.bench.precision import Precision


class ToyWorkload(HostSets):
    """Products of NumPy, timed on the host's clock."""

    compute = Compute(
        call="toy matmul", compute_type="toy", accumulate="fp32", output="fp32", emulated=False,
        fast_accumulation=None, algorithm=None, workspace_mib=None,
    )

    def __init__(self, shape: Shape, data: Data, seed: int) -> None:
        super().__init__(shape, np.dtype(np.float32), data, seed, count=2)
        self.shape = shape

    def time_batch(self, calls: int) -> Batch:
        started = time.perf_counter()
        for call in range(calls):
            a, b, c = self.sets[(self.cursor + call) % self.set_count]
            np.matmul(a, b, out=c)
        seconds = time.perf_counter() - started
        self.advance(calls)
        return Batch(start_seconds=started, seconds=seconds, calls=calls, clock_mhz=None)


class Toy(DeviceDefaults):
    """One toy device."""

    def __init__(self, index: int) -> None:
        self.record = DeviceRecord(
            key=TOY.key(index), kind=TOY.name, model="Toy 1", aliases=("toy-1",), uuid=f"toy-{index}",
            uuid_known_by="made up", units=1, memory_gib=1.0,
            software=Software(identity=f"numpy {np.__version__}", versions={}, environment={}),
        )

    def why_not(self, precision: Precision) -> str | None:
        return None if precision is Precision.FP32 else f"the toy has no {precision}"

    def engine(self, precision: Precision) -> Engine:
        return TOY.engine

    def candidates(self, precision: Precision) -> tuple[Shape, ...]:
        return (Shape(m=64, n=64, k=64),)

    def prepare(self, precision: Precision, shape: Shape, data: Data, seed: int, algorithm: int) -> ToyWorkload:
        return ToyWorkload(shape, data, seed)


def open_toy(index: int, threads: int | None) -> Device:
    return Toy(index)


TOY = DeviceKind(name="toy", title="toy device", open=open_toy, engine="matrix", seconds_to_start=1.0)
'''


def test_a_device_backend_is_one_file(tree: Tree) -> None:
    tree.add("bench/devices/toy.py", TOY)
    tree.generate()
    assert "toy, toy:0" in tree.run("petaplan-bench", "run", "--help")
    kind = json.loads(tree.run("petaplan-bench", "schema"))["$defs"]["DeviceRecord"]["properties"]["kind"]
    assert "toy" in kind["examples"]
    assert "toy, toy device" in kind["description"]
    assert json.loads(tree.read("bench/data/evidence.schema.json")) == json.loads(tree.run("petaplan-bench", "schema"))
    assert "| `toy:0` | toy device |" in tree.read("docs/reference/devices.md")
    assert "toy:0" in tree.read("docs/reference/commands.md")

    done = tree.run(
        "petaplan-bench", "run", "--device", "toy", "--dtype", "fp32", "--seconds", "1", "--json", "toy.json"
    )
    assert "toy:0" in done and "verified" in done
    record = json.loads(tree.read("toy.json"))
    (device,), (row,) = record["devices"], record["rows"]
    assert (device["kind"], device["model"], row["status"], row["verified"]) == ("toy", "Toy 1", "measured", True)

    (tree.root / "runs").mkdir()
    tree.run("python", "-m", "tests.evidence_files", "runs")
    told = tree.run("petaplan", "waterfall", "infra.hong_kong:hub", "--evidence", "runs", "--evidence", "toy.json")
    assert "left out: toy.json: rows[0] toy:0 fp32: no accelerator of the catalogue is called 'Toy 1'" in told
