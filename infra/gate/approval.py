"""An approval: hashes of everything that a verdict rests on, so that exactly what was judged is brought up."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, ClassVar, NoReturn

from annotated_types import Ge, Le
from pydantic import AfterValidator, ConfigDict

from petaplan import capacity
from petaplan.capacity.document.marked import read_file
from petaplan.capacity.document.plan import write_json
from petaplan.capacity.document.strict import build
from petaplan.capacity.errors import EvidenceError, PlanError, Problem
from petaplan.capacity.facts.catalog import DATA, Catalogue
from petaplan.capacity.hub import Hub
from petaplan.capacity.throughput.evidence import MOST_BYTES
from petaplan.capacity.throughput.trusted_keys import UnsignedError, read_trusted_keys
from petaplan.capacity.verdict.evidence import keys_hash
from petaplan.infra.collect import in_order
from petaplan.input_files import read_bounded

VERSION = 3

KEY = "petaplan_approval"

WORDS: Mapping[str, str] = {
    "plan": "the plan that the program declares",
    "catalogue": "the hardware catalogue, or a layer over it",
    "evidence": "the measurements of the catalogue",
    "rules": "the rules, or what they compute with",
    "waivers": "the waivers",
    "baseline": "the baseline",
    "keys": "the trusted keys, or who signed the evidence",
    "settings": "the settings of the stack",
    "state": "the state of the stack",
}
"""What an approval binds, in the words of a refusal."""


_STACK = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+){0,2}")


def _stack(name: str) -> str:
    """The name of a stack, with or without organization and project, as Pulumi takes it."""
    if len(name) > 300 or _STACK.fullmatch(name) is None:
        raise ValueError("the name of a stack")
    return name


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("a date such as 2027-06-30") from None


def _of_everything(hashes: Mapping[str, str]) -> Mapping[str, str]:
    if set(hashes) != set(WORDS):
        raise ValueError(f"a hash of each of {', '.join(WORDS)}")
    return hashes


@dataclass(frozen=True, kw_only=True, slots=True)
class Approval:
    """What was judged, and on which day."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    stack: Annotated[str, AfterValidator(_stack)]
    hub: str
    on: Annotated[str, AfterValidator(_day)]
    until: Annotated[str, AfterValidator(_day)] | None
    """Last day of the first waiver that it needs."""
    waivers: str | None
    baseline: str | None
    strict: bool
    evidence: Mapping[str, str]
    """SHA-256 of each evidence file, by the name that it was given by."""
    require_evidence: Annotated[float, Ge(0), Le(1)] | None
    hashes: Annotated[Mapping[str, str], AfterValidator(_of_everything)]
    trusted_keys: str | None = None
    """File of the public keys of which one had to sign each evidence file."""
    catalogues: tuple[str, ...] = ()
    """Layers of the catalogue that were given beside those of the plan."""
    policy: str | None = None
    """File of the levels of rules."""


def policy_hash(path: Path | str | None) -> dict[str, str]:
    """The file of the policy as one more setting; nothing where there is none."""
    return {} if path is None else {"the policy": file_hash(path)}


def file_hash(path: Path | str | None) -> str:
    """The hash of a file's bytes; of nothing where there is none."""
    return "none" if path is None else hashlib.sha256(read_bounded(path)).hexdigest()


def hashes_of(
    hub: Hub,
    *,
    settings: Mapping[str, str],
    state: str,
    waivers: Path | str | None,
    baseline: Path | str | None,
    keys: str = "none",
    catalogue: Catalogue | None = None,
) -> dict[str, str]:
    """Everything that the verdict on a hub rests on.

    ``keys`` is the hash of the trusted keys and of who signed; ``catalogue`` the one that the hub was judged by.
    """
    layers = "".join(f"{layer.name} {layer.digest}\n" for layer in (catalogue.layers if catalogue else ()))
    facts = sorted(DATA.rglob("*.yaml"))
    evidence = [path for path in facts if path.name == "efficiency.yaml"]
    return {
        "plan": plan_hash(hub),
        "catalogue": _hash(_hash_files([path for path in facts if path not in evidence]) + layers),
        "evidence": _hash_files(evidence),
        "rules": _hash_files(_judging_files()),
        "waivers": file_hash(waivers),
        "baseline": file_hash(baseline),
        "keys": keys,
        "settings": _hash(json.dumps(dict(sorted(settings.items())))),
        "state": state,
    }


