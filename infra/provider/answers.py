"""Answers of the provider, as messages of Pulumi's protocol."""

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2

from petaplan.capacity.document.strict import did_you_mean
from petaplan.infra.inventory.model import Entry, Key
from petaplan.infra.kinds import BY_TOKEN, STANDING, Kind, kind_of_token
from petaplan.infra.provider import wire
from petaplan.infra.provider.check import Failure
from petaplan.infra.provider.diff import Change, changes_between
from petaplan.infra.provider.urn import Urn
from petaplan.infra.spelling import dotted
from petaplan.reporting.safety import unbroken

_DIFF = provider_pb2.PropertyDiff
_KINDS_OF_CHANGE = {
    Change.ADDED: (_DIFF.ADD, _DIFF.ADD_REPLACE),
    Change.DELETED: (_DIFF.DELETE, _DIFF.DELETE_REPLACE),
    Change.UPDATED: (_DIFF.UPDATE, _DIFF.UPDATE_REPLACE),
}

SAME = provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE, hasDetailedDiff=True)
"""Nothing changed."""


class UnknownType(Exception):
    """A type that this provider doesn't have."""


def kind_of(urn: Urn) -> Kind:
    """The kind of a resource.

    Raises:
        UnknownType: the provider has no such type.
    """
    kind = kind_of_token(urn.token)
    if kind is None:
        advice = did_you_mean(urn.token, BY_TOKEN) or f"its types are {', '.join(BY_TOKEN)}"
        raise UnknownType(f"found the type {urn.token!r}; expected a type of petaplan; {advice}")
    return kind


def checked(inputs: Struct, failures: list[Failure]) -> provider_pb2.CheckResponse:
    """The inputs as they came, and every property that is wrong."""
    return provider_pb2.CheckResponse(
        inputs=inputs,
        failures=[
            provider_pb2.CheckFailure(property=unbroken(failure.path), reason=unbroken(failure.reason))
            for failure in failures
        ],
    )


def differing(
    before: wire.Properties, after: wire.Properties, *, replacing: frozenset[str]
) -> provider_pb2.DiffResponse:
    """Every property that changed; those in ``replacing`` make it another object."""
    changes = changes_between(before, after)
    if not changes:
        return SAME
    detail = {
        dotted(path): _DIFF(kind=_KINDS_OF_CHANGE[change][path[0] in replacing], inputDiff=True)
        for path, change in changes.items()
    }
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME,
        hasDetailedDiff=True,
        replaces=sorted(replacing),
        diffs=list(dict.fromkeys(str(path[0]) for path in changes)),
        detailedDiff=detail,
    )


def outputs(inputs: Struct, urn: Urn, entry: Entry | None) -> Struct:
    """The inputs as they came, the name in any case, and where the object stands once that is known."""
    made = Struct()
    made.CopyFrom(inputs)
    if "name" not in made.fields:
        made.fields["name"].string_value = urn.name
    if entry is None:
        made.fields[STANDING].string_value = wire.UNKNOWN
    else:
        standing = {"placedInUpdate": entry.placed_in, "generation": entry.generation}
        made.fields[STANDING].CopyFrom(wire.message(standing))
    return made


def not_yours(key: Key, urn: Urn, kind: Kind) -> str:
    """Why an import is refused."""
    return (
        f"found the id {str(key)!r}, which is another stack's or another type's; expected an id that starts with "
        f"'{urn.project}/{urn.stack}/{kind.word}/'; destroy it there first, then declare it here"
    )
