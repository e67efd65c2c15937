"""A hub resolved against the catalogue: what each rack holds and draws, and what stands on which day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from petaplan.capacity.compute import Pod, RackGroup, StandAloneRackGroup
from petaplan.capacity.document.plan import HubError
from petaplan.capacity.document.source import read_hub
from petaplan.capacity.errors import PlanError, Problem
from petaplan.capacity.facts.assumptions import filled
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.figures import Figure, Precision, Sparsity, Status
from petaplan.capacity.findings import Input
from petaplan.capacity.hardware import (
    Accelerator,
    Cpu,
    Equipment,
    EquipmentKind,
    Node,
    Optic,
    PodModel,
    Product,
    RackModel,
    SwitchModel,
)
from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.measurement import NONE, Evidence
from petaplan.capacity.names import in_words, with_article
from petaplan.capacity.units import TFLOPS_PER_PFLOPS, W_PER_KW

Placement = Pod | StandAloneRackGroup
"""What a phase brings into a hall."""

MOST_PLACES = 5
"""Places that a problem lists besides its first; the others it only counts."""

Held = tuple[tuple[int, Node], ...]
Switched = tuple[tuple[int, SwitchModel], ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number worked out from figures: with what it rests on, or with what is missing."""

    value: float | None
    inputs: tuple[Input, ...] = ()
    missing: tuple[str, ...] = ()


def from_figure(name: str, figure: Figure | None, missing: str) -> Quantity:
    """The quantity that a single catalogue figure gives."""
    if figure is None:
        return Quantity(None, missing=(missing,))
    return Quantity(figure.value, (Input(name, figure.value, figure.unit, cited(figure)),))


def from_catalogue(product: Product, field: str) -> Quantity:
    """The quantity that a figure of a product gives, under the names of both."""
    name = f"{product.model}.{field}"
    return from_figure(name, getattr(product, field), name)


def cited(figure: Figure) -> str:
    """How a figure is known, in few words."""
    return f"{figure.status}: {figure.source}, {figure.as_of}"


def total(parts: Iterable[tuple[int, Quantity]]) -> Quantity:
    """The sum of so many of each; unknown as soon as one part is."""
    value = 0.0
    inputs: dict[Input, None] = {}
    missing: dict[str, None] = {}
    for count, part in parts:
        value += count * (part.value or 0.0)
        inputs.update(dict.fromkeys(part.inputs))
        missing.update(dict.fromkeys(part.missing))
    return Quantity(None if missing else value, tuple(inputs), tuple(missing))


@dataclass(frozen=True, slots=True)
class RackFacts:
    """What one cabinet of a run holds, draws and weighs."""

    model: RackModel
    nodes: tuple[tuple[int, Node], ...]
    switches: tuple[tuple[int, SwitchModel], ...]
    accelerators: Mapping[str, int]
    """Packages by model."""
    cpus: Mapping[str, int]
    it_power_kw: Quantity
    weight_kg: Quantity
    used_u: Quantity
    liquid_fraction: Quantity


@dataclass(frozen=True, slots=True)
class PodFacts:
    """What a pod, or a stand-alone run of racks, amounts to."""

    runs: tuple[tuple[RackGroup, RackFacts], ...]
    rack_count: int
    accelerators: Mapping[str, int]
    cpus: Mapping[str, int]
    it_power_kw: Quantity
    weight_kg: Quantity


