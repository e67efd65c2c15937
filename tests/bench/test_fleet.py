"""Many hosts: workers that leave one file each, launch texts that validate, a merge that names who and why."""

import json
import os
import random
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import kubernetes_validate
import numpy as np
import pytest
import yaml

from petaplan.bench.errors import EvidenceError, InputError
from petaplan.bench.evidence import evidence_file
from petaplan.bench.evidence.record import Candidate, Row, RunRecord, Shape
from petaplan.bench.fleet import launch, worker
from petaplan.bench.fleet.merge import discoveries, merge
from petaplan.bench.fleet.ranks import rank_in
from petaplan.bench.precision import Precision
from tests.bench.records import device, evidence, row
from tests.commands import petaplan_bench

ROOT = Path(__file__).parents[2]


def simulated(**behaviour: object) -> dict[str, str]:
    return {"PETAPLAN_BENCH_SIMULATED": json.dumps(behaviour)}


# ------------------------------------------------------------------ the worker


@pytest.mark.parametrize(
    ("variables", "rank", "local", "launcher"),
    [
        ({"SLURM_PROCID": "5", "SLURM_NTASKS": "8", "SLURM_LOCALID": "1"}, 5, 1, "slurm"),
        ({"OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_LOCAL_RANK": "0"}, 2, 0, "openmpi"),
        ({"PMIX_RANK": "7"}, 7, 0, "pmix"),
        ({"PMI_RANK": "3", "PMI_SIZE": "4"}, 3, 0, "pmi"),
        ({"JOB_COMPLETION_INDEX": "6"}, 6, 0, "kubernetes"),
        ({"RANK": "4", "WORLD_SIZE": "16", "LOCAL_RANK": "2"}, 4, 2, "torchrun"),
        ({}, 0, 0, "none"),
    ],
)
def test_the_rank_comes_from_whichever_launcher_set_it(
    variables: dict[str, str], rank: int, local: int, launcher: str
) -> None:
    found = rank_in(variables)
    assert (found.rank, found.local_rank, found.launcher) == (rank, local, launcher)


def test_a_rank_that_is_no_number_is_bad_input() -> None:
    with pytest.raises(InputError, match="SLURM_PROCID='x'"):
        rank_in({"SLURM_PROCID": "x"})


def test_a_worker_leaves_one_sound_file_with_its_batches_beside_it_and_does_nothing_twice(tmp_path: Path) -> None:
    words = ("fleet", "worker", "--out", str(tmp_path), "--run-id", "r1", "--device", "sim", "--seconds", "2")
    first = petaplan_bench(*words, SLURMD_NODENAME="node-7", **simulated(settling_seconds=0.05))
    assert first.code == 0, first.out + first.err
    (record,) = tmp_path.glob("r1.node-7.*.json")
    (side,) = tmp_path.glob("r1.node-7.*.batches.json.gz")
    before = record.stat().st_mtime_ns
    found = evidence_file.read(record)
    assert found.host.name == "node-7"
    assert found.rows[0].batches is None
    assert side.name in (found.rows[0].batches_at or "")
    again = petaplan_bench(*words, SLURMD_NODENAME="node-7", **simulated())
    assert "measured already" in again.out
    assert record.stat().st_mtime_ns == before


def test_a_damaged_file_is_measured_again(tmp_path: Path) -> None:
    path = tmp_path / worker.file_name("r1")
    path.write_text("half a reco")
    assert not worker.finished(path)
    evidence_file.write(path, evidence(partial=True))
    assert not worker.finished(path)
    evidence_file.write(path, evidence())
    assert worker.finished(path)


def test_a_device_that_hangs_gives_a_record_that_says_so(tmp_path: Path) -> None:
    done = petaplan_bench(
        "fleet", "worker", "--out", str(tmp_path), "--run-id", "r1", "--device", "sim", "--timeout", "4",
        **simulated(hangs_at_batch=20),
    )  # fmt: skip
    assert done.code == 4
    (record,) = tmp_path.glob("r1.*.json")
    (found,) = evidence_file.read(record).rows
    assert found.status == "timed-out"
    assert found.sustained is None


def test_only_the_first_rank_of_a_host_measures(tmp_path: Path) -> None:
    done = petaplan_bench("fleet", "worker", "--out", str(tmp_path), "--run-id", "r1", RANK="3", LOCAL_RANK="3")
    assert done.code == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("run_id", ["a/b", "", "../x", "x" * 101, "a b"])
def test_a_run_id_that_cannot_be_a_file_name_is_refused(run_id: str) -> None:
    with pytest.raises(InputError):
        worker.checked_run_id(run_id)


