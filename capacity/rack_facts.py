"""Contents, power and weight of one rack of a rack group, and of a whole pod."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from petaplan.capacity.compute import NodeGroup, RackGroup
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.figures import Figure
from petaplan.capacity.findings import Input
from petaplan.capacity.hardware import Accelerator, Node, Part, RackModel, SwitchModel
from petaplan.capacity.quantity import Quantity, cited, from_figure, total
from petaplan.capacity.units import W_PER_KW

Nodes = tuple[tuple[int, Node], ...]
Switches = tuple[tuple[int, SwitchModel], ...]


@dataclass(frozen=True, slots=True)
class RackFacts:
    """What one rack of a run holds, draws and weighs."""

    model: RackModel
    nodes: Nodes
    switches: Switches
    accelerators: Mapping[str, int]
    """Packages by model."""
    cpus: Mapping[str, int]
    it_power_kw: Quantity
    weight_kg: Quantity
    used_u: Quantity
    liquid_fraction: Quantity


@dataclass(frozen=True, slots=True)
class PodFacts:
    """Totals of a pod or of a stand-alone rack group."""

    rack_groups: tuple[tuple[RackGroup, RackFacts], ...]
    rack_count: int
    accelerators: Mapping[str, int]
    cpus: Mapping[str, int]
    it_power_kw: Quantity
    weight_kg: Quantity

    def of(self, rack_groups: tuple[tuple[RackGroup, RackFacts], ...]) -> "PodFacts":
        """The totals of a pod with the same contents; ``dataclasses.replace`` takes three times as long."""
        return PodFacts(
            rack_groups=rack_groups,
            rack_count=self.rack_count,
            accelerators=self.accelerators,
            cpus=self.cpus,
            it_power_kw=self.it_power_kw,
            weight_kg=self.weight_kg,
        )


def rack_facts(
    catalogue: Catalogue, model_name: str, groups: tuple[NodeGroup, ...], it_power_kw: float | None
) -> RackFacts:
    """The facts of one rack: of its model, of other nodes than it is sold with, of a power that the plan gives.

    Raises:
        PlanError: when a model isn't in the catalogue.
    """
    model = catalogue.require(RackModel, model_name)
    nodes = tuple((group.count, catalogue.require(Node, group.model)) for group in groups or model.nodes)
    as_sold = not groups or {(g.model, g.count) for g in groups} == {(p.model, p.count) for p in model.nodes}
    switches = tuple((part.count, catalogue.require(SwitchModel, part.model)) for part in model.switches)
    return RackFacts(
        model=model,
        nodes=nodes,
        switches=switches,
        accelerators=summed((count, _counts(node.accelerators)) for count, node in nodes),
        cpus=summed((count, _counts(node.cpus)) for count, node in nodes),
        it_power_kw=_power(it_power_kw, model.power_kw if as_sold else None, model, nodes, switches, catalogue),
        weight_kg=_rack_weight(model.loaded_weight_kg if as_sold else None, model, nodes, switches),
        used_u=total([*((n, _height(node)) for n, node in nodes), *((n, _height(box)) for n, box in switches)]),
        liquid_fraction=from_figure("liquid fraction", model.liquid_fraction, f"{model.model}.liquid_fraction"),
    )


def pod_facts(rack_groups: tuple[tuple[RackGroup, RackFacts], ...]) -> PodFacts:
    """The facts of the rack groups of a pod, or of a stand-alone rack group."""
    return replace(pod_totals([(rack.count, facts) for rack, facts in rack_groups]), rack_groups=rack_groups)


def pod_totals(racks: Sequence[tuple[int, RackFacts]]) -> PodFacts:
    """The totals of so many racks of each kind, without the rack groups that they are in."""
    return PodFacts(
        rack_groups=(),
        rack_count=sum(count for count, _ in racks),
        accelerators=summed((count, facts.accelerators) for count, facts in racks),
        cpus=summed((count, facts.cpus) for count, facts in racks),
        it_power_kw=total((count, facts.it_power_kw) for count, facts in racks),
        weight_kg=total((count, facts.weight_kg) for count, facts in racks),
    )


def summed(groups: Iterable[tuple[int, Mapping[str, int]]]) -> Mapping[str, int]:
    """So many of each group of models, by model."""
    counts: dict[str, int] = {}
    for count, group in groups:
        for model, each in group.items():
            counts[model] = counts.get(model, 0) + count * each
    return MappingProxyType(counts)


def _power(  # noqa: PLR0917 - the parts of one rack
    planned_kw: float | None,
    sold: Figure | None,
    model: RackModel,
    nodes: Nodes,
    switches: Switches,
    catalogue: Catalogue,
) -> Quantity:
    """The power that the plan gives, else the rack's figure as it is sold, else the sum of its parts."""
    if planned_kw is not None:
        return Quantity(planned_kw, (Input("it_power_kw", planned_kw, "kW", "this plan"),))
    if sold is not None:
        return from_figure(f"{model.model}.power_kw", sold, "")
    if not nodes and not switches:
        return Quantity(None, missing=(f"{model.model}.power_kw",))
    parts = [(count, _node_power(node, catalogue)) for count, node in nodes]
    return total([*parts, *((count, _watts(switch)) for count, switch in switches)])


def _node_power(node: Node, catalogue: Catalogue) -> Quantity:
    """The power of a node; where nobody gives it, that of its host and of its accelerators, if the host's is known."""
    if node.power_kw is not None or node.host_power_kw is None:
        return from_figure(f"{node.model}.power_kw", node.power_kw, f"{node.model}.power_kw")
    name = f"{node.model}.host_power_kw"
    devices = ((part.count, catalogue.require(Accelerator, part.model)) for part in node.accelerators)
    return total([(1, from_figure(name, node.host_power_kw, name)), *((n, _watts(one)) for n, one in devices)])


def _rack_weight(sold: Figure | None, model: RackModel, nodes: Nodes, switches: Switches) -> Quantity:
    if sold is not None:
        return from_figure(f"{model.model}.loaded_weight_kg", sold, "")
    own = from_figure(f"{model.model}.empty_weight_kg", model.empty_weight_kg, f"{model.model}.empty_weight_kg")
    boxes = [(count, _weight(switch)) for count, switch in switches]
    return total([(1, own), *((count, _weight(node)) for count, node in nodes), *boxes])


def _height(product: Node | SwitchModel) -> Quantity:
    return from_figure(f"{product.model}.height_u", product.height_u, f"{product.model}.height_u")


def _weight(product: Node | SwitchModel) -> Quantity:
    return from_figure(f"{product.model}.weight_kg", product.weight_kg, f"{product.model}.weight_kg")


def _watts(product: SwitchModel | Accelerator) -> Quantity:
    if product.power_w is None:
        return Quantity(None, missing=(f"{product.model}.power_w",))
    kilowatts = product.power_w.value / W_PER_KW
    name = f"{product.model}.power_w"
    return Quantity(kilowatts, (Input(name, product.power_w.value, "W", cited(product.power_w)),))


def _counts(parts: Iterable[Part]) -> Mapping[str, int]:
    return {part.model: part.count for part in parts}
