"""Commands for many hosts."""

import json
import math
import os
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track
from rich.table import Table
from rich.text import Text

from petaplan.bench.commands import ask
from petaplan.bench.errors import Exit, InputError
from petaplan.bench.evidence import evidence_file
from petaplan.bench.fleet import launch, ray_fleet, worker
from petaplan.bench.fleet import merge as merging
from petaplan.bench.fleet.ranks import rank_in
from petaplan.bench.method import run as running
from petaplan.bench.report import show
from petaplan.bench.report.progress import progress

app = typer.Typer(help="Measure many hosts: one worker command each, one file each.", no_args_is_help=True)

Out = Annotated[Path, typer.Option(help="Folder for the host files; must exist on the worker's side")]
RunId = Annotated[str, typer.Option(help="Name of this fleet run; the same name resumes it")]
Devices = Annotated[list[str], typer.Option("--device", help=ask.DEVICE_HELP)]
Dtypes = Annotated[list[str], typer.Option("--dtype", help="Precisions; default: all")]
Seconds = Annotated[float, typer.Option(help="Cap for one precision on one device, s")]
Hosts = Annotated[int, typer.Option(help="Hosts to ask for")]
Gpus = Annotated[int, typer.Option(help="GPUs to ask for on each host")]
Jitter = Annotated[float, typer.Option(help="Spread the starts over so many seconds")]


def _request(device: list[str], dtype: list[str], seconds: float, timeout: float | None = None) -> running.Request:
    found = ask.request_of(
        device=device, dtype=dtype, seconds=seconds, half_width=running.DEFAULT_HALF_WIDTH, processes=None,
        data="random", soak=0.0, seed=1, shape=None, threads=None,
    )  # fmt: skip
    if timeout is None:
        return found
    if not (math.isfinite(timeout) and timeout > 0.0):
        raise InputError(f"--timeout {timeout:g}: expected more than 0 s")
    from dataclasses import replace

    return replace(found, timeout_seconds=timeout)


def _folder(out: Path) -> None:
    if not out.is_dir():
        raise InputError(f"--out {out}: no such folder; make it first, on a file system that all workers see")
    if refusal := ask.refusal_of(out):
        raise InputError(f"--out {out}: takes no file: {refusal}")


@app.command("worker")
def work(  # noqa: PLR0917 - typer makes an option of each
    out: Out,
    run_id: RunId,
    device: Devices = [],  # noqa: B006 - typer reads the default, nobody changes it
    dtype: Dtypes = [],  # noqa: B006
    seconds: Seconds = running.DEFAULT_SECONDS,
    jitter: Jitter = 0.0,
    timeout: Annotated[float | None, typer.Option(help="Hard time-out of one measuring process, s")] = None,
) -> None:
    """Measure this host and leave one file; done before means done."""
    request = _request(device, dtype, seconds, timeout)
    if not (math.isfinite(jitter) and jitter >= 0.0):
        raise InputError(f"--jitter {jitter:g}: expected 0 s or more")
    _folder(out)
    rank = rank_in(os.environ)
    path = out / worker.file_name(worker.checked_run_id(run_id))
    if rank.local_rank > 0:
        print(f"rank {rank.rank} ({rank.launcher}): rank 0 of this host measures all its devices")
        return
    if worker.finished(path):
        print(f"{path.name}: is there already, sound and whole")
        return
    worker.stagger(jitter, rank.rank)
    with progress() as tell:
        evidence = running.run(request, tell)
    worker.leave(evidence, path)
    bad = [row for row in evidence.rows if row.status != "measured"]
    print(f"{path.name}: {len(evidence.rows) - len(bad)} figures, {len(bad)} without")
    raise typer.Exit(int(running.exit_code(evidence)))


