import pytest

from tools.prepare.checkout import Checkout
from tools.prepare.checks import CHECKS, passes


@pytest.mark.parametrize("check", CHECKS, ids=" ".join)
def test_the_whole_tree_passes(check: tuple[str, ...], repository: Checkout) -> None:
    assert passes(repository, check), f"{' '.join(check)} found something: see its output above"
