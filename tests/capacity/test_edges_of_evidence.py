"""Edges of evidence files: what contradicts itself, what is exactly on a limit, slices, and who stays of two."""

from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, Self

import pytest

from petaplan.bench.evidence.evidence_file import render
from petaplan.capacity.errors import EvidenceError
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.figures import Engine, Precision
from petaplan.capacity.hardware import Accelerator
from petaplan.capacity.throughput import evidence
from petaplan.capacity.throughput.evidence import _read, read_evidence
from petaplan.capacity.throughput.evidence_fitness import SLIGHTLY, contradictions, likely_cause, slice_of, unfit
from petaplan.capacity.throughput.evidence_form import (
    Clock,
    Device,
    EvidenceFile,
    Middle,
    Rate,
    RatePeak,
    Telemetry,
    Verification,
)
from petaplan.capacity.throughput.trusted_keys import TrustedKeys
from tests.bench import records
from tests.evidence_files import device, row, write

PEAK = 752.0
"""Dense BF16 peak of the Ascend 910C in the catalogue, TFLOP/s."""
PROOF = Verification(
    passed=True,
    method="Freivalds",
    vectors_checked=4,
    hashes_checked=80,
    worst_over_tolerance=0.1,
    result_hash="abc",
    faults=(),
)
RATE = Rate(
    unit="TFLOP/s",
    median=200.0,
    low=199.0,
    high=201.0,
    mean=200.0,
    samples=40,
    effective_samples=40,
    lag1_autocorrelation=0.0,
    processes=1,
    interval_method="order statistics",
)
OWN_PEAK = RatePeak(
    tera_per_second=2.0, units=1, flop_per_clock_per_unit=1, clock_mhz=1, clock_known_by="sheet", how="sheet"
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> EvidenceFile:
    """One row, and two devices."""
    path = write(tmp_path_factory.mktemp("sound"), [row(600.0)], [device(), device(1)])
    read = _read(path, path.read_bytes())
    assert isinstance(read, EvidenceFile)
    return read


def told(read: EvidenceFile, **of_row: Any) -> tuple[str, ...]:
    """The contradictions of a file whose row is changed."""
    return tuple(contradictions(read.replace(rows=(read.rows[0].replace(**of_row),))))


def accelerator(model: str = "nvidia-h100-sxm") -> Accelerator:
    """An accelerator of the catalogue."""
    return load().require(Accelerator, model)


def test_a_run_may_end_in_the_second_in_which_it_started(sound: EvidenceFile) -> None:
    run = sound.run.replace(started_at="2026-11-01T00:00:05Z", finished_at="2026-11-01T00:00:05Z")
    assert not tuple(contradictions(sound.replace(run=run)))
    (fault,) = contradictions(sound.replace(run=run.replace(finished_at="2026-11-01T00:00:04Z")))
    assert fault == "run.finished_at 2026-11-01T00:00:04Z before run.started_at 2026-11-01T00:00:05Z"


@pytest.mark.parametrize(
    ("kinds", "faults"),
    [
        (("simulated", "simulated"), ()),
        (("simulated", "cpu"), ()),
        (("npu", "gpu"), ()),
        (("simulated", "npu"), ("devices: simulated ones beside npu",)),
    ],
)
def test_simulated_devices_stand_beside_cpus_alone(
    sound: EvidenceFile, kinds: tuple[str, str], faults: tuple[str, ...]
) -> None:
    devices = tuple(one.replace(kind=kind) for one, kind in zip(sound.devices, kinds, strict=True))
    assert tuple(contradictions(sound.replace(devices=devices))) == faults


def test_keys_uuids_and_rows_stand_once(sound: EvidenceFile) -> None:
    twice = sound.replace(devices=sound.devices[:1] * 2, rows=sound.rows * 2)
    assert tuple(contradictions(twice)) == (
        "devices: the key 'cuda:0' 2 times",
        "devices: the uuid 'NPU-0' 2 times",
        "cuda:0 bf16 in 2 rows",
    )


@pytest.mark.parametrize(
    ("verified", "proof", "faults"),
    [
        (True, PROOF, ()),
        (False, PROOF, ()),
        (False, None, ()),
        (True, None, ("verified without a verification that passed",)),
        (True, PROOF.replace(passed=False), ("verified without a verification that passed",)),
        (False, PROOF.replace(passed=False, vectors_checked=0, hashes_checked=0, faults=("bits differ",)), ()),
        (True, PROOF.replace(faults=("bits differ", "more")), ("a verification that passed with faults: bits differ",)),
        (True, PROOF.replace(vectors_checked=0), ()),
        (True, PROOF.replace(hashes_checked=0), ()),
        (
            True,
            PROOF.replace(vectors_checked=0, hashes_checked=0),
            ("a verification that passed and checked nothing",),
        ),
        (True, PROOF.replace(worst_over_tolerance=None), ()),
        (True, PROOF.replace(worst_over_tolerance=1.0), ()),
        (True, PROOF.replace(worst_over_tolerance=1.01), ("a verification that passed at 1.01 of its tolerance",)),
    ],
)
def test_a_verification_that_passed_has_checked_something_within_its_tolerance(
    sound: EvidenceFile, verified: bool, proof: Verification | None, faults: tuple[str, ...]
) -> None:
    assert told(sound, verified=verified, verification=proof) == tuple(f"rows[0] {fault}" for fault in faults)


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"sustained": None, "burst": None}, ()),
        ({"burst": RATE.replace(unit="TOPS")}, ("counts bf16 in TOPS",)),
        ({"sustained": RATE.replace(processes=40)}, ()),
        ({"sustained": RATE.replace(processes=41)}, ("sustained has 40 samples of 41 processes",)),
        ({"burst": RATE.replace(effective_samples=41)}, ("burst has 41 effective samples of 40",)),
        ({"precision": Precision.INT8, "burst": None}, ("counts int8 in TFLOP/s",)),
    ],
)
def test_each_rate_of_a_row_counts_in_its_unit_and_has_its_samples(
    sound: EvidenceFile, changes: dict[str, Any], faults: tuple[str, ...]
) -> None:
    assert told(sound, **changes) == tuple(f"rows[0] {fault}" for fault in faults)


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"share_of_peak": 100.0}, ()),
        ({"share_of_peak": 101.0}, ()),
        ({"share_of_peak": 99.0}, ()),
        ({"share_of_peak": 101.1}, ("share_of_peak 101.1, where sustained over peak is 100",)),
        ({"share_of_peak": 98.9}, ("share_of_peak 98.9, where sustained over peak is 100",)),
        ({"share_of_peak": 0.5, "peak": None}, ("share_of_peak 0.5 without a peak",)),
        ({"share_of_peak": 0.5, "sustained": None}, ()),
        ({"share_of_peak": None, "peak": None}, ()),
    ],
)
def test_a_share_of_the_peak_is_sustained_over_peak_within_one_percent(
    sound: EvidenceFile, changes: dict[str, Any], faults: tuple[str, ...]
) -> None:
    given = {"sustained": RATE, "peak": OWN_PEAK} | changes
    assert told(sound, **given) == tuple(f"rows[0] {fault}" for fault in faults)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"compute": None}, None),
        ({"partial": True}, "a run that was cut short"),
        ({"status": "interrupted", "reason": None}, "status interrupted"),
        ({"engine": Engine.VECTOR}, "the vector engine, where peaks are of the matrix engine"),
        ({"telemetry": Telemetry(foreign_processes=("pid 7",))}, "somebody else was on the device"),
        ({"sustained": None}, "no sustained figure"),
    ],
)
def test_a_row_is_unfit_for_one_reason_at_a_time(
    sound: EvidenceFile, changes: dict[str, Any], reason: str | None
) -> None:
    assert unfit(sound.rows[0].replace(**changes), sound, sound.devices[0]) == reason


