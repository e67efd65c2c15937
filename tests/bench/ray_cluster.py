"""A real Ray cluster of three nodes on this host; one is killed while it measures. Prints what came of each."""

import contextlib
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import ray
from ray.cluster_utils import Cluster

from petaplan.bench.fleet.ray_fleet import NodeResult, measure_cluster
from petaplan.bench.method.run import RunRequest
from petaplan.bench.precision import Precision

LONGEST_SECONDS = 250.0
"""A node that measures nothing until then is killed all the same, and the test fails."""


class Measuring:
    """Whether a node measures: its first child only describes the device, and every further one measures."""

    def __init__(self, node: Any) -> None:
        self._node = node
        self._seen: list[int] = []

    def __call__(self) -> bool:
        """Whether a measuring process of the node is alive at this moment."""
        (raylet,) = self._node.all_processes["raylet"]
        alive = [one.pid for one in psutil.Process(raylet.process.pid).children(recursive=True) if _is_child(one)]
        self._seen += [pid for pid in alive if pid not in self._seen]
        return any(pid in self._seen[1:] for pid in alive)


def _is_child(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return "petaplan.bench.method.child" in process.cmdline()
    return False


def main(out: Path) -> None:
    """Start, measure, kill one, print."""
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    try:
        print(json.dumps(_report(cluster, out)))  # noqa: T201
    finally:
        ray.shutdown()
        cluster.shutdown()  # type: ignore[no-untyped-call]


def _report(cluster: Cluster, out: Path) -> dict[str, object]:
    """Measure, kill one node, measure again."""
    doomed = cluster.add_node(num_cpus=1)
    with_gpus = cluster.add_node(num_cpus=1, num_gpus=2)
    cluster.wait_for_nodes()
    ray.init(address=cluster.address, log_to_driver=False)
    request = RunRequest(devices=("sim:0",), precisions=(Precision.FP32,), seconds=400.0, processes=6)
    started = time.monotonic()
    killed: dict[str, Any] = {}
    measuring = Measuring(doomed)

    def kill() -> None:
        while not (measures := measuring()) and time.monotonic() - started < LONGEST_SECONDS:
            time.sleep(0.05)
        killed["after"] = time.monotonic() - started
        killed["measuring"] = measures
        cluster.remove_node(doomed, allow_graceful=False)

    threading.Thread(target=kill, daemon=True).start()
    told: list[NodeResult] = []
    found = measure_cluster(request, out, "r1", timeout_seconds=250.0, tell=told.append)
    first_seconds = time.monotonic() - started
    again = measure_cluster(request, out, "r1", timeout_seconds=250.0, tell=lambda result: None)
    return {
        "doomed": doomed.node_id[:8],
        "first": {r.node: r.reason for r in found},
        "told": len(told),
        "second": {r.node: r.reason for r in again},
        "files": sorted(p.name for p in out.glob("*.json")),
        "with_gpus": with_gpus.node_id[:8],
        "killed_after": killed["after"],
        "measuring_when_killed": killed["measuring"],
        "first_seconds": first_seconds,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
