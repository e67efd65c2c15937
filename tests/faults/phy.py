"""Plans of the physics faults, and what is said of them."""

from collections.abc import Sequence
from pathlib import Path

from petaplan.capacity.check import check
from petaplan.capacity.document.plan import read
from petaplan.capacity.findings import Finding
from petaplan.capacity.hub import Hub

PLANS = Path(__file__).parent / "plans"


def plan(name: str) -> Hub:
    """The plan of a fault."""
    return read(str(PLANS / f"{name}.yaml"))


def findings(hub: Hub, rule: str, subject: str | None = None) -> Sequence[Finding]:
    """What a rule says of a hub, or of one subject of it."""
    return [found for found in check(hub).findings if found.rule == rule and subject in (None, found.subject)]


def finding(hub: Hub, rule: str, subject: str) -> Finding:
    """The one finding of a rule about a subject."""
    (found,) = findings(hub, rule, subject)
    return found
