"""Resources to a hub, so that the resource graph itself is judged."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath

from petaplan.capacity.document.plan import HubError, declared
from petaplan.capacity.document.strict import did_you_mean
from petaplan.capacity.document.verified import in_order
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.hidden import noting, veiled_at
from petaplan.capacity.hub import Hub
from petaplan.capacity.noun import Location, Named
from petaplan.infra.kinds import BY_TOKEN, KINDS, STANDING, Kind, kind_of_token, shape_of
from petaplan.infra.nouns import Fault
from petaplan.infra.records import UNKNOWN, Record, is_ours
from petaplan.infra.secret_values import field_path, secret_layers, secrets_in, without_secrets
from petaplan.infra.spelling import Path, dotted

__all__ = ["collect", "in_order"]


@dataclass(frozen=True, kw_only=True, slots=True)
class InGraph(Location):
    """A resource as the place where something was declared."""

    folder: str = ""
    """The folder of the project, from which the hub names its files; empty where nobody says."""


def collect(records: Iterable[Record], folder: FilePath | None = None) -> Hub:
    """The hub that the resources declare, its tables in the order of their names; other packages' are passed over.

    ``folder`` is that of the project, from which the hub names its files.

    A secret is a hidden value of its noun: whoever reads it can tell nothing (capacity/hidden.py).

    Raises:
        PlanError: with every problem, by resource and property; an unknown value is one, because it cannot be judged.
    """
    problems: list[Problem] = []
    rows: dict[Kind, list[Named]] = {kind: [] for kind in KINDS}
    for record in records:
        kind = kind_of_token(record.token)
        if kind is not None:
            noun, found = _noun_of(kind, record)
            problems.extend(found)
            rows[kind].extend(() if noun is None else (noun,))
        elif is_ours(record.token) and not record.token.startswith("petaplan:index:Provider"):
            advice = did_you_mean(record.token, BY_TOKEN)
            problems.append(
                Problem(
                    where=_where(record), found=f"the type {record.token}", expected="a type of petaplan", advice=advice
                )
            )
    if problems:
        raise PlanError(problems)
    hub = _hub_of(rows)
    if folder is not None and hub.declared_at is not None:
        hub.declared_in(InGraph(file=hub.declared_at.file, line=0, folder=str(folder)))
    with noting() as read:
        try:
            return declared(hub)
        except HubError:
            if not read:
                raise
    raise PlanError(_problem(label, _cannot_tell(())) for label in sorted(read))


def _where(record: Record) -> str:
    return f"resource {record.token.rsplit(':', 1)[-1]} {record.name!r}"


def _noun_of(kind: Kind, record: Record) -> tuple[Named | None, list[Problem]]:
    properties = {key: value for key, value in record.properties.items() if key != STANDING}
    secrets = secrets_in(properties, shape_of(kind.noun))
    unknown = list(_unknowns(properties, ()))
    noun, faults, unseen = without_secrets(kind, record.name, properties, secrets)
    unknown += unseen
    faults += [secret_layers(path) for path in secrets if kind.noun is Hub and path[:1] == ("catalogues",)]
    faults = [_cannot_tell(path) for path in unknown] + [fault for fault in faults if fault.path not in unknown]
    if noun is not None and not faults:
        noun = noun.declared_in(InGraph(file=_where(record), line=0))
        for path in secrets:
            noun = veiled_at(noun, field_path(path, shape_of(kind.noun)), f"{_where(record)}: {dotted(path)}")
    return noun, [_problem(f"{_where(record)}: {dotted(fault.path)}", fault) for fault in faults]


def _problem(where: str, fault: Fault) -> Problem:
    return Problem(where=where, found=fault.found, expected=fault.expected, advice=fault.advice)


def _cannot_tell(path: Path) -> Fault:
    return Fault(
        path=path,
        found="a value that isn't known yet",
        expected="a known value",
        advice="cannot tell whether the plan holds; it is judged again when the update knows it",
    )


def _unknowns(value: object, path: Path) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _unknowns(item, (*path, key))
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from _unknowns(item, (*path, at))
    elif isinstance(value, str) and value == UNKNOWN:
        yield path


def _hub_of(rows: dict[Kind, list[Named]]) -> Hub:
    hubs = rows.pop(BY_TOKEN["petaplan:index:Hub"])
    if len(hubs) != 1:
        found = f"{len(hubs)} hubs" if hubs else "no hub"
        advice = "declare a resource of type petaplan:index:Hub" if not hubs else "declare one hub in a stack"
        raise PlanError([Problem(where="the resource graph", found=found, expected="one hub", advice=advice)])
    hub = hubs[0]
    assert isinstance(hub, Hub)
    whole = hub.replace(
        **{str(kind.table): tuple(sorted(found, key=lambda row: row.name)) for kind, found in rows.items()}
    )
    return whole.declared_in(hub.declared_at)
