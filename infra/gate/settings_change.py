"""Settings of stacks that judge, such as ``petaplan:enforce``, compared with what a revision has."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from petaplan.capacity.errors import PlanError
from petaplan.capacity.verdict.repository import Revision
from petaplan.capacity.verdict.weakening.judges import NONE, Effect, JudgeChange
from petaplan.capacity.verdict.weakening.meaning import Judge
from petaplan.infra.settings import Enforce
from petaplan.infra.stack_settings import (
    CATALOGUES,
    default_settings,
    stack_catalogues,
    stack_folder,
    stack_settings,
)

NAMESPACE = "petaplan:"
STRICTEST_FIRST = tuple(str(level) for level in Enforce)
NOT_JUDGING = ("petaplan:inventory",)
DEFAULTS = {"petaplan:enforce": str(Enforce.ERROR)}


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingsBefore:
    """The settings of a stack at a revision."""

    values: Mapping[str, str]
    catalogues: tuple[str, ...]


def settings_before(stack: str, folder: Path, revision: Revision) -> SettingsBefore | None:
    """The settings of a stack at a revision; None where it has no such project, or one that nobody can read."""
    with tempfile.TemporaryDirectory(prefix="petaplan-") as scratch:
        before = Path(scratch)
        try:
            tuple(_as_before(folder, before, revision))
            if not (before / "Pulumi.yaml").is_file():
                return None
            return SettingsBefore(values=stack_settings(stack, before), catalogues=stack_catalogues(stack, before))
        except PlanError:
            return None


def settings_changes(folder: Path, revision: Revision) -> tuple[list[JudgeChange], list[str]]:
    """What differs in the settings of the project's stacks, and what could not be compared."""
    changes: list[JudgeChange] = []
    reasons: list[str] = []
    with tempfile.TemporaryDirectory(prefix="petaplan-") as scratch:
        before = Path(scratch)
        try:
            known = frozenset(_as_before(folder, before, revision))
            for stack in sorted({*_stacks(folder), *known}):
                found = _of(f"stack {stack}", _judging_settings(stack, before), _judging_settings(stack, folder))
                changes.extend(found if stack in known else _of_a_new_stack(found))
            if (before / "Pulumi.yaml").is_file():
                told = {(one.field, one.before, one.after) for one in changes}
                defaults = _of("project", default_settings(before), default_settings(folder))
                changes.extend(one for one in defaults if (one.field, one.before, one.after) not in told)
        except PlanError as error:
            reasons.append(f"settings of the stacks: {error.problems[0]}".replace(scratch, revision.name))
    return changes, reasons


def _judging_settings(stack: str, folder: Path) -> dict[str, str]:
    """The settings of a stack, with the layers of its catalogue as one."""
    layers = {CATALOGUES: ", ".join(named)} if (named := stack_catalogues(stack, folder)) else {}
    return stack_settings(stack, folder) | layers


def _stacks(folder: Path) -> Iterator[str]:
    for path in stack_folder(folder).glob("Pulumi.*.yaml"):
        yield path.name.removeprefix("Pulumi.").removesuffix(".yaml")


def _as_before(folder: Path, before: Path, revision: Revision) -> Iterator[str]:
    """The stacks of the revision, once its settings are written into a folder of their own."""
    raw = revision.read(folder / "Pulumi.yaml")
    if raw is None:
        return
    (before / "Pulumi.yaml").write_bytes(raw)
    settings = stack_folder(before)
    settings.mkdir(parents=True, exist_ok=True)
    place = folder / settings.relative_to(before)
    for name in revision.files(place):
        if name.startswith("Pulumi.") and name.endswith(".yaml") and name != "Pulumi.yaml":
            (settings / name).write_bytes(revision.read(place / name) or b"")
            yield name.removeprefix("Pulumi.").removesuffix(".yaml")


def _of(subject: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[JudgeChange]:
    for key in sorted({**before, **after}):
        was, now = (settings.get(key, DEFAULTS.get(key, NONE)) for settings in (before, after))
        if key.startswith(NAMESPACE) and key not in NOT_JUDGING and was != now:
            yield JudgeChange(
                judge=Judge.SETTING,
                subject=subject,
                field=key,
                before=was,
                after=now,
                effect=_effect(key, was, now),
            )


def _of_a_new_stack(changes: Iterable[JudgeChange]) -> Iterator[JudgeChange]:
    """Settings of a stack that the base does not have: nothing was asked of it before."""
    return (replace(one, before=NONE, effect=Effect.CHANGED) for one in changes)


def _effect(key: str, before: str, after: str) -> Effect:
    """``petaplan:enforce`` has an order; where the plan is, and up to which phase, may mean less or more."""
    if key == "petaplan:enforce" and before in STRICTEST_FIRST and after in STRICTEST_FIRST:
        weaker = STRICTEST_FIRST.index(after) > STRICTEST_FIRST.index(before)
        return Effect.WEAKER if weaker else Effect.STRONGER
    return Effect.CHANGED
