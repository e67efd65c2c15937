"""Blocks of code in README and docs say their language, and a test runs each of shell and Python, or says why not."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, blocks, tokens, with_blocks
from tests.docs.shell import commands, run

LANGUAGES = {"sh", "python", "text", "yaml", "json", "markdown", "toml", "csv", "sql"}
MOST_MARKS = 10

ELSEWHERE = {
    "README.md": "tests/test_readme.py",
    "docs/first-hub.md": "tests/wheel/test_tutorial.py",
    "docs/own-repository.md": "tests/wheel/test_tutorial.py",
    "docs/gate-in-ci.md": "tests/wheel/test_tutorial.py",
    "docs/air-gapped.md": "tests/wheel/test_tutorial.py",
    "docs/answers.md": "tests/docs/test_answers.py",
}
"""Pages whose shell blocks need more than the folders of tests/blocks, and the test that runs them."""

STACKS = {"docs/gate.md", "docs/inventory.md", "docs/pulumi.md"}
"""Pages whose shell blocks need a stack that is up."""

PROGRAMS = re.compile(r"^(?:petaplan|petaplan-bench|pulumi|make|pip|git|python3?(?:\.\d+)?|\./|cd|export|sudo) ?")

EVERY = [each for page in with_blocks() for each in blocks(page)]


def test_every_block_says_its_language() -> None:
    """A shell block is sh, what is printed is text. Neither an indented block nor a bare fence says which."""
    assert len(EVERY) > 60
    assert [f"{each.place}: {each.language!r}" for each in EVERY if each.language not in LANGUAGES] == []


def test_no_command_hides_in_a_block_of_text() -> None:
    """A block of text that begins with ``$ `` is a command with its output, which a test compares."""
    hidden = [each.place for each in EVERY if each.language == "text" and PROGRAMS.match(each.text)]

    assert hidden == []


def test_at_most_ten_blocks_are_not_run_and_each_says_why() -> None:
    marked = [each for each in EVERY if each.not_run]

    assert [each.place for each in marked if each.language not in {"sh", "python"}] == []
    assert all(len(each.not_run.split()) >= 4 for each in marked)
    assert len(marked) <= MOST_MARKS, [each.place for each in marked]


def test_every_mark_stands_right_before_a_block() -> None:
    for page in with_blocks():
        marks = page.read_text(encoding="utf-8").count("<!-- not run:")
        assert marks == sum(1 for each in blocks(page) if each.not_run), page
        assert marks == sum("<!-- not run:" in token.content for token in tokens(page) if token.type == "html_block")


@pytest.mark.parametrize(("page", "test"), ELSEWHERE.items())
def test_a_page_that_another_test_runs_is_named_there(page: str, test: str) -> None:
    assert (ROOT / page).is_file()
    assert Path(page).name in (ROOT / test).read_text(encoding="utf-8")
    assert STACKS.isdisjoint(ELSEWHERE)


def made(*texts: tuple[str, str]) -> list[Block]:
    return [Block(ROOT / "README.md", at, language, text, "") for at, (language, text) in enumerate(texts)]


def test_commands_are_lines_with_what_continues_them() -> None:
    found = commands("# a note\na b \\\n  c    # exit 1\n\ncat > f <<'EOF'\nx # exit 3\nEOF\nd  # see exit codes\n")

    assert [each.text for each in found] == [
        "a b \\\n  c    # exit 1", "cat > f <<'EOF'\nx # exit 3\nEOF", "d  # see exit codes",
    ]  # fmt: skip
    assert [each.code for each in found] == [1, 0, 0]


def test_blocks_run_in_one_shell_in_order(tmp_path: Path) -> None:
    first, second = ("sh", "mkdir a\ncd a\nexport WORD=hello\n"), ("sh", "pwd\necho $WORD\n")
    run(made(first, ("yaml", "x: 1\n"), second, ("text", "hello\n")), tmp_path, {"PATH": "/usr/bin:/bin"})


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([("sh", "true\nfalse\ntrue\n")], "ended with 1; the page says 0"),
        ([("sh", "true   # exit 1\n")], "ended with 0; the page says 1"),
        ([("sh", "echo one\n"), ("text", "two\n")], "not printed: \\['two'\\]"),
        ([("sh", "exit 0\necho never\n")], "the shell ended"),
        ([("sh", "echo 'open\n")], "the shell ended"),
    ],
)
def test_a_page_that_says_something_else_fails(texts: list[tuple[str, str]], said: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=said):
        run(made(*texts), tmp_path, {"PATH": "/usr/bin:/bin"})


def test_a_block_that_is_marked_is_not_run(tmp_path: Path) -> None:
    run([Block(ROOT / "README.md", 1, "sh", "touch made\n", "it takes too long")], tmp_path, {"PATH": "/usr/bin:/bin"})
    assert list(tmp_path.iterdir()) == []
