"""Judges outside the plan, compared with what a revision has: waivers, the baseline, evidence and trusted keys."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from petaplan.capacity.document.marked import read_bytes
from petaplan.capacity.errors import PlanError
from petaplan.capacity.verdict.baseline import Baseline, baseline_in, read_baseline
from petaplan.capacity.verdict.policy import NO_POLICY, Policy, differences, policy_of, read_policy
from petaplan.capacity.verdict.repository import Revision
from petaplan.capacity.verdict.waivers import Waiver, waivers_in
from petaplan.capacity.verdict.weakening.judges import NONE, Effect, JudgeChange, effect_of, shown
from petaplan.capacity.verdict.weakening.meaning import Absent, Judge, Meaning, Weaker

T = TypeVar("T")

MOST_NAMED = 3
"""Entries of a baseline that are named; the rest are counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgingFiles:
    """The files that a gate was given besides the plan."""

    hub: str
    waivers_file: Path | None = None
    waivers: Sequence[Waiver] = ()
    baseline_file: Path | None = None
    evidence: Mapping[str, str]
    """SHA-256 of each evidence file, by its name."""
    evidence_paths: Sequence[Path] = ()
    """Files and folders, as they were given."""
    keys_file: Path | None = None
    policy_file: Path | None = None
    policy: Policy = NO_POLICY


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedBefore:
    """The files that a revision names as judges, and its policy. The change may name others."""

    waivers_file: Path | None = None
    evidence_paths: Sequence[Path] = ()
    keys_file: Path | None = None
    policy: Policy = NO_POLICY


@dataclass(slots=True)
class Compared:
    """What was found: the changes, and the files that could not be compared."""

    changes: list[JudgeChange]
    not_compared: list[str]
    waivers_before: tuple[Waiver, ...] = ()


def outside_changes(files: JudgingFiles, named: NamedBefore, revision: Revision | None) -> Compared:
    """What differs in the judges outside the plan; without a revision, a base has none of them."""
    found = Compared(changes=[], not_compared=[])
    if named.waivers_file is not None:
        before = _before(named.waivers_file, revision, lambda raw, name: waivers_in(read_bytes(raw, name)), found)
        found.waivers_before = before or ()
    found.changes.extend(_waivers(found.waivers_before, files.waivers))
    if files.baseline_file is not None:
        hub = files.hub
        now = read_baseline(files.baseline_file, hub)
        was = _before(files.baseline_file, revision, lambda raw, name: baseline_in(read_bytes(raw, name), hub), found)
        found.changes.extend(_baseline(was, now))
    if revision is not None:
        name = NONE if files.policy_file is None else revision.named(files.policy_file)
        found.changes.extend(_policy(name, named.policy, files.policy))
        found.changes.extend(_evidence(files, named, revision))
    return found


def policy_before(path: Path, revision: Revision) -> tuple[Policy, list[str]]:
    """The policy that a file held, or an earlier one that git sees as the same, and why it could not be read.

    No change reaches a file outside the repository: it judges both sides.
    """
    if not revision.holds(path):
        return read_policy(path), []
    found = Compared(changes=[], not_compared=[])
    if revision.read(path) is None and (earlier := revision.earlier_name(path)):
        path = revision.top / earlier
    read = _before(path, revision, lambda raw, name: policy_of(raw, name, path.parent), found)
    return read or NO_POLICY, found.not_compared


def _before(path: Path, revision: Revision | None, read: Callable[[bytes, str], T], found: Compared) -> T | None:
    """A file as the base has it; None where it has none that can be read, and then the reason is noted."""
    if revision is None:
        found.not_compared.append(f"{path}: the base is a plan without files beside it; all of it counts as new")
        return None
    if not revision.holds(path):
        found.not_compared.append(f"{path}: it lies outside the repository; all of it counts as new")
        return None
    raw = revision.read(path)
    if raw is None:
        return None
    try:
        return read(raw, f"{revision.name}: {path}")
    except PlanError as error:
        found.not_compared.append(f"{error.problems[0]}; all of it counts as new")
        return None


_LATER = Meaning(Judge.WAIVER, Weaker.HIGHER)
_LARGER = Meaning(Judge.WAIVER, Weaker.HIGHER, Absent.WEAKEST)


