"""Texts for schedulers: a Slurm batch script and a Kubernetes Indexed Job."""

import math
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

_MARGIN_SECONDS = 300
_NAME_LENGTH = 63
_NODE_KEY = "kubernetes.io/hostname"
_USER = 1000
_REQUESTS: dict[str, object] = {"cpu": "2", "memory": "8Gi"}
_POD_SECURITY = {
    "runAsNonRoot": True,
    "runAsUser": _USER,
    "runAsGroup": _USER,
    "fsGroup": _USER,
    "seccompProfile": {"type": "RuntimeDefault"},
}
_CONTAINER_SECURITY = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
_FAILURE_RULES = [
    {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]},
    {"action": "FailIndex", "onExitCodes": {"containerName": "worker", "operator": "In", "values": [1, 2, 3]}},
]
"""A lost node is not the worker's fault; a wrong product, bad input or a fault of the program is final."""
_SCHEDULER_NAMES = {
    "partition": r"[\w.,@+-]+",
    "account": r"[\w.@+-]+",
    "namespace": r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
    "claim": r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?",
    "image": r"[\w./:@-]+",
    "toleration": r"([a-z0-9.-]{1,253}/)?[\w.-]{1,63}",
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
    seconds: float = 75.0
    """For one precision; what a GPU needs by default."""
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
        'export CUPY_CACHE_DIR="${TMPDIR:-/tmp}/petaplan-bench-${SLURM_JOB_USER:-$UID}"',
        "# A worker that finds a slow or sick device ends non-zero; the others go on.",
        f"srun --kill-on-bad-exit=0 --wait=0 --cpu-bind=none {command}",
        "code=$?",
        'echo "petaplan-bench: merge with: " ' + shlex.quote(_merge_command(fleet)),
        "# The job ends with the highest code of its workers.",
        'exit "$code"',
    ]
    return "\n".join(lines) + "\n"


def _merge_command(fleet: Fleet) -> str:
    return f"petaplan-bench merge {shlex.quote(fleet.out)} --hosts {shlex.quote(f'{fleet.out}/{fleet.run_id}.hosts')}"


def kubernetes_manifest(
    fleet: Fleet,
    *,
    image: str,
    claim: str,
    namespace: str | None = None,
    nodes: Sequence[str] = (),
    tolerations: Sequence[str] = (),
) -> str:
    """An Indexed Job: one pod on each node, retries for each index, results on a claimed volume.

    A worker that found a wrong product or bad input fails its index at once. The Job fails when an index has failed.
    """
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
            "podFailurePolicy": {"rules": _FAILURE_RULES},
            "ttlSecondsAfterFinished": 86_400,
            "template": {
                "metadata": {"labels": dict(labels)},
                "spec": _pod(fleet, image, claim, labels, nodes, tolerations),
            },
        },
    }
    return yaml.dump(manifest, Dumper=_Plain, sort_keys=False)


class _Plain(yaml.SafeDumper):
    """Without anchors: a member that stands twice is written twice."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _container(fleet: Fleet, image: str) -> dict[str, object]:
    node = {"name": "PETAPLAN_BENCH_NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}}
    container: dict[str, object] = {
        "name": "worker",
        "image": image,
        "command": list(fleet.command),
        "env": [node, {"name": "CUPY_CACHE_DIR", "value": "/scratch/cupy"}, {"name": "HOME", "value": "/scratch"}],
        "volumeMounts": [
            {"name": "results", "mountPath": fleet.out},
            {"name": "scratch", "mountPath": "/scratch"},
        ],
        "resources": {"requests": dict(_REQUESTS)},
        "securityContext": _CONTAINER_SECURITY,
    }
    if fleet.gpus_per_host:
        gpus = {"nvidia.com/gpu": fleet.gpus_per_host}
        container["resources"] = {"requests": _REQUESTS | gpus, "limits": gpus}
    return container


def _pod(  # noqa: PLR0917 - the facts of one pod
    fleet: Fleet, image: str, claim: str, labels: dict[str, str], nodes: Sequence[str], tolerations: Sequence[str]
) -> dict[str, object]:
    keys = [*(["nvidia.com/gpu"] if fleet.gpus_per_host else []), *tolerations]
    pod: dict[str, object] = {
        "restartPolicy": "Never",
        # From the start of the pod: a queue or a slow image costs no measuring time.
        "activeDeadlineSeconds": 2 * fleet.limit_seconds,
        "topologySpreadConstraints": [_one_pod_a_node(fleet, labels)],
        "tolerations": [{"key": key, "operator": "Exists"} for key in dict.fromkeys(keys)],
        "securityContext": _POD_SECURITY,
        "containers": [_container(fleet, image)],
        "volumes": [
            {"name": "results", "persistentVolumeClaim": {"claimName": claim}},
            {"name": "scratch", "emptyDir": {}},
        ],
    }
    if nodes:
        term = {"matchExpressions": [{"key": _NODE_KEY, "operator": "In", "values": list(nodes)}]}
        required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}
        pod["affinity"] = {"nodeAffinity": required}
    return pod


def _one_pod_a_node(fleet: Fleet, labels: dict[str, str]) -> dict[str, object]:
    """A spread whose cost grows with the nodes; with so many domains asked for, no node takes a second pod."""
    return {
        "maxSkew": 1,
        "minDomains": fleet.hosts,
        "topologyKey": _NODE_KEY,
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": dict(labels)},
    }


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
    for name, text in names.items():
        option = name.split(" ")[0]  # the second word numbers an option that is given several times
        pattern = _SCHEDULER_NAMES[option]
        if text is not None and not re.fullmatch(pattern, text):
            yield f"--{option} {text!r}: expected letters, digits and what such names have, without a space"


def worker_options(devices: Sequence[str], dtypes: Sequence[str], seconds: float | None) -> tuple[str, ...]:
    """The options a worker needs to measure the same."""
    found: list[str] = []
    for name, values in (("--device", devices), ("--dtype", dtypes)):
        for value in values:
            found += [name, value]
    return tuple(found) if seconds is None else (*found, "--seconds", f"{seconds:g}")