def plan_hash(hub: Hub) -> str:
    """The hash of what a hub declares, in whatever order."""
    return _hash(write_json(in_order(hub)))


NOT_JUDGING = frozenset({"report", "commands", "command_line", "blocks"})
"""Folders of capacity that print, read a command line or build plans: no verdict comes from them."""


def _judging_files() -> list[Path]:
    """The code that a verdict comes from."""
    root = Path(capacity.__file__).parent
    files = sorted(root.rglob("*.py"))
    return [path for path in files if path.name != "__main__.py" and not NOT_JUDGING & {*path.relative_to(root).parts}]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_files(paths: Iterable[Path]) -> str:
    root = Path(capacity.__file__).parent
    digest = hashlib.sha256()
    for path in paths:
        raw = path.read_bytes()
        digest.update(f"{path.relative_to(root)} {len(raw)}\n".encode() + raw)
    return digest.hexdigest()


def write_approval(approval: Approval) -> str:
    """The approval as JSON."""
    return json.dumps({KEY: VERSION, **asdict(approval)}, indent=2) + "\n"


def read_approval(path: Path) -> Approval:
    """The approval in a file.

    Raises:
        PlanError: when it isn't one; with every member that is not as an approval has it, by its line.
    """
    marked = read_file(path)
    if marked.problems:
        advice = "where the file is cut short, write it anew with `petaplan gate --save`"
        raise PlanError(marked.told_as("an approval", advice))
    version = marked.members.pop(KEY, None)
    if not isinstance(version, int) or isinstance(version, bool):
        _refuse(path, f"no field {KEY!r}", "an approval", "write one with `petaplan gate --save`")
    if version != VERSION:
        advice = "judge the stack again with `petaplan gate --save FILE`, and approve that"
        _refuse(path, f"an approval of version {version}", f"version {VERSION}", advice)
    made = build(Approval, marked)
    if made is None:
        found = "other fields than those of an approval"
        raise PlanError(replace(one, found=f"{found} ({one.found})") for one in marked.problems)
    return made


def moved(approved: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """What is not as it was approved, in words."""
    return tuple(words for key, words in WORDS.items() if approved.get(key) != now.get(key))


def moved_evidence(approval: Approval, given: Iterable[Path] | None) -> Iterator[str]:
    """Which evidence files are not those that were approved, in words.

    Without files to look at, those that the approval names are read again; given ones are recognised by their bytes.

    Raises:
        OSError: when a given file can't be read.
    """
    if given is None:
        for name, approved in approval.evidence.items():
            if not Path(name).is_file():
                yield f"the evidence file {name} is not there any more"
            elif file_hash(name) != approved:
                yield f"the evidence file {name} moved since {approval.on}"
        return
    now = {str(path): file_hash(path) for path in given}
    for name, approved in approval.evidence.items():
        if approved not in now.values():
            yield f"the evidence file {name} is not among those given as it was approved on {approval.on}"
    for name, found in now.items():
        if found not in approval.evidence.values():
            yield f"the evidence file {name} is none of those approved on {approval.on}"


def keys_now(approval: Approval, given: Iterable[Path] | None, trusted_keys: Path | None) -> str:
    """The hash of the trusted keys and of who signed the evidence files, as they are now.

    Raises:
        EvidenceError: when the file of keys can't be read, or a file is not signed by one of them.
    """
    place = trusted_keys or (Path(approval.trusted_keys) if approval.trusted_keys else None)
    if place is None:
        return "none"
    trusted, signed = read_trusted_keys(place), dict[str, str]()
    for path in [Path(name) for name in approval.evidence] if given is None else given:
        raw = read_bounded(path, MOST_BYTES)
        try:
            signed[hashlib.sha256(raw).hexdigest()] = trusted.signer(path, raw)
        except UnsignedError as reason:
            found = str(reason)
            raise EvidenceError(
                [Problem(where=str(path), found=found, expected=f"a signature by a key of {place}")]
            ) from None
    return keys_hash(signed, trusted)


def _refuse(path: Path, found: str, expected: str, advice: str) -> NoReturn:
    raise PlanError([Problem(where=str(path), found=found, expected=expected, advice=advice)])


def until_day(ends: Iterable[date]) -> str | None:
    """The first of some days."""
    first = min(ends, default=None)
    return None if first is None else first.isoformat()
