"""Words about a processor that others use: from which share on a figure is marked, and from which there is none."""

from petaplan.bench.evidence.record import FOREIGN_LOAD

HEAVY_LOAD = 0.25
"""Share of the cores from which there is no figure: what had its cores is slowed as well."""


def too_heavy(load: float) -> str | None:
    """Why there is no figure beside others who took this share of the cores; None for a share that leaves one."""
    if load <= HEAVY_LOAD:
        return None
    return f"other processes took {load:.0%} of the cores, more than {HEAVY_LOAD:.0%}; stop them, measure again"


def warning(load: float) -> str | None:
    """What is said beside a figure; None for a share that does not count."""
    if load <= FOREIGN_LOAD:
        return None
    return f"other processes used {load:.0%} of the cores: the host can do more; stop them, measure again"
