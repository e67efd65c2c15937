"""A whole run on this host: find devices, measure each precision in fresh processes, make one record."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from pydantic import TypeAdapter

from petaplan.bench.devices.common import registry
from petaplan.bench.devices.common.device import USUAL, Calling, Data
from petaplan.bench.errors import Exit, InputError
from petaplan.bench.evidence import host
from petaplan.bench.evidence.record import DeviceRecord, Missing, Row, Run, RunRecord, RunSettings, Shape
from petaplan.bench.method.child import DeviceDescription, Job
from petaplan.bench.method.children import ChildOutcome, Children
from petaplan.bench.method.measure import ProcessResult
from petaplan.bench.method.row import row_of, unmeasured
from petaplan.bench.method.settings import DEFAULT_HALF_WIDTH
from petaplan.bench.precision import Precision

_DESCRIBE_TIMEOUT_SECONDS = 60.0
_SHORTEST_SECONDS = 0.5
"""Shortest measurement for which a process is started."""
_ENDING_SECONDS = 1.5
"""Overhead of the command: its start, the end of the last process, and the table."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRequest:
    """What is to be measured, and how long."""

    devices: tuple[str, ...] = ()
    """Empty: every device of the host."""
    precisions: tuple[Precision, ...] = ()
    """Empty: every precision each device has."""
    seconds: float | None = None
    """For one precision on one device; what the kind of device needs when None."""
    half_width: float = DEFAULT_HALF_WIDTH
    processes: int | None = None
    data: Data = "random"
    soak_seconds: float = 0.0
    seed: int = 1
    shape: Shape | None = None
    threads: int | None = None
    calling: Calling = USUAL
    timeout_seconds: float | None = None
    """Hard time-out of one child; a generous multiple of ``seconds`` when None."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RunProgress:
    """Progress of a run, for a terminal."""

    device: str
    precision: Precision
    process: int
    processes: int
    progress: dict[str, object] | None
    """Progress from the child; None when the row is done."""
    row: Row | None = None


Tell = Callable[[RunProgress], None]
_T = TypeVar("_T")


@dataclass(slots=True)
class DeviceSurvey:
    """The devices of a host, and those that it does not have with the reason."""

    described: list[DeviceDescription] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


def run(request: RunRequest, tell: Tell, children: Children | None = None) -> RunRecord:
    """Measure what the request names. Ctrl-C ends it early and marks the record partial."""
    children = children or Children()
    started, ticking = datetime.now(UTC), time.monotonic()
    found = _find(request, children)
    waves = list(_waves(request, found))
    overhead = _ENDING_SECONDS + (time.monotonic() - ticking) / max(1, len(waves))
    rows = [row for wave in waves for row in _together(wave, _less(request, wave, overhead), children, tell)]
    finished = started + timedelta(seconds=time.monotonic() - ticking)  # the system clock may be set during a run
    name = host.describe()
    return RunRecord(
        run=Run(
            id=f"{started:%Y%m%dT%H%M%SZ}-{name.name}-{secrets.token_hex(3)}",
            started_at=f"{started:%Y-%m-%dT%H:%M:%SZ}",
            finished_at=f"{finished:%Y-%m-%dT%H:%M:%SZ}",
            as_of=f"{finished:%Y-%m-%d}",
            tool=host.tool(),
            partial=children.interrupted,
            settings=RunSettings(
                seconds=max((_seconds(request, d.device.key) for d in found.described), default=_SHORTEST_SECONDS),
                half_width=request.half_width,
                processes=max((_processes(request, d.device.key) for d in found.described), default=1),
                data=request.data,
                soak_seconds=request.soak_seconds,
                seed=request.seed,
            ),
        ),
        host=name,
        devices=tuple(d.device for d in found.described),
        rows=tuple(rows),
        missing=tuple(found.missing),
    )


def exit_code(evidence: RunRecord) -> Exit:
    """The exit code. In this order: a wrong product, an interruption, something that was asked for and not measured."""
    if any(row.status == "wrong-result" for row in evidence.rows):
        return Exit.FOUND
    if evidence.run.partial:
        return Exit.INTERRUPTED
    useless_rows = any(row.status != "measured" or row.telemetry.foreign_processes for row in evidence.rows)
    if useless_rows or any(gap.asked for gap in evidence.missing) or not evidence.rows:
        return Exit.NOT_MEASURED
    return Exit.OK


def survey(devices: tuple[str, ...] = ()) -> DeviceSurvey:
    """The devices that keys name, or every one of this host, with their precisions; and why others are not there."""
    return _find(RunRequest(devices=devices), Children())


def _find(request: RunRequest, children: Children) -> DeviceSurvey:
    found = DeviceSurvey()
    for key in dict.fromkeys(_keys(request, children, found)):
        job = Job(do="describe", device=key, threads=request.threads)
        outcome = _alone(job, _DESCRIBE_TIMEOUT_SECONDS, children)
        if outcome.exit_code is Exit.BAD_INPUT:
            raise InputError(outcome.text)
        if outcome.kind == "described":
            found.described.append(TypeAdapter(DeviceDescription).validate_json(json.dumps(outcome.body)))
        else:
            found.missing.append(Missing(what=key, reason=outcome.text, asked=bool(request.devices)))
    return found


def _keys(request: RunRequest, children: Children, found: DeviceSurvey) -> Iterator[str]:
    for text in request.devices or registry.defaults():
        wanted = registry.selection(text)
        if any(kind.visible for kind in wanted.kinds):
            keys, reason = _visible(text, children)
            yield from keys
            if not keys:
                found.missing.append(Missing(what=text, reason=reason, asked=bool(request.devices)))
        else:
            yield from (kind.key(wanted.index) for kind in wanted.kinds)


def _visible(text: str, children: Children) -> tuple[tuple[str, ...], str]:
    """Keys of the devices that a text selects, as the drivers show them, and why there is none."""
    reasons = [kind.absence() for kind in registry.selection(text).kinds]
    if all(reasons):
        return (), reasons[0] or ""
    outcome = _alone(Job(do="list", device=text), _DESCRIBE_TIMEOUT_SECONDS, children)
    if outcome.kind != "listed" or not outcome.body:
        return (), outcome.text or "the driver shows no device"
    return registry.chosen(TypeAdapter(tuple[str, ...]).validate_python(outcome.body), text)


def _waves(request: RunRequest, found: DeviceSurvey) -> Iterator[list[tuple[DeviceDescription, Precision]]]:
    """Devices of one group are measured at the same time at each precision, since they share power and cooling."""
    for group in dict.fromkeys(kind.group for kind in registry.kinds()):
        members = [d for d in found.described if registry.kind_of(d.device.key).group == group]
        for precision in request.precisions or tuple(Precision):
            wave = [(d, precision) for d in members if precision in d.measurable]
            for d in members:
                if precision not in d.measurable:
                    _note_gap(request, found, d, precision)
            if wave:
                yield wave


def _note_gap(request: RunRequest, found: DeviceSurvey, description: DeviceDescription, precision: Precision) -> None:
    found.missing.append(
        Missing(
            what=f"{description.device.key} {precision}",
            reason=description.not_measurable[precision],
            asked=precision in request.precisions,
        )
    )


def _together(
    wave: list[tuple[DeviceDescription, Precision]], request: RunRequest, children: Children, tell: Tell
) -> list[Row]:
    with _pool(len(wave)) as pool:
        futures = [pool.submit(_row, d, precision, request, children, tell) for d, precision in wave]
        return [_result(future, children) for future in futures]


def _pool(size: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=size)


def _alone(job: Job, timeout_seconds: float, children: Children) -> ChildOutcome:
    """Run the job in another thread, so that Ctrl-C reaches this one."""
    with _pool(1) as pool:
        return _result(pool.submit(children.run, job, timeout_seconds, _ignore), children)


def _result(future: Future[_T], children: Children) -> _T:
    while True:
        try:
            return future.result()
        except KeyboardInterrupt:
            children.interrupt()


def _ignore(progress: dict[str, object]) -> None:
    """Describing and listing show no progress."""


def _seconds(request: RunRequest, key: str) -> float:
    return request.seconds or registry.kind_of(key).seconds


def _less(request: RunRequest, wave: list[tuple[DeviceDescription, Precision]], overhead: float) -> RunRequest:
    """The request with the seconds that the overhead of the command leaves for the devices of a wave."""
    given = max(_seconds(request, described.device.key) for described, _ in wave)
    return replace(request, seconds=max(given - overhead, _SHORTEST_SECONDS))


def _processes(request: RunRequest, key: str) -> int:
    return request.processes or registry.kind_of(key).processes


def _row(
    description: DeviceDescription, precision: Precision, request: RunRequest, children: Children, tell: Tell
) -> Row:
    """One row; its processes share the seconds of the request, one after the other."""
    key, count = description.device.key, _processes(request, description.device.key)
    parts: list[ProcessResult] = []
    failure: ChildOutcome | None = None
    start_seconds = registry.kind_of(key).seconds_to_start
    started = time.monotonic()
    for process in range(count):
        began = time.monotonic()
        share_seconds = (_seconds(request, key) - (began - started)) / (count - process) - start_seconds
        job = _job(request, key, precision, parts[0] if parts else None, share_seconds)
        if parts and job.seconds < _SHORTEST_SECONDS:
            break

        def told(progress: dict[str, object], process: int = process) -> None:
            tell(RunProgress(device=key, precision=precision, process=process, processes=count, progress=progress))

        outcome = children.run(job, _timeout(request, key), told)
        if outcome.exit_code is Exit.BAD_INPUT:
            raise InputError(outcome.text)
        if outcome.kind != "measured":
            failure = outcome
            break
        parts.append(TypeAdapter(ProcessResult).validate_json(json.dumps(outcome.body)))
        start_seconds = max(start_seconds, time.monotonic() - began - job.seconds - job.choosing_seconds)
        if parts[-1].interrupted:
            break
    row = _row_from(description.device, precision, request, parts, failure, interrupted=children.interrupted)
    tell(RunProgress(device=key, precision=precision, process=count, processes=count, progress=None, row=row))
    return row


def _row_from(
    device: DeviceRecord,
    precision: Precision,
    request: RunRequest,
    parts: list[ProcessResult],
    failure: ChildOutcome | None,
    *,
    interrupted: bool,
) -> Row:
    if failure is not None and not (interrupted and parts):
        status = "timed-out" if failure.kind == "timed-out" else "interrupted" if interrupted else "not-measured"
        return unmeasured(
            device.key,
            precision,
            registry.kind_of(device.key).engine,
            data=request.data,
            status=status,  # type: ignore[arg-type]
            reason=failure.text,
        )
    return row_of(
        tuple(parts),
        data=request.data,
        soak_seconds=request.soak_seconds,
        partial=interrupted,
        half_width=request.half_width,
    )


def _job(request: RunRequest, key: str, precision: Precision, first: ProcessResult | None, share_seconds: float) -> Job:
    choosing = 0.0 if first or request.shape else min(2.5, _seconds(request, key) / 6.0)
    sustained = share_seconds - choosing / 2.0
    return Job(
        do="measure",
        device=key,
        threads=request.threads,
        precision=precision,
        seconds=max(sustained if first else max(sustained, _SHORTEST_SECONDS), request.soak_seconds),
        choosing_seconds=choosing,
        half_width=request.half_width,
        data=request.data,
        seed=request.seed,
        soak_seconds=request.soak_seconds,
        shape=first.shape if first else request.shape,
        algorithm=first.algorithm if first else 0,
        calling=request.calling,
    )


def _timeout(request: RunRequest, key: str) -> float:
    return request.timeout_seconds or 4.0 * _seconds(request, key) + 2.0 * request.soak_seconds + 60.0
