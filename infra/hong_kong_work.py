"""The Hong Kong hub with work: two training runs that its first phase must carry.

Nobody has published what the hub will train. Both runs are assumptions of this plan, in the size of published ones.

    petaplan work infra.hong_kong_work:hub
"""

from datetime import date

from petaplan.capacity.figures import Precision
from petaplan.capacity.hub import Hub
from petaplan.capacity.workloads import TrainingRun
from petaplan.infra import hong_kong
from petaplan.infra.hong_kong_assumptions import assumed

MODEL = "huawei-ascend-910c"
MFU, MFU_SOURCE = 0.30, "Pangu Ultra MoE 718B: 30 % on about 6,000 Ascend; docs/basis/work.md"

DENSE = TrainingRun(
    name="dense-405b",
    active_parameters=4.05e11,
    tokens=1.56e13,
    model=MODEL,
    accelerators_in_step=6_144,
    precision=Precision.BF16,
    mfu_fraction=MFU,
    mfu_source=MFU_SOURCE,
    starts=date(2027, 1, 4),
    done_by=date(2028, 6, 30),
    source="assumption work-of-phase-1 of this plan; parameters and tokens of Llama 3 405B",
)
MIXTURE = TrainingRun(
    name="moe-671b",
    active_parameters=3.7e10,
    tokens=1.48e13,
    model=MODEL,
    accelerators_in_step=1_152,
    precision=Precision.BF16,
    mfu_fraction=MFU,
    mfu_source=MFU_SOURCE,
    starts=date(2027, 1, 4),
    done_by=date(2027, 9, 30),
    source="assumption work-of-phase-1 of this plan; active parameters and tokens of DeepSeek-V3",
)
ASSUMPTION = assumed(
    "work-of-phase-1",
    "two training runs hold all 7,296 Ascend 910C of phase 1 from January 2027, of 405e9 and 671e9 parameters",
    "no work of the hub is public; the sizes are those of two published runs, and the MFU is one published for Ascend",
)


def hub() -> Hub:
    """The plan with two training runs on the CloudMatrix384 pods of phase 1."""
    plan = hong_kong.hub()
    first, *later = plan.phases
    first = first.replace(training_runs=(DENSE, MIXTURE))
    return plan.replace(phases=(first, *later), assumptions=(*plan.assumptions, ASSUMPTION))
