"""Variants of a property: a sample of them runs in `make test`, all others in `make test-variants`.

A test marked ``sample(n)`` keeps n of its parameter sets; the hook of tests/conftest.py marks the others ``variant``.
They are drawn by rank, as changed expressions are: a new parameter set leaves the rank of all others as it is.

Where Hypothesis draws the examples of a test, `make test` takes a share of them, and `make test-variants` all.
"""

from collections.abc import Sequence
from hashlib import sha256

import pytest

SEED = 1
"""Draws the sample, unless `--sample-seed` says otherwise."""

_LEAST_EXAMPLES = 10
_share_of_examples = 1.0


def take_share_of_examples(share: float) -> None:
    """Let `examples` give that share from now on, before modules of tests are read.

    Raises:
        pytest.UsageError: The share is not above 0 and at most 1.
    """
    global _share_of_examples  # noqa: PLW0603  # decorators of tests ask before any fixture could tell them
    if not 0 < share <= 1:
        raise pytest.UsageError(f"found --examples-share {share:g}; expected a number above 0, at most 1")
    _share_of_examples = share


def examples(whole: int) -> int:
    """How many examples a test draws: the share that was set of all, and at least ten of them."""
    return min(whole, max(_LEAST_EXAMPLES, round(whole * _share_of_examples)))


def mark_variants(items: Sequence[pytest.Item], seed: int) -> None:
    """Marks what the samples leave out.

    Raises:
        pytest.UsageError: A sample would hide its test.
    """
    for kept, variants in _samples(items).values():
        if kept < 1:
            raise pytest.UsageError(f"{variants[0].nodeid}: found sample({kept}); expected at least one parameter set")
        for item in sorted(variants, key=lambda item: _rank(item, seed))[kept:]:
            item.add_marker(pytest.mark.variant)


def _samples(items: Sequence[pytest.Item]) -> dict[str, tuple[int, list[pytest.Item]]]:
    """The parameter sets of each test that has a sample, with the size of that."""
    found: dict[str, tuple[int, list[pytest.Item]]] = {}
    for item in items:
        if (mark := item.get_closest_marker("sample")) is not None:
            found.setdefault(item.nodeid.partition("[")[0], (int(mark.args[0]), []))[1].append(item)
    return found


def _rank(item: pytest.Item, seed: int) -> bytes:
    return sha256(f"{seed} {item.nodeid}".encode()).digest()
