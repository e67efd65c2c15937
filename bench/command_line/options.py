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
Seconds = Annotated[float, typer.Option(help="Longest time for one precision on one device, s.")]
Output = Annotated[Path | None, output_option()]
Files = Annotated[list[Path], typer.Argument(help="Evidence files.")]

HostFolder = Annotated[Path, typer.Option("--out", help="Folder for the host files. It must exist on the host.")]
RunId = Annotated[str, typer.Option(help="Name of this fleet run. The same name resumes it.")]
Hosts = Annotated[int, typer.Option(help="Number of hosts to request.")]
Gpus = Annotated[int, typer.Option(help="Number of GPUs to request on each host.")]
Jitter = Annotated[float, typer.Option(help="Spread the starts over this many seconds.")]
