"""`petaplan-bench merge`: many host files become one verdict."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track
from rich.table import Table
from rich.text import Text

from petaplan.bench.command_line.request import writable
from petaplan.bench.errors import Exit, InputError
from petaplan.bench.evidence import evidence_file
from petaplan.bench.fleet import merge as merging
from petaplan.bench.report import show


def merge(
    paths: Annotated[list[Path], typer.Argument(help="Host files, or folders of them")],
    hosts: Annotated[Path | None, typer.Option(help="File with one expected host name a line")] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the verdict here as JSON")] = None,
) -> None:
    """Join host files: missing hosts, outliers with their cause, what the model delivers."""
    writable({"--json": json_path})
    files, expected = _host_files(paths), _expected(hosts)
    found = merging.merge(_watched(files), expected)
    if found.files == len(found.unsound):
        raise InputError("\n".join([*found.unsound, "no sound host file among these: nothing to merge"]))
    _print_merged(found)
    if json_path:
        evidence_file.write_atomically(json_path, _verdict(found))
    raise typer.Exit(int(Exit.FOUND if found.is_trouble else Exit.OK))


def _verdict(found: merging.Merged) -> bytes:
    text = json.dumps({"format": "petaplan-bench-verdict", "version": 1} | asdict(found), indent=1) + "\n"
    assert text.encode().startswith(merging.VERDICT_HEAD)
    return text.encode()


def _watched(files: list[Path]) -> Iterable[Path]:
    """The files, with a bar on a terminal: thousands take some seconds."""
    console = show.console(stderr=True)
    return track(files, description="host files", console=console, transient=True, disable=not console.is_terminal)


def _host_files(paths: list[Path]) -> list[Path]:
    """Every file once, those of folders in order, or an InputError that names each path that holds none."""
    found: dict[Path, None] = {}
    problems: list[str] = []
    for path in paths:
        inside = sorted(path.glob("*.json")) if path.is_dir() else [path] if path.exists() else []
        if not inside:
            what = "no host file (*.json) in this folder" if path.is_dir() else "no such file or folder"
            problems.append(f"{path}: {what}; expected what `petaplan-bench fleet worker` left")
        found |= dict.fromkeys(inside)
    if problems:
        raise InputError("\n".join(problems))
    return list(found)


def _expected(hosts: Path | None) -> list[str]:
    if hosts is None:
        return []
    try:
        lines = hosts.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"--hosts {hosts}: cannot be read: {error}") from error
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not names:
        raise InputError(f"--hosts {hosts}: names no host; expected one a line")
    return names


def _print_merged(found: merging.Merged) -> None:
    console = show.console()
    console.print(f"{found.files} files, {found.hosts} hosts, {len(found.missing_hosts)} missing")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        "model",
        "precision",
        "devices",
        "p05",
        "median",
        "p95",
        "mean (95 %)",
        "slowest of 512",
        "software",
    ):
        table.add_column(heading, overflow="fold")
    for cohort in found.cohorts:
        numbers = (cohort.p05, cohort.median, cohort.p95)
        table.add_row(
            cohort.model,
            cohort.precision,
            str(cohort.devices),
            *(show.figure(value) for value in numbers),
            f"{show.figure(cohort.mean)} {cohort.unit} ±{cohort.half_width / cohort.mean:.1%}",
            show.figure(cohort.expected_slowest[512]),
            cohort.software,
        )
    console.print(table)
    lines = [f"missing: {host}" for host in found.missing_hosts]
    lines += [f"unexpected: {host}: measured, but not in the list of hosts" for host in found.unexpected_hosts]
    lines += [f"unsound: {problem}" for problem in found.unsound]
    lines += [f"again: {text}" for text in found.repeated]
    lines += [f"one device, two hosts: {text}" for text in found.shared_devices]
    lines += [_outlier_line(outlier) for outlier in found.outliers]
    lines += [f"left out of the figures: {count} rows: {reason}" for reason, count in found.left_out.items()]
    lines += [f"{c.model} {c.precision}: {c.note}" for c in found.cohorts if c.note]
    for line in lines:
        console.print(Text(line))


def _outlier_line(outlier: merging.Outlier) -> str:
    z = f", z {outlier.z:.1f}" if outlier.z is not None else ""
    speed = f" {outlier.gap:.1%} below the median{z}:" if outlier.gap else ""
    return f"outlier: {outlier.host} {outlier.device} {outlier.precision}:{speed} {outlier.cause}"
