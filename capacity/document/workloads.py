"""Checks of declared work: days in order, names once."""

from collections import Counter
from collections.abc import Iterator

from petaplan.capacity.hub import Hub, Phase

Fault = tuple[Phase, str, str, str]
"""The phase, what was found, what was expected, and advice."""


def workload_faults(hub: Hub) -> Iterator[Fault]:
    """Everything in training runs, services and reserves that types cannot refuse."""
    for phase in hub.phases:
        for run in phase.training_runs:
            if run.done_by <= run.starts:
                found = f"training run {run.name!r} done_by {run.done_by}, starts {run.starts}"
                yield phase, found, "a later day of its end", "swap them"
        for service in phase.inference_services:
            if service.ends is not None and service.ends <= service.starts:
                found = f"service {service.name!r} ends {service.ends}, starts {service.starts}"
                yield phase, found, "a later day of its end", "swap them"
        names = Counter([run.name for run in phase.training_runs] + [one.name for one in phase.inference_services])
        for name, times in sorted(names.items()):
            if times > 1:
                yield phase, f"{times} runs or services {name!r}", "each name once in a phase", "rename one"
        models = Counter(one.model for one in phase.research_reserves)
        for model, times in sorted(models.items()):
            if times > 1:
                yield phase, f"{times} research reserves of {model}", "one of each model", "join them"
