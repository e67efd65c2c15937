"""A hub with its models looked up: the contents of each pod, and what is in service on each day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

from petaplan.capacity.compute import NodeGroup, Pod, RackGroup, StandAloneRackGroup
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.figures import Engine, Precision, Sparsity, Status
from petaplan.capacity.hardware import Accelerator
from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.measurement import NONE, Evidence
from petaplan.capacity.memo import MemoOwner, memoized_by_object, memoized_by_value
from petaplan.capacity.noun import Scheduled
from petaplan.capacity.rack_facts import PodFacts, RackFacts, pod_totals, rack_facts, summed
from petaplan.capacity.units import TFLOPS_PER_PFLOPS

Placement = Pod | StandAloneRackGroup
"""What a phase brings into a hall."""


def feeds_of(placement: Placement, rack: RackGroup) -> tuple[str, ...]:
    """Names of the feeds of a rack group: its own, or its pod's."""
    own = placement.feeds if isinstance(placement, Pod) else ()
    return tuple(dict.fromkeys(own if rack.feeds is None else rack.feeds))


@dataclass(frozen=True, eq=False)
class Design(MemoOwner):
    """The hub with every name and model looked up; assumptions fill the blanks of the catalogue."""

    hub: Hub
    catalogue: Catalogue
    evidence: Evidence = NONE
    """What was measured on devices like these."""

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The phases by day of service."""
        return tuple(sorted(self.hub.phases, key=lambda phase: (phase.in_service, phase.name)))

    @cached_property
    def by_name(self) -> Mapping[str, Any]:
        """Every declared object; names are unique over the hub."""
        return MappingProxyType({row.name: row for _, rows in self.hub.tables() for row in rows})

    def service_date(self, row: Scheduled) -> date:
        """First day of service of an object: its own day, or that of its phase."""
        own = row.in_service
        return self._day_of_phase[row.phase] if own is None else own

    @cached_property
    def _day_of_phase(self) -> dict[str, date]:
        return {phase.name: phase.in_service for phase in self.hub.phases}

    def in_service_on(self, row: Scheduled, day: date) -> bool:
        """Whether the object is in service on that day."""
        start, retired = row.in_service, row.retired
        if start is None:
            start = self._day_of_phase[row.phase]
        return start <= day and (retired is None or day < retired)

    @cached_property
    def placements(self) -> tuple[Placement, ...]:
        """Pods, then stand-alone racks."""
        return (*self.hub.pods, *self.hub.racks)

    @memoized_by_object
    def pod(self, placement: Placement) -> PodFacts:
        """The facts of a pod or a stand-alone rack group."""
        groups: tuple[RackGroup, ...] = placement.racks if isinstance(placement, Pod) else (placement,)
        contents = tuple([(rack.count, (rack.model, rack.nodes, rack.it_power_kw)) for rack in groups])
        totals = self._totals(contents)
        return totals.of(tuple([(rack, self.rack(rack)) for rack in groups]))

    @memoized_by_value
    def _totals(self, contents: tuple[tuple[int, tuple[str, tuple[NodeGroup, ...], float | None]], ...]) -> PodFacts:
        """The totals of pods with the same contents."""
        return pod_totals([(count, self._cabinet(*rack)) for count, rack in contents])

    def rack(self, rack: RackGroup) -> RackFacts:
        """The facts of one rack of a rack group; groups of the same contents share them."""
        return self._cabinet(rack.model, rack.nodes, rack.it_power_kw)

    @memoized_by_value
    def _cabinet(self, model: str, nodes: tuple[NodeGroup, ...], it_power_kw: float | None) -> RackFacts:
        return rack_facts(self.catalogue, model, nodes, it_power_kw)

    def peak(
        self, placement: Placement, precision: Precision, sparsity: Sparsity, engine: Engine = Engine.MATRIX
    ) -> tuple[float, dict[str, int]]:
        """Peak of a pod, TFLOP/s, and the devices by model whose sheet gives no such figure."""
        tflops, without_a_figure = 0.0, {}
        for model, count in self.pod(placement).accelerators.items():
            figure = self.accelerator(model).peak(precision, sparsity, engine)
            if figure is None:
                without_a_figure[model] = count
            else:
                tflops += count * figure.value
        return tflops, without_a_figure

    def packages(self, placements: Iterable[Placement]) -> dict[str, int]:
        """Accelerator packages of some pods, by model."""
        return dict(summed((1, self.pod(one).accelerators) for one in placements))

    @property
    def models(self) -> tuple[str, ...]:
        """Every model of accelerator in the plan."""
        return tuple(sorted(self.packages(self.placements)))

    def peak_by_status(
        self,
        placements: Iterable[Placement],
        precision: Precision,
        sparsity: Sparsity,
        engine: Engine = Engine.MATRIX,
    ) -> dict[Status, float]:
        """Peak of some pods, PFLOP/s, by how the figures behind it are known."""
        sums: dict[Status, float] = {}
        for model, count in self.packages(placements).items():
            figure = self.accelerator(model).peak(precision, sparsity, engine)
            if figure is not None:
                sums[figure.status] = sums.get(figure.status, 0.0) + count * figure.value / TFLOPS_PER_PFLOPS
        return sums

    def accelerator(self, model: str) -> Accelerator:
        """The accelerator of that model.

        Raises:
            PlanError: when the catalogue has none.
        """
        return self.catalogue.require(Accelerator, model)

    @cached_property
    def change_dates(self) -> tuple[date, ...]:
        """Every day on which something enters or leaves service."""
        days: set[date] = {phase.in_service for phase in self.hub.phases}
        for row in self.hub.scheduled:
            days.add(self.service_date(row))
            if row.retired is not None:
                days.add(row.retired)
        return tuple(sorted(days))

    def phase_on(self, day: date) -> Phase:
        """The phase in force on a day: the latest in service, or the first to come."""
        begun = [phase for phase in self.phases if phase.in_service <= day]
        return begun[-1] if begun else self.phases[0]
