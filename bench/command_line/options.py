"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

from petaplan.bench.devices.common import registry
from petaplan.bench.precision import Precision
from petaplan.reporting.options import output_option

_KEYS = f"{', '.join(registry.spellings())}. Default: all of {' and '.join(registry.defaults())}"
_NAMES = ", ".join(Precision)

Devices = Annotated[list[str], typer.Option("--device", metavar="KEY", help=f"Device to measure: {_KEYS}.")]
Dtypes = Annotated[list[str], typer.Option("--dtype", metavar="NAME", help=f"Precision: {_NAMES}. Default: all.")]
Seconds = Annotated[
    float | None,
    typer.Option(help="Time for one precision on one device, s. Default: 15 for a CPU, 75 for a GPU, for its heat."),
]
HalfWidth = Annotated[
    float, typer.Option(help="A row says so when half of its 95 % interval is more than this share of the rate.")
]
Processes = Annotated[
    int | None,
    typer.Option(
        help="Fresh processes for each row. Default: what the kind of device needs (3 for a CPU, 1 for a GPU)."
    ),
]
Soak = Annotated[float, typer.Option(help="Shortest run of each process, s, for the temperature to settle.")]
ShapeText = Annotated[str | None, typer.Option("--shape", help="One shape, such as 4096 or 4096x4096x8192.")]
Output = Annotated[Path | None, output_option()]
Files = Annotated[list[Path], typer.Argument(help="Evidence files.")]

HostFolder = Annotated[Path, typer.Option("--out", help="Folder for the host files. It must exist on the host.")]
RunId = Annotated[str, typer.Option(help="Name of this fleet run. The same name resumes it.")]
Hosts = Annotated[int, typer.Option(help="Number of hosts to request.")]
Gpus = Annotated[int, typer.Option(help="Number of GPUs to request on each host.")]
Jitter = Annotated[float, typer.Option(help="Spread the starts over this many seconds.")]
