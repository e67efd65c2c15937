"""The policy of a team: what each rule or family of rules does, and the files that judge beside the plan.

One file serves the gate (``--policy``), a stack (``petaplan:policy``) and the policy pack (``--policy-pack-config``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from petaplan.capacity.document.marked import Marked, Value, read_bytes, read_file
from petaplan.capacity.document.strict import Suggestions, shown
from petaplan.capacity.errors import PlanError
from petaplan.capacity.findings import Finding
from petaplan.capacity.rules import all_rules
from petaplan.capacity.verdict.rules import ABOUT_REPORTS

HUB = "hub"
"""The policy of the pack whose configuration a file of ``--policy-pack-config`` holds under this name."""


class Level(StrEnum):
    """What a finding of a rule does."""

    MANDATORY = "mandatory"
    ADVISORY = "advisory"
    DISABLED = "disabled"


STRICTEST_FIRST = (Level.MANDATORY, Level.ADVISORY, Level.DISABLED)

OPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "strict": "boolean",
        "softFail": "boolean",
        "cannotTell": "mandatory or advisory",
        "waivers": "file",
        "evidence": "files",
        "trustedKeys": "file",
    }
)
"""What a policy may say besides levels, with the kind of its value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """Levels of rules and families, and what judges beside the plan."""

    levels: Mapping[str, Level] = field(default_factory=lambda: MappingProxyType({}))
    """By the id of a rule, or by a family; everything else is mandatory."""
    strict: bool = False
    soft_fail: bool = False
    """Whether a shortfall is shown and stops nothing."""
    cannot_tell: Level | None = None
    """What a value does that only the update will know; advisory unless given."""
    waivers: Path | None = None
    evidence: tuple[Path, ...] = ()
    trusted_keys: Path | None = None

    def over(self, below: "Policy") -> "Policy":
        """This policy where it says something, and the other one for the rest."""
        return Policy(
            levels=MappingProxyType({**below.levels, **self.levels}),
            strict=self.strict or below.strict,
            soft_fail=self.soft_fail or below.soft_fail,
            cannot_tell=self.cannot_tell or below.cannot_tell,
            waivers=self.waivers or below.waivers,
            evidence=self.evidence or below.evidence,
            trusted_keys=self.trusted_keys or below.trusted_keys,
        )

    def level(self, rule: str) -> Level:
        """What the findings of a rule do: its own level, else that of its family."""
        return self.levels.get(rule) or self.levels.get(rule.partition("-")[0]) or Level.MANDATORY

    def asks(self, finding: Finding) -> bool:
        """Whether the rule of a finding is asked at all."""
        return self.level(finding.rule) is not Level.DISABLED


NO_POLICY = Policy()


def families() -> tuple[str, ...]:
    """Every rule family of plans: ``PF``, ``PWR`` and so on."""
    return tuple(sorted({rule.family for rule in all_rules()}))


@cache
def names() -> tuple[str, ...]:
    """Everything that may have a level: families first, then rules."""
    about = {rule.family for rule in ABOUT_REPORTS}
    ids = (rule.id for rule in (*all_rules(), *ABOUT_REPORTS))
    return (*sorted({*families(), *about}), *sorted(ids))


def read_policy(path: Path) -> Policy:
    """The policy in a file; its paths are relative to the folder of the file.

    Raises:
        PlanError: with every key that nobody reads and every value of another kind, by file and line.
    """
    return policy_in(read_file(path), path.parent)


def policy_of(raw: bytes, name: str, folder: Path = Path()) -> Policy:
    """The policy in the bytes of a file that lies elsewhere, such as at a revision; its paths are below a folder.

    Raises:
        PlanError: as ``read_policy``.
    """
    return policy_in(read_bytes(raw, name), folder)


