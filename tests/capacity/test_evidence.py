"""Evidence is read as the benchmark writes it, refused for what it lacks, and changes what a plan expects."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from petaplan.bench.evidence.record import Interval
from petaplan.capacity.errors import EvidenceError
from petaplan.capacity.facts.catalog import load
from petaplan.capacity.figures import Precision
from petaplan.capacity.measurement import Evidence
from petaplan.capacity.resolving import resolve
from petaplan.capacity.throughput.calibration import Grade, calibrate
from petaplan.capacity.throughput.evidence import read_evidence
from petaplan.capacity.throughput.factors import phase_waterfalls
from petaplan.infra.hong_kong import hub
from tests.evidence_files import device, leave_made_up, row, write

TODAY = date(2026, 11, 22)
PEAK = 752.0
"""Dense BF16 peak of the Ascend 910C in the catalogue, TFLOP/s."""


def refusal(*paths: Path) -> str:
    with pytest.raises(EvidenceError) as refused:
        read_evidence(paths, load())
    return "\n".join(str(problem) for problem in refused.value.problems)


def sealed(path: Path, old: bytes, new: bytes) -> Path:
    """The file with some bytes changed, and a digest that fits them again."""
    raw = path.read_bytes()
    assert old in raw
    head, _, _ = raw.replace(old, new).rpartition(b'"digest"')
    path.write_bytes(head + f'"digest": "sha256:{hashlib.sha256(head).hexdigest()}"\n}}\n'.encode())
    return path


def test_what_the_benchmark_writes_is_read(tmp_path: Path) -> None:
    read = read_evidence([write(tmp_path, [row(600.0)])], load())
    (measured,) = read.measurements
    assert (measured.model, measured.precision) == ("huawei-ascend-910c", Precision.BF16)
    assert measured.share == pytest.approx(600 / PEAK)
    assert read.refusals == ()


def test_evidence_changes_the_waterfall(tmp_path: Path) -> None:
    devices = [device(i) for i in range(8)]
    path = write(tmp_path, [row(600.0 + i, i) for i in range(8)], devices)
    without = phase_waterfalls(resolve(hub(), load()), Precision.BF16)[0]
    given = phase_waterfalls(resolve(hub(), load(), read_evidence([path], load())), Precision.BF16)[0]
    before, after = without.step("calibrated"), given.step("calibrated")
    assert after.high - after.low < (before.high - before.low) / 3
    assert after.mid > before.mid
    assert without.measured_fraction == 0.0
    assert given.measured_fraction == pytest.approx(8 * PEAK / 1_000 / given.steps[0].mid), "8 devices of 7,296"
    assert given.steps[0] == without.steps[0]


def test_more_devices_narrow_the_interval_and_hosts_narrow_it_more(tmp_path: Path) -> None:
    def width(hosts: int, each: int) -> float:
        paths = []
        for host in range(hosts):
            places = range(host * each, (host + 1) * each)
            rows = [row(600.0 + 20 * (i % 3), i) for i in places]
            devices = [device(i) for i in places]
            paths.append(write(tmp_path, rows, devices, host=f"n{host}", name=f"{hosts}-{host}.json"))
        read = read_evidence(paths, load())
        made = calibrate("huawei-ascend-910c", Precision.BF16, read.measurements, TODAY)
        return made.high - made.low

    assert width(1, 1) > width(1, 8) > width(8, 1) > width(8, 8)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"verified": False}, "wasn't verified"),
        ({"partial": True}, "cut short"),
        ({"data": "zeros"}, "zeros for operands"),
        ({"engine": "vector"}, "vector engine"),
        ({"status": "interrupted", "reason": "Ctrl-C", "sustained": None}, "interrupted: Ctrl-C"),
    ],
)
def test_a_row_that_may_not_calibrate_is_left_out_with_its_reason(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    path = write(tmp_path, [row(600.0), row(590.0, 1, **changes)], [device(), device(1)])
    read = read_evidence([path], load())
    assert len(read.measurements) == 1
    assert words in read.refusals[0].reason
    assert words in refusal(write(tmp_path, [row(590.0, 1, **changes)], [device(1)], name="alone.json"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "simulated"}, "simulated"),
        ({"kind": "cpu"}, "never accelerator capacity"),
        ({"partition": "1g.10gb"}, "a slice of a device"),
        ({"model": "Kirin 9000", "aliases": ()}, "no accelerator of the catalogue is called 'Kirin 9000'"),
        ({"kind": "npu", "model": "Toy 1", "aliases": ()}, "no accelerator of the catalogue is called 'Toy 1'"),
    ],
)
def test_a_device_that_is_none_of_the_plan_is_left_out(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    assert words in refusal(write(tmp_path, [row(600.0)], [device(**changes)]))


def test_a_kind_of_device_newer_than_this_reader_counts_by_its_model(tmp_path: Path) -> None:
    known, new = write(tmp_path, [row(600.0)]), write(tmp_path, [row(600.0)], [device(kind="npu")], name="new.json")
    known_read, new_read = read_evidence([known], load()), read_evidence([new], load())
    assert new_read.measurements[0].model == known_read.measurements[0].model
    assert new_read.measurements[0].share == known_read.measurements[0].share


def test_a_partial_run_never_calibrates(tmp_path: Path) -> None:
    assert "cut short" in refusal(write(tmp_path, [row(600.0)], partial=True))


def test_a_foreign_process_spoils_a_row(tmp_path: Path) -> None:
    busy = replace(row(600.0), telemetry=replace(row(600.0).telemetry, foreign_processes=("pid 7",)))
    assert "somebody else" in refusal(write(tmp_path, [busy]))


def test_an_edited_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, [row(600.0)])
    path.write_bytes(path.read_bytes().replace(b"node-1", b"node-2"))
    assert "digest that doesn't fit" in refusal(path)


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, [row(600.0)])
    path.write_bytes(path.read_bytes()[:-200])
    assert "cut short" in refusal(path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"version": 1', b'"version": 2', "version 2"),
        (
            b'"verified":true',
            b'"verified":true,"blessed":true',
            "expected a field of a row; there are device, precision",
        ),
        (b'"verified":true', b'"verified":true,"stedy":true', "did you mean 'steady'?"),
        (b'"verified":true', b'"verified":true,"verified":true', "a member twice"),
        (b'"median":600.0', b'"median":NaN', "NaN"),
        (b'"median":600.0', b'"median":-600.0', "-600.0"),
        (b'"device":"cuda:0"', b'"device":"cuda:9"', "cuda:9"),
        (b'"precision":"bf16"', b'"precision":"bf17"', "bf17"),
        (
            b'"median":600.0,"low":599.4',
            b'"median":600.0,"low":601.4',
            "; expected a median between its low and its high",
        ),
    ],
)
def test_a_file_that_keeps_no_form_is_refused_even_with_a_sound_digest(
    tmp_path: Path, old: bytes, new: bytes, words: str
) -> None:
    assert words in refusal(sealed(write(tmp_path, [row(600.0)]), old, new))


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text("petaplan: 1")
    edited = write(tmp_path, [row(600.0)])
    edited.write_bytes(edited.read_bytes().replace(b"node-1", b"node-2"))
    told = refusal(tmp_path / "plan.yaml", edited, tmp_path / "absent.json")
    assert all(name in told for name in ("plan.yaml", "run.json", "absent.json"))


def test_the_same_run_counts_once(tmp_path: Path) -> None:
    one, copy = write(tmp_path, [row(600.0)]), write(tmp_path, [row(600.0)], name="copy.json")
    assert "each run once" in refusal(one, copy)


def test_a_file_given_twice_is_read_once_and_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, [row(600.0)])
    monkeypatch.chdir(tmp_path)
    read = read_evidence([path, path, "run.json"], load())
    assert len(read.measurements) == 1
    (told,) = read.refusals
    assert (told.file, told.row, told.reason) == (str(path), "the file again", "given 3 times, read once")


def test_where_nothing_may_calibrate_the_last_line_says_what_to_measure(tmp_path: Path) -> None:
    path = write(tmp_path, [row(1.0), row(1.0, 1)], [device(kind="cpu"), device(1, kind="cpu")])
    with pytest.raises(EvidenceError) as refused:
        read_evidence([path], load(), ["huawei-ascend-910c", "nvidia-h20"])
    first, last = (problem.advice for problem in refused.value.problems)
    assert first == ""
    assert last.endswith("on a host with an accelerator of the plan: huawei-ascend-910c, nvidia-h20")


def test_two_rows_of_one_device_are_not_two_devices(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, [row(600.0)], host="a", name="a.json", as_of="2026-10-01"),
        write(tmp_path, [row(610.0)], host="b", name="b.json", as_of="2026-11-01"),
    ]
    (measured,) = read_evidence(paths, load()).measurements
    assert measured.share == pytest.approx(610 / PEAK)


def clocked(tera: float, sheet: float, ran: float) -> Any:
    plain = row(tera)
    assert plain.clock is not None
    clock = replace(plain.clock, sheet_mhz=sheet, measured_mhz=Interval(median=ran, low=ran, high=ran))
    return replace(plain, clock=clock)


def peaked(tera: float, peak: float) -> Any:
    from tests.bench import records

    made = records.row(tera)
    assert made.peak is not None
    return replace(made, peak=replace(made.peak, tera_per_second=peak), share_of_peak=tera / peak)


def test_a_rate_above_the_peak_is_an_error_that_names_the_likely_cause(tmp_path: Path) -> None:
    cases = (
        (clocked(760.0, 1_500.0, 1_700.0), "boost clock: it ran at 1700 MHz"),
        (peaked(1_200.0, 1_504.0), "a sheet with sparsity"),
        (peaked(780.0, 800.0), "wrong SKU?"),
        (peaked(780.0, 1.02 * 752.0), "check the catalogue's figure"),
        (row(780.0), "check the catalogue's figure"),
    )
    for index, (told, words) in enumerate(cases):
        text = refusal(write(tmp_path, [told], name=f"{index}.json"))
        assert words in text
        assert "of the 752 of huawei-ascend-910c" in text


def graded(
    tmp_path: Path, count: int = 8, as_of: str = "2026-11-01", hosts: int = 2, **changes: Any
) -> tuple[Grade, tuple[str, ...]]:
    paths = []
    for host in range(hosts):
        places = range(host, count, hosts)
        devices, rows = [device(i) for i in places], [row(600.0 + i, i, **changes) for i in places]
        name = f"{count}-{as_of}-{host}.json"
        paths.append(write(tmp_path, rows, devices, as_of=as_of, host=f"n{host}", name=name))
    read = read_evidence(paths, load())
    made = calibrate("huawei-ascend-910c", Precision.BF16, read.measurements, TODAY)
    return made.grade, made.reservations


def test_age_few_hosts_and_unsteady_runs_lower_the_grade(tmp_path: Path) -> None:
    assert graded(tmp_path, hosts=4) == (Grade.A, ())
    assert graded(tmp_path, count=9, hosts=3) == (Grade.B, ("3 hosts measured, of 4 that are needed",))
    assert graded(tmp_path, count=10, hosts=5, as_of="2025-11-01") == (Grade.B, ("386 days old",))
    assert graded(tmp_path, count=11, hosts=2, as_of="2025-01-01")[0] is Grade.C
    assert graded(tmp_path, count=12, hosts=4, steady=False) == (Grade.B, ("not all runs were steady",))


def test_many_devices_of_one_host_are_no_grade_a(tmp_path: Path) -> None:
    assert graded(tmp_path, count=64, hosts=1) == (Grade.C, ("1 host measured, of 4 that are needed",))


def test_different_software_lowers_the_grade(tmp_path: Path) -> None:
    devices = [device(i) for i in range(8)]
    devices[0] = replace(devices[0], software=replace(devices[0].software, identity="another 2.0"))
    read = read_evidence([write(tmp_path, [row(600.0, i) for i in range(8)], devices)], load())
    made = calibrate("huawei-ascend-910c", Precision.BF16, read.measurements, TODAY)
    assert "measured with different software" in made.reservations
    assert made.grade is Grade.C  # beside it, all of them are of one host


def test_evidence_from_the_future_is_refused(tmp_path: Path) -> None:
    """Its day would make every other measurement look old."""
    told = refusal(write(tmp_path, [row(600.0)], as_of="2999-01-01"))
    assert "run.as_of 2999-01-01, a day to come" in told
    assert "set the clock of that host right" in told


def test_a_folder_stands_for_the_files_in_it(tmp_path: Path) -> None:
    write(tmp_path, [row(600.0)], host="a", name="a.json")
    write(tmp_path, [row(610.0, 1)], [device(1)], host="b", name="b.json")
    assert len(read_evidence([tmp_path], load()).measurements) == 2
    (tmp_path / "empty").mkdir()
    assert "no *.json in this folder" in refusal(tmp_path / "empty")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"passed":true', b'"passed":false', "rows[0] verified without a verification that passed"),
        (b'"sustained":{"unit":"TFLOP/s"', b'"sustained":{"unit":"TOPS"', "rows[0] counts bf16 in TOPS"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(tmp_path: Path, old: bytes, new: bytes, words: str) -> None:
    assert words in refusal(sealed(write(tmp_path, [row(600.0)]), old, new))


def test_a_precision_made_of_lower_ones_does_not_calibrate(tmp_path: Path) -> None:
    made = row(600.0)
    assert made.compute is not None
    assert "emulated" in refusal(write(tmp_path, [replace(made, compute=replace(made.compute, emulated=True))]))


def test_a_measurement_that_a_newer_one_stands_in_for_is_named(tmp_path: Path) -> None:
    paths = [
        write(tmp_path, [row(600.0)], host="a", name="a.json", as_of="2026-10-01"),
        write(tmp_path, [row(610.0)], host="b", name="b.json", as_of="2026-11-01"),
    ]
    (left_out,) = read_evidence(paths, load()).refusals
    assert left_out.reason.startswith("the same device again in 20261101T000000Z-b-")
    assert "a.json" in left_out.file


def test_the_made_up_records_of_the_documentation_change_the_waterfall_of_the_hub(tmp_path: Path) -> None:
    read = read_evidence(leave_made_up(tmp_path), load())
    assert len(read.measurements) == 16
    given = phase_waterfalls(resolve(hub(), load(), read), Precision.BF16)[0]
    assert given.measured_fraction > 0
    assert "made-up" in given.step("calibrated").source


def test_no_evidence_is_no_error() -> None:
    assert read_evidence((), load()) == Evidence()


def test_a_file_of_more_than_256_mib_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "endless.json"
    with path.open("wb") as file:
        file.truncate(2**28 + 1)
    with pytest.raises(EvidenceError, match="more than 256 MiB"):
        read_evidence([path], load())


def test_a_file_that_is_given_by_two_names_is_reported_by_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, [row(600.0)])
    monkeypatch.chdir(tmp_path)
    orders: tuple[tuple[Path | str, ...], ...] = ((path, path.name), (path.name, path))
    for names in orders:
        (told,) = read_evidence(names, load()).refusals
        assert told.file == str(names[0])
