"""The script of ``fleet slurm`` on a real slurmctld with four slurmd, all on this host.

``python -m tests.bench.slurm_cluster`` needs root and Debian's packages slurmctld, slurmd, slurm-client and munge. It
ends with 77 where they are missing. Four nodes measure the simulated device; one of them has a device that gives a
wrong product. The job must end with that node's code, every node must leave a file, and the merge must name the sick
one. A second job of the same run must measure the sick node alone.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from petaplan.bench.devices.simulated import SIMULATION_VARIABLE
from petaplan.bench.evidence import evidence_file
from petaplan.bench.fleet.launch import Fleet, slurm_script
from petaplan.bench.fleet.merge import merge

PROGRAMS = ("slurmctld", "slurmd", "sbatch", "scontrol", "srun", "munged", "mungekey")
SKIPPED = 77
NODES = 4
_FIRST_PORT = 17010
_PATIENCE_SECONDS = 240.0
_SICK = json.dumps({"faults": [{"kind": "consistently wrong device"}]})


def missing() -> list[str]:
    """What this host lacks for the test."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    lacking = [name for name in PROGRAMS if shutil.which(name, path=path) is None]
    return lacking + ([] if os.geteuid() == 0 else ["root"])


def _configuration(folder: Path) -> str:
    nodes = "\n".join(
        f"NodeName=node{place} NodeHostname=localhost NodeAddr=127.0.0.1 Port={_FIRST_PORT + 2 + place} CPUs=1"
        for place in range(1, NODES + 1)
    )
    host = os.uname().nodename
    return f"""
ClusterName=bench
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort={_FIRST_PORT}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/linear
MpiDefault=none
ReturnToService=2
TaskProlog={folder}/prolog.sh
{nodes}
PartitionName=all Nodes=node[1-{NODES}] Default=YES MaxTime=INFINITE State=UP
"""


@contextmanager
def cluster(folder: Path) -> Iterator[dict[str, str]]:
    """A running cluster and the environment of its commands."""
    (folder / "state").mkdir()
    (folder / "slurm.conf").write_text(_configuration(folder))
    # What a prolog prints is set for the task: a sick node has the behaviour of its device in a file of its name.
    told = f'echo "export {SIMULATION_VARIABLE}=$(cat "$SLURMD_NODENAME")"'
    prolog = f'#!/bin/sh\ncd {folder}\n[ -f "$SLURMD_NODENAME" ] && {told}\nexit 0\n'
    (folder / "prolog.sh").write_text(prolog)
    (folder / "prolog.sh").chmod(0o755)
    environment = os.environ | {
        "SLURM_CONF": str(folder / "slurm.conf"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}:/usr/sbin",
    }
    subprocess.run(["mungekey", "--create", f"--keyfile={folder}/munge.key"], env=environment, check=True)
    words = ["munged", "--foreground", "--force", f"--socket={folder}/munge.socket", f"--key-file={folder}/munge.key"]
    words += [f"--pid-file={folder}/munge.pid", f"--log-file={folder}/munge.log", f"--seed-file={folder}/munge.seed"]
    with (folder / "daemons.log").open("w", encoding="utf-8") as log:
        running = [subprocess.Popen(words, env=environment, stdout=log, stderr=log)]
        time.sleep(1.0)
        daemons = [["slurmctld", "-D"], *(["slurmd", "-D", "-N", f"node{place}"] for place in range(1, NODES + 1))]
        running += [subprocess.Popen(command, env=environment, stdout=log, stderr=log) for command in daemons]
        try:
            yield environment
        finally:
            for process in reversed(running):
                process.terminate()
            for process in running:
                process.wait(timeout=30)


def job(folder: Path, out: Path, environment: dict[str, str]) -> tuple[int, str]:
    """Submit the script of the fleet, wait, and return the job's exit code and its output."""
    options = ("--device", "sim", "--dtype", "fp32", "--seconds", "40", "--processes", "1")
    fleet = Fleet(
        run_id="real", hosts=NODES, out=str(out), worker_options=options, rows=1, jitter_seconds=0.0, gpus_per_host=0
    )  # fmt: skip
    (folder / "job.sh").write_text(slurm_script(fleet))
    words = ["sbatch", "--wait", f"--output={folder}/job.out", str(folder / "job.sh")]
    done = subprocess.run(
        words, env=environment, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False
    )
    return done.returncode, done.stderr + (folder / "job.out").read_text()


def main() -> int:
    """Run both jobs and say what came of them."""
    lacking = missing()
    if lacking:
        sys.stdout.write(f"skipped: this host lacks {', '.join(lacking)}\n")
        return SKIPPED
    with tempfile.TemporaryDirectory() as made:
        folder, out = Path(made), Path(made, "runs")
        out.mkdir()
        (folder / "node3").write_text(_SICK)
        with cluster(folder) as environment:
            first = job(folder, out, environment)
            verdict = merge(out.glob("*.json"), [f"node{place}" for place in range(1, NODES + 1)])
            before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.json")}
            (folder / "node3").unlink()
            second = job(folder, out, environment)
            after = {path.name: path.stat().st_mtime_ns for path in out.glob("*.json")}
        again = sorted(name for name in after if after[name] != before.get(name))
        sick = [outlier.host for outlier in verdict.outliers]
        sound = all(evidence_file.read(path).rows for path in out.glob("*.json"))
    sys.stdout.write(
        f"first job: exit {first[0]}, {len(before)} files, missing {list(verdict.missing_hosts)}, sick {sick}; "
        f"second job: exit {second[0]}, measured again {again}\n"
    )
    is_right = first[0] == 1 and len(before) == NODES and not verdict.missing_hosts and sick == ["node3"] and sound
    is_right = is_right and second[0] == 0 and len(again) == 1 and "node3" in again[0]
    if not is_right:
        sys.stdout.write(first[1] + second[1])
    return int(not is_right)


if __name__ == "__main__":
    sys.exit(main())
