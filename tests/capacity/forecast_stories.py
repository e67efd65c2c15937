"""A plan under the priors of the forecast, and the same as stories for the simulator of events."""

from petaplan.capacity.figures import Precision, Sparsity
from petaplan.capacity.forecast import priors
from petaplan.capacity.forecast.inputs import inputs_of
from petaplan.capacity.hub import Hub
from tests.capacity.forecast_hubs import design_of, two_phases
from tests.hubs import pod
from tests.oracles.build_out import Doubt, Story


def doubtful_plan() -> Hub:
    """Two phases under the priors, with announced chips in the second."""
    late = tuple(pod(f"late-{at}", "huawei-atlas-950-cabinet", 1, phase="second") for at in range(3))
    return two_phases(first={}, second={}, pods=(pod("pod-1"), pod("pod-2"), pod("pod-3"), *late))


def stories_of(plan: Hub) -> tuple[list[Story], dict[str, Doubt]]:
    """The stories of a plan's phases, and its doubt about announced chips, under the priors."""
    design = design_of(plan)
    stories = []
    for phase in plan.phases:
        pods = [
            (model, count * figure.value / 1_000)
            for one in plan.pods
            if one.phase == phase.name
            for model, count in design.pod(one).accelerators.items()
            if (figure := design.accelerator(model).peak(Precision.BF16, Sparsity.DENSE)) is not None
        ]
        items = ["transformers", "ups_systems", "accelerators"] if phase.name == "first" else ["accelerators"]
        stories.append(
            Story(
                name=phase.name,
                starts=phase.starts,
                planned_end=phase.in_service,
                after=phase.after,
                pods=pods,
                probability_late=0.9,
                late=Doubt(0.074, 0.275, 1.025),
                items={name: _doubt(priors.LEAD_TIMES[name]) for name in items},
                ramp=_doubt(priors.RAMP),
            )
        )
    announced = inputs_of(design).speeds.keys()
    assert announced
    return stories, dict.fromkeys(announced, Doubt(0.72, 1.0, 1.39))


def _doubt(times: object) -> Doubt:
    return Doubt(*(getattr(times, f"weeks_{share}") for share in ("p5", "p50", "p95")))
