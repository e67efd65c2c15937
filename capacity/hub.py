"""The hub: everything that is planned, as tables of nouns that refer to each other by name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import Annotated, get_args, get_origin

from annotated_types import Len

from petaplan.capacity.compute import DeclaredTotals, Pod, StandAloneRackGroup
from petaplan.capacity.cooling import Cdu, Chiller, CoolingLoop
from petaplan.capacity.delivery import Delivery
from petaplan.capacity.figures import Status
from petaplan.capacity.hardware import Model
from petaplan.capacity.names import Name
from petaplan.capacity.network import Fabric
from petaplan.capacity.noun import Named, Scheduled
from petaplan.capacity.power import Battery, Busway, Feed, Generator, Intake, PowerObject, Rectifier, Transformer, Ups
from petaplan.capacity.references import Ref
from petaplan.capacity.renames import Was
from petaplan.capacity.schedule import CorrelationGroup, LeadTime, Ramp, Slip
from petaplan.capacity.site import Hall, Site
from petaplan.capacity.supply import Budget, Order, Spares
from petaplan.capacity.targets import Target
from petaplan.capacity.units import Text
from petaplan.capacity.workloads import InferenceService, ResearchReserve, TrainingRun


@dataclass(frozen=True, kw_only=True, slots=True)
class Phase(Named):
    """A dated step of the build-out."""

    starts: date
    """Day on which its work begins."""
    in_service: date
    """Day on which everything of the phase is accepted; an object may state its own day."""
    after: Annotated[tuple[Annotated[Name, Ref("phases", needed=False)], ...], Len(0, 16)] = ()
    """Phases that must be in service first."""
    declared: DeclaredTotals | None = None
    """Totals that the phase is declared to add."""
    spares: Annotated[tuple[Spares, ...], Len(0, 64)] = ()
    """Spare nodes, by model."""
    orders: Annotated[tuple[Order, ...], Len(0, 256)] = ()
    """Orders for the phase."""
    budget: Budget | None = None
    """Limits of cost; without one, cost is not judged."""
    slip: Slip | None = None
    """Doubt about the end of its work; without one, a forecast takes a dated prior."""
    lead_times: Annotated[tuple[LeadTime, ...], Len(0, 64)] = ()
    """Long items that its first power waits for; without any, a forecast takes dated priors."""
    ramp: Ramp | None = None
    """From first power to acceptance; without one, a forecast takes a dated prior."""
    training_runs: Annotated[tuple[TrainingRun, ...], Len(0, 256)] = ()
    """Training runs that the phase must carry."""
    inference_services: Annotated[tuple[InferenceService, ...], Len(0, 256)] = ()
    """Services that the phase must carry."""
    research_reserves: Annotated[tuple[ResearchReserve, ...], Len(0, 64)] = ()
    """Accelerators that are kept for research."""
    description: Text | None = None
    """Free words about the phase."""


def in_waiting_order(phases: Iterable[Phase]) -> Iterator[Phase]:
    """The phases, each after those that it waits for; a declaration has no rings of them."""
    waiting = {phase.name: phase for phase in phases}
    while waiting:
        for phase in [one for one in waiting.values() if not any(name in waiting for name in one.after)]:
            yield waiting.pop(phase.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumption(Named):
    """An assumption: a reading of a text, a choice, or a figure that is not published.

    With ``model`` and ``quantity`` it fills a missing figure of the catalogue for this plan alone.
    """

    statement: Text
    """What is assumed."""
    reason: Text
    """Why it is assumed."""
    source: Text | None = None
    """Document that it refers to."""
    as_of: date
    """Day on which it was made."""
    model: Model | None = None
    """Catalogue entry that lacks the figure."""
    quantity: Annotated[str, Len(1, 60)] | None = None
    """Figure of that entry, such as ``power_kw`` or ``peaks[fp8, 2:4]``."""
    value: float | None = None
    """The figure."""
    unit: Annotated[str, Len(1, 20)] | None = None
    """Unit of the figure."""
    status: Status | None = None
    """How the figure is known; ``datasheet`` where a source is cited, else ``assumed``."""


@dataclass(frozen=True, kw_only=True, slots=True, weakref_slot=True)
class Hub(Named):
    """Everything that is planned. Names are unique over the whole hub. The order within a table has no meaning."""

    description: Text | None = None
    """Free words about the hub."""
    owner: Text | None = None
    """Who is responsible for the plan."""
    delivery: Delivery | None = None
    """Factors of delivered throughput, where the plan has better data than the defaults."""
    correlation_groups: Annotated[tuple[CorrelationGroup, ...], Len(0, 64)] = ()
    """Groups of slips, lead times and ramps that vary together."""
    catalogues: Annotated[tuple[Annotated[str, Len(1, 200)], ...], Len(0, 16)] = ()
    """Files or folders of catalogue entries over the shipped ones, below the folder of the plan. The last wins."""
    sites: tuple[Site, ...]
    halls: tuple[Hall, ...] = ()
    phases: tuple[Phase, ...]
    targets: tuple[Target, ...] = ()
    intakes: tuple[Intake, ...] = ()
    transformers: tuple[Transformer, ...] = ()
    ups_systems: Annotated[tuple[Ups, ...], Was("upses")] = ()
    rectifiers: tuple[Rectifier, ...] = ()
    generators: tuple[Generator, ...] = ()
    batteries: Annotated[tuple[Battery, ...], Was("storages")] = ()
    busways: tuple[Busway, ...] = ()
    feeds: tuple[Feed, ...] = ()
    cooling_loops: tuple[CoolingLoop, ...] = ()
    cdus: tuple[Cdu, ...] = ()
    chillers: tuple[Chiller, ...] = ()
    fabrics: tuple[Fabric, ...] = ()
    pods: tuple[Pod, ...] = ()
    racks: tuple[StandAloneRackGroup, ...] = ()
    """Rack groups that belong to no pod."""
    assumptions: tuple[Assumption, ...] = ()

    @property
    def power_nodes(self) -> Iterator[PowerObject]:
        """Every object of the power graph."""
        yield from self.intakes
        yield from self.transformers
        yield from self.ups_systems
        yield from self.rectifiers
        yield from self.generators
        yield from self.batteries
        yield from self.busways
        yield from self.feeds

    @property
    def cooling_nodes(self) -> Iterator[CoolingLoop | Cdu | Chiller]:
        """Every object of the cooling plant."""
        yield from self.cooling_loops
        yield from self.cdus
        yield from self.chillers

    @property
    def scheduled(self) -> Iterator[Scheduled]:
        """Every object that enters service."""
        yield from self.halls
        yield from self.power_nodes
        yield from self.cooling_nodes
        yield from self.fabrics
        yield from self.pods
        yield from self.racks

    def tables(self) -> Iterator[tuple[str, tuple[Named, ...]]]:
        """Each table with its name, in the order in which things depend on each other."""
        for name in table_names():
            value = getattr(self, name)
            if isinstance(value, tuple):
                yield name, value


@cache
def table_names() -> tuple[str, ...]:
    """The tables of a hub, in the order in which things depend on each other."""
    kinds = {f.name: (f.type, *get_args(f.type)) for f in fields(Hub)}
    return tuple(name for name, hints in kinds.items() if any(_is_table(hint) for hint in hints))


def _is_table(hint: object) -> bool:
    rows = get_args(hint)
    return get_origin(hint) is tuple and isinstance(rows[0], type) and issubclass(rows[0], Named)
