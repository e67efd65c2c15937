"""Shell blocks of a page, run in order by one shell, each command against the exit code that the page says."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import Block

_HERE = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
_EXIT = re.compile(r"\s#.*\bexit (\d+)\b")
_END = "\x1e"


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a block, with the exit code that it must end with."""

    text: str
    code: int


def commands(text: str) -> list[Command]:
    """The commands of a block: a line, with those that a backslash or a here-document adds; ``# exit 1`` is a code."""
    found: list[Command] = []
    lines = iter(text.splitlines())
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        whole = [line]
        while whole[-1].endswith("\\"):
            whole.append(next(lines))
        if (here := _HERE.search(line)) is not None:
            while whole[-1].strip() != here[2]:
                whole.append(next(lines))
        said = _EXIT.search(whole[-1] if here is None else line)
        found.append(Command("\n".join(whole), int(said[1]) if said else 0))
    return found


def run(blocks: Sequence[Block], folder: Path, environment: Mapping[str, str]) -> None:
    """Run the blocks ``sh`` in a folder.

    Lines of a block ``text`` stand in what the shell block before it printed, where both stand under one heading.

    Raises:
        AssertionError: where a command ends with another code, or a line isn't printed.
    """
    shell = [(at, block) for at, block in enumerate(blocks) if block.language == "sh" and not block.not_run]
    every = [(at, command) for at, block in shell for command in commands(block.text)]
    script = "".join(
        f"{{ {command.text}\n}} 2>&1; code=$?; printf '{_END}%d{_END}' $code; [ $code = {command.code} ] || exit 99\n"
        for _, command in every
    )
    done = subprocess.run(
        ["bash", "-c", f"exec < /dev/null\n{script}"],
        cwd=folder, env=dict(environment), capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    parts = done.stdout.split(_END)
    outputs, codes = parts[0:-1:2], [int(code) for code in parts[1::2]]
    for (at, command), output, code in zip(every, outputs, codes, strict=False):
        where = f"{blocks[at].place}: {command.text}"
        assert code == command.code, f"{where}\nended with {code}; the page says {command.code}\n{output[-4000:]}"
    assert len(codes) == len(every), f"{every[len(codes)][1].text}: the shell ended\n{done.stdout[-2000:]}{done.stderr}"
    _printed(blocks, [(at, output) for (at, _), output in zip(every, outputs, strict=True)])


def _printed(blocks: Sequence[Block], outputs: Sequence[tuple[int, str]]) -> None:
    """Each line of a block of text stands in the output of the shell block before it."""
    for at, block in enumerate(blocks):
        before = [
            index
            for index, other in enumerate(blocks[:at])
            if other.language == "sh" and not other.not_run and other.section == block.section
        ]
        if block.language == "text" and before and not block.text.startswith("$ "):
            printed = {
                line.rstrip() for index, output in outputs if index == before[-1] for line in output.splitlines()
            }
            missing = [line for line in block.text.splitlines() if line.strip() and line.rstrip() not in printed]
            assert missing == [], f"{block.place}: not printed: {missing}\n" + "\n".join(sorted(printed))


def outside(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The variables of whoever runs the tests, without those that change what a command does."""
    hidden = ("PULUMI_", "COV_", "PYTHON", "PETAPLAN_", "VIRTUAL_ENV", "PIP_")
    return {key: value for key, value in environment.items() if not key.startswith(hidden)} | {
        "NO_COLOR": "1",
        "COLUMNS": "200",
        "TERM": "dumb",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }
