"""One measurement in a process of its own: a job as JSON on standard input, lines of JSON on standard output.

If the driver hangs, the parent can kill the child. Every measurement runs in a fresh process.
"""

import dataclasses
import json
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Literal, TextIO

from pydantic import ConfigDict, TypeAdapter
from pydantic.dataclasses import dataclass

from petaplan.bench.devices.common.device import USUAL, Calling, Data, Device
from petaplan.bench.errors import BenchError, Exit, NotMeasuredError
from petaplan.bench.evidence.record import DeviceRecord, Shape
from petaplan.bench.method.grid import Point, PointRate, measure_points
from petaplan.bench.method.measure import MeasurementProgress, MeasurementSettings, ProcessResult, measure
from petaplan.bench.precision import Precision


@dataclass(frozen=True, kw_only=True, slots=True, config=ConfigDict(extra="forbid"))
class Job:
    """What the parent asks of a child."""

    do: Literal["measure", "describe", "list", "grid"]
    device: str = "cpu"
    threads: int | None = None
    precision: Precision | None = None
    seconds: float = 3.0
    choosing_seconds: float = 2.0
    half_width: float = 0.003
    data: Data = "random"
    seed: int = 1
    soak_seconds: float = 0.0
    shape: Shape | None = None
    algorithm: int = 0
    calling: Calling = USUAL
    points: tuple[Point, ...] = ()
    """Of a grid."""


@dataclass(frozen=True, kw_only=True, slots=True, config=ConfigDict(extra="forbid"))
class DeviceDescription:
    """What a device is and can."""

    device: DeviceRecord
    measurable: tuple[Precision, ...]
    not_measurable: dict[Precision, str]


Send = Callable[[str, object], None]
"""Sends one message to the parent: its kind and its body."""


def serve(source: TextIO, sink: TextIO) -> Exit:
    """Do the job that ``source`` describes and write messages to ``sink``."""

    def send(kind: str, body: object) -> None:
        sink.write(json.dumps({kind: body}) + "\n")
        sink.flush()

    # A launcher's SIGTERM ends a child as Ctrl-C does: it reports what it has. A second one is ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    job = TypeAdapter(Job).validate_json(source.read())
    try:
        _do(job, send)
    except BenchError as error:
        send("failed", {"text": str(error), "exit": int(error.exit_code)})
        return error.exit_code
    except KeyboardInterrupt:
        send("failed", {"text": "interrupted before anything was measured", "exit": int(Exit.INTERRUPTED)})
        return Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - a driver may raise anything; the parent records what it said
        send("failed", {"text": f"{type(error).__name__}: {error}", "exit": int(Exit.NOT_MEASURED)})
        return Exit.NOT_MEASURED
    return Exit.OK


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signal module's form
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _do(job: Job, send: Send) -> None:
    from petaplan.bench.devices.common import registry

    if job.do == "list":
        send("listed", registry.visible(job.device))
        return
    device = registry.open_device(job.device, job.threads)
    try:
        if job.calling != USUAL:
            _call_so(device, job.calling)
        if job.do == "describe":
            reasons = {precision: device.why_not(precision) for precision in Precision}
            description = DeviceDescription(
                device=device.record,
                measurable=tuple(p for p, reason in reasons.items() if reason is None),
                not_measurable={p: reason for p, reason in reasons.items() if reason is not None},
            )
            send("described", TypeAdapter(DeviceDescription).dump_python(description, mode="json"))
        elif job.do == "grid":
            send("measured", _grid(job, device))
        else:
            send("measured", _measured(job, device, send))
    finally:
        device.close()


def _call_so(device: Device, calling: Calling) -> None:
    if not isinstance(getattr(device, "calling", None), Calling):
        found = device.record
        raise NotMeasuredError(f"{found.key}: devices of the kind {found.kind} have no CUDA graph and no choice of fp8")
    device.calling = calling  # type: ignore[attr-defined]  # of the kinds that have a choice


def _grid(job: Job, device: Device) -> object:
    _refuse_shared(job, device)
    found = tuple(measure_points(device, job.points, seconds=job.seconds, data=job.data, seed=job.seed))
    return TypeAdapter(tuple[PointRate, ...]).dump_python(found, mode="json")


def _refuse_shared(job: Job, device: Device) -> None:
    others = device.foreign_processes()
    if others:
        raise NotMeasuredError(
            f"other processes compute on {job.device} ({', '.join(others)}): "
            "a figure measured now would be wrong for both; stop them, or measure when they have ended"
        )


def _measured(job: Job, device: Device, send: Send) -> object:
    if job.precision is None:
        raise BenchError("a job that measures needs a precision")
    _refuse_shared(job, device)
    plan = MeasurementSettings(
        seconds=job.seconds,
        choosing_seconds=job.choosing_seconds,
        half_width=job.half_width,
        data=job.data,
        seed=job.seed,
        soak_seconds=job.soak_seconds,
        shape=job.shape,
        algorithm=job.algorithm,
    )

    def tell(progress: MeasurementProgress) -> None:
        send("progress", dataclasses.asdict(progress))

    return TypeAdapter(ProcessResult).dump_python(measure(device, job.precision, plan, tell), mode="json")


def main() -> None:
    """Entry of ``python -m petaplan.bench.method.child``."""
    sys.exit(serve(sys.stdin, sys.stdout))


if __name__ == "__main__":
    main()
