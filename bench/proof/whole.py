"""A whole proof within a time: rows of every precision, heat, checks, pairs with plain loops, and another process."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from petaplan.bench.devices.common import registry
from petaplan.bench.errors import BenchError, NotMeasuredError
from petaplan.bench.evidence.record import Row, RunRecord, Shape
from petaplan.bench.method import run as running
from petaplan.bench.method.child import DeviceDescription
from petaplan.bench.method.children import Children
from petaplan.bench.precision import Precision
from petaplan.bench.proof import checking, from_rows, products
from petaplan.bench.proof.child import Chosen, ProofJob
from petaplan.bench.proof.claims import Answer, Finding, answers, not_concerned

QUICK_SECONDS, FULL_SECONDS = 480.0, 1800.0
HEAT_SECONDS = 90.0
_ROWS_SHARE, _ROWS_LIMIT, _HEAT_SHARE = 0.4, 0.55, 0.2
_IMPORTANT = ("bf16", "fp16", "fp8", "int8", "fp32", "tf32", "fp64", "fp4")
"""Order of the rows: the last ones are given up first."""
_SHORTEST_HEAT = 5.0
_LONGEST_ROW, _LONGEST_ROW_FULL = 15.0, 60.0
_SHORTEST_ROW = 2.0
_NAMES_PROCESSES = ("cuda", "torch-cuda", "torch-npu")
"""Kinds whose driver lists the processes of others."""
_COMPETITOR_SECONDS = 25.0
_STARTING_SECONDS = 45.0
"""Beyond the seconds of a run: start, choice, verification."""

Say = Callable[[str], None]
Tell = running.Tell


@dataclass(frozen=True, kw_only=True, slots=True)
class ProofRequest:
    """What is to be proved, and in which time."""

    devices: tuple[str, ...] = ()
    """Empty: every accelerator that CuPy or PyTorch shows."""
    seconds: float = QUICK_SECONDS
    full: bool = False


@dataclass(slots=True)
class Proof:
    """What was found, and what was given up."""

    request: ProofRequest
    devices: tuple[DeviceDescription, ...] = ()
    rows: RunRecord | None = None
    heat: RunRecord | None = None
    findings: list[Finding] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Every claim with its verdict."""
        return answers(self.findings)


def prove(request: ProofRequest, say: Say, tell: Tell) -> Proof:
    """Ask the devices about every claim. Ctrl-C ends it with what is known.

    Raises:
        NotMeasuredError: when the host has no such device.
    """
    began = time.monotonic()
    found = running.survey(request.devices or ("gpu", "torch"))
    if not found.described:
        reasons = "; ".join(f"{gap.what}: {gap.reason}" for gap in found.missing)
        raise NotMeasuredError(f"no device to prove anything on: {reasons}; name one, such as --device torch-cpu")
    proof = Proof(request=request, devices=tuple(found.described))
    work = _Work(proof=proof, say=say, tell=tell, ends=began + request.seconds)
    try:
        for step in (work.measure, work.warm, work.check, work.compete):
            step()
            if proof.interrupted:
                break
    except KeyboardInterrupt:
        proof.interrupted = True
    proof.seconds = time.monotonic() - began
    return proof


