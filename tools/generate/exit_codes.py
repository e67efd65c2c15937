"""The page of exit codes: what each means, and which a command names in its help."""

import re
from enum import IntEnum
from importlib import import_module

from petaplan.bench.errors import Exit
from petaplan.capacity.command_line.exit_codes import ExitCode
from tools.generate.commands import all_commands, help_of
from tools.generate.files import Files
from tools.generate.markdown import code, page, table
from tools.generate.source import attributes, declarations

WORDS = """A command ends with one of these codes. With any but 0, standard error or the report says why."""

OTHERS = "Every other command ends with 0 where it is done and 2 for bad input. Any may end with 3, 130 or 141."


def exit_codes_page(files: Files) -> None:
    """Both programs' codes, and the commands that say more."""
    hub, bench = meanings(ExitCode), meanings(Exit)
    rows = [(code(str(each)), hub.get(each, ""), bench.get(each, "")) for each in sorted({*hub, *bench})]
    whole = table(("code", "`petaplan`", "`petaplan-bench`"), rows)
    listed = table(("command", "codes"), [(code(name), said) for name, said in of_commands().items()])
    files.write("docs/reference/exit-codes.md", page("Exit codes", WORDS, whole, f"## By command\n\n{listed}", OTHERS))


def meanings(kind: type[IntEnum]) -> dict[int, str]:
    """The docstring of each member of an enumeration of exit codes."""
    node = declarations(import_module(kind.__module__))[kind.__name__]
    texts = {name: text for name, _, _, text in attributes(node)}  # type: ignore[arg-type]
    return {int(member): texts[member.name] for member in kind}


def of_commands() -> dict[str, str]:
    """What the help of each command says of its exit codes, where it does."""
    found = {name: re.search(r"Exit codes: (.+?\.)(?: |$)", help_of(command)) for name, command in all_commands()}
    return {name: each[1] for name, each in found.items() if each is not None}
