import pytest

from tools.prepare.checkout import Checkout
from tools.prepare.checks import CHECKS, passes

SLOW = {("mypy",)}
"""Checks that take a minute; `make check` runs them as well."""


@pytest.mark.parametrize(
    "check",
    [pytest.param(one, marks=[pytest.mark.variant] if one in SLOW else []) for one in CHECKS],
    ids=" ".join,
)
def test_the_whole_tree_passes(check: tuple[str, ...], repository: Checkout) -> None:
    assert passes(repository, check), f"{' '.join(check)} found something: see its output above"