def test_every_row_of_a_run_that_was_cut_short_is_unfit(sound: EvidenceFile) -> None:
    short = sound.replace(run=sound.run.replace(partial=True))
    assert unfit(short.rows[0], short, short.devices[0]) == "a run that was cut short"


def whole(sound: EvidenceFile, **changes: Any) -> Device:
    """An H100 that is no slice."""
    return sound.devices[0].replace(**{"model": "NVIDIA H100 80GB HBM3", "aliases": (), "units": 132} | changes)


@pytest.mark.parametrize("value", ["", " ", "100", "100%", "100.0", " 100.0% "])
def test_a_share_of_100_percent_is_the_whole_device(sound: EvidenceFile, value: str) -> None:
    software = sound.devices[0].software.replace(environment={"CUDA_MPS_ACTIVE_THREAD_PERCENTAGE": value})
    assert slice_of(whole(sound, software=software), accelerator()) is None


@pytest.mark.parametrize("value", ["50", "10%", "99.0", "0"])
def test_a_smaller_share_is_a_slice(sound: EvidenceFile, value: str) -> None:
    software = sound.devices[0].software.replace(environment={"CUDA_MPS_ACTIVE_THREAD_PERCENTAGE": value})
    found = slice_of(whole(sound, software=software), accelerator())
    assert found == f"a slice of a device (CUDA_MPS_ACTIVE_THREAD_PERCENTAGE={value})"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"units": 132}, None),
        ({"units": 133}, None),
        ({"units": 131}, "a slice of a device (131 of 132 compute units)"),
        ({"partition": "1g.10gb"}, "a slice of a device (1g.10gb)"),
        ({"uuid": "MIG-7"}, "a slice of a device (MIG-7)"),
        ({"aliases": ("H100 MIG 1",)}, "a slice of a device, by its name ('MIG' in 'H100 MIG 1')"),
    ],
)
def test_a_device_with_all_units_of_its_sheet_is_whole(
    sound: EvidenceFile, changes: dict[str, Any], found: str | None
) -> None:
    assert slice_of(whole(sound, **changes), accelerator()) == found


