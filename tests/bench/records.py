"""Sound evidence records, made without measuring."""

from dataclasses import replace

from petaplan.bench.evidence.record import (
    Batches,
    Clock,
    Compute,
    DeviceRecord,
    Factor,
    Host,
    Interval,
    Peak,
    Rate,
    Row,
    Run,
    RunRecord,
    RunSettings,
    Shape,
    Software,
    Telemetry,
    Verification,
)
from petaplan.bench.precision import Precision


def device(key: str = "cuda:0", *, model: str = "Example 900", uuid: str = "GPU-1", **facts: str) -> DeviceRecord:
    return DeviceRecord(
        key=key,
        kind="cuda",
        model=model,
        aliases=("example-900",),
        uuid=uuid,
        uuid_known_by="nvml",
        units=10,
        memory_gib=80.0,
        power_limit_w=700.0,
        facts=facts,
        software=Software(identity="examplelib 1.0, driver 2.0", versions={}, environment={}),
    )


def rate(median: float, *, half_width: float = 0.001) -> Rate:
    return Rate(
        unit="TFLOP/s",
        median=median,
        low=median * (1 - half_width),
        high=median * (1 + half_width),
        mean=median,
        samples=40,
        effective_samples=40,
        lag1_autocorrelation=0.0,
        processes=1,
        interval_method="order statistics 14 and 27 of 40",
    )


def row(median: float = 800.0, *, key: str = "cuda:0", clock_mhz: float = 1500.0, kernel: float = 0.9) -> Row:
    return Row(
        device=key,
        precision=Precision.BF16,
        engine="matrix",
        data="random",
        status="measured",
        reason=None,
        verified=True,
        steady=True,
        partial=False,
        soak=False,
        shape=Shape(m=4096, n=4096, k=4096),
        compute=Compute(
            call="example gemm", compute_type="32F", accumulate="fp32", output="bf16", emulated=False,
            fast_accumulation=None, algorithm=None, workspace_mib=32.0,
        ),
        sustained=rate(median),
        burst=rate(median * 1.1),
        peak=Peak(
            tera_per_second=1000.0, units=10, flop_per_clock_per_unit=50_000.0, clock_mhz=2000.0,
            clock_known_by="sheet", how="10 units × 50000 × 2000 MHz",
        ),
        share_of_peak=median / 1000.0,
        clock=Clock(
            sheet_mhz=2000.0,
            maximum_mhz=2000.0,
            measured_mhz=Interval(median=clock_mhz, low=clock_mhz, high=clock_mhz),
            how="probe",
        ),
        waterfall=(
            Factor(name="sheet", value=1000.0, how="sheet"),
            Factor(name="kernel", value=kernel, how="rest"),
            Factor(name="delivered", value=median, how="measured"),
        ),
        verification=Verification(
            method="Freivalds", passed=True, vectors_checked=4, hashes_checked=80, worst_over_tolerance=0.1,
            result_hash="abc", faults=(),
        ),
        telemetry=Telemetry(),
        must_agree={"model": "Example 900", "software": "examplelib 1.0, driver 2.0"},
        batches=Batches(
            process=(0, 0),
            phase=("burst", "sustained"),
            start_seconds=(0.0, 0.1),
            seconds=(0.1, 0.1),
            calls=(1, 1),
            clock_mhz=(clock_mhz, None),
        ),
    )  # fmt: skip


def evidence(
    *rows: Row, devices: tuple[DeviceRecord, ...] = (), host: str = "node-1", partial: bool = False
) -> RunRecord:
    return RunRecord(
        run=Run(
            id=f"20261101T000000Z-{host}-abcdef",
            started_at="2026-11-01T00:00:00Z",
            finished_at="2026-11-01T00:00:20Z",
            as_of="2026-11-01",
            tool="petaplan-bench 0",
            partial=partial,
            settings=RunSettings(
                seconds=15.0, half_width=0.003, processes=1, data="random", soak_seconds=0.0, seed=1
            ),
        ),
        host=Host(
            name=host, boot_id="b", os="Linux", kernel="Linux 6", architecture="x86_64", cpu_model="cpu",
            cpus_allowed=2, memory_gib=16.0, cgroup_cpus=None, virtual=None, container=None,
        ),
        devices=devices or (device(),),
        rows=rows or (row(),),
    )  # fmt: skip


def with_model(found: Row, model: str) -> Row:
    return replace(found, must_agree=found.must_agree | {"model": model})
