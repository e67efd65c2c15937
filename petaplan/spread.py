"""Tasks spread over processes of this host, or over a Ray cluster that runs already.

Results come in the order of the tasks, whoever does them. ``prepare`` runs once in each process, with a state that is
sent to it once. Both and the tasks must be picklable.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import connection
from threading import Thread
from typing import Any, TypeVar

State = TypeVar("State")
Task = TypeVar("Task")
Result = TypeVar("Result")

Prepare = Callable[[State], Callable[[Task], Result]]
"""Makes, of the state, the function that does a task."""


class SpreadError(Exception):
    """Tasks that could not be spread, or a worker that was lost."""


def spread(
    prepare: Prepare[State, Task, Result], state: State, tasks: Sequence[Task], workers: int = 1
) -> Iterator[Result]:
    """The results of the tasks, by so many processes; by this one alone where that is 1.

    Raises:
        SpreadError: where a process ends before its task.
    """
    if workers == 1:
        yield from map(prepare(state), tasks)
        return
    from concurrent.futures.process import BrokenProcessPool

    spawning = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=spawning, initializer=_begin, initargs=(prepare, state))
    try:
        yield from pool.map(_work, tasks)
    except BrokenProcessPool as error:
        raise SpreadError("a worker ended before its task: out of memory, or killed") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def spread_by_ray(prepare: Prepare[State, Task, Result], state: State, tasks: Sequence[Task]) -> Iterator[Result]:
    """The results of the tasks, by one worker for each processor of the Ray cluster that this host belongs to.

    Its nodes need this version of petaplan.

    Raises:
        SpreadError: where Ray is not installed, no cluster is there, or a worker is lost.
    """
    ray = _joined()
    try:
        processors = max(1, int(ray.cluster_resources().get("CPU", 1)))
        worker = ray.remote(num_cpus=1)(_Worker)
        held = ray.put((prepare, state))
        workers = [worker.remote(held) for _ in range(min(processors, len(tasks)))]
        yield from ray.util.ActorPool(workers).map(lambda one, task: one.work.remote(task), tasks)
    except ray.exceptions.RayError as error:
        raise SpreadError(f"Ray: {_first_line(error)}") from error


class _Worker:
    """A process of a Ray cluster."""

    def __init__(self, held: tuple[Prepare[Any, Any, Any], Any]) -> None:
        prepare, state = held
        self._do = prepare(state)

    def work(self, task: Any) -> Any:
        """The result of a task."""
        return self._do(task)


def _joined() -> Any:
    """Ray, joined to the cluster that runs.

    Raises:
        SpreadError: where there is none.
    """
    try:
        import ray
        import ray.util
    except ImportError:
        raise SpreadError("Ray is not installed: install the extra `ray`") from None
    if not ray.is_initialized():
        try:
            ray.init(address="auto", log_to_driver=False)
        except (OSError, RuntimeError, ValueError) as error:
            advice = "start one (`ray start --head`), or name one in RAY_ADDRESS"
            raise SpreadError(f"found no Ray cluster to join: {_first_line(error)}; {advice}") from error
    return ray


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


_do: Callable[[Any], Any] | None = None
"""What a worker process does with a task."""


def _begin(prepare: Prepare[Any, Any, Any], state: Any) -> None:
    """Make this process ready for tasks; it ends with the process that started it, and leaves signals to that."""
    global _do  # noqa: PLW0603 - a worker process has one purpose
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    _do = prepare(state)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _work(task: Any) -> Any:
    assert _do is not None, "the pool begins each process"
    return _do(task)
