"""The page of commands: what `petaplan --help` says of every command."""

from collections.abc import Iterator

from typer.core import TyperArgument, TyperOption

from petaplan.bench.__main__ import program
from petaplan.capacity.__main__ import COMMANDS, about
from petaplan.command_table import Command, command_line
from tools.generate.files import Files
from tools.generate.markdown import code, page, table

Parameter = TyperArgument | TyperOption


def commands_page(files: Files) -> None:
    """Every command of both programs, with its arguments and options."""
    commands = all_commands()
    parts = [f"## {name}\n\n{help_of(command)}\n\n{_parameters(command)}" for name, command in commands]
    words = "Every command prints the same with `--help`."
    files.write("docs/reference/commands.md", page("Commands", words, summary(commands), *parts))


def all_commands() -> list[tuple[str, Command]]:
    """Every command of both programs, with its whole name."""
    programs = {
        "petaplan": command_line("petaplan", COMMANDS, about, contributed=True),
        "petaplan-bench": program(),
    }
    return [told for name, made in programs.items() for told in _commands(name, made)]


def summary(commands: list[tuple[str, Command]]) -> str:
    """Every command with what it does, in one line each."""
    rows = [(f"[{code(name)}](#{name.replace(' ', '-')})", _first(command)) for name, command in commands]
    return table(("command", "what it does"), rows)


def _first(command: Command) -> str:
    """The first paragraph of a help text."""
    return " ".join((command.help or "").partition("\n\n")[0].split())


def _commands(name: str, command: Command) -> Iterator[tuple[str, Command]]:
    """Each command below a group, with its whole name."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for key in inner:
        yield from _commands(f"{name} {key}", inner[key])


def help_of(command: Command) -> str:
    """The help text of a command in one line."""
    return " ".join((command.help or "").partition("\f")[0].split())


def _parameters(command: Command) -> str:
    rows = [
        (code(_spelling(parameter)), getattr(parameter, "help", None) or "", code(_default(parameter)))
        for parameter in command.params
        if isinstance(parameter, TyperArgument | TyperOption) and not getattr(parameter, "hidden", False)
    ]
    return table(("argument or option", "meaning", "default"), rows) if rows else "It has no options."


def _spelling(parameter: Parameter) -> str:
    if isinstance(parameter, TyperArgument):
        return str(parameter.metavar or parameter.name).upper()
    names = " / ".join((*parameter.opts, *parameter.secondary_opts))
    return names if parameter.is_flag else f"{names} {(parameter.metavar or 'VALUE').upper()}"


def _default(parameter: Parameter) -> str:
    value = parameter.default
    if value is None or callable(value) or value in (False, (), []):
        return ""
    return str(getattr(value, "value", value))
