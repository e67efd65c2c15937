"""The two sides of a comparison: files, modules, revisions, or sources of other packages."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from petaplan.capacity.check import report_on
from petaplan.capacity.check_report import Report
from petaplan.capacity.document.apart import begun, read_hub_apart
from petaplan.capacity.document.marked import read_file
from petaplan.capacity.document.verified import in_order
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.facts.layers import catalogue_of
from petaplan.capacity.hub import Hub
from petaplan.capacity.measurement import NONE, Evidence
from petaplan.capacity.resolving import models_told_too, resolve
from petaplan.capacity.throughput.trusted_keys import read_trusted_keys
from petaplan.capacity.verdict.difference import ComparedPlan, Difference, TwoHubsError, difference, in_names_of, side
from petaplan.capacity.verdict.evidence import NO_EVIDENCE, EvidenceSet, evidence_set
from petaplan.capacity.verdict.repository import NoPlanError, Revision, is_range, is_revision, place_of, revisions
from petaplan.capacity.verdict.revision import judged_at, sides_of

GROUP = "petaplan.sources"
"""Entry points that read a hub from elsewhere: the name is what stands before the colon."""


def compare(
    old: str,
    new: str | None,
    evidence: Iterable[Path] = (),
    trusted_keys: Path | None = None,
    catalogue: Iterable[Path] = (),
    *,
    scenario: str | None = None,
) -> Difference:
    """What changes from old to new, both judged with the evidence; a range of revisions compares the plan with itself.

    A revision before a plan stands for the range from it to the working tree.

    An evidence file that git tracks is read as it was at each revision, and so is its signature. So are the layers of
    the catalogue: each side is judged by its own. Two plans with a scenario are both taken under it; one plan is
    compared with itself under it.

    Raises:
        PlanError: when one of them can't be read, or they are two hubs; for revisions under a scenario.
    """
    files, layers = tuple(evidence), tuple(catalogue)

    @cache
    def given(by: Catalogue) -> Evidence:
        return evidence_set(files, trusted_keys=trusted_keys, catalogue=by).evidence

    if new is not None and is_revision(old, Path.cwd()):
        old = f"{old}.."
    if scenario is not None:
        return _under(scenario, old, new, given, layers)
    if is_range(old):
        plan = new or named_plan(Path("Pulumi.yaml"), old)
        before, after = sides_of(old, plan, files, read_trusted_keys(trusted_keys) if trusted_keys else None, layers)
        return difference(before, after or read_side(plan, given, layers))
    if new is None:
        expected = "a second plan, or a range of revisions such as main..HEAD"
        raise PlanError(
            [Problem(where=old, found="one plan", expected=expected, advice="name what to compare it with")]
        )
    with _both_begun(old, new):
        return difference(read_side(old, given, layers), read_side(new, given, layers))


def _under(
    scenario: str, old: str, new: str | None, given: Callable[[Catalogue], Evidence], layers: Sequence[Path]
) -> Difference:
    """A plan and itself under a scenario, or two plans under it.

    Raises:
        PlanError: for revisions; with every problem of the scenario for one of the plans.
    """
    if is_range(old):
        expected, advice = "one or two plans", "read the revisions as files first"
        raise PlanError([Problem(where="--scenario", found=f"the revisions {old}", expected=expected, advice=advice)])
    if new is None:
        before = read_side(old, given, layers)
        return difference(before, _taken_under(before, scenario, given, layers))
    with _both_begun(old, new):
        sides = [_taken_under(read_side(where, given, layers), scenario, given, layers) for where in (old, new)]
    return difference(sides[0], sides[1])


def _taken_under(
    plan: ComparedPlan, scenario: str, given: Callable[[Catalogue], Evidence], layers: Sequence[Path]
) -> ComparedPlan:
    """A plan under a scenario, with its report."""
    from petaplan.capacity.scenarios.option import as_asked

    catalogue = catalogue_of(plan.hub, layers)
    chosen, design = as_asked(resolve(in_order(plan.hub), catalogue, given(catalogue)), scenario, layers)
    name = f"{plan.name} under {chosen.name}"
    return side(name, design.hub, design.catalogue, evidence=design.evidence, report=report_on(design))


@contextmanager
def _both_begun(old: str, new: str) -> Iterator[None]:
    """The processes of two plans in Python work at the same time; other sources are read when they are needed."""
    with ExitStack() as processes:
        for where in dict.fromkeys((old, new)):
            if not _contributed(where):
                processes.enter_context(begun(where))
        yield


@dataclass(frozen=True, kw_only=True, slots=True)
class AsBefore:
    """The plan that a revision names itself, and what it judges it with: the change may name another."""

    plan: str
    """Empty where a program declares it, and no file or module does."""
    phase: str = ""
    """The last phase that it declares; every phase where it is empty."""
    folder: Path | None = None
    """Where a module of the plan is looked for; the folder of the call where it is None."""
    layers: Sequence[Path] = ()
    evidence: Sequence[Path] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """What a change is compared with: the plan before it, or the reason why there is none."""

    name: str
    plan: ComparedPlan | None = None
    difference: Difference | None = None
    revision: Revision | None = None
    """The commit that it came from; None for a plan that was named itself."""
    not_compared: tuple[str, ...] = ()
    """Why the plan has nothing to be compared with."""


def against(
    base: str,
    plan: str,
    head: Hub,
    given: EvidenceSet = NO_EVIDENCE,
    *,
    evidence_paths: Sequence[Path] = (),
    catalogue: Catalogue | None = None,
    layers: Sequence[Path] = (),
    report: Report | None = None,
    as_before: Callable[[Revision], AsBefore] | None = None,
    folder: Path | None = None,
) -> Base:
    """What a plan changes against a revision or another plan; each side is judged by its own catalogue.

    A base without such a plan is no error. ``report`` is the one on the plan, where there is one already.
    ``as_before`` says what a revision judges, where that may be another plan.

    Raises:
        PlanError: for a base that does not exist.
    """
    revision = None
    try:
        if (is_range(base) or is_range(f"{base}..")) and not _is_plan(base):
            files = evidence_paths or [Path(name) for name, _ in given.files]
            asked = AsBefore(plan=plan, folder=folder, layers=layers, evidence=files)
            revision = _revision(base, asked)
            if as_before is not None:
                asked = as_before(revision)
                revision = _revision(base, asked)
            given_then = (asked.evidence, asked.layers)
            name = _name_there(base, asked)
            (before,) = judged_at([revision], name, given_then, given.trusted, phase=asked.phase)
        else:
            before = _base_plan(base, given, layers)
        after = side(plan, head, catalogue, evidence=given.evidence, report=report)
        before = in_names_of(before, head, (one["subject"] for one in after.report["findings"]))
        found = difference(before, after)
    except (NoPlanError, TwoHubsError) as error:
        return Base(name=base, revision=revision, not_compared=tuple(str(problem) for problem in error.problems))
    return Base(name=base, plan=before, difference=found, revision=revision)


def _name_there(base: str, asked: AsBefore) -> str:
    """The plan as its folder calls it.

    Raises:
        NoPlanError: where only a program declares it.
    """
    if not asked.plan:
        found, expected = "a program whose settings name no plan", "a plan that petaplan:hub names"
        advice = "only a preview of that revision shows its plan"
        raise NoPlanError([Problem(where=base, found=found, expected=expected, advice=advice)])
    return place_of(asked.plan, asked.folder).name


def _revision(base: str, asked: AsBefore) -> Revision:
    """The base as the folder of a plan sees it."""
    if not asked.plan:
        return revisions(base if is_range(base) else f"{base}..", asked.folder or Path.cwd())[0]
    return revisions(base if is_range(base) else f"{base}..", place_of(asked.plan, asked.folder).folder)[0]


def _base_plan(base: str, given: EvidenceSet, layers: Sequence[Path]) -> ComparedPlan:
    """The plan that a base names itself."""
    try:
        return read_side(base, lambda _: given.evidence, layers)
    except PlanError as error:
        if Path(base).is_file():
            raise NoPlanError(error.problems) from error
        raise


def _is_plan(text: str) -> bool:
    return Path(text).exists() or ":" in text or text == "-"


def read_side(
    where: str, evidence: Callable[[Catalogue], Evidence] = lambda _: NONE, layers: Sequence[Path] = ()
) -> ComparedPlan:
    """A plan with its report, by the rules of this program and the catalogue of the plan."""
    with models_told_too(layers):
        hub = _read(where)
    catalogue = catalogue_of(hub, layers)
    return side(where, hub, catalogue, evidence=evidence(catalogue))


def _read(where: str) -> Hub:
    for point in _contributed(where):
        hub: Hub = point.load()(where.partition(":")[2])
        return hub
    return read_hub_apart(where)


def _contributed(where: str) -> Sequence[EntryPoint]:
    """The source of another package that a name belongs to, such as ``stack:full``."""
    scheme, colon, _ = where.partition(":")
    return tuple(entry_points(group=GROUP, name=scheme)) if colon else ()


def named_plan(project: Path, where: str) -> str:
    """The plan that a project's Pulumi.yaml names.

    Raises:
        PlanError: when it names none.
    """
    marked = read_file(project)
    settings = marked.members.get("config")
    setting = settings.get("petaplan:hub") if isinstance(settings, dict) else None
    name = setting.get("value", setting.get("default")) if isinstance(setting, dict) else setting
    if isinstance(name, str) and not marked.problems:
        return name
    expected = "a plan that Pulumi.yaml names under petaplan:hub"
    found = str(marked.problems[0]) if marked.problems and project.exists() else "none"
    raise PlanError([Problem(where=where, found=found, expected=expected, advice="name the plan")])
