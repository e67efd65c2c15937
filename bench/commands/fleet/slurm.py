"""`petaplan-bench fleet slurm`: a Slurm batch script for a fleet."""

from typing import Annotated

import typer

from petaplan.bench.command_line.fleet import Manner, fleet_of
from petaplan.bench.command_line.options import (
    Devices,
    Dtypes,
    Gpus,
    HalfWidth,
    Hosts,
    Jitter,
    Processes,
    Seconds,
    ShapeText,
    Soak,
)
from petaplan.bench.fleet import launch
from petaplan.bench.method.settings import DEFAULT_HALF_WIDTH


def slurm(  # noqa: PLR0917 - typer makes an option of each
    hosts: Hosts,
    out: Annotated[str, typer.Option(help="Folder on a shared file system.")],
    run_id: Annotated[str, typer.Option(help="Name of the run; default: the time.")] = "",
    device: Devices = [],  # noqa: B006
    dtype: Dtypes = [],  # noqa: B006
    seconds: Seconds = None,
    half_width: HalfWidth = DEFAULT_HALF_WIDTH,
    processes: Processes = None,
    soak: Soak = 0.0,
    shape: ShapeText = None,
    gpus: Gpus = 0,
    jitter: Jitter = 5.0,
    partition: Annotated[str | None, typer.Option(help="Slurm partition.")] = None,
    account: Annotated[str | None, typer.Option(help="Slurm account.")] = None,
) -> None:
    """Print a Slurm batch script for the fleet."""
    manner = Manner(half_width=half_width, processes=processes, soak=soak, shape=shape)
    fleet = fleet_of(
        hosts,
        out,
        run_id,
        device,
        dtype,
        seconds,
        gpus,
        jitter,
        manner,
        partition=partition,
        account=account,
    )
    print(launch.slurm_script(fleet, partition=partition, account=account), end="")
