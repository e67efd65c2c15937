"""WRK-001, WRK-002: declared work is done by its day, and its accelerators are there."""

from collections.abc import Iterator
from dataclasses import replace

from petaplan.capacity.claims import PLAN, Claim, at_most, unknown
from petaplan.capacity.design import Design
from petaplan.capacity.findings import Input
from petaplan.capacity.rule import plan_rule
from petaplan.capacity.work.runs import DayOfWork, RunNeed, days_of_work, run_needs


@plan_rule(
    "WRK-001",
    "Training runs are done by their day",
    formula="6 x active_parameters x tokens / (accelerators_in_step x peak x mfu_fraction x goodput) / 86400 <= days "
    "from starts to done_by",
    basis="six operations for each active parameter and token; docs/basis/work.md#training, "
    "docs/basis/work.md#four-words",
)
def runs_in_time(design: Design) -> Iterator[Claim]:
    """Each training run, by the peak of its accelerator and its own MFU."""
    phases = {phase.name: phase for phase in design.phases}
    for need in run_needs(design):
        part = f"training_runs[{need.run.name}]"
        if need.peak_tflops is None:
            peak = f"{need.run.precision} peak of {need.run.model}"
            yield unknown(phases[need.phase], "days", (peak,), part=part)
            continue
        if need.days is None:
            goodput = f"goodput of {need.run.accelerators_in_step:,} in step"
            yield unknown(phases[need.phase], "days", (goodput,), part=part)
            continue
        yield at_most(
            phases[need.phase],
            need.days,
            float(need.days_given),
            "days",
            part=part,
            inputs=tuple(_inputs(need, need.peak_tflops)),
            hint=lambda over: f"Late by {over:,.1f} days: more accelerators in step, a better MFU or a later day",
        )


def _inputs(need: RunNeed, peak_tflops: float) -> Iterator[Input]:
    run = need.run
    yield Input("active_parameters", run.active_parameters, "parameters", PLAN)
    yield Input("tokens", run.tokens, "tokens", PLAN)
    yield Input("accelerators_in_step", run.accelerators_in_step, "accelerators", PLAN)
    yield Input("peak", peak_tflops, "TFLOP/s", f"catalogue, {run.precision} of {run.model}")
    yield Input("mfu_fraction", run.mfu_fraction, "fraction", run.mfu_source)
    yield Input("goodput", need.goodput, "fraction", need.goodput_source)
    yield Input("days given", need.days_given, "days", f"{PLAN}: {run.starts} to {run.done_by}")


@plan_rule(
    "WRK-002",
    "The accelerators of declared work are in service",
    formula="accelerators of training runs, services and research on a day <= accelerators of the model in service; "
    "a service takes the larger of 2 x active_parameters x tokens_per_s / (peak x utilisation) and memory",
    basis="work on one accelerator is not done on another; docs/basis/work.md#accelerators-of-a-day, "
    "docs/basis/work.md#inference",
)
def accelerators_there(design: Design) -> Iterator[Claim]:
    """Each model with work, on the day on which it lacks the most, or has the least to spare."""
    phases = {phase.name: phase for phase in design.phases}
    busiest: dict[str, DayOfWork] = {}
    for each in days_of_work(design):
        known = busiest.get(each.model)
        if known is None or _short(each) > _short(known):
            busiest[each.model] = each
    for model, each in sorted(busiest.items()):
        phase = phases[each.asked[0][0].partition("/")[0]]
        inputs = tuple(
            Input(f"accelerators of {name}", count, "accelerators", PLAN)
            for name, count in each.asked
            if count is not None
        )
        claim = at_most(
            phase,
            float(each.whole or 0),
            float(each.in_service),
            "accelerators",
            part=f"work[{model}]",
            inputs=(*inputs, Input("in service", each.in_service, "accelerators", f"{PLAN}, on {each.day}")),
            hint=lambda over: f"Short by {over:,.0f} accelerators: move a run, or bring more",
            note=f"{model} on {each.day}",
        )
        lacking = tuple(f"accelerators of {name}" for name, count in each.asked if count is None)
        yield replace(claim, demand=None, missing=lacking) if lacking else claim


def _short(each: DayOfWork) -> float:
    """By how many too few there are; a day with an unknown need comes first."""
    return float("inf") if each.whole is None else float(each.whole - each.in_service)
