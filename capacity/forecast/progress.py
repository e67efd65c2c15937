"""Progress: planned against accepted petaflops on the day of a log, phase by phase, and the slip so far."""

from dataclasses import dataclass, replace
from datetime import date

from petaplan.capacity.design import Design, Placement
from petaplan.capacity.figures import Precision
from petaplan.capacity.forecast.acceptance import Acceptances
from petaplan.capacity.forecast.petaflops import Kind, kind_of, peak_of


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseProgress:
    """One phase on the day of a log."""

    phase: str
    planned_pflops: float
    """Peak that the plan has in service by then."""
    accepted_pflops: float
    """Peak that is accepted by then."""
    slip_days: int | None
    """Days by which the phase is later than planned so far; None before its day, where nothing is accepted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """All phases on the day of a log."""

    on: date
    kind: str
    phases: tuple[PhaseProgress, ...]


def kind_of_progress(design: Design) -> Kind:
    """What progress counts: the peaks of the last target, of everything; dense BF16 without a target."""
    last = max(design.hub.targets, key=lambda target: (target.by, target.name), default=None)
    if last is None:
        return Kind(Precision.BF16)
    return replace(kind_of(design, last), phase=None)


def progress_of(design: Design, log: Acceptances, kind: Kind) -> Progress:
    """Planned against accepted petaflops of one kind."""
    return Progress(
        on=log.on,
        kind=f"{kind.precision} {kind.sparsity}, peak",
        phases=tuple(_of_phase(design, log, kind, phase.name) for phase in design.phases),
    )


def _of_phase(design: Design, log: Acceptances, kind: Kind, phase: str) -> PhaseProgress:
    days = log.days
    placements = [one for one in design.placements if one.phase == phase]
    planned = [one for one in placements if design.in_service_on(one, log.on)]
    accepted = [one for one in placements if one.name in days and (one.retired is None or log.on < one.retired)]
    return PhaseProgress(
        phase=phase,
        planned_pflops=peak_of(design, planned, kind),
        accepted_pflops=peak_of(design, accepted, kind),
        slip_days=_slip(design, log, placements),
    )


def _slip(design: Design, log: Acceptances, placements: list[Placement]) -> int | None:
    """The largest lateness: of what is accepted by its day, of what is due and not accepted by the day of the log."""
    days = log.days
    late = [
        (days.get(one.name, log.on) - due).days
        for one in placements
        if (one.retired is None or log.on < one.retired)
        and ((due := design.service_date(one)) <= log.on or one.name in days)
    ]
    return max(late, default=None)
