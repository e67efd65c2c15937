"""A clone of the checkout to run whole commands in, with the tools of this one and a state of its own."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from tests.bytecode import compile_checkout, copy_bytecode
from tests.pulumi_stacks import PIP_ONCE
from tests.variants import SEED, examples, mark_variants, take_share_of_examples
from tools.copying import copied
from tools.prepare.checkout import Checkout
from tools.prepare.engine import prepare_engine
from tools.prepare.stacks import prepare_stacks, pulumi_environment

# Started in the background, a process is deaf to Ctrl-C, and so is whoever it starts: tests that interrupt would hang.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parents[1]

ANSWERS = "PETAPLAN_TESTS_PIP_ANSWERS"
"""The folder in which tests/pip_once keeps what pip answered, for the session."""

EXAMPLES = 100
"""What a test of Hypothesis draws that does not say how many."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sample-seed", type=int, default=SEED, help="draws the variants that `make test` runs")
    parser.addoption("--examples-share", type=float, default=1.0, help="share of the examples that Hypothesis draws")


def pytest_configure(config: pytest.Config) -> None:
    """No test sees the backend and the stacks of whoever starts the tests; `make test` exports them.

    The process that starts the workers compiles the checkout, before they start.
    """
    if not hasattr(config, "workerinput"):
        compile_checkout(ROOT)
        answers = TemporaryDirectory(prefix="petaplan-pip-")
        config.add_cleanup(answers.cleanup)
        os.environ[ANSWERS] = answers.name
    for name in [name for name in os.environ if name.startswith("PULUMI_")]:
        del os.environ[name]
    take_share_of_examples(config.getoption("--examples-share"))
    # A slow machine is no fault: no example has a deadline, and examples may take long to draw.
    slow = [HealthCheck.too_slow]
    settings.register_profile("petaplan", deadline=None, suppress_health_check=slow, max_examples=examples(EXAMPLES))
    settings.load_profile("petaplan")


TOGETHER = ("web", "wheel")
"""Folders of tests that share what takes seconds to make: pages and a browser, the wheel and its environment."""

LONG = ("additions", "blocks", "ecosystem", "setup/test_checks", "site", "tools", "wheel")
"""How the paths of tests begin that take long, besides those on the engine."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests come first, so that the workers end together; variants are marked before pytest chooses by markers."""
    mark_variants(items, config.getoption("--sample-seed"))
    for item in items:
        folder = _place_of(item).partition("/")[0]
        if _is_drawn(item):
            item.add_marker(pytest.mark.drawn)
        if folder in TOGETHER and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(folder))
    items.sort(key=lambda item: item.get_closest_marker("engine") is None and not _place_of(item).startswith(LONG))


def _is_drawn(item: pytest.Item) -> bool:
    """Whether Hypothesis draws its examples."""
    return isinstance(item, pytest.Function) and is_hypothesis_test(item.function)


def _place_of(item: pytest.Item) -> str:
    """Where a test is, below this folder."""
    return item.path.relative_to(ROOT / "tests").as_posix()


@pytest.fixture(scope="session", autouse=True)
def one_thread_of_blas() -> Iterator[None]:
    """Products of small matrices take one thread: threads that wait for each other take the time of other tests.

    What a test starts as a process, and a device that sets its threads itself, keep theirs.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        yield


@pytest.fixture
def clone(tmp_path: Path) -> Checkout:
    """The working tree as a fresh clone would have it, with the tools of this one."""
    root = copied(ROOT, tmp_path / "clone")
    copy_bytecode(ROOT, root)
    for tools in (".venv", ".tools"):
        (root / tools).symlink_to(ROOT / tools)
    return Checkout(root=root)


@pytest.fixture
def environment(clone: Checkout) -> dict[str, str]:
    """What `make env` exports, for the clone."""
    engine = prepare_engine(clone)
    prepare_stacks(clone, engine, "full")
    return {**os.environ, **pulumi_environment(clone, engine, os.environ), "PYTHONPATH": f"{PIP_ONCE}:{clone.root}"}
