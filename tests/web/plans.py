"""Plans for tests of pages."""

from datetime import date

from petaplan.capacity.figures import Precision
from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.schedule import LeadTime
from petaplan.capacity.site import Jurisdiction, Site
from petaplan.capacity.supply import Order
from petaplan.capacity.targets import Measure
from petaplan.capacity.workloads import ResearchReserve
from tests.hubs import hub, phase, target
from tests.workloads import ASCEND, run, service


def bare() -> Hub:
    """A site and a phase, and nothing else."""
    return Hub(
        name="bare",
        sites=(Site(name="site", country="HK", jurisdiction=Jurisdiction.HK),),
        phases=(Phase(name="first", starts=date(2026, 1, 1), in_service=date(2027, 6, 30)),),
    )


def failing() -> Hub:
    """A small hub that misses a target of peak and one of delivered petaflops, with an order and a long item."""
    item = LeadTime(
        item="<i>chillers</i>", weeks_p5=10, weeks_p50=20, weeks_p95=40, source="a test", as_of=date(2026, 1, 1)
    )
    order = Order(item="switchgear", ordered=date(2026, 1, 1), lead_weeks=30, commissioning_weeks=4, source="a test")
    targets = (target(100_000), target(50_000, "work", measure=Measure.DELIVERED))
    return hub(phases=(phase(orders=(order,), lead_times=(item,)),), targets=targets)


def working() -> Hub:
    """A small hub with a run in time, one that is late, one of unknown length, a service and a reserve for research."""
    runs = (run(name="dense"), run(name="late", tokens=1e15), run(name="unknown", precision=Precision.FP4))
    reserve = ResearchReserve(model=ASCEND, reserved_fraction=0.25, source="a test")
    declared = phase(
        training_runs=runs, inference_services=(service(starts=date(2027, 8, 1)),), research_reserves=(reserve,)
    )
    return hub(phases=(declared,), targets=(target(1),))
