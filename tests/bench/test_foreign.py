"""Results of other benchmarks: golden files, hostile ones, and that nothing is written where one is refused."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from petaplan.bench.__main__ import petaplan_bench
from petaplan.bench.errors import EvidenceError, InputError
from petaplan.bench.evidence import evidence_file, reported
from petaplan.bench.evidence.reported import ReportedRate
from petaplan.bench.foreign.formats_table import known_formats
from petaplan.bench.foreign.importing import KEPT_LEFT_OUT, SHOWN, Given, import_files
from petaplan.bench.precision import Precision

GOLDEN = Path(__file__).parent / "foreign"
H100 = "NVIDIA H100 80GB HBM3"


def rates(name: str, **given: Any) -> dict[tuple[str, str, str], ReportedRate]:
    (source,) = import_files([GOLDEN / name], Given(**given)).sources
    return {(rate.device, rate.precision, rate.engine): rate for rate in source.rates}


def refused(path: Path, **given: Any) -> str:
    with pytest.raises(InputError) as told:
        import_files([path], Given(**given))
    return str(told.value)


@pytest.mark.parametrize(
    ("name", "device", "found"),
    [
        ("mamf-finder.txt", None, {(H100, "bf16"): (701.5, 701.5, 711.2)}),
        ("mamf-finder-sustained.txt", None, {("NVIDIA H200", "fp8"): (1420, 1420, 1650)}),
        ("flagperf.log", "910B2", {("910B2", "bf16"): (302.2, 301.2, 303.2), ("910B2", "int8"): (600.5, 600.5, 600.5)}),
        ("flagperf-two-chips.log", "BI-V150", {("BI-V150", "fp16"): (196.8, 196.8, 196.8)}),
        ("flagperf-sheet.md", None, {("A100-40GiB-SXM", "bf16"): (259.2, 259.2, 259.2)}),
        ("hipblaslt-bench.txt", None, {("AMD Instinct MI300X", "bf16"): (709.258, 709.258, 709.258)}),
        ("nvbench.json", None, {(H100, "bf16"): (2 * 8192**3 / 0.00157 / 1e12,) * 3}),
    ],
)
def test_a_golden_file_gives_its_rates(
    name: str, device: str | None, found: dict[tuple[str, str], tuple[float, float, float]]
) -> None:
    read = rates(name, **({"device": device} if device else {}))
    assert {key[:2]: (r.tera_per_second, r.low, r.high) for key, r in read.items()} == {
        key: pytest.approx(values) for key, values in found.items()
    }
    assert {rate.engine for rate in read.values()} == {"matrix"}


def test_superbench_counts_in_two_units_and_tells_tensor_cores_from_vector_units() -> None:
    read = rates("superbench.jsonl", device="NVIDIA A100-SXM4-80GB")
    plain = {key[1:]: round(rate.tera_per_second, 3) for key, rate in read.items()}
    assert plain == {
        ("fp64", "vector"): 9.031,
        ("fp64", "matrix"): 18.964,
        ("fp16", "vector"): 33.878,
        ("fp16", "matrix"): 270.0,
        ("bf16", "matrix"): 265.0,
        ("int8", "matrix"): 475.16,
        ("tf32", "matrix"): 120.5,
    }
    of_two_shapes = read["NVIDIA A100-SXM4-80GB", "fp16", "matrix"]
    assert (of_two_shapes.shapes, of_two_shapes.figures) == (2, 1)
    assert read["NVIDIA A100-SXM4-80GB", "fp16", "vector"].share_of_peak is None


def test_a_table_of_several_devices_is_read_by_its_rows() -> None:
    read = rates("torch-table.md")
    assert len(read) == 6
    assert read["Example NPU X", "bf16", "matrix"].tera_per_second == pytest.approx(302.3)
    assert read["Example NPU X", "bf16", "matrix"].figures == 2
    assert {key[0] for key in rates("torch-table.md", device="a100")} == {"NVIDIA A100 SXM4 80GB"}
    assert "no row of a device like 'H900'" in refused(GOLDEN / "torch-table.md", device="H900")


def test_every_format_has_a_golden_file_that_says_how_it_was_learned() -> None:
    read = {form.key: form for form in known_formats()}
    page = (GOLDEN / "README.md").read_text()
    golden = [path for path in GOLDEN.iterdir() if path.name != "README.md"]
    told = {import_files([path], Given(device="X", precision=None)).sources[0].tool for path in golden}
    assert told == set(read)
    assert all(path.name in page for path in golden)
    assert all(form.learned for form in read.values())


def test_what_is_written_is_read_again_and_shows_a_changed_byte(tmp_path: Path) -> None:
    record = import_files([GOLDEN / "mamf-finder.txt"], Given(source="a friend", as_of="2026-01-02"))
    raw = reported.render(record)
    again = reported.parse(raw, "x")
    assert again.sources == record.sources
    assert (again.status, again.sources[0].source, again.sources[0].as_of) == ("reported", "a friend", "2026-01-02")
    assert reported.is_reported(raw)
    with pytest.raises(EvidenceError, match="digest"):
        reported.parse(raw.replace(b"701.5", b"601.5"), "x")
    path = tmp_path / "r.json"
    path.write_bytes(raw)
    with pytest.raises(EvidenceError, match="no measurement"):
        evidence_file.read(path)
    assert "is a file of petaplan-bench itself" in refused(path)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("mamf-finder.txt", "701.5 TFLOPS", "1400.0 TFLOPS"),
        ("superbench.jsonl", '"gemm-flops/bf16_tc_flops:1": 266000.0', '"gemm-flops/bf16_tc_flops:1": 560000.0'),
        ("torch-table.md", "| 19.18", "| 156.3"),
        ("flagperf.log", "301.2", "640.1"),
        ("nvbench.json", "0.00157", "0.00057"),
        ("hipblaslt-bench.txt", "709258", "2709258"),
    ],
)
def test_more_than_the_dense_sheet_is_refused_in_every_format(tmp_path: Path, name: str, old: str, new: str) -> None:
    path = tmp_path / name
    path.write_text((GOLDEN / name).read_text().replace(old, new))
    given = {} if "mamf" in name or "nvbench" in name or "hip" in name else {"device": "A100-SXM4-80GB"}
    if name == "torch-table.md":
        given = {}
    told = refused(path, **given)
    assert "expected at most 1.02 ×" in told, told


def test_two_percent_above_the_sheet_is_still_read(tmp_path: Path) -> None:
    text = (GOLDEN / "mamf-finder.txt").read_text()
    for rate, good in ((989.4 * 1.019, True), (989.4 * 1.022, False)):
        path = tmp_path / "log.txt"
        path.write_text(text.replace("mean:   701.5", f"mean:   {rate:.1f}"))
        if good:
            assert import_files([path], Given()).sources[0].rates[0].share_of_peak == pytest.approx(1.019, abs=1e-3)
        else:
            assert "1.02 × the 989.4" in refused(path)


def test_a_log_with_runs_of_two_days_is_refused(tmp_path: Path) -> None:
    """Each figure would have the day of the last run."""
    first, second = ((GOLDEN / name).read_text() for name in ("mamf-finder-sustained.txt", "mamf-finder.txt"))
    log = tmp_path / "appended.log"
    log.write_text(first + second, encoding="utf-8")
    told = refused(log)
    assert "found a run of 2025-05-03 after one of 2026-08-30; expected runs of one day: split the file" in told
    log.write_text(second + second, encoding="utf-8")
    assert import_files([log], Given()).sources[0].as_of == "2025-05-03"


@pytest.mark.parametrize("value", ["nan", "-3", "0", "inf", "1e400", "many", "", "1e30"])
@pytest.mark.parametrize(
    "name", ["mamf-finder.txt", "flagperf.log", "nvbench.json", "hipblaslt-bench.txt", "torch-table.md"]
)
def test_what_is_no_rate_is_a_problem_with_its_place(tmp_path: Path, name: str, value: str) -> None:
    old = {"mamf-finder.txt": "701.5", "flagperf.log": "301.2", "nvbench.json": "0.00157",
           "hipblaslt-bench.txt": "709258", "torch-table.md": "264.53"}[name]  # fmt: skip
    path = tmp_path / name
    path.write_text((GOLDEN / name).read_text().replace(old, value))
    if (name, value) in {("torch-table.md", ""), ("mamf-finder.txt", "")}:
        return  # an empty cell is no figure; a line without a number is no outcome
    told = refused(path, **({"device": "X"} if name == "flagperf.log" else {}))
    assert re.search(r"(line \d+|state 0).*(expected a number above zero|above)|rate|1\.02", told), told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        (b"hello\n", "is of no known format; expected one of flagperf"),
        (b"\x7fELF\x00\x01", "is binary: found a zero byte at 4"),
        ("Größe".encode("latin-1"), "is no UTF-8 text: found the byte 0xf6 at 2"),
        (b"{" * 100_000, "is of no known format"),
        (b'{"benchmarks": ' + b"[" * 100_000 + b', "summaries": 1', "too deep"),
        (b'{"benchmarks": [], "benchmarks": [], "sm_version": 1}', "the member 'benchmarks' twice"),
        (b'{"benchmarks": [NaN], "sm_version": 1}', "the number NaN"),
        (b'{"benchmarks": 3, "sm_version": 1}', "no state with nv/cold"),
        (b'{"node": "a", "gemm-flops/BF16_TC:0": "fast"}', "found 'fast' for a rate"),
        (b'{"node": "a", "gemm-flops/BF16_TC:0": true}', "found True for a rate"),
        (b'{"node": "a", "gemm-flops/BF16_TC:0": 1', "expected one JSON object a line"),
        (b"** Dtype: torch.bfloat16\n", "no block of best outcomes"),
        (b"[FlagPerf Result]Rank 0's computation-INT4=3.0TOPS\n", "no rate of a matrix product at a known precision"),
        (b"| device | fp16 | bf16 | note | contributor |\n|--|--|--|--|--|\n| X | 1 |\n", "found 2 cells; expected 5"),
    ],
)
def test_a_hostile_file_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    told = refused(path, device="X")
    assert words in told
    assert len(told) < 2_000


@pytest.mark.parametrize(
    "content",
    [
        "a" + "\n" * 3_000_000,
        "a" * 3_000_000,
        "** Dtype: torch.bfloat16\n" + "a" * 3_000_000,
        "** Dtype: torch.bfloat16\n" + "DeviceProperties(name='" * 100_000,
        "{" + " " * 3_000_000 + "}",
        "|" * 3_000_000,
        "| A1" * 600_000,
        "[FlagPerf Result]Rank 1's computation-BF16=" + "1" * 3_000_000,
        "transA,transB," * 200_000,
        '{"node": 1, "gemm-flops/' + "a" * 3_000_000 + '": 1}',
        '{"node": 1, "gemm-flops/BF16_TC:0": ' + "9" * 5_000 + "}",
    ],
    ids=range(11),
)
def test_text_that_makes_a_search_start_again_and_again_is_refused_in_time(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file"
    path.write_text(content)
    assert len(refused(path, device="X")) < 2_000


def test_two_formats_at_once_are_refused(tmp_path: Path) -> None:
    names = ("flagperf.log", "mamf-finder.txt", "superbench.jsonl", "torch-table.md", "hipblaslt-bench.txt")
    for first in names:
        for second in names:
            if first < second:
                path = tmp_path / "mixed"
                path.write_text((GOLDEN / first).read_text() + (GOLDEN / second).read_text())
                assert "at once; expected one format a file: split it" in refused(path)


def test_every_problem_is_told_at_once_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    large, empty, good = tmp_path / "large.log", tmp_path / "empty", GOLDEN / "mamf-finder.txt"
    empty.touch()
    with large.open("wb") as file:
        os.truncate(file.fileno(), 2**30)
    out, table = tmp_path / "out.json", tmp_path / "out.csv"
    arguments = ["import", *map(str, (good, large, empty, tmp_path, tmp_path / "absent", good))]
    code = petaplan_bench([*arguments, "--json", str(out), "--format", "csv", "-o", str(table)])
    told = capsys.readouterr().err
    assert code == 2
    assert not out.exists() and not table.exists()
    for words in ("more than 64 MiB; cut out", "is empty", "found a folder", "No such file", "holds the same bytes as"):
        assert words in told
    assert "Traceback" not in told


def test_problems_and_left_out_lines_of_a_file_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("".join(f"[FlagPerf Result]Rank {i}'s computation-BF16=xTFLOPS\n" for i in range(5_000)))
    assert len(refused(path, device="X").splitlines()) == SHOWN + 1
    many = "".join(f"[FlagPerf Result]Rank {i}'s computation-INT4=3.0TOPS\n" for i in range(5_000))
    path.write_text(many + "[FlagPerf Result]Rank 0's computation-BF16=3.0TFLOPS\n")
    assert len(import_files([path], Given(device="X")).sources[0].left_out) == KEPT_LEFT_OUT + 1


def test_hostile_text_stays_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = "\x1b[31mEvil\x1b[0m\u202e <b>$(reboot)</b> ::error::x"
    path, out = tmp_path / "log.txt", tmp_path / "out.json"
    path.write_text((GOLDEN / "mamf-finder.txt").read_text().replace("NVIDIA H100 80GB HBM3", name))
    for form in ("text", "markdown", "csv"):
        assert petaplan_bench(["import", str(path), "--json", str(out), "--format", form]) == 0
        shown = capsys.readouterr().out
        assert "\x1b" not in shown and "\u202e" not in shown
    assert petaplan_bench(["import", str(path), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)
    raw = out.read_bytes()
    assert b"\x1b" not in raw and "\u202e".encode() not in raw
    assert "Evil" in reported.parse(raw, "x").sources[0].rates[0].device


def test_wrong_options_are_told_before_a_file_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--dtype", "fp17", "--as-of", "2026-13-01", "--device", " ", "--source", ""]
    assert petaplan_bench(["import", "absent", *arguments]) == 2
    told = capsys.readouterr().err
    for words in ("--dtype fp17: unknown", "--as-of 2026-13-01: is no day", "--device: is empty", "--source: is empty"):
        assert words in told
    assert petaplan_bench(["import", "absent", "--source", "x" * 501]) == 2
    assert "--source: has 501 characters; expected at most 500" in capsys.readouterr().err
    assert petaplan_bench(["import", "absent", "--as-of", "2999-01-01"]) == 2
    assert "a day to come" in capsys.readouterr().err


def test_a_file_without_precision_or_device_asks_for_both(tmp_path: Path) -> None:
    path = tmp_path / "nv.json"
    text = (GOLDEN / "nvbench.json").read_text().replace('"value": "bf16"', '"value": "mystery"')
    path.write_text(text.replace(H100, ""))
    assert "names no device; give its name with --device" in refused(path)
    assert "says no precision; give it with --dtype" in refused(path, device="X")
    (source,) = import_files([path], Given(device="X", precision=Precision.FP16)).sources
    assert (source.rates[0].device, source.rates[0].precision) == ("X", "fp16")


def test_a_reported_file_can_be_signed_and_never_calibrates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, out = tmp_path / "k", tmp_path / "r.json"
    assert petaplan_bench(["import", str(GOLDEN / "mamf-finder.txt"), "--json", str(out)]) == 0
    assert petaplan_bench(["keygen", str(key), "--no-password"]) == 0
    assert petaplan_bench(["sign", str(out), "--key", str(key)]) == 0
    assert (tmp_path / "r.json.minisig").exists()
    capsys.readouterr()
    assert petaplan_bench(["calibrate", str(out)]) == 2
    told = capsys.readouterr()
    assert "reported by others, no measurement" in told.out
