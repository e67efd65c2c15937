"""`petaplan-bench grid`: rates over a grid of shapes, layouts and batches."""

from typing import Annotated

import typer

from petaplan.bench.command_line import grid as grids
from petaplan.bench.command_line.options import Dtypes, Output
from petaplan.bench.command_line.request import writable
from petaplan.bench.report.grid import GRID
from petaplan.reporting.options import TEXT, format_option
from petaplan.reporting.publishing import publish

_RANGE = "One side, several (512,1024) or a range (1024:8192:1024)."


def grid(  # noqa: PLR0917 - typer makes an option of each
    device: Annotated[str, typer.Option("--device", metavar="KEY", help="Device to measure.")] = "cpu",
    dtype: Dtypes = [],  # noqa: B006 - typer reads the default, nobody changes it
    m: Annotated[str, typer.Option("--m", metavar="SIDES", help=_RANGE)] = "256,512,1024,2048",
    n: Annotated[str | None, typer.Option("--n", metavar="SIDES", help=f"{_RANGE} Default: as m, in step.")] = None,
    k: Annotated[str | None, typer.Option("--k", metavar="SIDES", help=f"{_RANGE} Default: as m, in step.")] = None,
    layout: Annotated[
        list[str], typer.Option("--layout", metavar="NN|NT|TN", help="How A and B are stored. Default: NN.")
    ] = [],  # noqa: B006
    batch: Annotated[str, typer.Option("--batch", metavar="SIZES", help="Products in one call.")] = "1",
    pad: Annotated[str, typer.Option("--pad", metavar="SIZES", help="Elements between rows of an operand.")] = "0",
    seconds: Annotated[float, typer.Option(help="Time of one point, s.")] = 0.2,
    data: Annotated[str, typer.Option(help="Operands: random, zeros or integers.")] = "random",
    seed: Annotated[int, typer.Option(help="Seed of the operands.")] = 1,
    threads: Annotated[int | None, typer.Option(help="BLAS threads. Default: one for each allowed core.")] = None,
    format: Annotated[str, format_option(GRID)] = TEXT,
    output: Output = None,
) -> None:
    """Measure products of many shapes in short verified trials, as a table (`--format csv`).

    Exit codes: 0 all are measured and verified, 1 a wrong product, 2 bad input, 4 something could not be measured.
    """
    asked = grids.grid_of(
        device=device, dtype=dtype, sides=(m, n, k), layout=layout, batch=batch, pad=pad, seconds=seconds, data=data,
        seed=seed, threads=threads,
    )  # fmt: skip
    writable({"--output": output})
    found = grids.measured(asked)
    publish(GRID, found, format=format, output=output)
    raise typer.Exit(int(grids.exit_code(found)))
