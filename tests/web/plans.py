"""Plans for tests of pages."""

from datetime import date

from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.site import Jurisdiction, Site


def bare() -> Hub:
    """A site and a phase, and nothing else."""
    return Hub(
        name="bare",
        sites=(Site(name="site", country="HK", jurisdiction=Jurisdiction.HK),),
        phases=(Phase(name="first", starts=date(2026, 1, 1), in_service=date(2027, 6, 30)),),
    )
