"""A fleet on a Ray cluster that already runs: one task pinned to each node, results brought home as bytes."""

import os
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from petaplan.bench.devices.common.arrays import Library
from petaplan.bench.errors import EvidenceError, NotMeasuredError
from petaplan.bench.evidence import evidence_file
from petaplan.bench.fleet import worker
from petaplan.bench.method.run import RunRequest

_POLL_SECONDS = 1.0
_KNOCK_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeResult:
    """What became of one node."""

    node: str
    path: Path | None
    reason: str | None


def measure_node(request: RunRequest, node: str) -> bytes:
    """Runs on the node: its record under the node's own name, as the bytes of a sealed file."""
    os.environ.pop("OMP_NUM_THREADS", None)  # Ray's, for a task of no CPU: the benchmark counts its own threads
    evidence = worker.measure_host(request)
    named = replace(evidence, host=replace(evidence.host, name=node))
    return evidence_file.render(named)


def measure_cluster(
    request: RunRequest,
    out: Path,
    run_id: str,
    *,
    address: str = "auto",
    timeout_seconds: float,
    tell: Callable[[NodeResult], None],
) -> tuple[NodeResult, ...]:
    """One file for each node that is alive at the start; a node lost on the way is named, the others stay."""
    ray = _ray()
    if not ray.is_initialized():
        _join(ray, address)
    tasks: dict[Library, str] = {}
    results: list[NodeResult] = []
    remote = ray.remote(num_cpus=0, max_retries=0)(measure_node)
    for node in sorted((n for n in ray.nodes() if n["Alive"]), key=lambda n: str(n["NodeID"])):
        name = f"{node['NodeManagerHostname']}-{node['NodeID'][:8]}"
        path = out / worker.file_name(run_id, name)
        if worker.finished(path):
            results.append(NodeResult(node=name, path=path, reason=None))
            tell(results[-1])
            continue
        pinned = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        # All GPUs of the node, since Ray hides those that a task does not ask for; and nobody else gets them meanwhile.
        gpus = node["Resources"].get("GPU", 0)
        tasks[remote.options(scheduling_strategy=pinned, num_gpus=gpus).remote(request, name)] = name
    try:
        results.extend(_gathered(ray, tasks, out, run_id, timeout_seconds, tell))
    except KeyboardInterrupt:
        for task in tasks:
            ray.cancel(task, force=True)
        raise
    return tuple(results)


def _join(ray: Library, address: str) -> None:
    try:
        _knock(address)
        ray.init(address=address, log_to_driver=False)
    except (OSError, RuntimeError, ValueError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise NotMeasuredError(
            f"--address {address}: found no Ray cluster to join: {first}; "
            "start one (`ray start --head`), or give the address of one that runs"
        ) from error


def _knock(address: str) -> None:
    """Whether anybody listens there: Ray itself tries for minutes."""
    found = re.fullmatch(r"(?:ray://)?\[?([^\[\]]+?)\]?:(\d{1,5})", address)
    if found:
        socket.create_connection((found[1], int(found[2])), timeout=_KNOCK_SECONDS).close()


def _gathered(  # noqa: PLR0917 - the gathering half of one function
    ray: Library,
    tasks: dict[Library, str],
    out: Path,
    run_id: str,
    timeout_seconds: float,
    tell: Callable[[NodeResult], None],
) -> list[NodeResult]:
    found: list[NodeResult] = []
    deadline = time.monotonic() + timeout_seconds
    waiting = list(tasks)
    while waiting and time.monotonic() < deadline:
        done, waiting = ray.wait(waiting, num_returns=1, timeout=_POLL_SECONDS)
        for task in done:
            found.append(_result(ray, task, tasks[task], out, run_id))
            tell(found[-1])
    for task in waiting:
        ray.cancel(task, force=True)
        found.append(NodeResult(node=tasks[task], path=None, reason=f"no answer within {timeout_seconds:.0f} s"))
        tell(found[-1])
    return found


def _result(ray: Library, task: Library, node: str, out: Path, run_id: str) -> NodeResult:
    try:
        raw = ray.get(task)
    except ray.exceptions.RayError as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else ""
        return NodeResult(node=node, path=None, reason=f"{type(error).__name__}: {first}".rstrip(": "))
    path = out / worker.file_name(run_id, node)
    try:
        evidence_file.parse(raw, node)
    except EvidenceError as error:
        return NodeResult(node=node, path=None, reason=error.problems[0])
    worker.set_aside(path)
    evidence_file.write_atomically(path, raw)
    return NodeResult(node=node, path=path, reason=None)


def _ray() -> Library:
    try:
        import ray
        import ray.util.scheduling_strategies
    except ImportError as error:
        raise NotMeasuredError("fleet ray: Ray is not installed: install the extra `ray`") from error
    return ray
