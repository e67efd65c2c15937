"""Resources as plain records, wherever they are: in a running program, an exported stack, a policy pack."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from petaplan.infra.kinds import PACKAGE
from petaplan.infra.spelling import PropertyMap

if TYPE_CHECKING:
    import pulumi

    from petaplan.infra.resource import PetaplanResource

Deployment = Mapping[str, Any]
"""What ``pulumi stack export`` writes, or a resource in it: JSON of the engine's own making."""

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes for a value that only the update will know."""

SECRET = "1b47061264138c4ac30d75fd1eb44270"
"""What stands in a record for a value that is known and may not be seen."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One resource: its type, its name, and its properties in Pulumi's spelling."""

    token: str
    name: str
    properties: PropertyMap


class PolicyResource(Protocol):
    """A resource as a policy pack is shown it."""

    resource_type: str
    name: str
    props: Any


def records_of_deployment(deployment: Deployment) -> list[Record]:
    """The records in what ``pulumi stack export`` writes, by the inputs that were declared.

    A secret is open after ``--show-secrets``; else ``SECRET`` stands for it.
    """
    state = deployment.get("deployment", deployment)
    return [
        Record(
            token=resource["type"],
            name=str(resource["urn"]).rsplit("::", 1)[-1],
            properties={key: opened(value) for key, value in resource.get("inputs", {}).items()},
        )
        for resource in state.get("resources") or ()
        if not resource.get("delete") and is_ours(resource["type"])
    ]


def opened(value: object) -> object:
    """A value as the engine writes it, with open secrets in their places, and ``SECRET`` for those that are closed.

    The engine writes a secret as an object with a signature: pulumi/pulumi#16687.
    """
    if isinstance(value, Mapping):
        if _SIGNATURE in value:
            import json

            return opened(json.loads(value["plaintext"]) if "plaintext" in value else value.get("value", SECRET))
        return {key: opened(item) for key, item in value.items()}
    return [opened(item) for item in value] if isinstance(value, list | tuple) else value


def records_of_policy(resources: Iterable[PolicyResource]) -> list[Record]:
    """The records of a policy pack's resources; looking at an unknown value raises there, and is caught here."""
    return [
        Record(token=resource.resource_type, name=resource.name, properties=_opened_proxy(resource.props))
        for resource in resources
        if is_ours(resource.resource_type)
    ]


def _opened_proxy(holder: Mapping[str, Any]) -> dict[str, object]:
    return {key: opened(_looked_at(holder, key)) for key in holder}


def _looked_at(holder: Any, key: str | int) -> object:
    from pulumi_policy.proxy import UnknownValueError

    try:
        value = holder[key]
    except UnknownValueError:
        return UNKNOWN
    if isinstance(value, Mapping):
        return _opened_proxy(value)
    if hasattr(value, "__len__") and hasattr(value, "__getitem__") and not isinstance(value, str | bytes):
        return [_looked_at(value, index) for index in range(len(value))]
    return value


def records_of_program(resources: Iterable["PetaplanResource"]) -> "pulumi.Output[list[Record]]":
    """The records of resources of the running program, once the engine has answered for all of them."""
    import pulumi

    def record(resource: "PetaplanResource") -> "pulumi.Output[Record]":
        token, name = resource.pulumi_resource_type, resource.pulumi_resource_name
        properties = pulumi.Output.all(**resource.outputs())
        return properties.apply(lambda known: Record(token=token, name=name, properties=known))

    return pulumi.Output.all(*map(record, resources))


def is_ours(token: str) -> bool:
    """Whether a type is one of petaplan's, known or not."""
    return token.startswith(f"{PACKAGE}:")
