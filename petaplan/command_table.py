"""The table of commands: one file a command, one folder a group.

A folder of commands is a package. Its module ``check`` holds the function ``check``: the command ``petaplan check``.
Where Python has the name already, an underscore follows: ``list_`` in ``list.py``. A package in the folder is a group;
its command ``list`` runs when no command of the group is named. Modules that start with an underscore are no commands.

Other packages contribute to ``petaplan`` through the entry points of the group ``petaplan.commands``. A package
(``infra = "petaplan.infra.commands"``) contributes the commands of its folder. A function
(``mine = "package.module:function"``) contributes one command.

The names come from the files and the entry points alone. A module is imported when its command is called. Help reads
the docstrings of petaplan's own commands from their files, and imports those of other packages.
"""

import ast
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, cast, get_args, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup

CONTRIBUTED = "petaplan.commands"
"""The group of entry points through which other packages contribute."""

BARE = "list"
"""The command of a group that runs when none is named."""

Command = TyperCommand | TyperGroup


@dataclass(frozen=True, slots=True)
class _Load:
    """How a command is loaded, and the module that holds it where that may be read for help alone."""

    command: Callable[[], Command]
    module: str = ""


class BrokenCommand(Exception):
    """A command that cannot be loaded: a fault of the program, or of a package that contributes to it."""

    exit_code = 3


class CommandTable(Mapping[str, Command]):
    """Commands in the order of their names, each imported when it is looked up."""

    def __init__(self, package: str, *, contributed: bool = False) -> None:
        self._package = package
        self._contributed = contributed

    def __getitem__(self, name: str) -> Command:
        load = self._own.get(name) or self._all[name]
        return load.command()

    def listed(self) -> dict[str, Command]:
        """Every command by its name, as help lists it: those of petaplan with their names and docstrings alone."""
        return {name: _outline(name, self._all[name]) for name in self}

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._all))

    def __len__(self) -> int:
        return len(self._all)

    @cached_property
    def _own(self) -> Mapping[str, _Load]:
        return _in_folder(self._package)

    @cached_property
    def _all(self) -> Mapping[str, _Load]:
        """Those of other packages too; they don't replace a command of the package's own."""
        points = entry_points(group=CONTRIBUTED) if self._contributed else ()
        contributed = {name: load for point in points for name, load in _of_entry_point(point).items()}
        return {**contributed, **self._own}


def command_line(program: str, package: str, callback: Callable[..., None], *, contributed: bool = False) -> TyperGroup:
    """The commands of a package, and of whoever contributes; the callback holds the options and help of the program."""
    return _group(program, CommandTable(package, contributed=contributed), callback, _Group)


class _Group(TyperGroup):
    """A group whose help imports no command of petaplan."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The section with the names of the commands."""
        table = self.commands
        self.commands = table.listed() if isinstance(table, CommandTable) else table  # type: ignore[assignment]  # Command is typer's
        try:
            super().format_commands(ctx, formatter)
        finally:
            self.commands = table


class _Command(TyperCommand):
    """A command that refuses an empty path, which would mean the current folder."""

    paths: frozenset[str] = frozenset()
    """Parameters that are paths."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, once no path among them is empty."""
        given, _, _ = self.make_parser(ctx).parse_args(list(args))
        empty = [param for param in self.params if param.name in self.paths and _has_empty(given.get(param.name))]
        if empty:
            names = ", ".join(str(param.metavar) if param.opts == [param.name] else param.opts[0] for param in empty)
            raise typer.BadParameter(
                f"found an empty path for {names}; expected a path; a shell variable that is not set gives none",
                ctx=ctx,
            )
        return super().parse_args(ctx, args)


def _has_empty(given: object) -> bool:
    """Whether a path, or one of several, is empty."""
    return given == "" or (isinstance(given, list | tuple) and "" in given)


def _holds_path(hint: object) -> bool:
    return hint is Path or any(_holds_path(part) for part in get_args(hint))


class _BareMeansList(_Group):
    """A group that lists when no command of it is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The arguments, once the command that is meant is among them."""
        unnamed = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        return super().parse_args(ctx, [BARE, *args] if unnamed and BARE in self.commands else args)


