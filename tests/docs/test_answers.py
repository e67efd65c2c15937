"""The page of answers shows what its commands print."""

import re
import shlex

import pytest

from tests.commands import ROOT, petaplan

PAGE = (ROOT / "docs" / "answers.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```sh\npetaplan (.+)\n```\n\n((?:\|.*\n|\n(?=\|))+)", PAGE)
"""Each command with the tables below it."""


@pytest.mark.parametrize(("command", "table"), SHOWN, ids=[command.split()[0] for command, _ in SHOWN])
def test_each_row_of_a_table_is_printed_by_the_command_above_it(command: str, table: str) -> None:
    said = petaplan(*shlex.split(command), "--format", "markdown")
    assert said.code == 0
    printed = set(said.out.splitlines())
    assert [row for row in table.splitlines() if row and row not in printed] == []


def test_each_of_the_five_questions_has_a_table() -> None:
    assert [command for command, _ in SHOWN] == [
        "forecast infra.hong_kong:hub --draws 20000",
        "scenarios infra.hong_kong:with_h100 examples/scenarios/h100.yaml",
        "scenarios infra.hong_kong:hub examples/scenarios/hong-kong.yaml",
        "cost infra.hong_kong:hub --on 2026-12-31",
        "work infra.hong_kong_work:hub",
        "compare infra.hong_kong:hub",
    ]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "[docs/answers.md](docs/answers.md) is the second page" in " ".join(readme.split())


def test_what_is_at_stake_is_the_difference_of_two_rows() -> None:
    rows = [[cell.strip() for cell in row.split("|")] for row in SHOWN[1][1].splitlines()]
    (planned, cut) = (row for row in rows if row[1] in {"as planned", "h100-cut-from-2028"} and row[4] == "end-2028")
    pflops, mw = (float(planned[at].replace(",", "")) - float(cut[at].replace(",", "")) for at in (7, 10))
    assert f"{pflops:,.0f} PFLOP/s are at stake from 2028, and {mw:.1f} MW" in " ".join(PAGE.split())


def test_the_hours_of_the_published_run_are_those_of_the_command() -> None:
    said = petaplan("work", "examples/work/llama.yaml", "--format", "csv")
    hours = float(re.search(r",(30\d{6}(?:\.\d+)?),", said.out.replace('"', ""))[1])  # type: ignore[index]
    assert f"{hours / 1e6:.1f} million accelerator-hours" in " ".join(PAGE.split())
