"""Check of properties against a noun: every error at once, each with its property path.

No I/O, and nothing is filled in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from petaplan.capacity.document.declaration import MOST_RACKS
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Noun
from petaplan.infra.alone import problems_alone
from petaplan.infra.kinds import Kind
from petaplan.infra.nouns import Fault, noun_from
from petaplan.infra.provider.wire import Properties
from petaplan.infra.secret_values import secret_layers
from petaplan.infra.spelling import dotted, pulumi_name


@dataclass(frozen=True, slots=True)
class Failure:
    """One property that is wrong."""

    path: str
    reason: str


def failures_in(kind: Kind, resource_name: str, given: Properties) -> list[Failure]:
    """Everything wrong with the properties of one resource.

    Unknown values are taken on trust until they are known. A secret value is never quoted.
    """
    noun, faults = noun_from(kind, resource_name, given.value)
    if given.is_secret(("name",)):
        expected = "a name that may be read: it becomes the id and the key in the inventory"
        faults.append(Fault(path=("name",), found="a secret value", expected=expected))
    if kind.noun is Hub and given.is_secret(("catalogues",)):
        faults.append(secret_layers(("catalogues",)))
    if noun is not None and not given.unknown:
        faults.extend(_alone(noun))
    return [
        Failure(dotted(fault.path), str(_discreet(fault, given))) for fault in faults if fault.path not in given.unknown
    ]


def _discreet(fault: Fault, given: Properties) -> Fault:
    return replace(fault, found="a secret value", advice="") if given.is_secret(fault.path) else fault


def _alone(noun: Noun) -> Iterator[Fault]:
    """The rules that one object can break by itself."""
    runs = getattr(noun, "racks", ())
    cabinets = sum(run.count for run in runs)
    if cabinets > MOST_RACKS:
        limit = f"at most {MOST_RACKS:,} in a whole hub"
        yield Fault(path=("racks",), found=f"{cabinets:,} cabinets", expected=limit)
    for path, problem in problems_alone(noun):
        wired = tuple(pulumi_name(step) if isinstance(step, str) else step for step in path)
        yield Fault(path=wired, found=problem.found, expected=problem.expected, advice=problem.advice)
