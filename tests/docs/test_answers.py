"""The page of answers shows what its commands print."""

import re
import shlex

import pytest

from tests.commands import ROOT, petaplan

PAGE = (ROOT / "docs" / "answers.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```bash\npetaplan (.+)\n```\n\n((?:\|.*\n)+)", PAGE)
"""Each command with the table below it."""


@pytest.mark.parametrize(("command", "table"), SHOWN, ids=[command.split()[0] for command, _ in SHOWN])
def test_each_row_of_a_table_is_printed_by_the_command_above_it(command: str, table: str) -> None:
    said = petaplan(*shlex.split(command), "--format", "markdown")
    assert said.code == 0
    printed = set(said.out.splitlines())
    assert [row for row in table.splitlines() if row not in printed] == []


def test_three_of_the_questions_have_a_table() -> None:
    assert [command.split()[0] for command, _ in SHOWN] == ["forecast", "scenarios", "compare"]


def test_the_hours_of_the_published_run_are_those_of_the_command() -> None:
    said = petaplan("work", "examples/work/llama.yaml", "--format", "csv")
    hours = float(re.search(r",(30\d{6}(?:\.\d+)?),", said.out.replace('"', ""))[1])  # type: ignore[index]
    assert f"{hours / 1e6:.1f} million accelerator-hours" in " ".join(PAGE.split())
