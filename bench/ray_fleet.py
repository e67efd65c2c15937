"""A fleet on a Ray cluster that already runs: one task pinned to each node, results brought home as bytes."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench import evidence_file, worker
from bench.errors import NotMeasuredError
from bench.run import Request

_POLL_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class NodeResult:
    """What became of one node."""

    node: str
    path: Path | None
    reason: str | None


def measure_node(request: Request, node: str) -> bytes:
    """Runs on the node: its record under the node's own name, as the bytes of a sealed file."""
    evidence = worker.measure_host(request)
    named = replace(evidence, host=replace(evidence.host, name=node))
    return evidence_file.render(named)


def measure_cluster(
    request: Request,
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
        ray.init(address=address, log_to_driver=False)
    tasks: dict[Any, str] = {}
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
        tasks[remote.options(scheduling_strategy=pinned).remote(request, name)] = name
    results.extend(_gathered(ray, tasks, out, run_id, timeout_seconds, tell))
    return tuple(results)


def _gathered(  # noqa: PLR0917 - the gathering half of one function
    ray: Any,
    tasks: dict[Any, str],
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


def _result(ray: Any, task: Any, node: str, out: Path, run_id: str) -> NodeResult:
    try:
        raw = ray.get(task)
    except ray.exceptions.RayError as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else ""
        return NodeResult(node=node, path=None, reason=f"{type(error).__name__}: {first}".rstrip(": "))
    path = out / worker.file_name(run_id, node)
    evidence_file.parse(raw, node)
    evidence_file.write_atomically(path, raw)
    return NodeResult(node=node, path=path, reason=None)


def _ray() -> Any:
    try:
        import ray
        import ray.util.scheduling_strategies
    except ImportError as error:
        raise NotMeasuredError("fleet ray: Ray is not installed: install the extra `ray`") from error
    return ray
