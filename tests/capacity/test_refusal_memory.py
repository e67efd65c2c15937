"""IO: a document with hundreds of thousands of faults is refused within bounded memory."""

import pytest

from tests.performance.refusing import KINDS, refused

MOST_MIB = 300


@pytest.mark.parametrize("kind", ["unknown fields of one row", "rows with nothing but a name"])
def test_two_hundred_thousand_faults_take_bounded_memory(kind: str) -> None:
    assert refused(KINDS[kind]).peak_mib <= MOST_MIB