def policy_in(marked: Marked, folder: Path) -> Policy:
    """The policy in marked values.

    Raises:
        PlanError: as ``read_policy``.
    """
    if not marked.problems and not isinstance(marked.value, dict):
        marked.refuse(1, shown(marked.value), "a mapping of rules, families and options")
    if marked.problems:
        raise PlanError(marked.problems)
    inner = marked.members.get(HUB)
    place: tuple[str, ...] = (HUB,) if isinstance(inner, dict) and len(marked.members) == 1 else ()
    given = inner if isinstance(inner, dict) and place else marked.members
    suggest = Suggestions()
    for key, value in given.items():
        if key not in OPTIONS and key not in names():
            advice = suggest(key, (*OPTIONS, *names())) or f"options are {', '.join(OPTIONS)}; see `petaplan rules`"
            marked.refuse(_line(marked, (*place, key)), repr(key), "a rule, a rule family or an option", advice)
        elif expected := _unlike(key, value):
            marked.refuse(_line(marked, (*place, key)), f"{key} {shown(value)}", expected)
    if marked.problems:
        raise PlanError(marked.problems)
    return policy_from(given, folder)


def _line(marked: Marked, path: tuple[str, ...]) -> int:
    return marked.lines.get(path, 1)


def _unlike(key: str, value: Value) -> str:
    """What a key expects, where its value is something else."""
    kind = OPTIONS.get(key)
    levels = [str(level) for level in Level]
    if kind is None:
        return "" if value in levels else f"one of {', '.join(levels)}"
    if kind == "boolean":
        return "" if isinstance(value, bool) else "true or false"
    if kind == "file":
        return "" if isinstance(value, str) and value else "the path of a file"
    if kind == "files":
        alike = isinstance(value, list) and all(isinstance(one, str) and one for one in value)
        return "" if alike else "a list of paths"
    return "" if value in levels[:2] else kind


def policy_from(given: Mapping[str, Value], folder: Path) -> Policy:
    """The policy in values that were checked already; paths are relative to a folder."""

    def path(key: str) -> Path | None:
        value = given.get(key)
        return folder / value if isinstance(value, str) else None

    files = given.get("evidence")
    return Policy(
        levels=MappingProxyType({key: Level(str(value)) for key, value in given.items() if key not in OPTIONS}),
        strict=given.get("strict") is True,
        soft_fail=given.get("softFail") is True,
        cannot_tell=Level(str(given["cannotTell"])) if "cannotTell" in given else None,
        waivers=path("waivers"),
        evidence=tuple(folder / str(one) for one in files) if isinstance(files, list) else (),
        trusted_keys=path("trustedKeys"),
    )


def differences(before: Policy, after: Policy) -> Iterator[tuple[str, str, str, bool | None]]:
    """What differs between two policies: name, both values, and whether the second asks for less; None: unknown."""
    for name in sorted({*before.levels, *after.levels}):
        was, now = before.level(name), after.level(name)
        if was is not now:
            yield name, str(was), str(now), STRICTEST_FIRST.index(now) > STRICTEST_FIRST.index(was)
    for name, old, new, weaker in (
        ("strict", before.strict, after.strict, before.strict),
        ("softFail", before.soft_fail, after.soft_fail, after.soft_fail),
        ("cannotTell", _told(before), _told(after), _told(after) is Level.ADVISORY),
    ):
        if old != new:
            yield name, str(old).lower(), str(new).lower(), weaker
    yield from _other_files(before, after)


NOT_GIVEN = "not given"


def _other_files(before: Policy, after: Policy) -> Iterator[tuple[str, str, str, bool | None]]:
    """Files that are named otherwise. Without trusted keys any evidence counts; else what the files hold says more."""
    for name, was, now in (
        ("waivers", _named(before.waivers), _named(after.waivers)),
        ("evidence", _named(*before.evidence), _named(*after.evidence)),
        ("trustedKeys", _named(before.trusted_keys), _named(after.trusted_keys)),
    ):
        if was != now:
            is_ordered = name == "trustedKeys" and NOT_GIVEN in (was, now)
            yield name, was, now, now == NOT_GIVEN if is_ordered else None


def _named(*files: Path | None) -> str:
    """The files that a key of a policy names, in words."""
    return ", ".join(str(one) for one in files if one is not None) or NOT_GIVEN


def _told(policy: Policy) -> Level:
    return policy.cannot_tell or Level.ADVISORY
