"""DATA-004: declared values that nothing reads."""

from collections.abc import Iterator, Mapping

from petaplan.capacity.claims import Claim, each_of, must_be_zero
from petaplan.capacity.design import Design
from petaplan.capacity.findings import Verdict
from petaplan.capacity.rule import plan_rule

UNREAD: Mapping[str, tuple[str, ...]] = {"sites": ("design_outdoor_c",)}
"""Fields that no rule and no report reads, by table; tests/faults/test_unread.py holds the list against the rules."""


@plan_rule(
    "DATA-004",
    "Every declared number is read",
    severity=Verdict.REVIEW,
    formula="declared values that no rule and no report reads = 0",
    basis="a number that nothing reads misleads; docs/basis/counts.md#values-that-nothing-reads",
)
def unread_values(design: Design) -> Iterator[Claim]:
    """The declared values that change nothing, in one finding of the hub."""
    unread = [*_never_read(design), *_ports_of_the_catalogue(design)]
    hint = f"Nothing reads {', '.join(unread)}: remove it, or do not rest on it"
    inputs = each_of(unread, "unread:", "values that nothing reads")
    yield must_be_zero(design.hub, len(unread), "values that nothing reads", part="unread", inputs=inputs, hint=hint)


def _never_read(design: Design) -> Iterator[str]:
    for table, fields in UNREAD.items():
        for row in getattr(design.hub, table):
            yield from (f"{field} of {row.name}" for field in fields if getattr(row, field) is not None)


def _ports_of_the_catalogue(design: Design) -> Iterator[str]:
    """Ports that a run of racks declares, where its nodes publish theirs."""
    for placement in design.placements:
        for rack, facts in design.pod(placement).rack_groups:
            for field in ("scale_out", "storage"):
                published = [getattr(node, field) is not None for _, node in facts.nodes]
                if getattr(rack, field) is not None and all(published):
                    owner = "" if rack.name == placement.name else f"{placement.name}/"
                    yield f"{field} of {owner}{rack.name}"