@dataclass(frozen=True, kw_only=True, slots=True)
class _Work:
    proof: Proof
    say: Say
    tell: Tell
    ends: float

    @property
    def _left(self) -> float:
        return max(self.ends - time.monotonic(), 0.0)

    @property
    def _distinct(self) -> list[DeviceDescription]:
        """One device of each kind and model: a second one of the same model proves nothing new."""
        return list({(d.device.kind, d.device.model): d for d in reversed(self.proof.devices)}.values())[::-1]

    def measure(self) -> None:
        """A row for each precision of each device, in equal time."""
        proof = self.proof
        groups = {registry.kind_of(d.device.key).group for d in proof.devices}
        waves = sum(
            len({p for d in proof.devices if registry.kind_of(d.device.key).group == group for p in d.measurable})
            for group in groups
        )
        longest = _LONGEST_ROW_FULL if proof.request.full else _LONGEST_ROW
        seconds = max(min(_ROWS_SHARE * proof.request.seconds / max(waves, 1), longest), _SHORTEST_ROW)
        proof.given_up.append(f"rows: {seconds:.0f} s and one process each; `petaplan-bench run` takes what heat needs")
        self.say(f"{waves} precisions, {seconds:.0f} s each")
        keys, order = tuple(d.device.key for d in proof.devices), tuple(map(Precision, _IMPORTANT))
        limit = _ROWS_LIMIT * proof.request.seconds
        proof.rows = self._run(keys, order, seconds, limit=limit)
        rows = proof.rows.rows if proof.rows is not None else ()
        proof.findings += from_rows.findings(rows)
        proof.findings += [_without_rows(key, proof.rows) for key in keys if key not in {row.device for row in rows}]

    def _run(
        self,
        keys: tuple[str, ...],
        precisions: tuple[Precision, ...],
        seconds: float,
        *,
        limit: float,
        shape: Shape | None = None,
    ) -> RunRecord | None:
        """A run that is cut short after ``limit`` seconds."""
        request = running.RunRequest(
            devices=keys, precisions=precisions, seconds=seconds, shape=shape, processes=1,
            timeout_seconds=seconds + 60.0,
        )  # fmt: skip
        children, is_late = Children(), threading.Event()

        def stop() -> None:
            is_late.set()
            children.interrupt()

        alarm = threading.Timer(limit, stop)
        alarm.daemon = True
        alarm.start()
        try:
            record = running.run(request, self.tell, children)
        except BenchError as error:
            self.proof.given_up.append(f"{', '.join(keys)}: {error}")
            return None
        finally:
            alarm.cancel()
        if is_late.is_set():
            self.proof.given_up.append(f"{', '.join(keys)}: rows that did not end within {limit:.0f} s")
        elif record.run.partial:
            self.proof.interrupted = True
        return record

    def _row(self, key: str, precision: Precision, record: RunRecord | None) -> Row | None:
        rows = record.rows if record else ()
        return next((row for row in rows if (row.device, row.precision) == (key, precision)), None)

    def warm(self) -> None:
        """One long row of bf16 on each device; those of one group at the same time."""
        proof, seconds = self.proof, min(HEAT_SECONDS, self._left, _HEAT_SHARE * self.proof.request.seconds)
        devices = list({d.device.uuid: d for d in reversed(proof.devices)}.values())[::-1]
        precision = _heated(devices)
        if precision is None:
            return
        keys = tuple(d.device.key for d in devices if precision in d.measurable)
        if seconds < _SHORTEST_HEAT:
            proof.given_up.append("heat: no time for a long row")
            return
        if seconds < HEAT_SECONDS:
            proof.given_up.append(f"heat: {seconds:.0f} s of load and not {HEAT_SECONDS:.0f}")
        self.say(f"heat: {precision} for {seconds:.0f} s on {', '.join(keys)}")
        short = self._row(keys[0], precision, proof.rows)
        shape = short.shape if short and len(keys) == 1 else None
        proof.heat = self._run(keys, (precision,), seconds, limit=seconds + _STARTING_SECONDS, shape=shape)
        for device in devices:
            key = device.device.key
            long = self._row(key, precision, proof.heat) if seconds >= HEAT_SECONDS else None
            proof.findings += from_rows.heat(key, long, self._row(key, precision, proof.rows))
            proof.findings.append(self._unchanged(device))

    def _unchanged(self, device: DeviceDescription) -> Finding:
        before, after = device.device, None
        if self.proof.heat is not None:
            after = next((d for d in self.proof.heat.devices if d.key == before.key), None)
        clocks = tuple(self._highest_clock(before.key, record) for record in (self.proof.rows, self.proof.heat))
        return from_rows.unchanged(before, after, (clocks[0], clocks[1]))

    def _highest_clock(self, key: str, record: RunRecord | None) -> float | None:
        if registry.kind_of(key).engine != "matrix":
            return None  # a processor's highest clock is the highest reading up to then
        rows = [row for row in (record.rows if record else ()) if row.device == key and row.clock]
        return next((row.clock.maximum_mhz for row in rows if row.clock and row.clock.maximum_mhz), None)

    def check(self) -> None:
        """Products, faults, kernels and pairs, in a process for each device."""
        devices = self._distinct
        reserved = _COMPETITOR_SECONDS * sum(self._lists_processes(d) for d in devices)
        for index, device in enumerate(devices):
            share = (self._left - reserved) / (len(devices) - index)
            seconds = max(share - checking.GRACE_SECONDS, 1.0)
            self.say(f"checks of {device.device.key}, {seconds:.0f} s at most")
            found, stopped = checking.checked(
                ProofJob(
                    do="check",
                    device=device.device.key,
                    seconds=seconds,
                    precisions=device.measurable,
                    chosen=_chosen(device.device.key, self.proof.rows),
                )
            )
            self.proof.findings += found
            self.proof.findings += _unasked(device, found, stopped or "given up for time")
            if stopped:
                self.proof.given_up.append(f"{device.device.key}: {stopped}")

    def _no_competition(self, device: DeviceDescription) -> Finding:
        if not self._lists_processes(device):
            return not_concerned("B-13", device.device.key, "its driver lists no processes")
        return Finding(claim="B-13", device=device.device.key, verdict="not asked", text="given up for time")

    def _short_run(self, key: str, precision: Precision) -> RunRecord | None:
        return self._run((key,), (precision,), _SHORTEST_ROW, limit=_COMPETITOR_SECONDS)

    def _lists_processes(self, device: DeviceDescription) -> bool:
        return registry.kind_of(device.device.key).name in _NAMES_PROCESSES

    def compete(self) -> None:
        """Measure beside another process, which has to be refused."""
        for device in self._distinct:
            key = device.device.key
            if not self._lists_processes(device) or self._left < 1.0 or not device.measurable:
                self.proof.findings.append(self._no_competition(device))
                continue
            job = ProofJob(do="occupy", device=key, seconds=120.0, precisions=device.measurable[:1])
            with checking.occupied(job, _COMPETITOR_SECONDS) as has_begun:
                self.say(f"a run beside another process on {key}")
                record = self._short_run(key, device.measurable[0]) if has_begun else None
            self.proof.findings.append(_beside_another(key, self._row(key, device.measurable[0], record)))


