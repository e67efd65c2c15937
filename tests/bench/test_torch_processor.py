"""Time of products on the processor through PyTorch; the products here need no PyTorch."""

import time
from types import SimpleNamespace

import pytest

from petaplan.bench.devices.torch.processor import ProcessorBackend

WORK_SECONDS = 0.05


@pytest.fixture(scope="module")
def backend() -> ProcessorBackend:
    torch = SimpleNamespace(cpu=None, device=str, set_num_threads=lambda _: None)
    return ProcessorBackend(torch, 1)


def work() -> None:
    """Keep one core busy for so many processor seconds, however long that takes."""
    started = time.process_time()
    while time.process_time() - started < WORK_SECONDS:
        pass


def test_ben_08_a_batch_has_the_seconds_that_the_cores_worked_for_it(backend: ProcessorBackend) -> None:
    took = backend.timed([work, work])
    assert took.processor_seconds is not None
    assert took.processor_seconds >= 2 * WORK_SECONDS
    assert took.seconds > 0


def test_ben_08_seconds_in_which_others_have_the_cores_are_not_its_own(backend: ProcessorBackend) -> None:
    took = backend.timed([lambda: time.sleep(0.2)])
    assert took.processor_seconds is not None
    assert took.processor_seconds < took.seconds / 2
