"""A real Ray cluster of three nodes on this host; one is killed while it measures. Prints what came of each."""

import json
import sys
import threading
import time
from pathlib import Path

import ray
from ray.cluster_utils import Cluster

from bench.precision import Precision
from bench.ray_fleet import NodeResult, measure_cluster
from bench.run import Request


def main(out: Path) -> None:
    """Start, measure, kill one, print."""
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    doomed = cluster.add_node(num_cpus=1)
    cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    ray.init(address=cluster.address, log_to_driver=False)
    request = Request(devices=("cpu",), precisions=(Precision.FP32,), seconds=8.0, processes=2)
    threading.Timer(5.0, lambda: cluster.remove_node(doomed, allow_graceful=False)).start()
    started = time.monotonic()
    told: list[NodeResult] = []
    found = measure_cluster(request, out, "r1", timeout_seconds=120.0, tell=told.append)
    again = measure_cluster(request, out, "r1", timeout_seconds=120.0, tell=lambda result: None)
    report = {
        "doomed": doomed.node_id[:8],
        "first": {r.node: r.reason for r in found},
        "told": len(told),
        "second": {r.node: r.reason for r in again},
        "files": sorted(p.name for p in out.glob("*.json")),
        "seconds": time.monotonic() - started,
    }
    print(json.dumps(report))  # noqa: T201
    ray.shutdown()
    cluster.shutdown()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
