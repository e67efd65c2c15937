"""`petaplan-bench fleet worker`: measure this host as one of a fleet."""

import os
from typing import Annotated

import typer

from petaplan.bench.command_line.fleet import Manner, request_of, usable_folder, usable_jitter
from petaplan.bench.command_line.options import (
    Devices,
    Dtypes,
    HalfWidth,
    HostFolder,
    Jitter,
    Processes,
    RunId,
    Seconds,
    ShapeText,
    Soak,
)
from petaplan.bench.fleet import worker as hosts
from petaplan.bench.fleet.ranks import rank_in
from petaplan.bench.method import run as running
from petaplan.bench.method.settings import DEFAULT_HALF_WIDTH
from petaplan.bench.report.progress import progress


def worker(  # noqa: PLR0917 - typer makes an option of each
    out: HostFolder,
    run_id: RunId,
    device: Devices = [],  # noqa: B006 - typer reads the default, nobody changes it
    dtype: Dtypes = [],  # noqa: B006
    seconds: Seconds = None,
    half_width: HalfWidth = DEFAULT_HALF_WIDTH,
    processes: Processes = None,
    soak: Soak = 0.0,
    shape: ShapeText = None,
    jitter: Jitter = 0.0,
    timeout: Annotated[float | None, typer.Option(help="Hard time-out of one measuring process, s.")] = None,
) -> None:
    """Measure this host and write its host file.

    A host whose file has a verified figure in each row is not measured again. Another file is kept beside the new one.

    Exit codes: 0 all is measured and verified, 1 a wrong product, 2 bad input, 4 something could not be measured.
    """
    manner = Manner(half_width=half_width, processes=processes, soak=soak, shape=shape)
    request = request_of(device, dtype, seconds, manner, timeout)
    usable_jitter(jitter)
    usable_folder(out)
    rank = rank_in(os.environ)
    path = out / hosts.file_name(hosts.checked_run_id(run_id))
    if rank.local_rank > 0:
        print(f"rank {rank.rank} ({rank.launcher}): rank 0 of this host measures all its devices")
        return
    if hosts.finished(path):
        print(f"{path.name}: measured already, the file is sound and whole")
        return
    hosts.stagger(jitter, rank.rank)
    with progress() as tell:
        evidence = running.run(request, tell)
    hosts.set_aside(path)
    hosts.leave(evidence, path)
    bad = [row for row in evidence.rows if row.status != "measured"]
    print(f"{path.name}: {len(evidence.rows) - len(bad)} figures, {len(bad)} rows without a figure")
    raise typer.Exit(int(running.exit_code(evidence)))