def _fleet(  # noqa: PLR0917 - the facts of one fleet
    hosts: int,
    out: str,
    run_id: str,
    device: list[str],
    dtype: list[str],
    seconds: float,
    gpus: int,
    jitter: float,
    **names: str | None,
) -> launch.Fleet:
    problems = list(launch.unfit_names(**names))
    try:
        _request(device, dtype, seconds)
        worker.checked_run_id(run_id or "default")
    except InputError as error:
        problems.append(str(error))
    if hosts < 1:
        problems.append(f"--hosts {hosts}: expected 1 or more")
    if not (math.isfinite(jitter) and jitter >= 0.0):
        problems.append(f"--jitter {jitter:g}: expected 0 s or more")
    if gpus < 0:
        problems.append(f"--gpus {gpus}: expected 0 or more")
    if not out.startswith("/"):
        problems.append(f"--out {out}: expected an absolute path, the same on every host")
    if problems:
        raise InputError("\n".join(problems))
    return launch.Fleet(
        run_id=run_id or f"{datetime.now(UTC):%Y%m%dT%H%M%S}",
        hosts=hosts,
        out=out,
        worker_options=launch.worker_options(device, dtype, seconds),
        rows=len(dtype) or 7,
        seconds=seconds,
        jitter_seconds=jitter,
        gpus_per_host=gpus,
    )


@app.command()
def slurm(  # noqa: PLR0917 - typer makes an option of each
    hosts: Hosts,
    out: Annotated[str, typer.Option(help="Folder on a shared file system")],
    run_id: Annotated[str, typer.Option(help="Name of the run; default: the time")] = "",
    device: Devices = [],  # noqa: B006
    dtype: Dtypes = [],  # noqa: B006
    seconds: Seconds = running.DEFAULT_SECONDS,
    gpus: Gpus = 0,
    jitter: Jitter = 5.0,
    partition: Annotated[str | None, typer.Option(help="Slurm partition")] = None,
    account: Annotated[str | None, typer.Option(help="Slurm account")] = None,
) -> None:
    """Print a Slurm batch script for the fleet."""
    fleet = _fleet(hosts, out, run_id, device, dtype, seconds, gpus, jitter, partition=partition, account=account)
    print(launch.slurm_script(fleet, partition=partition, account=account), end="")


@app.command()
def k8s(  # noqa: PLR0917 - typer makes an option of each
    hosts: Hosts,
    image: Annotated[str, typer.Option(help="Image that has petaplan with the extra of the driver")],
    claim: Annotated[str, typer.Option(help="PersistentVolumeClaim (ReadWriteMany) for the results")],
    out: Annotated[str, typer.Option(help="Where the claim is mounted")] = "/results",
    run_id: Annotated[str, typer.Option(help="Name of the run; default: the time")] = "",
    device: Devices = [],  # noqa: B006
    dtype: Dtypes = [],  # noqa: B006
    seconds: Seconds = running.DEFAULT_SECONDS,
    gpus: Gpus = 0,
    jitter: Jitter = 5.0,
    namespace: Annotated[str | None, typer.Option(help="Namespace")] = None,
) -> None:
    """Print a Kubernetes Indexed Job for the fleet."""
    fleet = _fleet(
        hosts, out, run_id, device, dtype, seconds, gpus, jitter, namespace=namespace, claim=claim, image=image
    )
    print(launch.kubernetes_manifest(fleet, image=image, claim=claim, namespace=namespace), end="")


@app.command()
def ray(  # noqa: PLR0917 - typer makes an option of each
    out: Out,
    run_id: RunId,
    address: Annotated[str, typer.Option(help="Address of the Ray cluster")] = "auto",
    device: Devices = [],  # noqa: B006
    dtype: Dtypes = [],  # noqa: B006
    seconds: Seconds = running.DEFAULT_SECONDS,
    timeout: Annotated[float, typer.Option(help="Give a node up after so many seconds")] = 900.0,
) -> None:
    """Measure every node of a Ray cluster that already runs."""
    request = _request(device, dtype, seconds)
    _folder(out)

    def tell(result: ray_fleet.NodeResult) -> None:
        print(f"{result.node}: {result.path.name if result.path else f'missing: {result.reason}'}")

    found = ray_fleet.measure_cluster(
        request, out, worker.checked_run_id(run_id), address=address, timeout_seconds=timeout, tell=tell
    )
    raise typer.Exit(int(Exit.OK if all(result.path for result in found) else Exit.NOT_MEASURED))


def merge(
    paths: Annotated[list[Path], typer.Argument(help="Host files, or folders of them")],
    hosts: Annotated[Path | None, typer.Option(help="File with one expected host name a line")] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the verdict here as JSON")] = None,
) -> None:
    """Join host files: missing hosts, outliers with their cause, what the model delivers."""
    ask.writable({"--json": json_path})
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
