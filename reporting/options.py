"""Options of commands, made from the outputs that a kind of report has."""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated

import typer
from typer.models import OptionInfo

from petaplan.reporting.publishing import OutputRequest, place
from petaplan.reporting.registry import AnyKind, AnyOutput, outputs_of

TEXT = "text"


def format_option(kind: AnyKind) -> OptionInfo:
    """``--format X``: one of the outputs of a kind of report."""
    names = [output.name for output in outputs_of(kind)]

    def known(name: str) -> str:
        if name in names:
            return name
        raise typer.BadParameter(f"{name!r} is not one of {', '.join(map(repr, names))}.")

    helps = "; ".join(f"{output.name}: {output.help}" for output in outputs_of(kind))
    option: OptionInfo = typer.Option("--format", parser=known, help=f"{helps}.", metavar="|".join(names))
    return option


def output_option() -> OptionInfo:
    """``-o FILE``: where it is written to."""
    option: OptionInfo = typer.Option(
        "--output", "-o", help="File to write (default: -, which is standard output).", metavar="FILE"
    )
    return option


def with_outputs(kind: AnyKind) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command whose parameter ``requests`` becomes one option an output: ``--json FILE``, ``--junit FILE`` and so on.

    The command gets ``requests: tuple[OutputRequest, ...]``, in the order of the options.
    """

    def made(command: Callable[..., None]) -> Callable[..., None]:
        names = {output.name.replace("-", "_"): output for output in outputs_of(kind)}

        @functools.wraps(command)
        def called(**given: object) -> None:
            paths = {output.name: given.pop(name) for name, output in names.items()}
            asked = tuple(
                OutputRequest(output=name, path=place(str(path))) for name, path in paths.items() if path is not None
            )
            command(**given, requests=asked)

        own = inspect.signature(command, eval_str=True)
        options = {name: _parameter(name, output) for name, output in names.items()}
        parameters = [
            one
            for parameter in own.parameters.values()
            for one in (options.values() if parameter.name == "requests" else (parameter,))
        ]
        called.__signature__ = own.replace(parameters=parameters)  # type: ignore[attr-defined]
        called.__annotations__ = {one.name: one.annotation for one in parameters}
        return called

    return made


def _parameter(name: str, output: AnyOutput) -> inspect.Parameter:
    end = ", added to what is there" if output.appends else ""
    option = typer.Option(f"--{output.name}", help=f"Write {output.help}{end}; - is standard output.", metavar="FILE")
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=None, annotation=Annotated[str | None, option])