def test_units_are_no_sign_of_a_slice_where_no_sheet_counts_them(sound: EvidenceFile) -> None:
    few = whole(sound, units=1)
    assert slice_of(few, None) is None
    assert slice_of(few, accelerator("huawei-ascend-910c")) is None


def clock(sheet: float | None, ran: float | None) -> Clock:
    """A clock of the timed window, in MHz."""
    measured = None if ran is None else Middle(median=ran, low=ran, high=ran)
    return Clock(sheet_mhz=sheet, maximum_mhz=None, measured_mhz=measured, how="probe")


def cause(sound: EvidenceFile, own: float | None = None, ran: Clock | None = None) -> str:
    """The likely cause of a rate above a peak of 100, where the benchmark counts with its own peak."""
    peak = None if own is None else OWN_PEAK.replace(tera_per_second=own)
    return likely_cause(sound.rows[0].replace(peak=peak, clock=ran), 100.0, sound.devices[0])


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (None, "wrong SKU, a sheet at its base clock"),
        (1.02 * 100.0, "wrong SKU, a sheet at its base clock"),
        (103.0, "wrong SKU? the device reports units for 103"),
        (1.6 * 100.0, "wrong SKU? the device reports units for 160"),
        (161.0, "the benchmark counts with 161: is one of the two a sheet with sparsity"),
    ],
)
def test_the_peak_of_the_benchmark_over_that_of_the_catalogue_tells_the_cause(
    sound: EvidenceFile, own: float | None, words: str
) -> None:
    assert cause(sound, own).startswith(words)


@pytest.mark.parametrize(
    ("ran", "boosted"),
    [
        (None, False),
        (clock(None, 1_600.0), False),
        (clock(1_600.0, None), False),
        (clock(1_600.0, SLIGHTLY * 1_600.0), False),
        (clock(1_600.0, 1_609.0), True),
    ],
)
def test_a_clock_is_boosted_above_that_of_the_sheet_and_some_rounding(
    sound: EvidenceFile, ran: Clock | None, boosted: bool
) -> None:
    for own in (None, 103.0):
        assert cause(sound, own, ran).startswith("boost clock: it ran at") == boosted


