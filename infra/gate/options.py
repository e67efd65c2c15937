"""The options of one run of the gate: what to judge, and against what."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from petaplan.infra.gate.engine import ask
from petaplan.infra.project import project_folder

if TYPE_CHECKING:
    from petaplan.capacity.verdict.policy import Policy


SHOWN_ONLY = "a shortfall stops nothing"
NOT_SHOWN_ONLY = "a shortfall fails, because the base has no softFail"


@dataclass(frozen=True, kw_only=True, slots=True)
class GateOptions:
    """The options of one run."""

    plan: str | None
    """A plan to read; without one a stack is previewed."""
    stack: str | None
    base: str | None
    waivers: Path | None
    baseline: Path | None
    today: date
    strict: bool
    evidence: tuple[Path, ...]
    required: float | None
    """Least part of each target's petaflops that has to be measured."""
    policy_file: Path | None = None
    """File with the levels of rules; without one, that of the stack's setting ``petaplan:policy``."""
    policy: "Policy | None" = None
    policy_by_stack: bool = False
    """Whether a setting of the stack names the policy."""
    soft_fail: bool = False
    """Whether the command line asks for exit code 0 where there is a shortfall; a policy may do so as well."""
    no_weakening: bool = False
    """Whether a change fails that loses checks, or makes a target, claim, limit, rule or setting weaker."""
    trusted_keys: Path | None = None
    """Public keys of which one has to have signed each evidence file."""
    packs: tuple[Path, ...]
    catalogues: tuple[Path, ...] = ()
    """Layers of the catalogue over those that the plan names."""
    badge: Path | None = None
    """A file in which one line is renewed."""
    save: Path | None
    markdown_limit_bytes: int
    start: Path
    """Where the command was called."""
    state: str = ""
    """Hash of the stack's state before the preview, where an approval is options for."""

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """Files that no output may take the place of, each with its option; a baseline may be renewed in place."""
        given: list[tuple[str, Path | str | None]] = [
            ("the plan", None if self.plan == "-" else self.plan),
            ("--waivers", self.waivers),
            ("--save", self.save),
            ("--badge", self.badge),
            ("--trusted-keys", self.trusted_keys),
            ("--policy", self.policy_file),
            *(("--evidence", path) for path in self.evidence),
            *(("--catalogue", path) for path in self.catalogues),
        ]
        return tuple((option, str(path)) for option, path in given if path is not None)

    @property
    def basis(self) -> str:
        """What is judged, and with what, in words."""
        what = f"the plan {self.plan}" if self.plan is not None else f"what an update would leave in stack {self.stack}"
        parts = [f"Judged: {what}"]
        if self.waivers is not None:
            parts.append(f"waivers of {self._near(self.waivers)} on {self.today}")
        if self.baseline is not None:
            parts.append(f"only what {self.baseline} does not have fails")
        if self.strict:
            parts.append("what cannot be known fails")
        if self.policy_file is not None:
            parts.append(f"levels of {self._near(self.policy_file)}")
        if self.shows_only:
            parts.append(SHOWN_ONLY)
        if self.no_weakening:
            parts.append("what weakens a judge fails")
        return "; ".join(parts)

    def _near(self, path: Path) -> Path:
        """A path without the folder of the call, where it lies below it."""
        return path.relative_to(self.start) if path.is_relative_to(self.start) else path

    @property
    def shows_only(self) -> bool:
        """Whether a shortfall is shown and stops nothing."""
        return self.soft_fail or (self.policy is not None and self.policy.soft_fail)

    @property
    def folder(self) -> Path:
        """The folder of the project."""
        return project_folder(self.start)

    def with_policy(self) -> Self:
        """The same with what the policy says, where no option says it.

        Raises:
            PlanError: when the file of the policy is not one.
        """
        from petaplan.capacity.verdict.policy import read_policy
        from petaplan.infra.stack_settings import POLICY, stack_settings

        path = self.policy_file
        by_stack = path is None and self.plan is None
        if by_stack:
            named = stack_settings(self.stack or "", self.folder).get(POLICY)
            path = self.folder / named if named else None
        if path is None:
            return replace(self, policy_by_stack=by_stack)
        policy = read_policy(path)
        return replace(
            self,
            policy_file=path,
            policy=policy,
            policy_by_stack=by_stack,
            strict=self.strict or policy.strict,
            waivers=self.waivers or policy.waivers,
            evidence=self.evidence or policy.evidence,
            trusted_keys=self.trusted_keys or policy.trusted_keys,
        )

    def on_a_stack(self) -> Self:
        """The same with the name of the stack and, for an approval, its state.

        Raises:
            EngineError: when none is selected, or its backend can't be reached.
        """
        stack = self.stack or ask(["stack", "--show-name"], self.folder).strip()
        if self.save is None:
            return replace(self, stack=stack)
        from petaplan.infra.gate.state import exported, state_hash

        return replace(self, stack=stack, state=state_hash(exported(stack, self.folder)))
