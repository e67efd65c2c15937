"""Commands that measure, read and compare on one host."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from petaplan.bench.commands import ask
from petaplan.bench.commands.fleet import app as fleet_app
from petaplan.bench.commands.fleet import merge
from petaplan.bench.errors import Exit, InputError
from petaplan.bench.evidence import calibrate as calibration
from petaplan.bench.evidence import compare as comparison
from petaplan.bench.evidence import evidence_file, host
from petaplan.bench.evidence.record import Evidence
from petaplan.bench.method import run as running
from petaplan.bench.report import show
from petaplan.bench.report.progress import progress

app = typer.Typer(
    name="petaplan-bench",
    help="Measured matmul throughput: verified, explained, sustained and burst apart.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(fleet_app, name="fleet")
app.command()(merge)

Devices = Annotated[list[str], typer.Option("--device", help=ask.DEVICE_HELP)]
Dtypes = Annotated[list[str], typer.Option("--dtype", help="fp64 fp32 tf32 fp16 bf16 int8 fp8 fp4; default: all")]
Seconds = Annotated[float, typer.Option(help="Cap for one precision on one device, s")]
HalfWidth = Annotated[float, typer.Option(help="Stop when the 95 % interval is this share of the median")]
Processes = Annotated[int | None, typer.Option(help="Fresh processes per row; default 3 on CPU, 1 on GPU")]
Data = Annotated[str, typer.Option(help="Operands: random, or the labelled zeros and integers")]
Soak = Annotated[float, typer.Option(help="Run at least this long in each process, s, to settle the heat")]
Files = Annotated[list[Path], typer.Argument(help="Evidence files")]


@app.callback()
def front(
    version: Annotated[bool, typer.Option("--version", is_eager=True, help="Version, then exit")] = False,
) -> None:
    """Measured matmul throughput: verified, explained, sustained and burst apart."""
    if version:
        print(host.tool())
        raise typer.Exit


@app.command()
def run(  # noqa: PLR0917 - typer makes an option of each
    device: Devices = [],  # noqa: B006 - typer reads the default, nobody changes it
    dtype: Dtypes = [],  # noqa: B006
    seconds: Seconds = running.DEFAULT_SECONDS,
    half_width: HalfWidth = running.DEFAULT_HALF_WIDTH,
    processes: Processes = None,
    data: Data = "random",
    soak: Soak = 0.0,
    seed: Annotated[int, typer.Option(help="Seed of the operands")] = 1,
    shape: Annotated[str | None, typer.Option(help="One shape, as 4096 or 4096x4096x8192")] = None,
    threads: Annotated[int | None, typer.Option(help="BLAS threads; default: one a core allowed")] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the evidence file here")] = None,
    plot: Annotated[Path | None, typer.Option(help="Write a picture (SVG) here")] = None,
) -> None:
    """Measure this host: every device at every precision it has, in seconds."""
    request = ask.request_of(
        device=device, dtype=dtype, seconds=seconds, half_width=half_width, processes=processes, data=data,
        soak=soak, seed=seed, shape=shape, threads=threads, outputs={"--json": json_path, "--plot": plot},
    )  # fmt: skip
    with progress() as tell:
        evidence = running.run(request, tell)
    show.console().print(show.results(evidence))  # first: a full disk must not take the figures with it
    _keep(evidence, json_path, plot)
    raise typer.Exit(int(running.exit_code(evidence)))


def _keep(evidence: Evidence, json_path: Path | None, plot: Path | None) -> None:
    if json_path:
        place = evidence_file.place_for(json_path, evidence)
        evidence_file.write(place, evidence)
        if place != json_path:
            whole = f"{json_path}: holds a whole run and is left as it is"
            print(f"petaplan-bench: {whole}; this incomplete one is in {place}", file=sys.stderr)
            plot = plot.with_suffix(f".incomplete{plot.suffix}") if plot else None
    if plot:
        from petaplan.bench.report import picture

        evidence_file.write_atomically(plot, picture.svg(evidence).encode())


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(help="Evidence file")],
    after: Annotated[Path, typer.Argument(help="Evidence file")],
) -> None:
    """Compare two records; unlike things are refused with the field that differs."""
    records = [evidence for _, evidence in evidence_file.read_all([before, after])]
    found = comparison.compare(*records)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("device", "precision", "first", "second", "ratio", "kernel ratio", "verdict"):
        table.add_column(heading)
    for each in found:
        kernel = f"{each.kernel_ratio:.4f}" if each.kernel_ratio else "unknown"
        first, second = show.rate(each.before.sustained), show.rate(each.after.sustained)
        table.add_row(each.device, each.precision, first, second, f"{each.ratio:.4f}", kernel, each.verdict)
    show.console().print(table)
    for line in comparison.unshared(*records):
        show.console().print(line)
    raise typer.Exit(int(Exit.FOUND if any(each.is_different for each in found) else Exit.OK))


@app.command()
def calibrate(
    files: Files,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table")] = False,
) -> None:
    """Sum records up by device model and precision, as a plan uses them."""
    found, left_out = calibration.calibrate(e for _, e in evidence_file.read_all(files))
    if as_json:
        print(json.dumps([_calibration_record(each) for each in found], indent=1))
    else:
        show.console().print(_calibration_table(found))
        for line in left_out:
            show.console().print(Text(f"left out: {line}"))
    if not found:
        raise InputError("no row of these files may calibrate; the reasons stand above")


def _calibration_record(each: calibration.Calibration) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(each) | {"expected_slowest": {str(n): v for n, v in each.expected_slowest.items()}}


def _calibration_table(found: tuple[calibration.Calibration, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        "model",
        "precision",
        "devices",
        "mean (95 %)",
        "of peak",
        "slowest of 8",
        "of 512",
        "software",
    ):
        table.add_column(heading, overflow="fold")
    for each in found:
        half = (each.high - each.low) / 2.0 / each.mean
        table.add_row(
            each.model,
            each.precision,
            str(each.devices),
            f"{show.figure(each.mean)} {each.unit} ±{half:.1%}",
            f"{each.share_of_peak:.1%}" if each.share_of_peak else "unknown",
            show.figure(each.expected_slowest[8]),
            show.figure(each.expected_slowest[512]),
            "; ".join(each.software),
        )
    return table


@app.command()
def doctor() -> None:
    """Say what this host can measure, what it cannot, and why."""
    from petaplan.bench.commands import doctor as examination

    table = Table(box=None, pad_edge=False, show_header=False)
    for sign in examination.examine():
        table.add_row(sign.state, Text(sign.what), Text(sign.text))
    show.console().print(table)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the evidence file."""
    from petaplan.bench.report.schema import schema_text

    print(schema_text(), end="")


@app.command()
def plot(
    file: Annotated[Path, typer.Argument(help="Evidence file")],
    out: Annotated[Path, typer.Argument(help="SVG to write")],
) -> None:
    """Draw a record: throughput and clock over time, candidates, waterfall."""
    from petaplan.bench.fleet import worker

    evidence = evidence_file.read(file)
    ask.writable({"OUT": out})
    _keep(worker.with_batches(evidence, file.parent), None, out)


@app.command("show")
def show_record(file: Annotated[Path, typer.Argument(help="Evidence file")]) -> None:
    """Print a record's result table again."""
    show.console().print(show.results(evidence_file.read(file)))