def _in_folder(package: str) -> dict[str, _Load]:
    found = find_spec(package)
    if found is None:
        raise ModuleNotFoundError(f"no package {package}", name=package)
    loads: dict[str, _Load] = {}
    for module in iter_modules(found.submodule_search_locations):
        if not module.name.startswith("_"):
            name = module.name.rstrip("_").replace("_", "-")
            place = f"{package}.{module.name}"
            loads[name] = _Load(partial(_from_folder if module.ispkg else _from_module, name, place), place)
    return loads


def _of_entry_point(point: EntryPoint) -> dict[str, _Load]:
    """What an entry point contributes; one that fails becomes a command that says so, and spoils no other."""
    if point.attr:
        return {point.name: _Load(partial(_guarded, point, lambda: _from_function(point.name, point.load())))}
    try:
        loads = _in_folder(point.value)
    except ImportError as error:
        return {point.name: _Load(partial(_broken, point, error))}
    own = point.value.startswith("petaplan.")
    return {
        name: _Load(partial(_guarded, point, load.command), load.module if own else "") for name, load in loads.items()
    }


def _outline(name: str, load: _Load) -> Command:
    """A command with its help alone, read from the file; loaded where the file does not show it."""
    spec = find_spec(load.module) if load.module else None
    if spec is None or spec.origin is None:
        return load.command()
    with open(spec.origin, "rb") as file:  # noqa: PTH123 - pathlib is not needed for help
        body = ast.parse(file.read())
    if spec.submodule_search_locations is not None:
        return TyperCommand(name, help=ast.get_docstring(body))
    stem = load.module.rpartition(".")[2].rstrip("_")
    found = (node for node in body.body if isinstance(node, ast.FunctionDef) and node.name.rstrip("_") == stem)
    text = next((ast.get_docstring(node) for node in found), None)
    return TyperCommand(name, help=text) if text else load.command()


def _guarded(point: EntryPoint, load: Callable[[], Command]) -> Command:
    try:
        return load()
    except Exception as error:
        if os.environ.get("PETAPLAN_TRACEBACK"):
            raise
        return _broken(point, error)


def _broken(point: EntryPoint, error: Exception) -> Command:
    reason = f"{type(error).__name__}: {error}"

    def broken() -> None:
        raise BrokenCommand(
            f"entry point {point.name} = {point.value}: found {reason}; expected commands that can be imported; "
            "install its package again, or set PETAPLAN_TRACEBACK=1 to see where it fails"
        )

    broken.__doc__ = f"(cannot be loaded: {reason})"
    return _from_function(point.name, broken, ignore_unknown_options=True, allow_extra_args=True)


def _from_module(name: str, module: str) -> Command:
    """The command that a module holds: the function of the module's name."""
    stem = module.rpartition(".")[2].rstrip("_")
    loaded = import_module(module)
    for function in (getattr(loaded, stem, None), getattr(loaded, f"{stem}_", None)):
        if callable(function):
            return _from_function(name, function)
    raise BrokenCommand(f"{loaded.__file__}: found no function {stem}; expected the command under the module's name")


def _from_folder(name: str, package: str) -> Command:
    def callback() -> None:
        """What the package says of itself."""

    callback.__doc__ = import_module(package).__doc__
    return _group(name, CommandTable(package), callback, _BareMeansList)


def _from_function(name: str, function: Callable[..., None], **settings: bool) -> Command:
    app = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
    app.command(name, cls=_Command, context_settings=dict(settings))(function)
    command = cast(_Command, typer.main.get_command(app))
    command.paths = frozenset(name for name, hint in get_type_hints(function).items() if _holds_path(hint))
    return command


def _group(name: str, table: CommandTable, callback: Callable[..., None], cls: type[TyperGroup]) -> TyperGroup:
    app = typer.Typer(name=name, cls=cls, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    app.callback()(callback)
    group = cast(TyperGroup, typer.main.get_command(app))
    group.commands = cast(Any, table)
    return group