@dataclass(frozen=True, eq=False)
class Design:
    """The hub with every name and model looked up; assumptions fill the blanks of the catalogue."""

    hub: Hub
    catalogue: Catalogue
    evidence: Evidence = NONE
    """What was measured on devices like these."""
    _racks: dict[Any, RackFacts] = field(default_factory=dict, repr=False)
    _pods: dict[int, PodFacts] = field(default_factory=dict, repr=False)
    memo: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What rules have worked out that is the same on every day, by name."""

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """The phases by day of service."""
        return tuple(sorted(self.hub.phases, key=lambda phase: (phase.in_service, phase.name)))

    @cached_property
    def by_name(self) -> Mapping[str, Any]:
        """Every declared object; names are unique over the hub."""
        return MappingProxyType({row.name: row for _, rows in self.hub.tables() for row in rows})  # type: ignore[attr-defined]

    def serves_from(self, row: Any) -> date:
        """First day on which an object is in service: its own, or its phase's."""
        own: date | None = row.in_service
        if own is not None:
            return own
        day: date = self.by_name[row.phase].in_service
        return day

    def stands_on(self, row: Any, day: date) -> bool:
        """Whether the object is in service on that day."""
        return self.serves_from(row) <= day and (row.retired is None or day < row.retired)

    @cached_property
    def placements(self) -> tuple[Placement, ...]:
        """Pods, then stand-alone racks."""
        return (*self.hub.pods, *self.hub.racks)

    def rack(self, rack: RackGroup) -> RackFacts:
        """The facts of one cabinet of a run."""
        key = (rack.model, rack.nodes, rack.it_power_kw)
        if (facts := self._racks.get(key)) is None:
            facts = self._racks[key] = self._rack_facts(rack)
        return facts

    def pod(self, placement: Placement) -> PodFacts:
        """The facts of a pod or a stand-alone run, worked out once."""
        if (facts := self._pods.get(id(placement))) is None:
            facts = self._pods[id(placement)] = self._pod_facts(placement)
        return facts

    def peak(self, placement: Placement, precision: Precision, sparsity: Sparsity) -> tuple[float, dict[str, int]]:
        """Matrix peak of a pod, TFLOP/s, and the devices by model whose sheet gives no such figure."""
        tflops, silent = 0.0, {}
        for model, count in self.pod(placement).accelerators.items():
            figure = self.accelerator(model).peak(precision, sparsity)
            if figure is None:
                silent[model] = count
            else:
                tflops += count * figure.value
        return tflops, silent

    def packages(self, placement: Iterable[Placement]) -> dict[str, int]:
        """Accelerator packages of some pods, by model."""
        return dict(_summed((1, self.pod(one).accelerators) for one in placement))

    @property
    def models(self) -> tuple[str, ...]:
        """Every model of accelerator in the plan."""
        return tuple(sorted(self.packages(self.placements)))

    def peak_by_status(
        self, placement: Iterable[Placement], precision: Precision, sparsity: Sparsity
    ) -> dict[Status, float]:
        """Matrix peak of some pods, PFLOP/s, by how the figures behind it are known."""
        sums: dict[Status, float] = {}
        for model, count in self.packages(placement).items():
            figure = self.accelerator(model).peak(precision, sparsity)
            if figure is not None:
                sums[figure.status] = sums.get(figure.status, 0.0) + count * figure.value / TFLOPS_PER_PFLOPS
        return sums

    def accelerator(self, model: str) -> Accelerator:
        """The accelerator of that model."""
        found = self.catalogue.find(Accelerator, model)
        assert found is not None, model
        return found

    @cached_property
    def change_dates(self) -> tuple[date, ...]:
        """Every day on which something enters or leaves service."""
        days: set[date] = {phase.in_service for phase in self.hub.phases}
        for name, rows in self.hub.tables():
            if name not in ("sites", "phases", "targets", "assumptions"):
                for row in rows:
                    days.add(self.serves_from(row))
                    if (retired := row.retired) is not None:  # type: ignore[attr-defined]
                        days.add(retired)
        return tuple(sorted(days))

    @property
    def _terms(self) -> Iterator[date]:
        """Days on which a contract shrinks or a carbon factor changes; where a contract grows, nothing gets worse."""
        for intake in self.hub.intakes:
            for before, step in pairwise(sorted(intake.supply, key=lambda step: step.from_date)):
                if step.contracted_kva < before.contracted_kva:
                    yield step.from_date
        for site in self.hub.sites:
            yield from (step.from_date for step in site.carbon)

    def phase_on(self, day: date) -> Phase:
        """The phase in force on a day: the latest in service, or the first to come."""
        begun = [phase for phase in self.phases if phase.in_service <= day]
        return begun[-1] if begun else self.phases[0]

    @cached_property
    def states(self) -> tuple["State", ...]:
        """The hub at every moment at which it changes."""
        return tuple(state for state in self.review_states if state.day in self.change_dates)

    @cached_property
    def review_states(self) -> tuple["State", ...]:
        """The same, and the days on which only a contract shrinks or a carbon factor changes."""
        later = {day for day in self._terms if day > self.change_dates[0]}
        return tuple(State(design=self, day=day) for day in sorted({*self.change_dates, *later}))

    def states_with(self, states: Sequence["State"], days: Iterable[date]) -> tuple["State", ...]:
        """Some states and those of more days, in order; a day before the first of them has no hub to ask about."""
        known = {state.day: state for state in (*self.review_states, *states)}
        wanted = {state.day for state in states} | {day for day in days if day >= self.change_dates[0]}
        return tuple(known.get(day) or State(design=self, day=day) for day in sorted(wanted))

    def _rack_facts(self, rack: RackGroup) -> RackFacts:
        model = self.catalogue.find(RackModel, rack.model)
        assert model is not None, rack.model
        groups = rack.nodes or model.nodes
        nodes = tuple((group.count, self._node(group.model)) for group in groups)
        switches = tuple((part.count, self._switch(part.model)) for part in model.switches)
        return RackFacts(
            model=model,
            nodes=nodes,
            switches=switches,
            accelerators=_parts(nodes, "accelerators"),
            cpus=_parts(nodes, "cpus"),
            it_power_kw=self._rack_power(rack, model, nodes, switches),
            weight_kg=self._rack_weight(rack, model, nodes, switches),
            used_u=total([*((n, _height(node)) for n, node in nodes), *((n, _height(box)) for n, box in switches)]),
            liquid_fraction=from_figure("liquid fraction", model.liquid_fraction, f"{model.model}.liquid_fraction"),
        )

    def _rack_power(self, rack: RackGroup, model: RackModel, nodes: Held, switches: Switched) -> Quantity:
        """What the plan says, else the cabinet's figure when it is sold full, else the sum of its parts."""
        if rack.it_power_kw is not None:
            return Quantity(rack.it_power_kw, (Input("it_power_kw", rack.it_power_kw, "kW", "this plan"),))
        if model.power_kw is not None and _as_sold(rack, model):
            return from_figure(f"{model.model}.power_kw", model.power_kw, "")
        if not nodes and not switches:
            return Quantity(None, missing=(f"{model.model}.power_kw",))
        parts = [
            (count, from_figure(f"{node.model}.power_kw", node.power_kw, f"{node.model}.power_kw"))
            for count, node in nodes
        ]
        return total([*parts, *((count, _switch_power(switch)) for count, switch in switches)])

    def _rack_weight(self, rack: RackGroup, model: RackModel, nodes: Held, switches: Switched) -> Quantity:
        if model.loaded_weight_kg is not None and _as_sold(rack, model):
            return from_figure(f"{model.model}.loaded_weight_kg", model.loaded_weight_kg, "")
        own = from_figure(f"{model.model}.empty_weight_kg", model.empty_weight_kg, f"{model.model}.empty_weight_kg")
        boxes = [(count, _weight(switch)) for count, switch in switches]
        return total([(1, own), *((count, _weight(node)) for count, node in nodes), *boxes])

    def _node(self, model: str) -> Node:
        found = self.catalogue.find(Node, model)
        assert found is not None, model
        return found

    def _switch(self, model: str) -> SwitchModel:
        found = self.catalogue.find(SwitchModel, model)
        assert found is not None, model
        return found

    def _pod_facts(self, placement: Placement) -> PodFacts:
        runs = tuple(
            (rack, self.rack(rack)) for rack in (placement.racks if isinstance(placement, Pod) else (placement,))
        )
        return PodFacts(
            runs=runs,
            rack_count=sum(rack.count for rack, _ in runs),
            accelerators=_summed((rack.count, facts.accelerators) for rack, facts in runs),
            cpus=_summed((rack.count, facts.cpus) for rack, facts in runs),
            it_power_kw=total((rack.count, facts.it_power_kw) for rack, facts in runs),
            weight_kg=total((rack.count, facts.weight_kg) for rack, facts in runs),
        )


