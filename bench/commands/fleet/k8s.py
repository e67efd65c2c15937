"""`petaplan-bench fleet k8s`: a Kubernetes Indexed Job for a fleet."""

from typing import Annotated

import typer

from petaplan.bench.command_line.fleet import fleet_of
from petaplan.bench.command_line.options import Devices, Dtypes, Gpus, Hosts, Jitter, Seconds
from petaplan.bench.fleet import launch
from petaplan.bench.method import run as running


def k8s(  # noqa: PLR0917 - typer makes an option of each
    hosts: Hosts,
    image: Annotated[str, typer.Option(help="Image that has petaplan with the extra of the driver.")],
    claim: Annotated[str, typer.Option(help="PersistentVolumeClaim (ReadWriteMany) for the results.")],
    out: Annotated[str, typer.Option(help="Where the claim is mounted.")] = "/results",
    run_id: Annotated[str, typer.Option(help="Name of the run; default: the time.")] = "",
    device: Devices = [],  # noqa: B006
    dtype: Dtypes = [],  # noqa: B006
    seconds: Seconds = running.DEFAULT_SECONDS,
    gpus: Gpus = 0,
    jitter: Jitter = 5.0,
    namespace: Annotated[str | None, typer.Option(help="Namespace.")] = None,
) -> None:
    """Print a Kubernetes Indexed Job for the fleet."""
    fleet = fleet_of(
        hosts, out, run_id, device, dtype, seconds, gpus, jitter, namespace=namespace, claim=claim, image=image
    )
    print(launch.kubernetes_manifest(fleet, image=image, claim=claim, namespace=namespace), end="")
