"""The list of rules, made of what is kept of them: it needs no rule, and none of the engine that they ask.

``make generate`` keeps the texts of the rules as JSON beside the kept nouns. They count only while the digests in the
file are those of the modules of the rules. Otherwise the rules are imported, with the same result
(docs/adr/0102-nouns-of-the-shipped-data-are-kept.md).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from petaplan.capacity.report.tones import TONES
from petaplan.reporting.cells import Code, Status, Text
from petaplan.reporting.document import Column, Document, Row, Section, Table
from petaplan.reporting.registry import PLAIN, Rendering
from petaplan.reporting.safety import json_text

if TYPE_CHECKING:
    from petaplan.capacity.rule import Rule

CAPACITY = Path(__file__).parents[1]
"""The folder of the package."""

KEPT = "data/kept/rules.json"
"""The file of the texts, as seen from there."""

ABOUT_REPORTS = "verdict/rules.py"
MODULES = ("rules/**/*.py", ABOUT_REPORTS)
"""The modules that hold the texts of the rules."""

RULE_COLUMNS = (
    Column(key="rule", title="rule", wraps=True),
    Column(key="title", title="asks", wraps=True),
    Column(key="severity", title="a failure is", wraps=True),
    Column(key="formula", title="formula", wraps=True),
    Column(key="basis", title="basis", data_only=True),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleText:
    """What a rule says of itself."""

    id: str
    title: str
    severity: str
    """Verdict on a claim that fails."""
    formula: str
    basis: str


def every_rule(capacity: Path = CAPACITY) -> tuple[RuleText, ...]:
    """The rules of a plan by id, then those about reports; ``capacity`` is the folder of their modules."""
    return _kept(capacity) or tuple(_texts(_asked()))


def _kept(capacity: Path) -> tuple[RuleText, ...]:
    """The texts that were kept; none where they are not those of these modules."""
    try:
        modules = json.loads((capacity / KEPT).read_bytes())
        if {name: module["sha256"] for name, module in modules.items()} != digests(capacity):
            return ()
        texts = {name: [RuleText(**row) for row in module["rules"]] for name, module in modules.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()
    about_reports = texts.pop(ABOUT_REPORTS, [])
    return (*sorted((text for some in texts.values() for text in some), key=lambda text: text.id), *about_reports)


def _asked() -> "tuple[Rule, ...]":
    from petaplan.capacity.rules import all_rules
    from petaplan.capacity.verdict.rules import ABOUT_REPORTS as ABOUT

    return (*all_rules(), *ABOUT)


def _texts(rules: "Iterable[Rule]") -> Iterator[RuleText]:
    names = [field.name for field in fields(RuleText)]
    return (RuleText(**{name: str(getattr(rule, name)) for name in names}) for rule in rules)


def kept_text(capacity: Path = CAPACITY) -> str:
    """The file of the texts: each module with its digest and its rules, so that two changes of rules can be merged."""
    asked, digest_of = _asked(), digests(capacity)
    modules: dict[str, list[RuleText]] = {name: [] for name in digest_of}
    for rule, text in zip(asked, _texts(asked), strict=True):
        module = rule.ask.__module__.partition("capacity.")[2].replace(".", "/")
        modules[f"{module}.py"].append(text)
    rows = {
        name: {"sha256": digest, "rules": [asdict(one) for one in modules[name]]} for name, digest in digest_of.items()
    }
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


def digests(capacity: Path) -> dict[str, str]:
    """SHA-256 of each module of the rules, by its path."""
    paths = sorted(path for pattern in MODULES for path in capacity.glob(pattern))
    return {path.relative_to(capacity).as_posix(): sha256(path.read_bytes()).hexdigest() for path in paths}


def rules_document(rules: Sequence[RuleText], _rendering: Rendering = PLAIN) -> Document:
    """Every rule in one table."""
    rows = [
        Row(
            cells={
                "rule": Code(rule.id),
                "title": Text(rule.title),
                "severity": Status(key=rule.severity, tone=TONES[rule.severity]),
                "formula": Text(rule.formula),
                "basis": Text(rule.basis),
            },
            pointer=f"/{at}",
        )
        for at, rule in enumerate(rules)
    ]
    table = Table(key="rules", columns=RULE_COLUMNS, rows=rows, noun="rules")
    return Document(key="rules", name="rules", sections=(Section(key="rules", blocks=(table,)),))


def rules_json(rules: Iterable[RuleText]) -> str:
    """Every rule as JSON."""
    return json_text([asdict(rule) for rule in rules])
