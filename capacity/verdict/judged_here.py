"""A checked-out revision of somebody's repository, judged by this petaplan: no module of it is imported here."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from petaplan.capacity.document.apart import read_hub_apart
from petaplan.capacity.document.placed import places_of, with_places
from petaplan.capacity.document.source import is_file_name
from petaplan.capacity.errors import DeclarationError, Problem
from petaplan.capacity.facts.layer_files import Place
from petaplan.capacity.facts.layers import catalogue_of
from petaplan.capacity.hub import Hub
from petaplan.capacity.measurement import NONE
from petaplan.capacity.slice import up_to
from petaplan.capacity.throughput.evidence import read_evidence
from petaplan.capacity.verdict.difference import ComparedPlan, side
from petaplan.capacity.verdict.own_checkout import this_petaplan
from petaplan.capacity.verdict.repository import NoPlanError

_ONE_AT_A_TIME = Lock()
"""Judging is work of one processor, and shares what it computed."""

ADVICE = "to have both judged by this petaplan, compare exported plans"


def judged_here(  # noqa: PLR0917 - one call
    name: str, root: Path, folder: Path, plan: str, given: tuple[Sequence[str], Sequence[Place]], phase: str = ""
) -> ComparedPlan:
    """The plan in a folder of a checked-out revision, with evidence files and layers of the catalogue.

    A plan in Python is read by a process of its own. With a phase, only what is in service for it is judged.

    Raises:
        NoPlanError: when there is none that can be judged, or it lies outside the repository.
    """
    evidence, layers = given
    try:
        hub = _read(plan, root, folder)
        for path in (*map(Path, evidence), *(layer.path for layer in layers)):
            if path.is_relative_to(root):  # a file of the revision; any other was named by the caller
                _refuse_leaving(path, root, path.name)
        with _ONE_AT_A_TIME:
            catalogue = catalogue_of(hub, layers, _declared_in(hub, folder))
            measured = read_evidence(evidence, catalogue) if evidence else NONE
            seen = _seen_from(hub, folder)
            made = side(name, up_to(seen, phase) if phase else seen, catalogue, evidence=measured)
    except DeclarationError as error:
        raise NoPlanError(
            Problem(
                where=f"{name}: {plan}",
                found=str(problem).replace(f"{root}/", ""),
                expected="a plan that can be judged",
                advice=ADVICE,
            )
            for problem in error.problems
        ) from None
    return replace(made, judged_by=this_petaplan())


def _read(plan: str, root: Path, folder: Path) -> Hub:
    if not is_file_name(plan):
        return read_hub_apart(plan, folder)
    path = Path(os.path.normpath(folder / plan))
    _refuse_leaving(path, root, plan)
    return read_hub_apart(str(path))


def _declared_in(hub: Hub, folder: Path) -> Path:
    """The folder of the file that declares a hub at the revision; its layers are named from there."""
    file = folder / hub.declared_at.file if hub.declared_at is not None else folder
    return file.parent if file.is_file() else folder


def _refuse_leaving(path: Path, root: Path, name: str) -> None:
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
        found, expected = "a path that leads out of the repository", "a file within it"
        raise NoPlanError([Problem(where=name, found=found, expected=expected)])


def _seen_from(hub: Hub, folder: Path) -> Hub:
    """The same hub with its places as seen from the folder that the revision was checked out to."""
    return with_places(hub, [(file.removeprefix(f"{folder}/"), line) for file, line in places_of(hub)])
