"""`petaplan-bench fleet k8s`: a Kubernetes Indexed Job for a fleet."""

from pathlib import Path
from typing import Annotated

import typer

from petaplan.bench.command_line.fleet import Manner, fleet_of, hosts_of
from petaplan.bench.command_line.options import (
    Devices,
    Dtypes,
    Gpus,
    HalfWidth,
    Hosts,
    Jitter,
    Processes,
    Seconds,
    ShapeText,
    Soak,
)
from petaplan.bench.errors import InputError
from petaplan.bench.fleet import launch
from petaplan.bench.method.settings import DEFAULT_HALF_WIDTH


def k8s(  # noqa: PLR0917 - typer makes an option of each
    hosts: Hosts,
    image: Annotated[str, typer.Option(help="Image that has petaplan with the extra of the driver.")],
    claim: Annotated[str, typer.Option(help="PersistentVolumeClaim (ReadWriteMany) for the results.")],
    out: Annotated[str, typer.Option(help="Where the claim is mounted.")] = "/results",
    run_id: Annotated[str, typer.Option(help="Name of the run; default: the time.")] = "",
    device: Devices = [],  # noqa: B006
    dtype: Dtypes = [],  # noqa: B006
    seconds: Seconds = None,
    half_width: HalfWidth = DEFAULT_HALF_WIDTH,
    processes: Processes = None,
    soak: Soak = 0.0,
    shape: ShapeText = None,
    gpus: Gpus = 0,
    jitter: Jitter = 5.0,
    node_list: Annotated[
        Path | None, typer.Option(help="File with one node on each line: only these are used, and --hosts counts them.")
    ] = None,
    toleration: Annotated[
        list[str], typer.Option(metavar="KEY", help="Key of a taint to tolerate; nvidia.com/gpu is, with --gpus.")
    ] = [],  # noqa: B006
    namespace: Annotated[str | None, typer.Option(help="Namespace.")] = None,
) -> None:
    """Print a Kubernetes Indexed Job for the fleet."""
    nodes = hosts_of(node_list, "--node-list") if node_list else []
    if nodes and len(set(nodes)) != hosts:
        raise InputError(f"--hosts {hosts}: found {len(set(nodes))} nodes in --node-list; expected the same number")
    manner = Manner(half_width=half_width, processes=processes, soak=soak, shape=shape)
    fleet = fleet_of(
        hosts, out, run_id, device, dtype, seconds, gpus, jitter, manner, namespace=namespace, claim=claim,
        image=image, **{f"toleration {place}": key for place, key in enumerate(toleration, 1)},
    )  # fmt: skip
    manifest = launch.kubernetes_manifest(
        fleet, image=image, claim=claim, namespace=namespace, nodes=nodes, tolerations=toleration
    )
    print(manifest, end="")