@pytest.mark.parametrize(("low", "high"), [(200.0, 200.0), (200.0, 201.0), (199.0, 200.0)])
def test_a_median_may_be_an_end_of_its_interval(low: float, high: float) -> None:
    made = RATE.replace(low=low, high=high)
    assert (made.low, made.median, made.high) == (low, 200.0, high)


@pytest.mark.parametrize(("low", "high"), [(200.5, 201.0), (199.0, 199.5)])
def test_a_median_outside_its_interval_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="a median between its low and its high"):
        RATE.replace(low=low, high=high)


def test_an_unsigned_file_is_a_fault_only_where_it_is_named_itself(tmp_path: Path) -> None:
    path, nobody = write(tmp_path, [row(600.0)]), TrustedKeys("keys", {})
    (left_out,) = read_evidence([tmp_path], load(), trusted=nobody).refusals
    assert left_out.reason == "not signed: there is no run.json.minisig beside it"
    for given in ([path], [tmp_path, path], [path, tmp_path]):
        with pytest.raises(EvidenceError, match="not signed"):
            read_evidence(given, load(), trusted=nobody)


def test_a_measurement_may_be_of_tomorrow_and_of_no_later_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Frozen(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            assert tz is UTC
            return cls(2026, 11, 22, 23, 59, tzinfo=tz)

    monkeypatch.setattr(evidence, "datetime", Frozen)
    (measured,) = read_evidence([write(tmp_path, [row(600.0)], as_of="2026-11-23")], load()).measurements
    assert measured.as_of == date(2026, 11, 23)
    with pytest.raises(EvidenceError, match=r"a day to come; expected a day up to 2026-11-23"):
        read_evidence([write(tmp_path, [row(600.0)], as_of="2026-11-24")], load())


def test_a_device_is_known_by_its_model_without_the_maker(tmp_path: Path) -> None:
    path = write(tmp_path, [row(600.0)], [device(model="Ascend-910C", aliases=())])
    assert [one.model for one in read_evidence([path], load()).measurements] == ["huawei-ascend-910c"]


def test_a_row_is_of_the_device_that_it_names(tmp_path: Path) -> None:
    path = write(tmp_path, [row(600.0, 1)], [device(kind="cpu"), device(1)])
    (measured,) = read_evidence([path], load()).measurements
    assert (measured.uuid, measured.share) == ("NPU-1", 600.0 / PEAK)
    assert (measured.low, measured.high) == pytest.approx((599.4 / PEAK, 600.6 / PEAK))


@pytest.mark.parametrize(("own", "faulty"), [(700.0, False), (697.0, True)])
def test_a_rate_above_the_own_peak_of_the_benchmark_is_a_fault(tmp_path: Path, own: float, faulty: bool) -> None:
    plain = records.row(700.0)
    assert plain.peak is not None
    peaked = replace(plain, peak=replace(plain.peak, tera_per_second=own), share_of_peak=700.0 / own)
    path = write(tmp_path, [peaked])
    if not faulty:
        assert read_evidence([path], load()).measurements[0].share == 700.0 / PEAK
        return
    with pytest.raises(EvidenceError, match="of the benchmark's own peak"):
        read_evidence([path], load())


def test_of_two_equal_measurements_of_one_device_the_first_given_stays(tmp_path: Path) -> None:
    """Two hosts with the same run and the same name of the file, as after a copy of a machine."""
    paths = []
    for host, tera in (("a", 600.0), ("b", 610.0)):
        (tmp_path / host).mkdir()
        made = records.evidence(row(tera), devices=(device(),), host=host)
        paths.append(tmp_path / host / "run.json")
        paths[-1].write_bytes(render(replace(made, run=replace(made.run, id="the same"))))
    for given, tera in ((paths, 600.0), (paths[::-1], 610.0)):
        read = read_evidence(given, load())
        assert [one.share for one in read.measurements] == [tera / PEAK]
        assert [one.reason for one in read.refusals] == ["the same device again in the same (run.json)"]
