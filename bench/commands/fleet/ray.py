"""`petaplan-bench fleet ray`: measure the nodes of a Ray cluster."""

from typing import Annotated

import typer

from petaplan.bench.command_line.fleet import Manner, request_of, usable_folder
from petaplan.bench.command_line.options import (
    Devices,
    Dtypes,
    HalfWidth,
    HostFolder,
    Processes,
    RunId,
    Seconds,
    ShapeText,
    Soak,
)
from petaplan.bench.errors import Exit
from petaplan.bench.fleet import ray_fleet, worker
from petaplan.bench.method.settings import DEFAULT_HALF_WIDTH


def ray(  # noqa: PLR0917 - typer makes an option of each
    out: HostFolder,
    run_id: RunId,
    address: Annotated[str, typer.Option(help="Address of the Ray cluster.")] = "auto",
    device: Devices = [],  # noqa: B006
    dtype: Dtypes = [],  # noqa: B006
    seconds: Seconds = None,
    half_width: HalfWidth = DEFAULT_HALF_WIDTH,
    processes: Processes = None,
    soak: Soak = 0.0,
    shape: ShapeText = None,
    timeout: Annotated[float, typer.Option(help="Give up on a node after this many seconds.")] = 900.0,
) -> None:
    """Measure every node of a Ray cluster that already runs.

    Exit codes: 0 each node left a file, 2 bad input, 4 a node left none.
    """
    manner = Manner(half_width=half_width, processes=processes, soak=soak, shape=shape)
    request = request_of(device, dtype, seconds, manner)
    usable_folder(out)

    def tell(result: ray_fleet.NodeResult) -> None:
        print(f"{result.node}: {result.path.name if result.path else f'missing: {result.reason}'}")

    found = ray_fleet.measure_cluster(
        request, out, worker.checked_run_id(run_id), address=address, timeout_seconds=timeout, tell=tell
    )
    raise typer.Exit(int(Exit.OK if all(result.path for result in found) else Exit.NOT_MEASURED))