def _as_sold(rack: RackGroup, model: RackModel) -> bool:
    """Whether a cabinet holds exactly what the catalogue sells it with."""
    return not rack.nodes or {(g.model, g.count) for g in rack.nodes} == {(p.model, p.count) for p in model.nodes}


def _height(product: Node | SwitchModel) -> Quantity:
    return from_figure(f"{product.model}.height_u", product.height_u, f"{product.model}.height_u")


def _weight(product: Node | SwitchModel) -> Quantity:
    return from_figure(f"{product.model}.weight_kg", product.weight_kg, f"{product.model}.weight_kg")


def _switch_power(switch: SwitchModel) -> Quantity:
    if switch.power_w is None:
        return Quantity(None, missing=(f"{switch.model}.power_w",))
    kilowatts = switch.power_w.value / W_PER_KW
    return Quantity(kilowatts, (Input(f"{switch.model}.power_w", switch.power_w.value, "W", cited(switch.power_w)),))


def _parts(nodes: Iterable[tuple[int, Node]], name: str) -> Mapping[str, int]:
    return _summed((count, {part.model: part.count for part in getattr(node, name)}) for count, node in nodes)


def _summed(groups: Iterable[tuple[int, Mapping[str, int]]]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for count, group in groups:
        for model, each in group.items():
            counts[model] = counts.get(model, 0) + count * each
    return MappingProxyType(counts)


@dataclass(frozen=True, eq=False)
class State:
    """The hub on one day."""

    design: Design
    day: date
    memo: dict[str, Any] = field(default_factory=dict, repr=False)
    """What rules have worked out of this state already, by name."""

    @cached_property
    def phase(self) -> Phase:
        """The phase in force."""
        return self.design.phase_on(self.day)

    def standing(self, rows: Iterable[Any]) -> Iterator[Any]:
        """Those of the rows that are in service on the day."""
        return (row for row in rows if self.design.stands_on(row, self.day))

    @cached_property
    def placements(self) -> tuple[Placement, ...]:
        """Pods and stand-alone racks in service."""
        return tuple(self.standing(self.design.placements))

    @cached_property
    def placements_by_hall(self) -> Mapping[str, tuple[Placement, ...]]:
        """What stands in each hall."""
        halls: dict[str, list[Placement]] = {}
        for placement in self.placements:
            halls.setdefault(placement.hall, []).append(placement)
        return MappingProxyType({hall: tuple(rows) for hall, rows in halls.items()})


def resolve(hub: Hub, catalogue: Catalogue, evidence: Evidence = NONE) -> Design:
    """The hub with its models looked up and its blanks filled by its assumptions.

    Raises:
        PlanError: for every model, or assumed quantity, that the catalogue doesn't have, or has of another kind.
    """
    whole, problems = _looked_up(hub, catalogue)
    if problems:
        raise PlanError(problems)
    return Design(hub=hub, catalogue=whole, evidence=evidence)


@contextmanager
def models_told_too(catalogue: Catalogue) -> Iterator[None]:
    """Whoever reads a hub with wrong names, references, dates or shapes meanwhile is told its wrong models as well.

    Raises:
        PlanError: with all of them.
    """
    try:
        yield
    except HubError as error:
        _, more = _looked_up(error.hub, catalogue)
        raise PlanError([*error.problems, *more]) from None


def read_design(plan: str, catalogue: Catalogue) -> Design:
    """The hub that a file or a function declares, resolved.

    Raises:
        PlanError: with every problem of the plan, its wrong models among them.
    """
    with models_told_too(catalogue):
        hub = read_hub(plan)
    return resolve(hub, catalogue)


def _looked_up(hub: Hub, catalogue: Catalogue) -> tuple[Catalogue, list[Problem]]:
    """The catalogue filled by the hub's assumptions, and what it lacks or has of another kind; any hub will do."""
    problems = [*_unknown_models(hub, catalogue), *_wrong_kinds(hub, catalogue)]
    whole, more = filled(catalogue, hub.assumptions)
    return whole, [*problems, *more]


def _unknown_models(hub: Hub, catalogue: Catalogue) -> Iterator[Problem]:
    users: dict[tuple[type[Any], str], list[Any]] = {}
    for noun, kind, model in _models(hub):
        if catalogue.find(kind, model) is None:
            users.setdefault((kind, model), []).append(noun)
    for (kind, model), nouns in users.items():
        advice = catalogue.suggestion(kind, model) or "see `petaplan catalog`"
        if kind is Accelerator and catalogue.find(Cpu, model):
            advice = "it is a CPU, and a CPU is never an accelerator"
        yield _of_all(nouns, f"the model {model!r}", f"{with_article(kind.__name__)} of the catalogue", advice)


def _of_all(nouns: Sequence[Any], found: str, expected: str, advice: str) -> Problem:
    """One problem that several objects share: at the first of them, with the number and the places of the others."""
    first, *others = dict.fromkeys(
        f"{noun.declared_at}: {in_words(type(noun).__name__)} {noun.name!r}" for noun in nouns
    )
    if len(nouns) > 1:
        more = [f"{len(others) - MOST_PLACES:,} more"] if len(others) > MOST_PLACES else []
        again = "; ".join([*others[:MOST_PLACES], *more])
        found += f", {len(nouns):,} times" + (f" (also at {again})" if again else "")
    return Problem(where=first, found=found, expected=expected, advice=advice)


def _models(hub: Hub) -> Iterator[tuple[Any, type[Any], str]]:
    for pod in hub.pods:
        if pod.model is not None:
            yield pod, PodModel, pod.model
        for rack in pod.racks:
            yield from _rack_models(rack)
    for rack in hub.racks:
        yield from _rack_models(rack)
    for plant in _plant(hub):
        yield plant, Equipment, plant.model
    yield from _bought_models(hub)
    for fabric in hub.fabrics:
        for tier in fabric.tiers:
            yield fabric, SwitchModel, tier.switch
            for links in filter(None, (tier.down, tier.up)):
                yield fabric, Optic, links.optic
                if links.node_optic is not None:
                    yield fabric, Optic, links.node_optic


def _plant(hub: Hub) -> Iterator[Any]:
    return (plant for plant in (*hub.power_nodes, *hub.cooling_nodes) if plant.model is not None)


def _wrong_kinds(hub: Hub, catalogue: Catalogue) -> Iterator[Problem]:
    """Equipment of another kind than the object that is said to be of that model."""
    users: dict[tuple[str, str, EquipmentKind], list[Any]] = {}
    for plant in _plant(hub):
        model, kind = catalogue.find(Equipment, plant.model), type(plant).__name__.lower()
        if model is not None and model.kind != kind and kind in set(EquipmentKind):
            users.setdefault((kind, model.model, model.kind), []).append(plant)
    for (kind, name, other), nouns in users.items():
        found = f"the model {name!r}, {with_article(other)}"
        yield _of_all(nouns, found, f"{with_article(kind)} of the catalogue", "see `petaplan catalog`")


def _bought_models(hub: Hub) -> Iterator[tuple[Any, type[Any], str]]:
    for phase in hub.phases:
        for spares in phase.spares:
            yield phase, Node, spares.model
        for price in phase.budget.prices if phase.budget else ():
            yield phase, Product, price.model


def _rack_models(rack: RackGroup) -> Iterator[tuple[Any, type[Any], str]]:
    yield rack, RackModel, rack.model
    for group in rack.nodes:
        yield rack, Node, group.model
