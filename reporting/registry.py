"""The registry of outputs: each is found by a scan of a folder; options and lists are made from it."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from petaplan.reporting.document import Document

Value = TypeVar("Value")

VIEW = "view"
"""What an output renders that takes any report with a view."""

GENERAL = "petaplan.reporting.outputs"
"""The folder of the outputs that take any report."""

GITHUB_LIMIT_BYTES = 65_536
"""Longest comment that GitHub takes; GitLab takes a million characters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendering:
    """How a report is to be rendered."""

    everything: bool = False
    """Every row, also those that are otherwise only counted."""
    limit_bytes: int = GITHUB_LIMIT_BYTES
    """Longest comment."""
    width: int | None = None
    """Columns of a terminal; the width that the document asks for where there is none."""
    colour: bool = False


PLAIN = Rendering()
"""Text without colour, of the width that the document asks for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Output(Generic[Value]):
    """One way to write a report. A module of a folder of outputs that holds one registers it."""

    name: str
    """As in ``--format NAME`` and, for the gate, ``--NAME FILE``."""
    help: str
    """What it is, in a few words: "SARIF 2.1.0"."""
    media_type: str
    suffix: str
    """Of a file that holds it, with the dot."""
    write: Callable[[Value, Rendering], str | bytes]
    """The whole text, or the bytes of a file that is no text. Slow libraries are imported inside the function."""
    renders: str = VIEW
    """Key of the report kind that it takes; any report with a view unless given."""
    whole: bool = False
    """Whether it always has every row."""
    appends: bool = False
    """Whether it is added to what the file already has."""
    files: Callable[[Value, Rendering], Mapping[str, str]] | None = None
    """Every table as a file of its own, by name: for a folder or a ZIP file."""
    folder: bool = False
    """Whether it is always many files: a name that is not there yet is that of a folder."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportKind(Generic[Value]):
    """A kind of report: its key, what it is called, and what can write it."""

    key: str
    title: str
    """What it is called in documentation."""
    command: str
    """The command that makes it."""
    outputs: str = ""
    """Folder of outputs of its own, as a module name."""
    view: "Callable[[Value, Rendering], Document] | None" = None
    """The report as a document; without one the general outputs are not offered."""


AnyOutput = Output[Any]
AnyKind = ReportKind[Any]


def outputs_of(kind: AnyKind) -> tuple[AnyOutput, ...]:
    """What can write a kind of report: text first, then by name; its own output stands for a general one."""
    found: dict[str, AnyOutput] = {}
    if kind.view is not None:
        found |= {output.name: output for output in scanned(GENERAL) if output.renders == VIEW}
    if kind.outputs:
        found |= {output.name: output for output in scanned(kind.outputs) if output.renders == kind.key}
    return tuple(sorted(found.values(), key=lambda output: (output.name != "text", output.name)))


@cache
def scanned(package: str) -> tuple[AnyOutput, ...]:
    """Every output of every module in a folder.

    Raises:
        ValueError: when two outputs of one kind have the same name.
    """
    found: dict[tuple[str, str], AnyOutput] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        for value in vars(importlib.import_module(f"{package}.{module.name}")).values():
            if isinstance(value, Output):
                key = (value.renders, value.name)
                if found.setdefault(key, value) is not value:
                    raise ValueError(f"two outputs of {value.renders} are called {value.name}")
    return tuple(found.values())


def output_named(kind: AnyKind, name: str) -> AnyOutput:
    """The output of that name.

    Raises:
        KeyError: when a kind of report has none of that name.
    """
    return {output.name: output for output in outputs_of(kind)}[name]


def render(kind: ReportKind[Value], value: Value, name: str, rendering: Rendering = PLAIN) -> str:
    """A report as the text of one output."""
    return str(content(kind, value, name, rendering))


def content(kind: ReportKind[Value], value: Value, name: str, rendering: Rendering = PLAIN) -> str | bytes:
    """A report as the text or the bytes of one output."""
    output = output_named(kind, name)
    made: str | bytes = output.write(*_shown(kind, value, output, rendering))
    return made


def files(kind: ReportKind[Value], value: Value, name: str, rendering: Rendering = PLAIN) -> Mapping[str, str]:
    """Each table of a report as the text of a file, by name."""
    output = output_named(kind, name)
    assert output.files is not None
    made: Mapping[str, str] = output.files(*_shown(kind, value, output, rendering))
    return made


def _shown(kind: AnyKind, value: Any, output: AnyOutput, rendering: Rendering) -> tuple[Any, Rendering]:
    """What an output takes: the report, or its view."""
    wanted = replace(rendering, everything=True) if output.whole else rendering
    if output.renders != VIEW:
        return value, wanted
    assert kind.view is not None
    return kind.view(value, wanted), wanted


def options_table(kind: AnyKind) -> str:
    """Every output of a kind of report as an option that takes a file, as a Markdown table."""
    rows = [f"| `--{one.name} FILE` | {one.help} | `{one.media_type}` |" for one in outputs_of(kind)]
    return "\n".join(["| option | what it writes | media type |", "|---|---|---|", *rows]) + "\n"


def formats_table(kinds: Iterable[AnyKind]) -> str:
    """Every output and the commands that offer it, as a Markdown table."""
    rows: dict[tuple[str, str, str, str], list[str]] = {}
    for kind in kinds:
        for output in outputs_of(kind):
            key = (output.name, output.help, output.media_type, output.suffix)
            rows.setdefault(key, []).append(f"`{kind.command}`")
    head = ["| format | what it is | media type | file | offered by |", "|---|---|---|---|---|"]
    lines = [
        f"| `{name}` | {what} | `{media_type}` | `*{suffix}` | {', '.join(dict.fromkeys(commands))} |"
        for (name, what, media_type, suffix), commands in sorted(rows.items())
    ]
    return "\n".join([*head, *lines]) + "\n"
