"""Declared work that no plan of this size could take: a wrong number, and no finding."""

from collections.abc import Iterator

from petaplan.capacity.design import Design
from petaplan.capacity.errors import Problem
from petaplan.capacity.work.runs import in_service


def work_problems(design: Design) -> Iterator[Problem]:
    """Training runs in more accelerators than the plan ever has in service at once.

    A model that the plan does not bring at all is a shortfall, of WRK-002.
    """
    for phase in design.phases:
        for run in phase.training_runs:
            most = max((in_service(design, run.model, day) for day in design.change_dates), default=0)
            if most and run.accelerators_in_step > most:
                yield Problem(
                    where=f"{phase.declared_at}: training run {run.name} of {phase.name}",
                    found=f"{run.accelerators_in_step:,} {run.model} in step",
                    expected=f"at most {most:,}, the most that the plan ever has in service",
                    advice="use fewer in step, or declare more pods",
                )
