"""The plan, the settings and the policy that a revision has: the change may name others, and is not judged by them."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from petaplan.capacity.document.source import is_file_name
from petaplan.capacity.verdict.comparison import AsBefore
from petaplan.capacity.verdict.policy import NO_POLICY, Policy
from petaplan.capacity.verdict.repository import Revision
from petaplan.capacity.verdict.weakening.outside import NamedBefore, policy_before
from petaplan.infra.gate.options import GateOptions
from petaplan.infra.gate.settings_change import SettingsBefore, settings_before
from petaplan.infra.project import runs_petaplan
from petaplan.infra.stack_settings import POLICY, stack_catalogues, stack_settings


def named_by_stack(settings: Mapping[str, str], folder: Path) -> str:
    """The plan that settings of a stack name; a file is named from the folder of the call.

    Empty where they name none and the program of the project is somebody's own: only its preview shows the plan.
    """
    plan = settings.get("petaplan:hub") or ("infra.hong_kong:hub" if runs_petaplan(folder) else "")
    return os.path.relpath(folder / plan) if plan and is_file_name(plan) else plan


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedBefore:
    """What a revision asked: its plan, and the files that it names as judges."""

    plan: AsBefore
    files: NamedBefore
    not_compared: tuple[str, ...] = ()


def asked_before(options: GateOptions, plan: str, revision: Revision | None) -> AskedBefore:
    """What the revision asked; without one, what the options say."""
    settings = _settings(options, revision)
    policy, reasons = _policy(options, settings, revision)
    now = options.policy or NO_POLICY
    evidence = _files(options.evidence, now.evidence, policy.evidence)
    files = NamedBefore(
        policy=policy,
        waivers_file=_file(options.waivers, now.waivers, policy.waivers),
        evidence_paths=evidence,
        keys_file=_file(options.trusted_keys, now.trusted_keys, policy.trusted_keys),
    )
    if settings is None:
        return AskedBefore(
            plan=AsBefore(plan=plan, layers=options.catalogues, evidence=evidence), files=files, not_compared=reasons
        )
    layers = (*(options.folder / name for name in settings.catalogues), *options.catalogues)
    asked = AsBefore(
        plan=named_by_stack(settings.values, options.folder),
        phase=settings.values.get("petaplan:phase") or "",
        folder=options.folder,
        layers=layers,
        evidence=evidence,
    )
    return AskedBefore(plan=asked, files=files, not_compared=reasons)


def _settings(options: GateOptions, revision: Revision | None) -> SettingsBefore | None:
    """The settings of the stack that is judged; those of today where the revision has no project. None for a plan."""
    if options.plan is not None:
        return None
    stack, folder = options.stack or "", options.folder
    found = settings_before(stack, folder, revision) if revision is not None else None
    return found or SettingsBefore(values=stack_settings(stack, folder), catalogues=stack_catalogues(stack, folder))


def _policy(
    options: GateOptions, settings: SettingsBefore | None, revision: Revision | None
) -> tuple[Policy, tuple[str, ...]]:
    path = options.policy_file
    if revision is None:
        return options.policy or NO_POLICY, ()
    if options.policy_by_stack and settings is not None:
        named = settings.values.get(POLICY)
        path = options.folder / named if named else None
    if path is None:
        return NO_POLICY, ()
    policy, reasons = policy_before(path, revision)
    return policy, tuple(reasons)


def _file(given: Path | None, by_policy: Path | None, before: Path | None) -> Path | None:
    """The file that judged before; one of the command line judges both sides."""
    return before if given == by_policy else given


def _files(given: Sequence[Path], by_policy: Iterable[Path], before: Sequence[Path]) -> tuple[Path, ...]:
    return tuple(before if tuple(given) == tuple(by_policy) else given)
