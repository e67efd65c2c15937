"""The index pages list what stands beside them."""

from pathlib import Path

import pytest

from tools.indexes import DOCS, indexes


@pytest.mark.parametrize("page", indexes(), ids=lambda page: str(page.relative_to(DOCS)))
def test_an_index_page_lists_every_page_beside_it(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == indexes()[page], "write it again: python -m tools.indexes"
