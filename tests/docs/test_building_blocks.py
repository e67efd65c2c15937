"""The code on the page of building blocks runs, and the page names every module of blocks for plans."""

import re
from pathlib import Path

import pytest

from petaplan.capacity.site import Redundancy

PAGE = (Path(__file__).parents[2] / "docs" / "building-blocks.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize("code", CODE, ids=lambda code: code.splitlines()[-1])
def test_every_block_of_code_runs_alone(code: str) -> None:
    assert "assert" in code
    exec(compile(code, "building-blocks.md", "exec"), {})  # noqa: S102 - the page's own code


def test_the_page_names_modules_and_members() -> None:
    assert len(CODE) >= 4
    for module in ("hall", "redundant", "power", "cooling", "fabrics", "pods"):
        assert f"`petaplan.capacity.blocks.{module}`" in PAGE
    assert all(f"`{member.name}`" in PAGE for member in Redundancy)
