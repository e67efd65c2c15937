"""Texts for schedulers: a Slurm batch script and a Kubernetes Indexed Job."""

import math
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

_MARGIN_SECONDS = 300
_NAME_LENGTH = 63
_SCHEDULER_NAMES = {
    "partition": r"[\w.,@+-]+",
    "account": r"[\w.@+-]+",
    "namespace": r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
    "claim": r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?",
    "image": r"[\w./:@-]+",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fleet:
    """The worker command and the number of hosts that run it."""

    run_id: str
    hosts: int
    out: str
    """Folder that every host can write to: on a shared file system, or a mounted volume."""
    worker_options: tuple[str, ...] = ()
    """Options of ``fleet worker`` beyond out, run id and jitter."""
    rows: int = 7
    """Precisions measured one after another; bounds the time asked for."""
    seconds: float = 15.0
    jitter_seconds: float = 5.0
    gpus_per_host: int = 0

    @property
    def command(self) -> tuple[str, ...]:
        """The worker command of one host."""
        options = ("--out", self.out, "--run-id", self.run_id, "--jitter", f"{self.jitter_seconds:g}")
        return ("petaplan-bench", "fleet", "worker", *options, *self.worker_options)

    @property
    def limit_seconds(self) -> int:
        """Wall time to ask for: twice the caps, and a margin for start-up."""
        return math.ceil(2.0 * self.rows * self.seconds + self.jitter_seconds) + _MARGIN_SECONDS


def slurm_script(fleet: Fleet, *, partition: str | None = None, account: str | None = None) -> str:
    """A batch script: one allocation of whole nodes, one task on each. The loss of a node does not end the others."""
    minutes = math.ceil(fleet.limit_seconds / 60)
    directives = [
        f"--job-name=petaplan-bench-{fleet.run_id}",
        f"--nodes={fleet.hosts}",
        "--ntasks-per-node=1",
        "--exclusive",
        f"--time={minutes // 60:02d}:{minutes % 60:02d}:00",
        "--no-kill",
        *([f"--gpus-per-node={fleet.gpus_per_host}"] if fleet.gpus_per_host else []),
        *([f"--partition={partition}"] if partition else []),
        *([f"--account={account}"] if account else []),
    ]
    out, command = shlex.quote(fleet.out), shlex.join(fleet.command)
    lines = [
        "#!/bin/bash",
        *(f"#SBATCH {directive}" for directive in directives),
        "",
        "set -u",
        f"mkdir -p {out}",
        'scontrol show hostnames "$SLURM_JOB_NODELIST" > ' + f"{out}/{shlex.quote(fleet.run_id)}.hosts",
        "# Kernels are compiled once a node, into a folder of that node.",
        'export CUPY_CACHE_DIR="${TMPDIR:-/tmp}/petaplan-bench-$USER"',
        "# A worker that finds a slow or sick device ends non-zero; the others go on.",
        f"srun --kill-on-bad-exit=0 --wait=0 --cpu-bind=none {command}",
        'echo "petaplan-bench: merge with: " ' + shlex.quote(_merge_command(fleet)),
    ]
    return "\n".join(lines) + "\n"


def _merge_command(fleet: Fleet) -> str:
    return f"petaplan-bench merge {shlex.quote(fleet.out)} --hosts {shlex.quote(f'{fleet.out}/{fleet.run_id}.hosts')}"


def kubernetes_manifest(fleet: Fleet, *, image: str, claim: str, namespace: str | None = None) -> str:
    """An Indexed Job: one pod on each node (anti-affinity), retries for each index, results on a claimed volume."""
    labels = {"app.kubernetes.io/name": "petaplan-bench", "petaplan-run": _label(fleet.run_id)}
    longest = _NAME_LENGTH - len(f"-{fleet.hosts - 1}")  # a pod of an Indexed Job is called by the job and its index
    metadata: dict[str, object] = {
        "name": _dns_label(f"petaplan-bench-{fleet.run_id}", longest),
        "labels": dict(labels),
    }
    if namespace:
        metadata["namespace"] = namespace
    manifest: dict[str, object] = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": metadata,
        "spec": {
            "completionMode": "Indexed",
            "completions": fleet.hosts,
            "parallelism": fleet.hosts,
            "backoffLimitPerIndex": 1,
            "maxFailedIndexes": fleet.hosts,
            "activeDeadlineSeconds": 2 * fleet.limit_seconds,
            "ttlSecondsAfterFinished": 86_400,
            "template": {
                "metadata": {"labels": dict(labels)},
                "spec": {
                    "restartPolicy": "Never",
                    "affinity": _one_pod_a_node(labels),
                    "containers": [_container(fleet, image)],
                    "volumes": [
                        {"name": "results", "persistentVolumeClaim": {"claimName": claim}},
                        {"name": "scratch", "emptyDir": {}},
                    ],
                },
            },
        },
    }
    return yaml.safe_dump(manifest, sort_keys=False)


def _container(fleet: Fleet, image: str) -> dict[str, object]:
    node = {"name": "PETAPLAN_BENCH_NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}
    container: dict[str, object] = {
        "name": "worker",
        "image": image,
        "command": list(fleet.command),
        "env": [node, {"name": "CUPY_CACHE_DIR", "value": "/scratch/cupy"}],
        "volumeMounts": [
            {"name": "results", "mountPath": fleet.out},
            {"name": "scratch", "mountPath": "/scratch"},
        ],
    }
    if fleet.gpus_per_host:
        container["resources"] = {"limits": {"nvidia.com/gpu": fleet.gpus_per_host}}
    return container


def _one_pod_a_node(labels: dict[str, str]) -> dict[str, object]:
    term = {"labelSelector": {"matchLabels": dict(labels)}, "topologyKey": "kubernetes.io/hostname"}
    return {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}


def _dns_label(text: str, longest: int) -> str:
    """A name of lower-case letters, digits and dashes that begins and ends with none of the last.

    >>> _dns_label("petaplan-bench-Q1.2026-", 60)
    'petaplan-bench-q1-2026'
    """
    kept = "".join(c if c.isalnum() and c.isascii() else "-" for c in text.lower())
    return kept[:longest].strip("-")


def _label(text: str) -> str:
    """A label's value ends in a letter or a digit, within 63 characters.

    >>> _label("q1.")
    'q1'
    """
    return text[:_NAME_LENGTH].rstrip("-_.")


def unfit_names(**names: str | None) -> Iterator[str]:
    """A problem for each name that a scheduler would refuse, or that would break the script's lines."""
    for option, text in names.items():
        pattern = _SCHEDULER_NAMES[option]
        if text is not None and not re.fullmatch(pattern, text):
            yield f"--{option} {text!r}: expected letters, digits and what such names have, without a space"


def worker_options(devices: Sequence[str], dtypes: Sequence[str], seconds: float) -> tuple[str, ...]:
    """The options a worker needs to measure the same."""
    found: list[str] = []
    for name, values in (("--device", devices), ("--dtype", dtypes)):
        for value in values:
            found += [name, value]
    return (*found, "--seconds", f"{seconds:g}")