def _waivers(before: Iterable[Waiver], after: Iterable[Waiver]) -> Iterator[JudgeChange]:
    was, now = ({one.name: one for one in given} for given in (before, after))
    for name in dict.fromkeys((*now, *was)):
        old, new = was.get(name), now.get(name)
        subject = f"waiver {name}"
        if old is not None and new is not None:
            yield from _renewed(subject, old, new)
        elif new is not None:
            step = (NONE, _accepts(new))
            yield _changed(subject, step, Effect.WEAKER, new)
        elif old is not None:
            yield _changed(subject, (_accepts(old), "removed"), Effect.STRONGER)


def _accepts(waiver: Waiver) -> str:
    limit = f", up to {shown(waiver.limit)} times the capacity" if waiver.limit else ""
    return f"until {waiver.expires} by {waiver.owner}{limit}"


def _renewed(subject: str, old: Waiver, new: Waiver) -> Iterator[JudgeChange]:
    for field, meaning in (("expires", _LATER), ("limit", _LARGER)):
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            effect = effect_of(meaning, before, after)
            yield _changed(f"{subject}", (shown(before), shown(after)), effect, new, field)
    for field in ("owner", "reason"):
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield _changed(subject, (shown(before), shown(after)), Effect.WORDS, new, field)


def _changed(
    subject: str, step: tuple[str, str], effect: Effect, waiver: Waiver | None = None, field: str = ""
) -> JudgeChange:
    """A change of a judge outside the plan; the first words of its subject say which kind it is."""
    kinds = {"waiver": Judge.WAIVER, "baseline": Judge.BASELINE, "policy": Judge.SETTING}
    return JudgeChange(
        judge=kinds.get(subject.partition(" ")[0], Judge.EVIDENCE),
        subject=subject,
        field=field,
        before=step[0],
        after=step[1],
        effect=effect,
        place=None if waiver is None else waiver.declared_at,
    )


def _baseline(before: Baseline | None, after: Baseline) -> Iterator[JudgeChange]:
    """Entries that the baseline gained, lost, or accepts at a larger size."""
    was: Mapping[str, float | None] = {} if before is None else before.ratios
    gained = sorted(after.ratios.keys() - was.keys())
    gone = sorted(was.keys() - after.ratios.keys())
    grown = sorted(one for one in was.keys() & after.ratios.keys() if (after.ratios[one] or 0) > (was[one] or 0))
    for names, words, effect in (
        (gained, "accepts {count} more: {names}", Effect.WEAKER),
        (grown, "accepts {count} at a larger size: {names}", Effect.WEAKER),
        (gone, "accepts {count} fewer: {names}", Effect.STRONGER),
    ):
        if names:
            more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            told = ", ".join(one.rstrip(":") for one in names[:MOST_NAMED]) + more
            step = (f"{len(was)} entries", words.format(count=len(names), names=told))
            yield _changed(f"baseline {after.source}", step, effect)


def _policy(name: str, before: Policy, after: Policy) -> Iterator[JudgeChange]:
    effects = {True: Effect.WEAKER, False: Effect.STRONGER, None: Effect.CHANGED}
    for key, was, now, weaker in differences(before, after):
        yield _changed(f"policy {name}", (was, now), effects[weaker], field=key)


def _evidence(files: JudgingFiles, named: NamedBefore, revision: Revision) -> Iterator[JudgeChange]:
    """Evidence files that the change adds, takes away or writes anew, and other trusted keys."""
    now = {name: digest for name, digest in files.evidence.items() if revision.holds(Path(name))}
    was = {
        name: hashlib.sha256(raw).hexdigest()
        for name in dict.fromkeys(_names_in(named.evidence_paths, revision))
        if (raw := revision.read(Path(name))) is not None
    }
    for name in sorted({**was, **now}):
        before, after = was.get(name), now.get(name)
        if before != after:
            step = (_digest(before), _digest(after) if after else "removed")
            yield _changed(f"evidence {name}", step, Effect.CHANGED)
    if files.keys_file is not None and revision.holds(files.keys_file):
        old = revision.read(named.keys_file) if named.keys_file is not None else None
        new = files.keys_file.read_bytes()
        if old != new:
            old_digest = None if old is None else hashlib.sha256(old).hexdigest()
            step = (_digest(old_digest), _digest(hashlib.sha256(new).hexdigest()))
            yield _changed(f"trusted keys {files.keys_file}", step, Effect.CHANGED)


def _names_in(paths: Iterable[Path], revision: Revision) -> Iterator[str]:
    """Evidence files of the revision in the files and folders that were given."""
    for path in paths:
        below = revision.files(path)
        yield from (str(path / name) for name in below if name.endswith(".json")) if below else (str(path),)


def _digest(digest: str | None) -> str:
    return NONE if digest is None else f"SHA-256 {digest[:12]}"