def _without_rows(key: str, record: RunRecord | None) -> Finding:
    gaps = [gap.reason for gap in (record.missing if record else ()) if gap.what == key]
    return Finding(claim="B-01", device=key, verdict="not asked", text=gaps[0] if gaps else "no row was measured")


def _unasked(device: DeviceDescription, found: Sequence[Finding], reason: str) -> list[Finding]:
    """A finding for each check of products that has none: a claim is not proved by the others alone."""
    asked = {(finding.claim, finding.text.partition(":")[0]) for finding in found}
    return [
        Finding(claim=claim, device=device.device.key, verdict="not asked", text=f"{precision}: {reason}")
        for precision in device.measurable
        for claim in products.CLAIMS
        if (claim, str(precision)) not in asked
    ]


def _heated(devices: Sequence[DeviceDescription]) -> Precision | None:
    """bf16 where a device has it, else the first precision that one has."""
    every = [precision for device in devices for precision in device.measurable]
    return Precision.BF16 if Precision.BF16 in every else next(iter(every), None)


def _chosen(key: str, record: RunRecord | None) -> tuple[Chosen, ...]:
    return tuple(
        Chosen(precision=row.precision, shape=row.shape, compute=row.compute)
        for row in (record.rows if record else ())
        if row.device == key and row.shape is not None and row.compute is not None and row.verified
    )


def _beside_another(key: str, row: Row | None) -> Finding:
    if row is None:
        return Finding(claim="B-13", device=key, verdict="not asked", text="the other process did not begin in time")
    refused = row.status == "not-measured" and "other processes" in (row.reason or "")
    text = row.reason or f"{row.status}, foreign processes: {', '.join(row.telemetry.foreign_processes) or 'none'}"
    return Finding(claim="B-13", device=key, verdict="proved" if refused else "refuted", text=text)
