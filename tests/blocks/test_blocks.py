"""Every shell and Python block of README and docs is run, in the order of its page; few are marked as not run."""

import shlex
from contextlib import chdir
from pathlib import Path

import pytest

from tests.blocks.conftest import Desk
from tests.commands import petaplan
from tests.docs.pages import ROOT, Block, blocks, with_blocks
from tests.docs.shell import run
from tests.docs.test_blocks import ELSEWHERE, STACKS

SHELL = [page for page in with_blocks() if any(each.language == "sh" and not each.not_run for each in blocks(page))]
HERE = [page for page in SHELL if page.relative_to(ROOT).as_posix() not in ELSEWHERE]
PYTHON = [
    page for page in with_blocks() if page.name != "README.md" and any(b.language == "python" for b in blocks(page))
]
SHOWN = [
    each for page in with_blocks() for each in blocks(page) if each.language == "text" and each.text.startswith("$ ")
]


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.sample(3)
@pytest.mark.parametrize("page", [page for page in HERE if name(page) not in STACKS], ids=name)
def test_the_shell_blocks_of_a_page_run_in_order(page: Path, desk: Desk) -> None:
    run(blocks(page), desk.folder, desk.environment)


@pytest.mark.sample(1)
@pytest.mark.engine
@pytest.mark.parametrize("page", [page for page in HERE if name(page) in STACKS], ids=name)
def test_the_shell_blocks_of_a_page_about_stacks_run_in_order(page: Path, stack: Desk) -> None:
    run(blocks(page), stack.folder, stack.environment)


@pytest.mark.parametrize("page", PYTHON, ids=name)
def test_the_python_blocks_of_a_page_run_alone(page: Path, desk: Desk) -> None:
    for block in blocks(page):
        if block.language == "python" and not block.not_run:
            with chdir(desk.folder):
                exec(compile(block.text, block.place, "exec"), {"__name__": "block"})  # noqa: S102 - the page's own code


@pytest.mark.parametrize("block", SHOWN, ids=lambda block: block.place)
def test_a_command_that_is_shown_prints_what_is_shown(block: Block, desk: Desk) -> None:
    command, _, expected = block.text.partition("\n")
    words = shlex.split(command)
    assert words[:2] == ["$", "petaplan"]
    said = petaplan(*words[2:], cwd=desk.folder)
    printed = said.out.splitlines()
    missing = [line for line in expected.splitlines() if not any(each.startswith(line) for each in printed)]
    assert missing == [], said.out + said.err
