"""`petaplan-bench run`: measure this host."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from petaplan.bench.command_line import request as requests
from petaplan.bench.command_line.files import keep
from petaplan.bench.command_line.options import Devices, Dtypes, HalfWidth, Output, Processes, Seconds, ShapeText, Soak
from petaplan.bench.devices.common.device import Calling
from petaplan.bench.errors import Exit
from petaplan.bench.evidence import evidence_file
from petaplan.bench.evidence.baseline import against_baseline
from petaplan.bench.evidence.record import RunRecord
from petaplan.bench.method import run as running
from petaplan.bench.method.settings import DEFAULT_HALF_WIDTH
from petaplan.bench.report.progress import progress
from petaplan.bench.report.results import RESULTS
from petaplan.reporting.options import TEXT, format_option
from petaplan.reporting.publishing import STDOUT, publish
from petaplan.reporting.safety import visible


def run(  # noqa: PLR0917 - typer makes an option of each
    device: Devices = [],  # noqa: B006 - typer reads the default, nobody changes it
    dtype: Dtypes = [],  # noqa: B006
    seconds: Seconds = None,
    half_width: HalfWidth = DEFAULT_HALF_WIDTH,
    processes: Processes = None,
    data: Annotated[str, typer.Option(help="Operands: random, zeros or integers.")] = "random",
    soak: Soak = 0.0,
    seed: Annotated[int, typer.Option(help="Seed of the operands.")] = 1,
    shape: ShapeText = None,
    threads: Annotated[int | None, typer.Option(help="BLAS threads. Default: one for each allowed core.")] = None,
    cuda_graph: Annotated[
        bool, typer.Option("--cuda-graph", help="NVIDIA: launch the products of a batch as one graph.")
    ] = False,
    fast_accumulation: Annotated[
        bool, typer.Option(help="NVIDIA, fp8: let the accumulator lose bits for speed.")
    ] = True,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the evidence file here.")] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="Evidence file. Exit code 1 where a rate falls below it, beyond both intervals.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="Write a picture (SVG) here.")] = None,
    format: Annotated[str, format_option(RESULTS)] = TEXT,
    output: Output = None,
) -> None:
    """Measure the devices of this host.

    Without options: every device at every precision that it supports.

    Exit codes: 0 all is measured and verified, 1 a wrong product, 2 bad input, 4 something could not be measured.
    """
    request = requests.request_of(
        device=device, dtype=dtype, seconds=seconds, half_width=half_width, processes=processes, data=data,
        soak=soak, seed=seed, shape=shape, threads=threads,
        outputs={"--json": json_path, "--plot": plot, "--output": output},
        calling=Calling(graph=cuda_graph, fast_accumulation=fast_accumulation),
    )  # fmt: skip
    earlier = evidence_file.read(baseline) if baseline else None
    with progress() as tell:
        evidence = running.run(request, tell)
    taken = output is None and STDOUT in {str(json_path), str(plot)}  # by what was asked for there
    try:
        if not taken:
            publish(RESULTS, evidence, format=format, output=output)
    finally:  # a disk that is full for one must not cost the other
        keep(evidence, json_path, plot)
    raise typer.Exit(int(_held(earlier, evidence)))


def _held(baseline: RunRecord | None, evidence: RunRecord) -> Exit:
    """The exit code of the run and of its comparison with a baseline: the graver of the two."""
    code = running.exit_code(evidence)
    if baseline is None:
        return code
    found = against_baseline(baseline, evidence)
    for told in found.lines:
        print(visible(f"petaplan-bench: baseline: {told}"), file=sys.stderr)
    faults = (code, found.exit_code)
    return next((each for each in (Exit.INTERRUPTED, Exit.FOUND, Exit.NOT_MEASURED) if each in faults), Exit.OK)