# ------------------------------------------------------------ the launch texts


def test_the_slurm_script_passes_bash_and_shellcheck(tmp_path: Path) -> None:
    done = petaplan_bench(
        "fleet", "slurm", "--hosts", "1000", "--out", "/scratch/it's here", "--run-id", "q1", "--dtype", "bf16",
        "--gpus", "8", "--partition", "gpu",
    )  # fmt: skip
    assert done.code == 0, done.err
    script = tmp_path / "job.sh"
    script.write_text(done.out)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    checked = subprocess.run(
        [str(Path(sys.executable).parent / "shellcheck"), str(script)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert "#SBATCH --nodes=1000" in done.out
    assert "--ntasks-per-node=1" in done.out


def test_the_slurm_script_runs_its_workers_with_a_stand_in_for_srun(tmp_path: Path) -> None:
    fleet = launch.Fleet(run_id="q1", hosts=1, out=str(tmp_path / "out"), worker_options=("--device", "sim"))
    (tmp_path / "srun").write_text('#!/bin/bash\nshift 3\nprintf "%s\\n" "$@"\n')
    (tmp_path / "scontrol").write_text("#!/bin/bash\necho node-1\n")
    for name in ("srun", "scontrol"):
        (tmp_path / name).chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SLURM_JOB_NODELIST": "node-1", "USER": "u"}
    done = subprocess.run(
        ["bash"], input=launch.slurm_script(fleet), capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.splitlines()[: len(fleet.command)] == list(fleet.command)
    assert (tmp_path / "out" / "q1.hosts").read_text() == "node-1\n"


@pytest.mark.parametrize("gpus", [0, 8])
def test_the_kubernetes_manifest_satisfies_the_kubernetes_schema(gpus: int) -> None:
    done = petaplan_bench(
        "fleet", "k8s", "--hosts", "16", "--image", "registry.example/petaplan:1", "--claim", "results", "--run-id",
        "Q1.2026", "--gpus", str(gpus), "--namespace", "bench",
    )  # fmt: skip
    assert done.code == 0, done.err
    manifest = yaml.safe_load(done.out)
    kubernetes_validate.validate(manifest, "1.31", strict=True)
    assert manifest["spec"]["completionMode"] == "Indexed"
    assert manifest["spec"]["completions"] == 16
    assert manifest["spec"]["template"]["spec"]["topologySpreadConstraints"]


@pytest.mark.parametrize(("run_id", "hosts"), [("q1.", 1), ("Q_1-", 16), ("x" * 100, 100_000)])
def test_names_in_the_manifest_are_such_as_kubernetes_takes(run_id: str, hosts: int) -> None:
    fleet = launch.Fleet(run_id=run_id, hosts=hosts, out="/results")
    manifest = yaml.safe_load(launch.kubernetes_manifest(fleet, image="i", claim="c"))
    label = manifest["metadata"]["labels"]["petaplan-run"]
    assert re.fullmatch(r"[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?", label)
    last_pod = f"{manifest['metadata']['name']}-{hosts - 1}"
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", last_pod)
    assert len(last_pod) <= 63


def test_names_that_would_break_a_script_or_a_manifest_are_all_refused() -> None:
    done = petaplan_bench(
        "fleet", "slurm", "--hosts", "2", "--out", "/x", "--partition", "a\nb", "--account", "", "--run-id", "/"
    )
    assert done.code == 2
    for word in ("--partition", "--account", "--run-id"):
        assert word in done.err
    done = petaplan_bench("fleet", "k8s", "--hosts", "2", "--image", "a b", "--claim", "Results", "--namespace", "x_y")
    assert done.code == 2
    for word in ("--image", "--claim", "--namespace"):
        assert word in done.err


def test_fleet_options_that_cannot_work_are_all_named() -> None:
    done = petaplan_bench("fleet", "slurm", "--hosts", "0", "--out", "relative", "--gpus", "-1")
    assert done.code == 2
    for word in ("--hosts 0", "--out relative", "--gpus -1"):
        assert word in done.err


# ------------------------------------------------------------------- the merge


def host_record(index: int, rows: tuple[Row, ...] | None = None, *, rng: random.Random | None = None) -> RunRecord:
    rng = rng or random.Random(index)  # noqa: S311
    rows = rows or (row(800.0 * rng.gauss(1.0, 0.004)),)
    devices = tuple(device(r.device, uuid=f"GPU-{index}-{r.device}") for r in rows)
    return evidence(*rows, devices=devices, host=f"node-{index}")


def write_fleet(folder: Path, count: int, special: dict[int, Row] | None = None) -> list[Path]:
    paths = []
    for index in range(count):
        rows = (special[index],) if special and index in special else None
        paths.append(folder / f"{index:05d}.json")
        evidence_file.write(paths[-1], host_record(index, rows))
    return paths


def test_a_healthy_fleet_has_no_outlier(tmp_path: Path) -> None:
    found = merge(write_fleet(tmp_path, 200), [f"node-{i}" for i in range(200)])
    assert found.outliers == ()
    assert found.missing_hosts == ()
    assert found.cohorts[0].devices == 200
    assert found.cohorts[0].p05 is not None
    assert found.cohorts[0].expected_slowest[512] < found.cohorts[0].p05


def test_each_kind_of_trouble_is_found_and_named(tmp_path: Path) -> None:
    hot = replace(row(700.0, clock_mhz=1312.0), telemetry=replace(row().telemetry, throttle_seconds={"thermal": 2.0}))
    wrong = replace(
        row(), verified=False, status="wrong-result", reason="bits", sustained=None, burst=None,
        verification=None, share_of_peak=None,
    )  # fmt: skip
    verdict = row().verification
    assert verdict is not None
    special = {
        3: row(700.0, clock_mhz=1312.0),
        5: hot,
        7: row(700.0, kernel=0.7875),
        9: wrong,
        11: replace(row(), verification=replace(verdict, result_hash="other")),
    }
    found = merge(write_fleet(tmp_path, 60, special))
    causes = {outlier.host: outlier.cause for outlier in found.outliers}
    assert set(causes) == {f"node-{index}" for index in special}
    assert "power limit or silicon" in causes["node-3"]
    assert "temperature" in causes["node-5"]
    assert causes["node-7"].startswith("kernel")
    assert "quarantine" in causes["node-9"]
    assert "bits of its product differ" in causes["node-11"]


def test_missing_and_unsound_files_are_named_and_the_rest_is_merged(tmp_path: Path) -> None:
    paths = write_fleet(tmp_path, 10)
    paths[2].unlink()
    paths[4].write_bytes(paths[4].read_bytes()[:500])
    hosts = tmp_path / "hosts.txt"
    hosts.write_text("\n".join(f"node-{i}" for i in range(10)))
    done = petaplan_bench("merge", str(tmp_path), "--hosts", str(hosts), "--json", str(tmp_path / "verdict.txt"))
    assert done.code == 1
    assert "missing: node-2" in done.out
    assert "missing: node-4" in done.out
    assert "unsound:" in done.out
    assert "cut short" in done.out
    verdict = json.loads((tmp_path / "verdict.txt").read_text())
    assert verdict["hosts"] == 8


def test_a_cohort_too_small_to_judge_says_so(tmp_path: Path) -> None:
    found = merge(write_fleet(tmp_path, 3, {1: row(500.0)}))
    assert found.outliers == ()
    assert "too few to find outliers" in found.cohorts[0].note


def test_unlike_software_is_never_one_cohort(tmp_path: Path) -> None:
    paths = write_fleet(tmp_path, 12)
    for path in paths[:6]:
        record = evidence_file.read(path)
        software = replace(record.devices[0].software, identity="examplelib 2.0")
        evidence_file.write(path, replace(record, devices=(replace(record.devices[0], software=software),)))
    assert len(merge(paths).cohorts) == 2


def test_of_eight_thousand_healthy_devices_hardly_any_is_accused() -> None:
    rng = np.random.default_rng(1)
    from scipy.special import ndtr

    accused = [int(discoveries(ndtr(rng.standard_normal(8000))).sum()) for _ in range(20)]
    assert sum(accused) <= 3


def test_a_copied_file_counts_once_and_is_named(tmp_path: Path) -> None:
    paths = write_fleet(tmp_path, 6)
    copy = tmp_path / "copy.json"
    copy.write_bytes(paths[0].read_bytes())
    found = merge([*paths, copy])
    assert found.cohorts[0].devices == 6
    assert found.repeated == (f"{copy}: run 20261101T000000Z-node-0-abcdef is in {paths[0]} already; counted once",)
    assert found.is_trouble


def test_paths_that_overlap_are_read_once(tmp_path: Path) -> None:
    paths = write_fleet(tmp_path, 6)
    done = petaplan_bench("merge", str(tmp_path), str(paths[0]), str(tmp_path))
    assert done.code == 0, done.out + done.err
    assert "6 files, 6 hosts" in done.out


def test_a_device_that_two_hosts_claim_is_named(tmp_path: Path) -> None:
    paths = write_fleet(tmp_path, 5)
    stolen = evidence(row(), devices=(device(uuid="GPU-0-cuda:0"),), host="node-9")
    evidence_file.write(tmp_path / "9.json", stolen)
    found = merge([*paths, tmp_path / "9.json"])
    assert len(found.shared_devices) == 1
    assert found.shared_devices[0].startswith("GPU-0-cuda:0 is on node-0, node-9")


def test_a_host_that_nobody_expected_is_named(tmp_path: Path) -> None:
    found = merge(write_fleet(tmp_path, 3), ["node-0", "node-1"])
    assert found.unexpected_hosts == ("node-2",)


def test_what_cannot_be_merged_is_all_named_and_nothing_is_written(tmp_path: Path) -> None:
    verdict, empty = tmp_path / "verdict.json", tmp_path / "empty"
    empty.mkdir()
    done = petaplan_bench("merge", str(empty), str(tmp_path / "absent"), "--json", str(verdict))
    assert done.code == 2
    assert "no host file (*.json) in this folder" in done.err
    assert "absent: no such file or folder" in done.err
    (empty / "a.json").write_text("half")
    again = petaplan_bench("merge", str(empty), "--json", str(verdict))
    assert again.code == 2
    assert "does not open with" in again.err
    assert not verdict.exists()


def test_the_verdict_may_lie_among_the_host_files(tmp_path: Path) -> None:
    write_fleet(tmp_path, 6)
    for _ in range(2):
        done = petaplan_bench("merge", str(tmp_path), "--json", str(tmp_path / "verdict.json"))
        assert done.code == 0, done.out
        assert "6 files, 6 hosts" in done.out


def test_a_list_of_hosts_without_a_host_is_bad_input(tmp_path: Path) -> None:
    write_fleet(tmp_path, 1)
    (tmp_path / "hosts").write_text("# none\n")
    done = petaplan_bench("merge", str(tmp_path), "--hosts", str(tmp_path / "hosts"))
    assert done.code == 2
    assert "names no host" in done.err


def test_a_picture_of_a_worker_s_record_takes_the_batches_from_beside_it(tmp_path: Path) -> None:
    record = evidence()
    path = tmp_path / "r1.node-1.b.json"
    worker.leave(record, path)
    lean = evidence_file.read(path)
    assert lean.rows[0].batches is None
    assert worker.with_batches(lean, tmp_path).rows[0].batches == record.rows[0].batches
    (side,) = tmp_path.glob("*.gz")
    side.write_bytes(side.read_bytes()[:-1] + b"x")
    with pytest.raises(EvidenceError, match="is not the file that the record names"):
        worker.with_batches(lean, tmp_path)
    side.unlink()
    assert worker.with_batches(lean, tmp_path).rows[0].batches is None


@pytest.mark.variant
@pytest.mark.slow
def test_eight_thousand_host_files_merge_within_1_gib(tmp_path: Path) -> None:
    tried = tuple(
        Candidate(
            shape=Shape(m=m, n=2816, k=8192), algorithm=None, tera_per_second=700.0, cycles_per_flop=0.1, chosen=False
        )
        for m in (2048,)
    )
    lean = replace(row(), batches=None, batches_at="x.batches.json.gz sha256:0", candidates=tried)
    precisions = (Precision.BF16, Precision.FP16, Precision.FP8)
    rows = tuple(replace(lean, device=f"cuda:{g}", precision=p) for g in range(8) for p in precisions)
    devices = tuple(device(f"cuda:{g}", uuid=f"GPU-0-{g}") for g in range(8))
    head = evidence_file.render(evidence(*rows, devices=devices, host="node-0")).rpartition(b'"digest"')[0]
    for index in range(8000):
        body = head.replace(b"node-0", b"node-%d" % index).replace(b"GPU-0-", b"GPU-%d-" % index)
        seal = evidence_file.digest_of(body).encode()
        (tmp_path / f"{index:05d}.json").write_bytes(body + b'"digest": "' + seal + b'"\n}\n')
    said = tmp_path / "said.txt"
    with said.open("wb") as out:
        merging = subprocess.Popen(
            [sys.executable, "-m", "petaplan.bench", "merge", str(tmp_path)], stdout=out, stderr=out
        )
        _, status, used = os.wait4(merging.pid, 0)
        merging.returncode = os.waitstatus_to_exitcode(status)
    assert "8000 files, 8000 hosts" in said.read_text()
    assert len(head) > 40 * 1024
    assert used.ru_maxrss / 2**20 <= 1.0
