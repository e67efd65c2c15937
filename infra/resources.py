"""The resource classes of the package ``petaplan``, for any Pulumi program.

Written by ``python -m petaplan.infra.provider.generate`` from the nouns of ``capacity``; a test holds it against them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import pulumi

from petaplan.capacity.renames import old_classes
from petaplan.infra.resource import PetaplanResource


class ExpectationArgs(TypedDict):
    """A share with its 90 % interval and its source."""

    low: pulumi.Input[float]
    """5th percentile. Above 0, at most 1."""
    mid: pulumi.Input[float]
    """Median. Above 0, at most 1."""
    high: pulumi.Input[float]
    """95th percentile. Above 0, at most 1."""
    source: pulumi.Input[str]
    """Who stated it, and where. 1 to 2,000 characters."""
    as_of: pulumi.Input[str]
    """Day of the source. A day, such as 2026-12-31."""


class DeliveryArgs(TypedDict):
    """Factors of the throughput chain that hold for the whole hub. A factor without a value has the
    default.
    """

    availability: NotRequired[pulumi.Input[ExpectationArgs]]
    """Share of the accelerators that are up, with repairs and maintenance."""
    network: NotRequired[pulumi.Input[ExpectationArgs]]
    """Share of the rate that remains when devices work together over the fabric."""
    job_accelerators: NotRequired[pulumi.Input[int]]
    """Accelerators of the job that goodput is about; without a number, those of the largest fabric. At
    least 1, at most 100,000,000.
    """
    device_mtbf_hours: NotRequired[pulumi.Input[float]]
    """Mean time between interruptions of a job for each of its accelerators, h. Above 0, at most
    10,000,000.
    """
    checkpoint_minutes: NotRequired[pulumi.Input[float]]
    """Stall of one checkpoint, min. At least 0, at most 1,000,000. Default: 1."""
    restart_minutes: NotRequired[pulumi.Input[float]]
    """From an interruption until work continues, min. At least 0, at most 1,000,000. Default: 10."""
    hot_spare_fraction: NotRequired[pulumi.Input[float]]
    """Share of the accelerators that are powered but kept out of jobs. At least 0, at most 1. Default: 0."""


class CorrelationGroupArgs(TypedDict):
    """Inputs of a forecast that vary together: slips, lead times and ramps name it."""

    name: pulumi.Input[str]
    """Its name in the plan. 1 to 63 characters."""
    correlation: pulumi.Input[float]
    """Correlation of any two members; 0 draws each alone, 1 draws all as one. At least 0, at most 1."""
    source: pulumi.Input[str]
    """Source of the correlation. 1 to 2,000 characters."""
    as_of: pulumi.Input[str]
    """Day of the source. A day, such as 2026-12-31."""


Jurisdiction = Literal["HK", "IEC", "CN", "US"]
"""Whose electrical rules decide how far a breaker may be loaded continuously."""


class RouteArgs(TypedDict):
    """A fibre route to another site. It carries both ways."""

    to: pulumi.Input[str]
    """The other site. 1 to 63 characters."""
    route_km: pulumi.Input[float]
    """Length of the route, km. Above 0, at most 40,000."""
    detour: NotRequired[pulumi.Input[float]]
    """Fibre length over ``route_km``: 1 for fibre length, more for the straight line. At least 1, at most
    10. Default: 1.
    """
    equipment_ms: NotRequired[pulumi.Input[float]]
    """One-way delay of transponders, routers and firewalls, ms. At least 0, at most 1,000. Default: 0."""
    limit_ms: NotRequired[pulumi.Input[float]]
    """Longest one-way delay allowed, ms; China asks for 20 ms between national hubs. Above 0, at most
    1,000. Default: 20.
    """


class TariffArgs(TypedDict):
    """Price of energy from the utility from a day on, all charges included."""

    from_date: pulumi.Input[str]
    """First day on which it holds. A day, such as 2026-12-31."""
    per_kwh: pulumi.Input[float]
    """Price of one kWh. At least 0, at most 100."""
    currency: pulumi.Input[str]
    """Currency of the price, as ISO 4217 spells it. Exactly 3 characters."""
    source: pulumi.Input[str]
    """Who published the price, and where. 1 to 2,000 characters."""


CarbonBasis = Literal["location", "market"]
"""What a carbon factor is about: the grid of the location, or the contracts of the market. The two are never mixed."""


class CarbonFactorArgs(TypedDict):
    """Greenhouse gas of one kWh at a site, from a day on."""

    from_date: pulumi.Input[str]
    """First day on which it holds. A day, such as 2026-12-31."""
    kg_per_kwh: pulumi.Input[float]
    """kg CO2e of one kWh. At least 0, at most 3."""
    basis: NotRequired[pulumi.Input[CarbonBasis]]
    """What the factor is about. Default: location."""
    source: pulumi.Input[str]
    """Who published the factor, and where. 1 to 2,000 characters."""


Redundancy = Literal["N", "N+1", "N+R", "2N", "3N/2", "4N/3"]
"""What a hall claims to survive; every single loss tests the claim."""

FacilityScheme = Literal["uptime-tier", "tia-942", "en-50600"]
"""Whose facility classes a hall is held against; the three schemes are different."""


class DeclaredTotalsArgs(TypedDict):
    """Totals that a document states. Rules compare them with the totals of the parts."""

    racks: NotRequired[pulumi.Input[int]]
    """All racks. At least 1, at most 100,000,000."""
    accelerators: NotRequired[pulumi.Input[int]]
    """All accelerators. At least 1, at most 100,000,000."""
    cpus: NotRequired[pulumi.Input[int]]
    """All CPUs of the nodes. At least 1, at most 100,000,000."""
    it_power_kw: NotRequired[pulumi.Input[float]]
    """Design power of all racks, kW. Above 0, at most 100,000."""
    weight_kg: NotRequired[pulumi.Input[float]]
    """Weight of all racks, kg. Above 0, at most 100,000."""
    network_ports: NotRequired[pulumi.Input[int]]
    """Ports of all nodes towards scale-out fabrics. At least 1, at most 100,000,000."""
    optics: NotRequired[pulumi.Input[int]]
    """Modules of all links, those between switches included. At least 1, at most 100,000,000."""


class SparesArgs(TypedDict):
    """Spare nodes of one model, for all nodes of that model in service on the day of the phase."""

    model: pulumi.Input[str]
    """Node of the catalogue. 3 to 64 characters."""
    count: pulumi.Input[int]
    """Number of spare nodes. At least 0, at most 1,000,000."""
    availability: pulumi.Input[float]
    """Share of the time in which one node is up, repair included. At least 0.000001, at most 1."""
    confidence: NotRequired[pulumi.Input[float]]
    """Share of the time in which the spares must suffice. At least 0.000001, at most 1. Default: 0.99."""
    source: pulumi.Input[str]
    """Source of the availability. 1 to 2,000 characters."""


class OrderArgs(TypedDict):
    """An item ordered for a phase, with its lead time and commissioning time."""

    item: pulumi.Input[str]
    """Model of the catalogue, or a description: a transformer, a chiller. 1 to 2,000 characters."""
    ordered: pulumi.Input[str]
    """Day of the order. A day, such as 2026-12-31."""
    lead_weeks: pulumi.Input[float]
    """From order to delivery, weeks. At least 0, at most 520."""
    commissioning_weeks: NotRequired[pulumi.Input[float]]
    """From delivery to acceptance, weeks. At least 0, at most 520. Default: 0."""
    source: pulumi.Input[str]
    """Source of the times. 1 to 2,000 characters."""


class PriceArgs(TypedDict):
    """Price of one unit, with its currency and its date."""

    model: pulumi.Input[str]
    """Pod, node, switch, module or equipment of the catalogue. 3 to 64 characters."""
    unit_price: pulumi.Input[float]
    """Price of one unit. At least 0, at most 10,000,000,000,000."""
    unit_price_low: NotRequired[pulumi.Input[float]]
    """Lower end of its range, where one is known. At least 0, at most 10,000,000,000,000."""
    unit_price_high: NotRequired[pulumi.Input[float]]
    """Upper end of its range, where one is known. At least 0, at most 10,000,000,000,000."""
    currency: pulumi.Input[str]
    """Currency of the price, as ISO 4217 spells it. Exactly 3 characters."""
    vintage: pulumi.Input[str]
    """Day of the price. A day, such as 2026-12-31."""
    source: pulumi.Input[str]
    """Who stated the price, and where. 1 to 2,000 characters."""


RatedKind = Literal[
    "halls",
    "intakes",
    "transformers",
    "ups_systems",
    "rectifiers",
    "generators",
    "batteries",
    "cooling_loops",
    "cdus",
    "chillers",
]
"""What is priced by its rating: a table of the plan."""


class RatedPriceArgs(TypedDict):
    """Price of a kVA or kW of one kind of plant or building, for all of it whose model has no price of its
    own.
    """

    kind: pulumi.Input[RatedKind]
    """What it is the price of; all units count, spare ones too."""
    unit_price: pulumi.Input[float]
    """Price of one kVA of intakes and transformers, of one kW of all others. At least 0, at most
    10,000,000,000,000.
    """
    unit_price_low: NotRequired[pulumi.Input[float]]
    """Lower end of its range, where one is known. At least 0, at most 10,000,000,000,000."""
    unit_price_high: NotRequired[pulumi.Input[float]]
    """Upper end of its range, where one is known. At least 0, at most 10,000,000,000,000."""
    currency: pulumi.Input[str]
    """Currency of the price, as ISO 4217 spells it. Exactly 3 characters."""
    vintage: pulumi.Input[str]
    """Day of the price. A day, such as 2026-12-31."""
    source: pulumi.Input[str]
    """Who stated the price, and where. 1 to 2,000 characters."""


class ExchangeRateArgs(TypedDict):
    """Units of the budget's currency for one unit of another."""

    currency: pulumi.Input[str]
    """The other currency, as ISO 4217 spells it. Exactly 3 characters."""
    rate: pulumi.Input[float]
    """Units of the budget's currency for one unit of ``currency``. Above 0, at most 1,000,000."""
    as_of: pulumi.Input[str]
    """Day of the rate. A day, such as 2026-12-31."""


class BudgetArgs(TypedDict):
    """The most money that a phase may cost, and the prices that it is held against."""

    currency: pulumi.Input[str]
    """Currency of all its sums, as ISO 4217 spells it. Exactly 3 characters."""
    capex: NotRequired[pulumi.Input[float]]
    """Investment for everything that the phase adds. At least 0, at most 10,000,000,000,000."""
    opex_per_year: NotRequired[pulumi.Input[float]]
    """Energy, maintenance, spare parts and staff of a year, for everything in service on the day of the
    phase. At least 0, at most 10,000,000,000,000.
    """
    other_capex: NotRequired[pulumi.Input[float]]
    """What has no price of its own, as one sum: work, and building, power and cooling without a rated
    price. At least 0, at most 10,000,000,000,000. Default: 0.
    """
    maintenance_fraction: NotRequired[pulumi.Input[float]]
    """Maintenance of a year over the investment in hardware. At least 0, at most 1. Default: 0."""
    spares_fraction: NotRequired[pulumi.Input[float]]
    """Spare parts of a year over the investment in hardware. At least 0, at most 1. Default: 0."""
    staff_fraction: NotRequired[pulumi.Input[float]]
    """Staff of a year over the investment in hardware. At least 0, at most 1. Default: 0."""
    prices: NotRequired[pulumi.Input[Sequence[pulumi.Input[PriceArgs]]]]
    """Prices that replace those of the catalogue. At most 1,000 items. Default: empty."""
    rated_prices: NotRequired[pulumi.Input[Sequence[pulumi.Input[RatedPriceArgs]]]]
    """Prices of plant and building by their rating. At most 32 items. Default: empty."""
    exchange: NotRequired[pulumi.Input[Sequence[pulumi.Input[ExchangeRateArgs]]]]
    """Rates of other currencies. At most 32 items. Default: empty."""
    oldest_price_days: NotRequired[pulumi.Input[int]]
    """Age of a price on the first day of the phase above which it is a review, days. At least 1, at most
    10,000. Default: 730.
    """


class SlipArgs(TypedDict):
    """Lateness of the work of a phase from its start to first power, over the planned time of that work."""

    probability_late: pulumi.Input[float]
    """Share of such phases that are late at all; the others are in time. At least 0, at most 1."""
    late_fraction_p5: pulumi.Input[float]
    """5th percentile of the lateness of those that are late. At least 0, at most 20."""
    late_fraction_p50: pulumi.Input[float]
    """Median of the same. At least 0, at most 20."""
    late_fraction_p95: pulumi.Input[float]
    """95th percentile of the same. At least 0, at most 20."""
    group: NotRequired[pulumi.Input[str]]
    """Correlation group that it belongs to. 1 to 2,000 characters."""
    source: pulumi.Input[str]
    """Source of the percentiles. 1 to 2,000 characters."""
    as_of: pulumi.Input[str]
    """Day of the source. A day, such as 2026-12-31."""


class LeadTimeArgs(TypedDict):
    """A long item that a phase waits for: first power is not before it is delivered and installed."""

    item: pulumi.Input[str]
    """What is ordered: transformers, switchgear, a model of accelerator. 1 to 2,000 characters."""
    ordered: NotRequired[pulumi.Input[str]]
    """Day of the order. Without one, the order is placed so early that the median delivery is in time. A
    day, such as 2026-12-31.
    """
    weeks_p5: pulumi.Input[float]
    """5th percentile of the time from order to delivery, weeks. At least 0, at most 520."""
    weeks_p50: pulumi.Input[float]
    """Median of the same, weeks. At least 0, at most 520."""
    weeks_p95: pulumi.Input[float]
    """95th percentile of the same, weeks. At least 0, at most 520."""
    installation_weeks: NotRequired[pulumi.Input[float]]
    """From delivery to first power, weeks. At least 0, at most 520. Default: 0."""
    group: NotRequired[pulumi.Input[str]]
    """Correlation group that it belongs to. 1 to 2,000 characters."""
    source: pulumi.Input[str]
    """Source of the percentiles. 1 to 2,000 characters."""
    as_of: pulumi.Input[str]
    """Day of the source. A day, such as 2026-12-31."""


class RampArgs(TypedDict):
    """Time from the first power of a phase to the acceptance of its last pod; pods are accepted one after
    another.
    """

    weeks_p5: pulumi.Input[float]
    """5th percentile, weeks. At least 0, at most 520."""
    weeks_p50: pulumi.Input[float]
    """Median, weeks: the plan holds so much time before the day of the phase. At least 0, at most 520."""
    weeks_p95: pulumi.Input[float]
    """95th percentile, weeks. At least 0, at most 520."""
    group: NotRequired[pulumi.Input[str]]
    """Correlation group that it belongs to. 1 to 2,000 characters."""
    source: pulumi.Input[str]
    """Source of the percentiles. 1 to 2,000 characters."""
    as_of: pulumi.Input[str]
    """Day of the source. A day, such as 2026-12-31."""


Precision = Literal["fp64", "fp32", "tf32", "bf16", "fp16", "fp8", "fp4", "int8", "unstated"]
"""A number format of a multiply-accumulate; there is no conversion between two of them."""


class TrainingRunArgs(TypedDict):
    """One training run of 6 x active parameters x tokens floating-point operations."""

    name: pulumi.Input[str]
    """Its name in the phase. 1 to 63 characters."""
    active_parameters: pulumi.Input[float]
    """Parameters that one token uses; of a mixture of experts fewer than it has. Above 0, at most
    1,000,000,000,000,000.
    """
    tokens: pulumi.Input[float]
    """Tokens that it is trained on. Above 0, at most 1,000,000,000,000,000,000."""
    model: pulumi.Input[str]
    """Accelerator of the catalogue. 3 to 64 characters."""
    accelerators_in_step: pulumi.Input[int]
    """Accelerators that work on it together. At least 1, at most 100,000,000."""
    precision: pulumi.Input[Precision]
    """Precision of its matrix products, and of the peak that MFU is a share of."""
    mfu_fraction: pulumi.Input[float]
    """Model FLOP/s over the dense peak at that precision. Above 0, at most 1."""
    mfu_source: pulumi.Input[str]
    """Source of the MFU. 1 to 2,000 characters."""
    starts: pulumi.Input[str]
    """First day of the run. A day, such as 2026-12-31."""
    done_by: pulumi.Input[str]
    """Day on which it must be done. A day, such as 2026-12-31."""
    source: pulumi.Input[str]
    """Who asks for it. 1 to 2,000 characters."""


class InferenceServiceArgs(TypedDict):
    """A service that answers so many tokens each second, from a day on."""

    name: pulumi.Input[str]
    """Its name in the phase. 1 to 63 characters."""
    active_parameters: pulumi.Input[float]
    """Parameters that one token uses; a token takes 2 x so many operations. Above 0, at most
    1,000,000,000,000,000.
    """
    tokens_per_s: pulumi.Input[float]
    """Tokens that it reads and writes each second at its peak. Above 0, at most 1,000,000,000,000,000."""
    memory_gb: pulumi.Input[float]
    """Memory of all its copies: weights, caches and work space, GB. Above 0, at most 1,000,000,000."""
    model: pulumi.Input[str]
    """Accelerator of the catalogue. 3 to 64 characters."""
    precision: pulumi.Input[Precision]
    """Precision of its matrix products."""
    utilisation_fraction: pulumi.Input[float]
    """Model FLOP/s over the dense peak at that precision. Above 0, at most 1."""
    utilisation_source: pulumi.Input[str]
    """Source of the utilisation. 1 to 2,000 characters."""
    starts: pulumi.Input[str]
    """First day of the service. A day, such as 2026-12-31."""
    ends: NotRequired[pulumi.Input[str]]
    """First day on which it is gone. A day, such as 2026-12-31."""
    source: pulumi.Input[str]
    """Who asks for it. 1 to 2,000 characters."""


class ResearchReserveArgs(TypedDict):
    """Accelerators of one model that are kept for research, from the day of the phase on."""

    model: pulumi.Input[str]
    """Accelerator of the catalogue. 3 to 64 characters."""
    reserved_fraction: pulumi.Input[float]
    """Share of those in service. At least 0, at most 1."""
    source: pulumi.Input[str]
    """Who asks for it. 1 to 2,000 characters."""


Sparsity = Literal["dense", "2:4"]
"""Whether every multiplication counted is really done."""

Engine = Literal["matrix", "vector"]
"""The part of a chip that gives a rate."""

Measure = Literal["peak", "delivered"]
"""Whether a target is about installed peak or delivered throughput. Meeting one never counts as meeting the other."""

Counting = Literal["cumulative", "incremental"]
"""Whether a target counts everything in service on the day, or what one phase adds."""

Side = Literal["A", "B", "C", "D"]
"""Which of the independent power paths an object belongs to."""


class SupplyStepArgs(TypedDict):
    """Power that the utility supplies by contract from a day on."""

    from_date: pulumi.Input[str]
    """A day, such as 2026-12-31."""
    contracted_kva: pulumi.Input[float]
    """All circuits together, kVA. Above 0, at most 2,000,000."""


Duty = Literal["ride-through", "peak-shaving", "backup"]
"""What the energy of a battery is for."""

Supply = Literal["ac", "dc"]
"""Alternating or direct current."""

Coolant = Literal["liquid", "air"]
"""What a loop moves past the hardware."""

FabricKind = Literal["scale-up", "scale-out", "storage", "management"]
"""What a fabric is for."""


class LinksArgs(TypedDict):
    """The ports of one switch in one direction, and the modules in them."""

    ports: pulumi.Input[int]
    """Links of one switch in this direction. At least 1, at most 100,000,000."""
    gbps: pulumi.Input[float]
    """Speed of one link, Gbit/s. Above 0, at most 1,000,000."""
    optic: pulumi.Input[str]
    """Module or cable of the catalogue in each port. 3 to 64 characters."""
    length_m: pulumi.Input[float]
    """Longest link, slack included, m. Above 0, at most 100,000."""
    node_optic: NotRequired[pulumi.Input[str]]
    """Module at the end of the node, if it differs from that of the switch. For links down of the lowest
    tier. 3 to 64 characters.
    """


class TierArgs(TypedDict):
    """One layer of switches of a fabric."""

    name: pulumi.Input[str]
    """Name of the tier in its fabric, such as leaf. 1 to 63 characters."""
    switch: pulumi.Input[str]
    """Switch of the catalogue. 3 to 64 characters."""
    switches: pulumi.Input[int]
    """Number of switches in one plane of one domain. At least 1, at most 100,000,000."""
    down: pulumi.Input[LinksArgs]
    """Links of one switch towards the nodes."""
    up: NotRequired[pulumi.Input[LinksArgs]]
    """Links of one switch towards the next tier; the top tier has none."""
    groups: NotRequired[pulumi.Input[int]]
    """Identical groups of its switches. A group is joined to its own group of the next tier, or to one
    plane of an undivided next tier. At least 1, at most 100,000. Default: 1.
    """
    reserved_ports: NotRequired[pulumi.Input[int]]
    """Ports of each switch kept for management, monitoring and growth. At least 0, at most 1,024. Default:
    0.
    """
    oversubscription: NotRequired[pulumi.Input[float]]
    """Intended bandwidth down over bandwidth up; without one, 1 for compute and 4 for storage and
    management. At least 0.01, at most 100.
    """


class NodeGroupArgs(TypedDict):
    """A number of nodes of one model in one rack."""

    model: pulumi.Input[str]
    """Node of the catalogue. 3 to 64 characters."""
    count: pulumi.Input[int]
    """Nodes in one rack. At least 1, at most 1,000."""


class PortsArgs(TypedDict):
    """So many network ports of one speed."""

    count: pulumi.Input[int]
    """Number of ports. At least 1, at most 100,000,000."""
    gbps: pulumi.Input[float]
    """Rate of one port. At least 0.1, at most 3,200."""


class RackGroupArgs(TypedDict):
    """One rack, or several identical racks side by side, inside a pod."""

    name: pulumi.Input[str]
    """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
    model: pulumi.Input[str]
    """Rack of the catalogue. 3 to 64 characters."""
    count: NotRequired[pulumi.Input[int]]
    """Identical racks; they are called name-1, name-2 and so on. At least 1, at most 100,000. Default: 1."""
    nodes: NotRequired[pulumi.Input[Sequence[pulumi.Input[NodeGroupArgs]]]]
    """Nodes of each rack; without any, as the catalogue sells it. At most 64 items. Default: empty."""
    feeds: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """Feeds that each rack draws from in equal parts; without any, those of the pod. At most 8 items. Each
    of 1 to 63 characters.
    """
    it_power_kw: NotRequired[pulumi.Input[float]]
    """Design power of one rack, kW, where it differs from the catalogue. Above 0, at most 1,000."""
    row: NotRequired[pulumi.Input[int]]
    """Row of the hall. At least 1, at most 10,000."""
    slot: NotRequired[pulumi.Input[int]]
    """Position of the first rack in its row. At least 1, at most 10,000."""
    scale_out: NotRequired[pulumi.Input[PortsArgs]]
    """Network ports of each node, where the maker publishes none."""
    storage: NotRequired[pulumi.Input[PortsArgs]]
    """Ports of each node towards a storage fabric, where the maker publishes none."""


Status = Literal[
    "measured", "reported", "datasheet", "quoted", "relayed", "derived", "analyst", "assumed", "unverified"
]
"""How a figure is known, best first."""


class Provider(pulumi.ProviderResource):
    """A provider of one's own, for an inventory apart from the stack's."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        inventory: pulumi.Input[str] | None = None,
    ) -> None:
        """An inventory at this address: ``sqlite:FILE``, or the path of a SQLite file from the project's folder."""
        super().__init__("petaplan", resource_name, {"inventory": inventory}, opts)


class Hub(PetaplanResource):
    """Everything that is planned. Names are unique over the whole hub. The order within a table has no
    meaning.
    """

    _token = "petaplan:index:Hub"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        name: pulumi.Input[str] | None = None,
        description: pulumi.Input[str] | None = None,
        owner: pulumi.Input[str] | None = None,
        delivery: pulumi.Input[DeliveryArgs] | None = None,
        correlation_groups: pulumi.Input[Sequence[pulumi.Input[CorrelationGroupArgs]]] | None = None,
        catalogues: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Hub",
            resource_name,
            {
                "name": name,
                "description": description,
                "owner": owner,
                "delivery": delivery,
                "correlationGroups": correlation_groups,
                "catalogues": catalogues,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def description(self) -> pulumi.Output[str | None]:
        """Free words about the hub. 1 to 2,000 characters."""
        return self._output("description")

    @property
    def owner(self) -> pulumi.Output[str | None]:
        """Who is responsible for the plan. 1 to 2,000 characters."""
        return self._output("owner")

    @property
    def delivery(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """Factors of delivered throughput, where the plan has better data than the defaults."""
        return self._output("delivery")

    @property
    def correlation_groups(self) -> pulumi.Output[Sequence[Mapping[str, Any]] | None]:
        """Groups of slips, lead times and ramps that vary together. At most 64 items. Default: empty."""
        return self._output("correlationGroups")

    @property
    def catalogues(self) -> pulumi.Output[Sequence[str] | None]:
        """Files or folders of catalogue entries over the shipped ones, below the folder of the plan. The
        last wins. At most 16 items. Each of 1 to 200 characters. Default: empty.
        """
        return self._output("catalogues")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Site(PetaplanResource):
    """A place with a utility, a tariff, a carbon factor and a jurisdiction."""

    _token = "petaplan:index:Site"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        country: pulumi.Input[str],
        jurisdiction: pulumi.Input[Jurisdiction],
        name: pulumi.Input[str] | None = None,
        utility: pulumi.Input[str] | None = None,
        design_outdoor_c: pulumi.Input[float] | None = None,
        load_power_factor: pulumi.Input[float] | None = None,
        diversity_fraction: pulumi.Input[float] | None = None,
        diversity_trace: pulumi.Input[str] | None = None,
        training_step_fraction: pulumi.Input[float] | None = None,
        generator_autonomy_hours: pulumi.Input[float] | None = None,
        air_limit_kw: pulumi.Input[float] | None = None,
        air_warning_kw: pulumi.Input[float] | None = None,
        pue_limit: pulumi.Input[float] | None = None,
        annual_it_load_fraction: pulumi.Input[float] | None = None,
        annual_cooling_fraction: pulumi.Input[float] | None = None,
        routes: pulumi.Input[Sequence[pulumi.Input[RouteArgs]]] | None = None,
        tariff: pulumi.Input[Sequence[pulumi.Input[TariffArgs]]] | None = None,
        carbon: pulumi.Input[Sequence[pulumi.Input[CarbonFactorArgs]]] | None = None,
        carbon_budget_t_per_year: pulumi.Input[float] | None = None,
        description: pulumi.Input[str] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Site",
            resource_name,
            {
                "country": country,
                "jurisdiction": jurisdiction,
                "name": name,
                "utility": utility,
                "designOutdoorC": design_outdoor_c,
                "loadPowerFactor": load_power_factor,
                "diversityFraction": diversity_fraction,
                "diversityTrace": diversity_trace,
                "trainingStepFraction": training_step_fraction,
                "generatorAutonomyHours": generator_autonomy_hours,
                "airLimitKw": air_limit_kw,
                "airWarningKw": air_warning_kw,
                "pueLimit": pue_limit,
                "annualItLoadFraction": annual_it_load_fraction,
                "annualCoolingFraction": annual_cooling_fraction,
                "routes": routes,
                "tariff": tariff,
                "carbon": carbon,
                "carbonBudgetTPerYear": carbon_budget_t_per_year,
                "description": description,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def country(self) -> pulumi.Output[str]:
        """Country of the place, ISO 3166-1 alpha-2. Export rules map HK to CN in their own data. Exactly 2
        characters.
        """
        return self._output("country")

    @property
    def jurisdiction(self) -> pulumi.Output[Jurisdiction]:
        """Electrical rules that hold here."""
        return self._output("jurisdiction")

    @property
    def utility(self) -> pulumi.Output[str | None]:
        """Name of the utility. 1 to 2,000 characters."""
        return self._output("utility")

    @property
    def design_outdoor_c(self) -> pulumi.Output[float | None]:
        """Design dry-bulb temperature, °C. At least -40, at most 90."""
        return self._output("designOutdoorC")

    @property
    def load_power_factor(self) -> pulumi.Output[float | None]:
        """Displacement power factor of the IT load at the feed. At least 0.000001, at most 1. Default:
        0.95.
        """
        return self._output("loadPowerFactor")

    @property
    def diversity_fraction(self) -> pulumi.Output[float | None]:
        """Highest demand of the site over the sum of its loads; near 1 for synchronous training. At least
        0.000001, at most 1. Default: 1.
        """
        return self._output("diversityFraction")

    @property
    def diversity_trace(self) -> pulumi.Output[str | None]:
        """Measured trace behind a diversity below 0.9. 1 to 2,000 characters."""
        return self._output("diversityTrace")

    @property
    def training_step_fraction(self) -> pulumi.Output[float | None]:
        """Load step of a synchronous training job above its mean power, as a share of the mean. At least
        0, at most 1. Default: 0.4.
        """
        return self._output("trainingStepFraction")

    @property
    def generator_autonomy_hours(self) -> pulumi.Output[float | None]:
        """Promised time of operation without the utility, h. At least 0, at most 100,000."""
        return self._output("generatorAutonomyHours")

    @property
    def air_limit_kw(self) -> pulumi.Output[float | None]:
        """Most heat of one rack that the room's air can take, kW. Above 0, at most 1,000. Default: 40."""
        return self._output("airLimitKw")

    @property
    def air_warning_kw(self) -> pulumi.Output[float | None]:
        """Heat of one rack above which air cooling needs special care, kW. Above 0, at most 1,000.
        Default: 30.
        """
        return self._output("airWarningKw")

    @property
    def pue_limit(self) -> pulumi.Output[float | None]:
        """Most PUE of a year (category 1, at the UPS output) by promise or rule. At least 1, at most 3."""
        return self._output("pueLimit")

    @property
    def annual_it_load_fraction(self) -> pulumi.Output[float | None]:
        """Mean IT power of a year over the nameplate power. At least 0.000001, at most 1."""
        return self._output("annualItLoadFraction")

    @property
    def annual_cooling_fraction(self) -> pulumi.Output[float | None]:
        """Mean power of the cooling plant in a year over its rating; it depends on climate and controls.
        At least 0, at most 1.
        """
        return self._output("annualCoolingFraction")

    @property
    def routes(self) -> pulumi.Output[Sequence[Mapping[str, Any]] | None]:
        """Fibre routes to other sites, declared at one end. At most 64 items. Default: empty."""
        return self._output("routes")

    @property
    def tariff(self) -> pulumi.Output[Sequence[Mapping[str, Any]] | None]:
        """Prices of energy, by day. At most 64 items. Default: empty."""
        return self._output("tariff")

    @property
    def carbon(self) -> pulumi.Output[Sequence[Mapping[str, Any]] | None]:
        """Carbon factors, by day and basis. At most 128 items. Default: empty."""
        return self._output("carbon")

    @property
    def carbon_budget_t_per_year(self) -> pulumi.Output[float | None]:
        """Most greenhouse gas of a year of full service, t CO2e, by each declared basis. At least 0, at
        most 1,000,000,000.
        """
        return self._output("carbonBudgetTPerYear")

    @property
    def description(self) -> pulumi.Output[str | None]:
        """Free words about the site. 1 to 2,000 characters."""
        return self._output("description")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Hall(PetaplanResource):
    """A room that holds racks."""

    _token = "petaplan:index:Hall"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        site: pulumi.Input[str],
        phase: pulumi.Input[str],
        floor_area_m2: pulumi.Input[float],
        floor_load_kpa: pulumi.Input[float],
        it_power_limit_kw: pulumi.Input[float],
        rack_positions: pulumi.Input[int],
        name: pulumi.Input[str] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        rack_pitch_m: pulumi.Input[float] | None = None,
        row_pitch_m: pulumi.Input[float] | None = None,
        rows: pulumi.Input[int] | None = None,
        minimum_aisle_m: pulumi.Input[float] | None = None,
        meet_me_room_cable_m: pulumi.Input[float] | None = None,
        access_route_load_kg: pulumi.Input[float] | None = None,
        redundancy: pulumi.Input[Redundancy] | None = None,
        concurrently_maintainable: pulumi.Input[bool] | None = None,
        facility_scheme: pulumi.Input[FacilityScheme] | None = None,
        facility_class: pulumi.Input[int] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Hall",
            resource_name,
            {
                "site": site,
                "phase": phase,
                "floorAreaM2": floor_area_m2,
                "floorLoadKpa": floor_load_kpa,
                "itPowerLimitKw": it_power_limit_kw,
                "rackPositions": rack_positions,
                "name": name,
                "inService": in_service,
                "retired": retired,
                "rackPitchM": rack_pitch_m,
                "rowPitchM": row_pitch_m,
                "rows": rows,
                "minimumAisleM": minimum_aisle_m,
                "meetMeRoomCableM": meet_me_room_cable_m,
                "accessRouteLoadKg": access_route_load_kg,
                "redundancy": redundancy,
                "concurrentlyMaintainable": concurrently_maintainable,
                "facilityScheme": facility_scheme,
                "facilityClass": facility_class,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def site(self) -> pulumi.Output[str]:
        """Name of a site. 1 to 63 characters."""
        return self._output("site")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which the room takes racks; without one, the day of its phase. A day, such as
        2026-12-31.
        """
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def floor_area_m2(self) -> pulumi.Output[float]:
        """Net area for racks, aisles and in-row equipment, m². Above 0, at most 10,000,000."""
        return self._output("floorAreaM2")

    @property
    def floor_load_kpa(self) -> pulumi.Output[float]:
        """Uniform load that the floor carries, kPa. Above 0, at most 200."""
        return self._output("floorLoadKpa")

    @property
    def it_power_limit_kw(self) -> pulumi.Output[float]:
        """IT power that the room is designed for, kW. Above 0, at most 1,000,000."""
        return self._output("itPowerLimitKw")

    @property
    def rack_positions(self) -> pulumi.Output[int]:
        """Positions for racks in the layout. At least 1, at most 100,000."""
        return self._output("rackPositions")

    @property
    def rack_pitch_m(self) -> pulumi.Output[float | None]:
        """Distance between two positions of a row, m. Above 0, at most 100,000. Default: 0.6."""
        return self._output("rackPitchM")

    @property
    def row_pitch_m(self) -> pulumi.Output[float | None]:
        """Distance between two rows, aisle included, m. Above 0, at most 100,000. Default: 3."""
        return self._output("rowPitchM")

    @property
    def rows(self) -> pulumi.Output[int | None]:
        """Rows of equal length. If it is given, a rack group must end within its row. At least 1, at most
        100,000.
        """
        return self._output("rows")

    @property
    def minimum_aisle_m(self) -> pulumi.Output[float | None]:
        """Least width of an aisle for people and racks, m. Above 0, at most 100,000. Default: 1.2."""
        return self._output("minimumAisleM")

    @property
    def meet_me_room_cable_m(self) -> pulumi.Output[float | None]:
        """Cable from the head of the first row to the meet-me room of the site, m. Above 0, at most
        100,000.
        """
        return self._output("meetMeRoomCableM")

    @property
    def access_route_load_kg(self) -> pulumi.Output[float | None]:
        """Load that lift, dock and corridor carry, kg. Above 0, at most 100,000."""
        return self._output("accessRouteLoadKg")

    @property
    def redundancy(self) -> pulumi.Output[Redundancy | None]:
        """What the hall claims to survive. Default: N."""
        return self._output("redundancy")

    @property
    def concurrently_maintainable(self) -> pulumi.Output[bool | None]:
        """Whether any one object may be out for work without a rack losing power. Default: false."""
        return self._output("concurrentlyMaintainable")

    @property
    def facility_scheme(self) -> pulumi.Output[FacilityScheme | None]:
        """Scheme of the class that the hall claims."""
        return self._output("facilityScheme")

    @property
    def facility_class(self) -> pulumi.Output[int | None]:
        """Claimed class: Tier I to IV, Rated-1 to 4, availability class 1 to 4. At least 1, at most 4."""
        return self._output("facilityClass")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Phase(PetaplanResource):
    """A dated step of the build-out."""

    _token = "petaplan:index:Phase"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        starts: pulumi.Input[str],
        in_service: pulumi.Input[str],
        name: pulumi.Input[str] | None = None,
        after: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        declared: pulumi.Input[DeclaredTotalsArgs] | None = None,
        spares: pulumi.Input[Sequence[pulumi.Input[SparesArgs]]] | None = None,
        orders: pulumi.Input[Sequence[pulumi.Input[OrderArgs]]] | None = None,
        budget: pulumi.Input[BudgetArgs] | None = None,
        slip: pulumi.Input[SlipArgs] | None = None,
        lead_times: pulumi.Input[Sequence[pulumi.Input[LeadTimeArgs]]] | None = None,
        ramp: pulumi.Input[RampArgs] | None = None,
        training_runs: pulumi.Input[Sequence[pulumi.Input[TrainingRunArgs]]] | None = None,
        inference_services: pulumi.Input[Sequence[pulumi.Input[InferenceServiceArgs]]] | None = None,
        research_reserves: pulumi.Input[Sequence[pulumi.Input[ResearchReserveArgs]]] | None = None,
        description: pulumi.Input[str] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Phase",
            resource_name,
            {
                "starts": starts,
                "inService": in_service,
                "name": name,
                "after": after,
                "declared": declared,
                "spares": spares,
                "orders": orders,
                "budget": budget,
                "slip": slip,
                "leadTimes": lead_times,
                "ramp": ramp,
                "trainingRuns": training_runs,
                "inferenceServices": inference_services,
                "researchReserves": research_reserves,
                "description": description,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def starts(self) -> pulumi.Output[str]:
        """Day on which its work begins. A day, such as 2026-12-31."""
        return self._output("starts")

    @property
    def in_service(self) -> pulumi.Output[str]:
        """Day on which everything of the phase is accepted; an object may state its own day. A day, such
        as 2026-12-31.
        """
        return self._output("inService")

    @property
    def after(self) -> pulumi.Output[Sequence[str] | None]:
        """Phases that must be in service first. At most 16 items. Each of 1 to 63 characters. Default:
        empty.
        """
        return self._output("after")

    @property
    def declared(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """Totals that the phase is declared to add."""
        return self._output("declared")

    @property
    def spares(self) -> pulumi.Output[Sequence[Mapping[str, Any]] | None]:
        """Spare nodes, by model. At most 64 items. Default: empty."""
        return self._output("spares")

    @property
    def orders(self) -> pulumi.Output[Sequence[Mapping[str, Any]] | None]:
        """Orders for the phase. At most 256 items. Default: empty."""
        return self._output("orders")

    @property
    def budget(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """Limits of cost; without one, cost is not judged."""
        return self._output("budget")

    @property
    def slip(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """Doubt about the end of its work; without one, a forecast takes a dated prior."""
        return self._output("slip")

    @property
    def lead_times(self) -> pulumi.Output[Sequence[Mapping[str, Any]] | None]:
        """Long items that its first power waits for; without any, a forecast takes dated priors. At most
        64 items. Default: empty.
        """
        return self._output("leadTimes")

    @property
    def ramp(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """From first power to acceptance; without one, a forecast takes a dated prior."""
        return self._output("ramp")

    @property
    def training_runs(self) -> pulumi.Output[Sequence[Mapping[str, Any]] | None]:
        """Training runs that the phase must carry. At most 256 items. Default: empty."""
        return self._output("trainingRuns")

    @property
    def inference_services(self) -> pulumi.Output[Sequence[Mapping[str, Any]] | None]:
        """Services that the phase must carry. At most 256 items. Default: empty."""
        return self._output("inferenceServices")

    @property
    def research_reserves(self) -> pulumi.Output[Sequence[Mapping[str, Any]] | None]:
        """Accelerators that are kept for research. At most 64 items. Default: empty."""
        return self._output("researchReserves")

    @property
    def description(self) -> pulumi.Output[str | None]:
        """Free words about the phase. 1 to 2,000 characters."""
        return self._output("description")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Target(PetaplanResource):
    """A number of PFLOP/s of one kind by a date, and the source of that statement."""

    _token = "petaplan:index:Target"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        pflops: pulumi.Input[float],
        precisions: pulumi.Input[Sequence[pulumi.Input[Precision]]],
        by: pulumi.Input[str],
        source: pulumi.Input[str],
        name: pulumi.Input[str] | None = None,
        sparsity: pulumi.Input[Sparsity] | None = None,
        engine: pulumi.Input[Engine] | None = None,
        measure: pulumi.Input[Measure] | None = None,
        counting: pulumi.Input[Counting] | None = None,
        phase: pulumi.Input[str] | None = None,
        synchronous_ranks: pulumi.Input[int] | None = None,
        minimum_measured_fraction: pulumi.Input[float] | None = None,
        confidence: pulumi.Input[float] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Target",
            resource_name,
            {
                "pflops": pflops,
                "precisions": precisions,
                "by": by,
                "source": source,
                "name": name,
                "sparsity": sparsity,
                "engine": engine,
                "measure": measure,
                "counting": counting,
                "phase": phase,
                "synchronousRanks": synchronous_ranks,
                "minimumMeasuredFraction": minimum_measured_fraction,
                "confidence": confidence,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def pflops(self) -> pulumi.Output[float]:
        """The number of PFLOP/s that is asked. Above 0, at most 1,000,000,000."""
        return self._output("pflops")

    @property
    def precisions(self) -> pulumi.Output[Sequence[Precision]]:
        """Any one of them satisfies the target, summed over all devices that have it. ``unstated`` alone,
        where the statement names none: the target is then a review at best, and never passes. 1 to 8
        items.
        """
        return self._output("precisions")

    @property
    def sparsity(self) -> pulumi.Output[Sparsity | None]:
        """Kind of the peaks that count. Default: dense."""
        return self._output("sparsity")

    @property
    def engine(self) -> pulumi.Output[Engine | None]:
        """Part of the chip whose peaks count. Default: matrix."""
        return self._output("engine")

    @property
    def measure(self) -> pulumi.Output[Measure | None]:
        """Installed peak or delivered throughput. Default: peak."""
        return self._output("measure")

    @property
    def counting(self) -> pulumi.Output[Counting | None]:
        """Everything in service, or what one phase adds. Default: cumulative."""
        return self._output("counting")

    @property
    def by(self) -> pulumi.Output[str]:
        """Day on which it must be met. A day, such as 2026-12-31."""
        return self._output("by")

    @property
    def phase(self) -> pulumi.Output[str | None]:
        """Phase that it belongs to; required for an incremental target. 1 to 63 characters."""
        return self._output("phase")

    @property
    def synchronous_ranks(self) -> pulumi.Output[int | None]:
        """Accelerators of a synchronous job. A delivered target then counts the pace of the slowest. At
        least 1, at most 100,000,000.
        """
        return self._output("synchronousRanks")

    @property
    def minimum_measured_fraction(self) -> pulumi.Output[float | None]:
        """Least share of the petaflops that is measured on this hub's own devices. At least 0, at most 1."""
        return self._output("minimumMeasuredFraction")

    @property
    def confidence(self) -> pulumi.Output[float | None]:
        """Least probability that it is met by its date, as `petaplan forecast` finds it. At least 0.01, at
        most 0.99.
        """
        return self._output("confidence")

    @property
    def source(self) -> pulumi.Output[str]:
        """Who stated the target, and how. 1 to 2,000 characters."""
        return self._output("source")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Intake(PetaplanResource):
    """A utility connection: one or more circuits at one voltage."""

    _token = "petaplan:index:Intake"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        phase: pulumi.Input[str],
        site: pulumi.Input[str],
        voltage_ll_v: pulumi.Input[float],
        supply: pulumi.Input[Sequence[pulumi.Input[SupplyStepArgs]]],
        unit_rated_kva: pulumi.Input[float],
        name: pulumi.Input[str] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        units: pulumi.Input[int] | None = None,
        spare_units: pulumi.Input[int] | None = None,
        side: pulumi.Input[Side] | None = None,
        model: pulumi.Input[str] | None = None,
        minimum_power_factor: pulumi.Input[float] | None = None,
        utility_contract: pulumi.Input[str] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Intake",
            resource_name,
            {
                "phase": phase,
                "site": site,
                "voltageLlV": voltage_ll_v,
                "supply": supply,
                "unitRatedKva": unit_rated_kva,
                "name": name,
                "inService": in_service,
                "retired": retired,
                "units": units,
                "spareUnits": spare_units,
                "side": side,
                "model": model,
                "minimumPowerFactor": minimum_power_factor,
                "utilityContract": utility_contract,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which it serves; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def units(self) -> pulumi.Output[int | None]:
        """Identical units in parallel; each can fail alone. At least 1, at most 10,000. Default: 1."""
        return self._output("units")

    @property
    def spare_units(self) -> pulumi.Output[int | None]:
        """Units that are not needed: the rest carries the load. At least 0, at most 10,000. Default: 0."""
        return self._output("spareUnits")

    @property
    def side(self) -> pulumi.Output[Side | None]:
        """Power path that it belongs to."""
        return self._output("side")

    @property
    def model(self) -> pulumi.Output[str | None]:
        """Equipment of the catalogue. 3 to 64 characters."""
        return self._output("model")

    @property
    def site(self) -> pulumi.Output[str]:
        """Name of a site. 1 to 63 characters."""
        return self._output("site")

    @property
    def voltage_ll_v(self) -> pulumi.Output[float]:
        """Nominal voltage line to line, V. At least 48, at most 500,000."""
        return self._output("voltageLlV")

    @property
    def supply(self) -> pulumi.Output[Sequence[Mapping[str, Any]]]:
        """Contracted supply, all circuits together, by day. 1 to 64 items."""
        return self._output("supply")

    @property
    def unit_rated_kva(self) -> pulumi.Output[float]:
        """Rating of one circuit, kVA. Above 0, at most 2,000,000."""
        return self._output("unitRatedKva")

    @property
    def minimum_power_factor(self) -> pulumi.Output[float | None]:
        """Least power factor by contract. At least 0.000001, at most 1."""
        return self._output("minimumPowerFactor")

    @property
    def utility_contract(self) -> pulumi.Output[str | None]:
        """Number of the contract. 1 to 2,000 characters."""
        return self._output("utilityContract")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Transformer(PetaplanResource):
    """Changes the voltage."""

    _token = "petaplan:index:Transformer"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        phase: pulumi.Input[str],
        fed_by: pulumi.Input[Sequence[pulumi.Input[str]]],
        unit_rated_kva: pulumi.Input[float],
        secondary_voltage_ll_v: pulumi.Input[float],
        efficiency_fraction: pulumi.Input[float],
        name: pulumi.Input[str] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        units: pulumi.Input[int] | None = None,
        spare_units: pulumi.Input[int] | None = None,
        side: pulumi.Input[Side] | None = None,
        model: pulumi.Input[str] | None = None,
        standby_from: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        no_load_loss_kw: pulumi.Input[float] | None = None,
        outdoors: pulumi.Input[bool] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Transformer",
            resource_name,
            {
                "phase": phase,
                "fedBy": fed_by,
                "unitRatedKva": unit_rated_kva,
                "secondaryVoltageLlV": secondary_voltage_ll_v,
                "efficiencyFraction": efficiency_fraction,
                "name": name,
                "inService": in_service,
                "retired": retired,
                "units": units,
                "spareUnits": spare_units,
                "side": side,
                "model": model,
                "standbyFrom": standby_from,
                "noLoadLossKw": no_load_loss_kw,
                "outdoors": outdoors,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which it serves; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def units(self) -> pulumi.Output[int | None]:
        """Identical units in parallel; each can fail alone. At least 1, at most 10,000. Default: 1."""
        return self._output("units")

    @property
    def spare_units(self) -> pulumi.Output[int | None]:
        """Units that are not needed: the rest carries the load. At least 0, at most 10,000. Default: 0."""
        return self._output("spareUnits")

    @property
    def side(self) -> pulumi.Output[Side | None]:
        """Power path that it belongs to."""
        return self._output("side")

    @property
    def model(self) -> pulumi.Output[str | None]:
        """Equipment of the catalogue. 3 to 64 characters."""
        return self._output("model")

    @property
    def fed_by(self) -> pulumi.Output[Sequence[str]]:
        """Objects that it draws from; several share the load by their rating. At most 16 items. Each of 1
        to 63 characters.
        """
        return self._output("fedBy")

    @property
    def standby_from(self) -> pulumi.Output[Sequence[str] | None]:
        """Objects that take over when all of ``fed_by`` is lost. At most 16 items. Each of 1 to 63
        characters. Default: empty.
        """
        return self._output("standbyFrom")

    @property
    def unit_rated_kva(self) -> pulumi.Output[float]:
        """Rating of one unit at its primary side, kVA. Above 0, at most 2,000,000."""
        return self._output("unitRatedKva")

    @property
    def secondary_voltage_ll_v(self) -> pulumi.Output[float]:
        """Nominal output voltage line to line, V. At least 48, at most 500,000."""
        return self._output("secondaryVoltageLlV")

    @property
    def efficiency_fraction(self) -> pulumi.Output[float]:
        """Efficiency at full load, no-load loss left out. At least 0.5, at most 1."""
        return self._output("efficiencyFraction")

    @property
    def no_load_loss_kw(self) -> pulumi.Output[float | None]:
        """Loss of one unit at any load, kW. At least 0, at most 1,000,000. Default: 0."""
        return self._output("noLoadLossKw")

    @property
    def outdoors(self) -> pulumi.Output[bool | None]:
        """Whether its losses go to the outdoor air, without a loop. Default: false."""
        return self._output("outdoors")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Ups(PetaplanResource):
    """Uninterruptible power system: modules in parallel behind one output."""

    _token = "petaplan:index:Ups"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        phase: pulumi.Input[str],
        fed_by: pulumi.Input[Sequence[pulumi.Input[str]]],
        unit_rated_kva: pulumi.Input[float],
        unit_rated_kw: pulumi.Input[float],
        efficiency_fraction: pulumi.Input[float],
        name: pulumi.Input[str] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        units: pulumi.Input[int] | None = None,
        spare_units: pulumi.Input[int] | None = None,
        side: pulumi.Input[Side] | None = None,
        model: pulumi.Input[str] | None = None,
        standby_from: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        no_load_loss_kw: pulumi.Input[float] | None = None,
        autonomy_minutes: pulumi.Input[float] | None = None,
        step_load_fraction: pulumi.Input[float] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Ups",
            resource_name,
            {
                "phase": phase,
                "fedBy": fed_by,
                "unitRatedKva": unit_rated_kva,
                "unitRatedKw": unit_rated_kw,
                "efficiencyFraction": efficiency_fraction,
                "name": name,
                "inService": in_service,
                "retired": retired,
                "units": units,
                "spareUnits": spare_units,
                "side": side,
                "model": model,
                "standbyFrom": standby_from,
                "noLoadLossKw": no_load_loss_kw,
                "autonomyMinutes": autonomy_minutes,
                "stepLoadFraction": step_load_fraction,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which it serves; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def units(self) -> pulumi.Output[int | None]:
        """Identical units in parallel; each can fail alone. At least 1, at most 10,000. Default: 1."""
        return self._output("units")

    @property
    def spare_units(self) -> pulumi.Output[int | None]:
        """Units that are not needed: the rest carries the load. At least 0, at most 10,000. Default: 0."""
        return self._output("spareUnits")

    @property
    def side(self) -> pulumi.Output[Side | None]:
        """Power path that it belongs to."""
        return self._output("side")

    @property
    def model(self) -> pulumi.Output[str | None]:
        """Equipment of the catalogue. 3 to 64 characters."""
        return self._output("model")

    @property
    def fed_by(self) -> pulumi.Output[Sequence[str]]:
        """Objects that it draws from; several share the load by their rating. At most 16 items. Each of 1
        to 63 characters.
        """
        return self._output("fedBy")

    @property
    def standby_from(self) -> pulumi.Output[Sequence[str] | None]:
        """Objects that take over when all of ``fed_by`` is lost. At most 16 items. Each of 1 to 63
        characters. Default: empty.
        """
        return self._output("standbyFrom")

    @property
    def unit_rated_kva(self) -> pulumi.Output[float]:
        """Rating of one module, kVA. Above 0, at most 2,000,000."""
        return self._output("unitRatedKva")

    @property
    def unit_rated_kw(self) -> pulumi.Output[float]:
        """Rating of one module, kW. Above 0, at most 1,000,000."""
        return self._output("unitRatedKw")

    @property
    def efficiency_fraction(self) -> pulumi.Output[float]:
        """Efficiency at full load, no-load loss left out. At least 0.5, at most 1."""
        return self._output("efficiencyFraction")

    @property
    def no_load_loss_kw(self) -> pulumi.Output[float | None]:
        """Loss of one module at any load, kW. At least 0, at most 1,000,000. Default: 0."""
        return self._output("noLoadLossKw")

    @property
    def autonomy_minutes(self) -> pulumi.Output[float | None]:
        """Time on its own batteries at full load, min. At least 0, at most 1,000,000. Default: 0."""
        return self._output("autonomyMinutes")

    @property
    def step_load_fraction(self) -> pulumi.Output[float | None]:
        """Largest load step that it accepts, as a share of its rating. At least 0.000001, at most 1."""
        return self._output("stepLoadFraction")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Rectifier(PetaplanResource):
    """Modules in parallel that turn alternating into direct current, with batteries on their output if
    any.
    """

    _token = "petaplan:index:Rectifier"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        phase: pulumi.Input[str],
        fed_by: pulumi.Input[Sequence[pulumi.Input[str]]],
        unit_rated_kw: pulumi.Input[float],
        output_voltage_dc_v: pulumi.Input[float],
        efficiency_fraction: pulumi.Input[float],
        name: pulumi.Input[str] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        units: pulumi.Input[int] | None = None,
        spare_units: pulumi.Input[int] | None = None,
        side: pulumi.Input[Side] | None = None,
        model: pulumi.Input[str] | None = None,
        standby_from: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        no_load_loss_kw: pulumi.Input[float] | None = None,
        autonomy_minutes: pulumi.Input[float] | None = None,
        step_load_fraction: pulumi.Input[float] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Rectifier",
            resource_name,
            {
                "phase": phase,
                "fedBy": fed_by,
                "unitRatedKw": unit_rated_kw,
                "outputVoltageDcV": output_voltage_dc_v,
                "efficiencyFraction": efficiency_fraction,
                "name": name,
                "inService": in_service,
                "retired": retired,
                "units": units,
                "spareUnits": spare_units,
                "side": side,
                "model": model,
                "standbyFrom": standby_from,
                "noLoadLossKw": no_load_loss_kw,
                "autonomyMinutes": autonomy_minutes,
                "stepLoadFraction": step_load_fraction,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which it serves; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def units(self) -> pulumi.Output[int | None]:
        """Identical units in parallel; each can fail alone. At least 1, at most 10,000. Default: 1."""
        return self._output("units")

    @property
    def spare_units(self) -> pulumi.Output[int | None]:
        """Units that are not needed: the rest carries the load. At least 0, at most 10,000. Default: 0."""
        return self._output("spareUnits")

    @property
    def side(self) -> pulumi.Output[Side | None]:
        """Power path that it belongs to."""
        return self._output("side")

    @property
    def model(self) -> pulumi.Output[str | None]:
        """Equipment of the catalogue. 3 to 64 characters."""
        return self._output("model")

    @property
    def fed_by(self) -> pulumi.Output[Sequence[str]]:
        """Objects that it draws from; several share the load by their rating. At most 16 items. Each of 1
        to 63 characters.
        """
        return self._output("fedBy")

    @property
    def standby_from(self) -> pulumi.Output[Sequence[str] | None]:
        """Objects that take over when all of ``fed_by`` is lost. At most 16 items. Each of 1 to 63
        characters. Default: empty.
        """
        return self._output("standbyFrom")

    @property
    def unit_rated_kw(self) -> pulumi.Output[float]:
        """Output of one module, kW. Above 0, at most 1,000,000."""
        return self._output("unitRatedKw")

    @property
    def output_voltage_dc_v(self) -> pulumi.Output[float]:
        """Nominal output voltage between the poles, V. At least 48, at most 500,000."""
        return self._output("outputVoltageDcV")

    @property
    def efficiency_fraction(self) -> pulumi.Output[float]:
        """Efficiency at full load, no-load loss left out. At least 0.5, at most 1."""
        return self._output("efficiencyFraction")

    @property
    def no_load_loss_kw(self) -> pulumi.Output[float | None]:
        """Loss of one module at any load, kW. At least 0, at most 1,000,000. Default: 0."""
        return self._output("noLoadLossKw")

    @property
    def autonomy_minutes(self) -> pulumi.Output[float | None]:
        """Time on its own batteries at full load, min. At least 0, at most 1,000,000. Default: 0."""
        return self._output("autonomyMinutes")

    @property
    def step_load_fraction(self) -> pulumi.Output[float | None]:
        """Largest load step that it accepts, as a share of its rating. At least 0.000001, at most 1."""
        return self._output("stepLoadFraction")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Generator(PetaplanResource):
    """Makes power while the utility is out."""

    _token = "petaplan:index:Generator"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        phase: pulumi.Input[str],
        site: pulumi.Input[str],
        unit_rated_kva: pulumi.Input[float],
        unit_rated_kw: pulumi.Input[float],
        start_seconds: pulumi.Input[float],
        fuel_hours: pulumi.Input[float],
        name: pulumi.Input[str] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        units: pulumi.Input[int] | None = None,
        spare_units: pulumi.Input[int] | None = None,
        side: pulumi.Input[Side] | None = None,
        model: pulumi.Input[str] | None = None,
        step_load_fraction: pulumi.Input[float] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Generator",
            resource_name,
            {
                "phase": phase,
                "site": site,
                "unitRatedKva": unit_rated_kva,
                "unitRatedKw": unit_rated_kw,
                "startSeconds": start_seconds,
                "fuelHours": fuel_hours,
                "name": name,
                "inService": in_service,
                "retired": retired,
                "units": units,
                "spareUnits": spare_units,
                "side": side,
                "model": model,
                "stepLoadFraction": step_load_fraction,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which it serves; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def units(self) -> pulumi.Output[int | None]:
        """Identical units in parallel; each can fail alone. At least 1, at most 10,000. Default: 1."""
        return self._output("units")

    @property
    def spare_units(self) -> pulumi.Output[int | None]:
        """Units that are not needed: the rest carries the load. At least 0, at most 10,000. Default: 0."""
        return self._output("spareUnits")

    @property
    def side(self) -> pulumi.Output[Side | None]:
        """Power path that it belongs to."""
        return self._output("side")

    @property
    def model(self) -> pulumi.Output[str | None]:
        """Equipment of the catalogue. 3 to 64 characters."""
        return self._output("model")

    @property
    def site(self) -> pulumi.Output[str]:
        """Name of a site. 1 to 63 characters."""
        return self._output("site")

    @property
    def unit_rated_kva(self) -> pulumi.Output[float]:
        """Rating of one unit, kVA. Above 0, at most 2,000,000."""
        return self._output("unitRatedKva")

    @property
    def unit_rated_kw(self) -> pulumi.Output[float]:
        """Rating of one unit, kW. Above 0, at most 1,000,000."""
        return self._output("unitRatedKw")

    @property
    def start_seconds(self) -> pulumi.Output[float]:
        """From the loss of the utility until it carries load, s. At least 0, at most 1,000,000."""
        return self._output("startSeconds")

    @property
    def fuel_hours(self) -> pulumi.Output[float]:
        """Time at full load with the fuel on site, h. At least 0, at most 100,000."""
        return self._output("fuelHours")

    @property
    def step_load_fraction(self) -> pulumi.Output[float | None]:
        """Largest load step that it accepts, as a share of its rating. At least 0.000001, at most 1."""
        return self._output("stepLoadFraction")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Battery(PetaplanResource):
    """Energy storage of the site: ride-through, peak shaving, back-up."""

    _token = "petaplan:index:Battery"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        phase: pulumi.Input[str],
        fed_by: pulumi.Input[Sequence[pulumi.Input[str]]],
        unit_rated_kw: pulumi.Input[float],
        unit_energy_kwh: pulumi.Input[float],
        duties: pulumi.Input[Sequence[pulumi.Input[Duty]]],
        name: pulumi.Input[str] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        units: pulumi.Input[int] | None = None,
        spare_units: pulumi.Input[int] | None = None,
        side: pulumi.Input[Side] | None = None,
        model: pulumi.Input[str] | None = None,
        usable_fraction: pulumi.Input[float] | None = None,
        round_trip_efficiency_fraction: pulumi.Input[float] | None = None,
        peak_shaving_kw: pulumi.Input[float] | None = None,
        peak_shaving_minutes_per_day: pulumi.Input[float] | None = None,
        backup_minutes: pulumi.Input[float] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Battery",
            resource_name,
            {
                "phase": phase,
                "fedBy": fed_by,
                "unitRatedKw": unit_rated_kw,
                "unitEnergyKwh": unit_energy_kwh,
                "duties": duties,
                "name": name,
                "inService": in_service,
                "retired": retired,
                "units": units,
                "spareUnits": spare_units,
                "side": side,
                "model": model,
                "usableFraction": usable_fraction,
                "roundTripEfficiencyFraction": round_trip_efficiency_fraction,
                "peakShavingKw": peak_shaving_kw,
                "peakShavingMinutesPerDay": peak_shaving_minutes_per_day,
                "backupMinutes": backup_minutes,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which it serves; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def units(self) -> pulumi.Output[int | None]:
        """Identical units in parallel; each can fail alone. At least 1, at most 10,000. Default: 1."""
        return self._output("units")

    @property
    def spare_units(self) -> pulumi.Output[int | None]:
        """Units that are not needed: the rest carries the load. At least 0, at most 10,000. Default: 0."""
        return self._output("spareUnits")

    @property
    def side(self) -> pulumi.Output[Side | None]:
        """Power path that it belongs to."""
        return self._output("side")

    @property
    def model(self) -> pulumi.Output[str | None]:
        """Equipment of the catalogue. 3 to 64 characters."""
        return self._output("model")

    @property
    def fed_by(self) -> pulumi.Output[Sequence[str]]:
        """Objects that it is connected to; it charges from them and discharges to them. At most 16 items.
        Each of 1 to 63 characters.
        """
        return self._output("fedBy")

    @property
    def unit_rated_kw(self) -> pulumi.Output[float]:
        """Power of one unit, kW. Above 0, at most 1,000,000."""
        return self._output("unitRatedKw")

    @property
    def unit_energy_kwh(self) -> pulumi.Output[float]:
        """Energy of one unit, kWh. Above 0, at most 10,000,000."""
        return self._output("unitEnergyKwh")

    @property
    def usable_fraction(self) -> pulumi.Output[float | None]:
        """Share of the energy that may be drawn. At least 0.000001, at most 1. Default: 1."""
        return self._output("usableFraction")

    @property
    def duties(self) -> pulumi.Output[Sequence[Duty]]:
        """What its energy is for. 1 to 3 items."""
        return self._output("duties")

    @property
    def round_trip_efficiency_fraction(self) -> pulumi.Output[float | None]:
        """Energy out over energy in. At least 0, at most 1."""
        return self._output("roundTripEfficiencyFraction")

    @property
    def peak_shaving_kw(self) -> pulumi.Output[float | None]:
        """Power that it takes off the peak, kW. At least 0, at most 1,000,000."""
        return self._output("peakShavingKw")

    @property
    def peak_shaving_minutes_per_day(self) -> pulumi.Output[float | None]:
        """Time of peak shaving on a day, min. At least 0, at most 1,000,000."""
        return self._output("peakShavingMinutesPerDay")

    @property
    def backup_minutes(self) -> pulumi.Output[float | None]:
        """Time for which it carries its loads, min, if that is more than the start of the generators. At
        least 0, at most 1,000,000.
        """
        return self._output("backupMinutes")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Busway(PetaplanResource):
    """Busbar trunking along the rows."""

    _token = "petaplan:index:Busway"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        phase: pulumi.Input[str],
        fed_by: pulumi.Input[Sequence[pulumi.Input[str]]],
        hall: pulumi.Input[str],
        rated_current_a: pulumi.Input[float],
        name: pulumi.Input[str] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        units: pulumi.Input[int] | None = None,
        spare_units: pulumi.Input[int] | None = None,
        side: pulumi.Input[Side] | None = None,
        model: pulumi.Input[str] | None = None,
        standby_from: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        supply: pulumi.Input[Supply] | None = None,
        voltage_ll_v: pulumi.Input[float] | None = None,
        voltage_dc_v: pulumi.Input[float] | None = None,
        rated_diversity_fraction: pulumi.Input[float] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Busway",
            resource_name,
            {
                "phase": phase,
                "fedBy": fed_by,
                "hall": hall,
                "ratedCurrentA": rated_current_a,
                "name": name,
                "inService": in_service,
                "retired": retired,
                "units": units,
                "spareUnits": spare_units,
                "side": side,
                "model": model,
                "standbyFrom": standby_from,
                "supply": supply,
                "voltageLlV": voltage_ll_v,
                "voltageDcV": voltage_dc_v,
                "ratedDiversityFraction": rated_diversity_fraction,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which it serves; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def units(self) -> pulumi.Output[int | None]:
        """Identical units in parallel; each can fail alone. At least 1, at most 10,000. Default: 1."""
        return self._output("units")

    @property
    def spare_units(self) -> pulumi.Output[int | None]:
        """Units that are not needed: the rest carries the load. At least 0, at most 10,000. Default: 0."""
        return self._output("spareUnits")

    @property
    def side(self) -> pulumi.Output[Side | None]:
        """Power path that it belongs to."""
        return self._output("side")

    @property
    def model(self) -> pulumi.Output[str | None]:
        """Equipment of the catalogue. 3 to 64 characters."""
        return self._output("model")

    @property
    def fed_by(self) -> pulumi.Output[Sequence[str]]:
        """Objects that it draws from; several share the load by their rating. At most 16 items. Each of 1
        to 63 characters.
        """
        return self._output("fedBy")

    @property
    def standby_from(self) -> pulumi.Output[Sequence[str] | None]:
        """Objects that take over when all of ``fed_by`` is lost. At most 16 items. Each of 1 to 63
        characters. Default: empty.
        """
        return self._output("standbyFrom")

    @property
    def hall(self) -> pulumi.Output[str]:
        """Name of a hall. 1 to 63 characters."""
        return self._output("hall")

    @property
    def supply(self) -> pulumi.Output[Supply | None]:
        """Kind of current that it carries. Default: ac."""
        return self._output("supply")

    @property
    def voltage_ll_v(self) -> pulumi.Output[float | None]:
        """Nominal voltage line to line, V; alternating current only. At least 48, at most 500,000."""
        return self._output("voltageLlV")

    @property
    def voltage_dc_v(self) -> pulumi.Output[float | None]:
        """Nominal voltage between the poles, V; direct current only. At least 48, at most 500,000."""
        return self._output("voltageDcV")

    @property
    def rated_current_a(self) -> pulumi.Output[float]:
        """Rated current of each line or pole, A. Above 0, at most 10,000."""
        return self._output("ratedCurrentA")

    @property
    def rated_diversity_fraction(self) -> pulumi.Output[float | None]:
        """Share of the rating that all circuits together may carry continuously (IEC 61439-1), if the
        maker states one. At least 0.000001, at most 1.
        """
        return self._output("ratedDiversityFraction")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Feed(PetaplanResource):
    """Alike circuits from a busway, one for each rack that names the feed. ``units`` counts the circuits.
    A three-phase circuit gives ``voltage_ll_v``; a single-phase circuit between line and neutral gives
    ``voltage_ln_v``; one between two lines gives ``voltage_ll_v`` and is ``single_phase``. A circuit of
    direct current has ``supply: dc`` and gives ``voltage_dc_v``.
    """

    _token = "petaplan:index:Feed"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        phase: pulumi.Input[str],
        fed_by: pulumi.Input[Sequence[pulumi.Input[str]]],
        rated_current_a: pulumi.Input[float],
        name: pulumi.Input[str] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        units: pulumi.Input[int] | None = None,
        spare_units: pulumi.Input[int] | None = None,
        side: pulumi.Input[Side] | None = None,
        model: pulumi.Input[str] | None = None,
        standby_from: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        supply: pulumi.Input[Supply] | None = None,
        voltage_dc_v: pulumi.Input[float] | None = None,
        voltage_ll_v: pulumi.Input[float] | None = None,
        voltage_ln_v: pulumi.Input[float] | None = None,
        line: pulumi.Input[int] | None = None,
        single_phase: pulumi.Input[bool] | None = None,
        rated_diversity_fraction: pulumi.Input[float] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Feed",
            resource_name,
            {
                "phase": phase,
                "fedBy": fed_by,
                "ratedCurrentA": rated_current_a,
                "name": name,
                "inService": in_service,
                "retired": retired,
                "units": units,
                "spareUnits": spare_units,
                "side": side,
                "model": model,
                "standbyFrom": standby_from,
                "supply": supply,
                "voltageDcV": voltage_dc_v,
                "voltageLlV": voltage_ll_v,
                "voltageLnV": voltage_ln_v,
                "line": line,
                "singlePhase": single_phase,
                "ratedDiversityFraction": rated_diversity_fraction,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which it serves; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def units(self) -> pulumi.Output[int | None]:
        """Identical units in parallel; each can fail alone. At least 1, at most 10,000. Default: 1."""
        return self._output("units")

    @property
    def spare_units(self) -> pulumi.Output[int | None]:
        """Units that are not needed: the rest carries the load. At least 0, at most 10,000. Default: 0."""
        return self._output("spareUnits")

    @property
    def side(self) -> pulumi.Output[Side | None]:
        """Power path that it belongs to."""
        return self._output("side")

    @property
    def model(self) -> pulumi.Output[str | None]:
        """Equipment of the catalogue. 3 to 64 characters."""
        return self._output("model")

    @property
    def fed_by(self) -> pulumi.Output[Sequence[str]]:
        """Objects that it draws from; several share the load by their rating. At most 16 items. Each of 1
        to 63 characters.
        """
        return self._output("fedBy")

    @property
    def standby_from(self) -> pulumi.Output[Sequence[str] | None]:
        """Objects that take over when all of ``fed_by`` is lost. At most 16 items. Each of 1 to 63
        characters. Default: empty.
        """
        return self._output("standbyFrom")

    @property
    def supply(self) -> pulumi.Output[Supply | None]:
        """Kind of current that it carries. Default: ac."""
        return self._output("supply")

    @property
    def voltage_dc_v(self) -> pulumi.Output[float | None]:
        """Nominal voltage between the poles, V; direct current only. At least 48, at most 500,000."""
        return self._output("voltageDcV")

    @property
    def voltage_ll_v(self) -> pulumi.Output[float | None]:
        """Nominal voltage line to line, V. At least 48, at most 500,000."""
        return self._output("voltageLlV")

    @property
    def voltage_ln_v(self) -> pulumi.Output[float | None]:
        """Nominal voltage line to neutral, V. At least 48, at most 500,000."""
        return self._output("voltageLnV")

    @property
    def rated_current_a(self) -> pulumi.Output[float]:
        """Rated current of the breaker of one circuit, A. Above 0, at most 10,000."""
        return self._output("ratedCurrentA")

    @property
    def line(self) -> pulumi.Output[int | None]:
        """Line that single-phase circuits are connected to; between two lines the first of them (3 is line
        3 to line 1). At least 1, at most 3.
        """
        return self._output("line")

    @property
    def single_phase(self) -> pulumi.Output[bool | None]:
        """Whether a circuit with ``voltage_ll_v`` is between two lines instead of on all three. Default:
        false.
        """
        return self._output("singlePhase")

    @property
    def rated_diversity_fraction(self) -> pulumi.Output[float | None]:
        """Share of the breaker's rating that may flow if all circuits are loaded (IEC 61439-1), if the
        maker states one. At least 0.000001, at most 1.
        """
        return self._output("ratedDiversityFraction")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class CoolingLoop(PetaplanResource):
    """A circuit of liquid or air through a hall. Its units are pumps or fan walls."""

    _token = "petaplan:index:CoolingLoop"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        phase: pulumi.Input[str],
        unit_rated_kw: pulumi.Input[float],
        unit_electrical_kw: pulumi.Input[float],
        hall: pulumi.Input[str],
        coolant: pulumi.Input[Coolant],
        supply_temperature_c: pulumi.Input[float],
        return_temperature_c: pulumi.Input[float],
        name: pulumi.Input[str] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        units: pulumi.Input[int] | None = None,
        spare_units: pulumi.Input[int] | None = None,
        fed_by: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        model: pulumi.Input[str] | None = None,
        flow_l_per_min: pulumi.Input[float] | None = None,
        ride_through_seconds: pulumi.Input[float] | None = None,
        chillers: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        cooled_equipment: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:CoolingLoop",
            resource_name,
            {
                "phase": phase,
                "unitRatedKw": unit_rated_kw,
                "unitElectricalKw": unit_electrical_kw,
                "hall": hall,
                "coolant": coolant,
                "supplyTemperatureC": supply_temperature_c,
                "returnTemperatureC": return_temperature_c,
                "name": name,
                "inService": in_service,
                "retired": retired,
                "units": units,
                "spareUnits": spare_units,
                "fedBy": fed_by,
                "model": model,
                "flowLPerMin": flow_l_per_min,
                "rideThroughSeconds": ride_through_seconds,
                "chillers": chillers,
                "cooledEquipment": cooled_equipment,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which it serves; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def units(self) -> pulumi.Output[int | None]:
        """Identical units in parallel; each can fail alone. At least 1, at most 10,000. Default: 1."""
        return self._output("units")

    @property
    def spare_units(self) -> pulumi.Output[int | None]:
        """Units that do not run unless another fails: the rest carries the heat load. At least 0, at most
        10,000. Default: 0.
        """
        return self._output("spareUnits")

    @property
    def unit_rated_kw(self) -> pulumi.Output[float]:
        """Heat that one unit carries, kW. Above 0, at most 1,000,000."""
        return self._output("unitRatedKw")

    @property
    def unit_electrical_kw(self) -> pulumi.Output[float]:
        """Power that one unit draws at its rating, kW. At least 0, at most 1,000,000."""
        return self._output("unitElectricalKw")

    @property
    def fed_by(self) -> pulumi.Output[Sequence[str] | None]:
        """Power objects that supply it. At most 16 items. Each of 1 to 63 characters. Default: empty."""
        return self._output("fedBy")

    @property
    def model(self) -> pulumi.Output[str | None]:
        """Equipment of the catalogue. 3 to 64 characters."""
        return self._output("model")

    @property
    def hall(self) -> pulumi.Output[str]:
        """Name of a hall. 1 to 63 characters."""
        return self._output("hall")

    @property
    def coolant(self) -> pulumi.Output[Coolant]:
        """What it moves past the hardware."""
        return self._output("coolant")

    @property
    def supply_temperature_c(self) -> pulumi.Output[float]:
        """Temperature of the coolant to the racks, °C. At least -40, at most 90."""
        return self._output("supplyTemperatureC")

    @property
    def return_temperature_c(self) -> pulumi.Output[float]:
        """Temperature of the coolant from the racks, °C. At least -40, at most 90."""
        return self._output("returnTemperatureC")

    @property
    def flow_l_per_min(self) -> pulumi.Output[float | None]:
        """Flow of the loop, l/min. Above 0, at most 1,000,000."""
        return self._output("flowLPerMin")

    @property
    def ride_through_seconds(self) -> pulumi.Output[float | None]:
        """Time that its thermal mass keeps the hardware cool without heat removal, s. At least 0, at most
        1,000,000. Default: 0.
        """
        return self._output("rideThroughSeconds")

    @property
    def chillers(self) -> pulumi.Output[Sequence[str] | None]:
        """Chillers that it passes its heat to. At most 16 items. Each of 1 to 63 characters. Default:
        empty.
        """
        return self._output("chillers")

    @property
    def cooled_equipment(self) -> pulumi.Output[Sequence[str] | None]:
        """Transformers, UPSes and rectifiers whose losses it takes, besides the heat of its racks. At most
        64 items. Each of 1 to 63 characters. Default: empty.
        """
        return self._output("cooledEquipment")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Cdu(PetaplanResource):
    """Coolant distribution units. They separate the liquid of the racks from that of the building."""

    _token = "petaplan:index:Cdu"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        phase: pulumi.Input[str],
        unit_rated_kw: pulumi.Input[float],
        unit_electrical_kw: pulumi.Input[float],
        loop: pulumi.Input[str],
        name: pulumi.Input[str] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        units: pulumi.Input[int] | None = None,
        spare_units: pulumi.Input[int] | None = None,
        fed_by: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        model: pulumi.Input[str] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Cdu",
            resource_name,
            {
                "phase": phase,
                "unitRatedKw": unit_rated_kw,
                "unitElectricalKw": unit_electrical_kw,
                "loop": loop,
                "name": name,
                "inService": in_service,
                "retired": retired,
                "units": units,
                "spareUnits": spare_units,
                "fedBy": fed_by,
                "model": model,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which it serves; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def units(self) -> pulumi.Output[int | None]:
        """Identical units in parallel; each can fail alone. At least 1, at most 10,000. Default: 1."""
        return self._output("units")

    @property
    def spare_units(self) -> pulumi.Output[int | None]:
        """Units that do not run unless another fails: the rest carries the heat load. At least 0, at most
        10,000. Default: 0.
        """
        return self._output("spareUnits")

    @property
    def unit_rated_kw(self) -> pulumi.Output[float]:
        """Heat that one unit carries, kW. Above 0, at most 1,000,000."""
        return self._output("unitRatedKw")

    @property
    def unit_electrical_kw(self) -> pulumi.Output[float]:
        """Power that one unit draws at its rating, kW. At least 0, at most 1,000,000."""
        return self._output("unitElectricalKw")

    @property
    def fed_by(self) -> pulumi.Output[Sequence[str] | None]:
        """Power objects that supply it. At most 16 items. Each of 1 to 63 characters. Default: empty."""
        return self._output("fedBy")

    @property
    def model(self) -> pulumi.Output[str | None]:
        """Equipment of the catalogue. 3 to 64 characters."""
        return self._output("model")

    @property
    def loop(self) -> pulumi.Output[str]:
        """Loop that it serves. 1 to 63 characters."""
        return self._output("loop")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Chiller(PetaplanResource):
    """Chillers, dry coolers or towers: they give the heat to the outdoor air."""

    _token = "petaplan:index:Chiller"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        phase: pulumi.Input[str],
        unit_rated_kw: pulumi.Input[float],
        unit_electrical_kw: pulumi.Input[float],
        site: pulumi.Input[str],
        supply_temperature_c: pulumi.Input[float],
        name: pulumi.Input[str] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        units: pulumi.Input[int] | None = None,
        spare_units: pulumi.Input[int] | None = None,
        fed_by: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        model: pulumi.Input[str] | None = None,
        restart_seconds: pulumi.Input[float] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Chiller",
            resource_name,
            {
                "phase": phase,
                "unitRatedKw": unit_rated_kw,
                "unitElectricalKw": unit_electrical_kw,
                "site": site,
                "supplyTemperatureC": supply_temperature_c,
                "name": name,
                "inService": in_service,
                "retired": retired,
                "units": units,
                "spareUnits": spare_units,
                "fedBy": fed_by,
                "model": model,
                "restartSeconds": restart_seconds,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which it serves; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def units(self) -> pulumi.Output[int | None]:
        """Identical units in parallel; each can fail alone. At least 1, at most 10,000. Default: 1."""
        return self._output("units")

    @property
    def spare_units(self) -> pulumi.Output[int | None]:
        """Units that do not run unless another fails: the rest carries the heat load. At least 0, at most
        10,000. Default: 0.
        """
        return self._output("spareUnits")

    @property
    def unit_rated_kw(self) -> pulumi.Output[float]:
        """Heat that one unit carries, kW. Above 0, at most 1,000,000."""
        return self._output("unitRatedKw")

    @property
    def unit_electrical_kw(self) -> pulumi.Output[float]:
        """Power that one unit draws at its rating, kW. At least 0, at most 1,000,000."""
        return self._output("unitElectricalKw")

    @property
    def fed_by(self) -> pulumi.Output[Sequence[str] | None]:
        """Power objects that supply it. At most 16 items. Each of 1 to 63 characters. Default: empty."""
        return self._output("fedBy")

    @property
    def model(self) -> pulumi.Output[str | None]:
        """Equipment of the catalogue. 3 to 64 characters."""
        return self._output("model")

    @property
    def site(self) -> pulumi.Output[str]:
        """Name of a site. 1 to 63 characters."""
        return self._output("site")

    @property
    def supply_temperature_c(self) -> pulumi.Output[float]:
        """Temperature of the water that it supplies, °C. At least -40, at most 90."""
        return self._output("supplyTemperatureC")

    @property
    def restart_seconds(self) -> pulumi.Output[float | None]:
        """From the return of power to full cooling, s. At least 0, at most 1,000,000."""
        return self._output("restartSeconds")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Fabric(PetaplanResource):
    """A network that pods are attached to, as tiers of switches, the lowest first."""

    _token = "petaplan:index:Fabric"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        phase: pulumi.Input[str],
        site: pulumi.Input[str],
        kind: pulumi.Input[FabricKind],
        tiers: pulumi.Input[Sequence[pulumi.Input[TierArgs]]],
        name: pulumi.Input[str] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        planes: pulumi.Input[int] | None = None,
        domains: pulumi.Input[int] | None = None,
        rail_aligned: pulumi.Input[bool] | None = None,
        minimum_bisection_fraction: pulumi.Input[float] | None = None,
        uplinks: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Fabric",
            resource_name,
            {
                "phase": phase,
                "site": site,
                "kind": kind,
                "tiers": tiers,
                "name": name,
                "inService": in_service,
                "retired": retired,
                "planes": planes,
                "domains": domains,
                "railAligned": rail_aligned,
                "minimumBisectionFraction": minimum_bisection_fraction,
                "uplinks": uplinks,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which it serves; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def site(self) -> pulumi.Output[str]:
        """Name of a site. 1 to 63 characters."""
        return self._output("site")

    @property
    def kind(self) -> pulumi.Output[FabricKind]:
        """What the fabric is for."""
        return self._output("kind")

    @property
    def tiers(self) -> pulumi.Output[Sequence[Mapping[str, Any]]]:
        """Layers of switches, the lowest first. 1 to 4 items."""
        return self._output("tiers")

    @property
    def planes(self) -> pulumi.Output[int | None]:
        """Identical copies of the tiers, each with an equal share of the links. At least 1, at most 64.
        Default: 1.
        """
        return self._output("planes")

    @property
    def domains(self) -> pulumi.Output[int | None]:
        """Identical separate networks, each with its own tiers. For scale-up: one for each pod. At least
        1, at most 100,000. Default: 1.
        """
        return self._output("domains")

    @property
    def rail_aligned(self) -> pulumi.Output[bool | None]:
        """Whether port i of every node goes to leaf i of its group. Default: false."""
        return self._output("railAligned")

    @property
    def minimum_bisection_fraction(self) -> pulumi.Output[float | None]:
        """Share of the bisection that must remain when any one switch or link is lost. At least 0, at most
        1.
        """
        return self._output("minimumBisectionFraction")

    @property
    def uplinks(self) -> pulumi.Output[Sequence[str] | None]:
        """Fabrics that its top tier is joined to. At most 16 items. Each of 1 to 63 characters. Default:
        empty.
        """
        return self._output("uplinks")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Pod(PetaplanResource):
    """What is bought, energised and accepted as one, with its racks."""

    _token = "petaplan:index:Pod"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        phase: pulumi.Input[str],
        hall: pulumi.Input[str],
        racks: pulumi.Input[Sequence[pulumi.Input[RackGroupArgs]]],
        name: pulumi.Input[str] | None = None,
        model: pulumi.Input[str] | None = None,
        feeds: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        liquid_loop: pulumi.Input[str] | None = None,
        air_loop: pulumi.Input[str] | None = None,
        fabrics: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        declared: pulumi.Input[DeclaredTotalsArgs] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Pod",
            resource_name,
            {
                "phase": phase,
                "hall": hall,
                "racks": racks,
                "name": name,
                "model": model,
                "feeds": feeds,
                "liquidLoop": liquid_loop,
                "airLoop": air_loop,
                "fabrics": fabrics,
                "inService": in_service,
                "retired": retired,
                "declared": declared,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def hall(self) -> pulumi.Output[str]:
        """Name of a hall. 1 to 63 characters."""
        return self._output("hall")

    @property
    def model(self) -> pulumi.Output[str | None]:
        """Pod of the catalogue; none for a pod of its own design. 3 to 64 characters."""
        return self._output("model")

    @property
    def racks(self) -> pulumi.Output[Sequence[Mapping[str, Any]]]:
        """Its racks, in groups of identical ones. 1 to 1,000 items."""
        return self._output("racks")

    @property
    def feeds(self) -> pulumi.Output[Sequence[str] | None]:
        """Feeds of each of its racks, unless a rack group states its own. At most 8 items. Each of 1 to 63
        characters. Default: empty.
        """
        return self._output("feeds")

    @property
    def liquid_loop(self) -> pulumi.Output[str | None]:
        """Loop that takes the liquid heat of its racks. 1 to 63 characters."""
        return self._output("liquidLoop")

    @property
    def air_loop(self) -> pulumi.Output[str | None]:
        """Loop that takes the air heat of its racks. 1 to 63 characters."""
        return self._output("airLoop")

    @property
    def fabrics(self) -> pulumi.Output[Sequence[str] | None]:
        """Fabrics that its nodes are attached to. At most 16 items. Each of 1 to 63 characters. Default:
        empty.
        """
        return self._output("fabrics")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day of acceptance; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def declared(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """Totals that the pod is declared to have."""
        return self._output("declared")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Rack(PetaplanResource):
    """A rack group that belongs to no pod."""

    _token = "petaplan:index:Rack"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        model: pulumi.Input[str],
        phase: pulumi.Input[str],
        hall: pulumi.Input[str],
        name: pulumi.Input[str] | None = None,
        count: pulumi.Input[int] | None = None,
        nodes: pulumi.Input[Sequence[pulumi.Input[NodeGroupArgs]]] | None = None,
        feeds: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        it_power_kw: pulumi.Input[float] | None = None,
        row: pulumi.Input[int] | None = None,
        slot: pulumi.Input[int] | None = None,
        scale_out: pulumi.Input[PortsArgs] | None = None,
        storage: pulumi.Input[PortsArgs] | None = None,
        in_service: pulumi.Input[str] | None = None,
        retired: pulumi.Input[str] | None = None,
        liquid_loop: pulumi.Input[str] | None = None,
        air_loop: pulumi.Input[str] | None = None,
        fabrics: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Rack",
            resource_name,
            {
                "model": model,
                "phase": phase,
                "hall": hall,
                "name": name,
                "count": count,
                "nodes": nodes,
                "feeds": feeds,
                "itPowerKw": it_power_kw,
                "row": row,
                "slot": slot,
                "scaleOut": scale_out,
                "storage": storage,
                "inService": in_service,
                "retired": retired,
                "liquidLoop": liquid_loop,
                "airLoop": air_loop,
                "fabrics": fabrics,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def model(self) -> pulumi.Output[str]:
        """Rack of the catalogue. 3 to 64 characters."""
        return self._output("model")

    @property
    def count(self) -> pulumi.Output[int | None]:
        """Identical racks; they are called name-1, name-2 and so on. At least 1, at most 100,000. Default:
        1.
        """
        return self._output("count")

    @property
    def nodes(self) -> pulumi.Output[Sequence[Mapping[str, Any]] | None]:
        """Nodes of each rack; without any, as the catalogue sells it. At most 64 items. Default: empty."""
        return self._output("nodes")

    @property
    def feeds(self) -> pulumi.Output[Sequence[str] | None]:
        """Feeds that each rack draws from in equal parts; without any, those of the pod. At most 8 items.
        Each of 1 to 63 characters.
        """
        return self._output("feeds")

    @property
    def it_power_kw(self) -> pulumi.Output[float | None]:
        """Design power of one rack, kW, where it differs from the catalogue. Above 0, at most 1,000."""
        return self._output("itPowerKw")

    @property
    def row(self) -> pulumi.Output[int | None]:
        """Row of the hall. At least 1, at most 10,000."""
        return self._output("row")

    @property
    def slot(self) -> pulumi.Output[int | None]:
        """Position of the first rack in its row. At least 1, at most 10,000."""
        return self._output("slot")

    @property
    def scale_out(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """Network ports of each node, where the maker publishes none."""
        return self._output("scaleOut")

    @property
    def storage(self) -> pulumi.Output[Mapping[str, Any] | None]:
        """Ports of each node towards a storage fabric, where the maker publishes none."""
        return self._output("storage")

    @property
    def phase(self) -> pulumi.Output[str]:
        """Phase that adds it. 1 to 63 characters."""
        return self._output("phase")

    @property
    def hall(self) -> pulumi.Output[str]:
        """Name of a hall. 1 to 63 characters."""
        return self._output("hall")

    @property
    def in_service(self) -> pulumi.Output[str | None]:
        """Day from which it serves; without one, the day of its phase. A day, such as 2026-12-31."""
        return self._output("inService")

    @property
    def retired(self) -> pulumi.Output[str | None]:
        """First day on which it no longer serves. A day, such as 2026-12-31."""
        return self._output("retired")

    @property
    def liquid_loop(self) -> pulumi.Output[str | None]:
        """Loop that takes its liquid heat. 1 to 63 characters."""
        return self._output("liquidLoop")

    @property
    def air_loop(self) -> pulumi.Output[str | None]:
        """Loop that takes its air heat. 1 to 63 characters."""
        return self._output("airLoop")

    @property
    def fabrics(self) -> pulumi.Output[Sequence[str] | None]:
        """Fabrics that its nodes are attached to, or whose switches it holds. At most 16 items. Each of 1
        to 63 characters. Default: empty.
        """
        return self._output("fabrics")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


class Assumption(PetaplanResource):
    """An assumption: a reading of a text, a choice, or a figure that is not published. With ``model`` and
    ``quantity`` it fills a missing figure of the catalogue for this plan alone.
    """

    _token = "petaplan:index:Assumption"

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        statement: pulumi.Input[str],
        reason: pulumi.Input[str],
        as_of: pulumi.Input[str],
        name: pulumi.Input[str] | None = None,
        source: pulumi.Input[str] | None = None,
        model: pulumi.Input[str] | None = None,
        quantity: pulumi.Input[str] | None = None,
        value: pulumi.Input[float] | None = None,
        unit: pulumi.Input[str] | None = None,
        status: pulumi.Input[Status] | None = None,
    ) -> None:
        """Registers it; ``name`` is the resource's own unless given."""
        super().__init__(
            "petaplan:index:Assumption",
            resource_name,
            {
                "statement": statement,
                "reason": reason,
                "asOf": as_of,
                "name": name,
                "source": source,
                "model": model,
                "quantity": quantity,
                "value": value,
                "unit": unit,
                "status": status,
            },
            opts,
        )

    @property
    def name(self) -> pulumi.Output[str]:
        """Its name in the plan: lower-case letters, digits and inner hyphens. 1 to 63 characters."""
        return self._output("name")

    @property
    def statement(self) -> pulumi.Output[str]:
        """What is assumed. 1 to 2,000 characters."""
        return self._output("statement")

    @property
    def reason(self) -> pulumi.Output[str]:
        """Why it is assumed. 1 to 2,000 characters."""
        return self._output("reason")

    @property
    def source(self) -> pulumi.Output[str | None]:
        """Document that it refers to. 1 to 2,000 characters."""
        return self._output("source")

    @property
    def as_of(self) -> pulumi.Output[str]:
        """Day on which it was made. A day, such as 2026-12-31."""
        return self._output("asOf")

    @property
    def model(self) -> pulumi.Output[str | None]:
        """Catalogue entry that lacks the figure. 3 to 64 characters."""
        return self._output("model")

    @property
    def quantity(self) -> pulumi.Output[str | None]:
        """Figure of that entry, such as ``power_kw`` or ``peaks[fp8, 2:4]``. 1 to 60 characters."""
        return self._output("quantity")

    @property
    def value(self) -> pulumi.Output[float | None]:
        """The figure."""
        return self._output("value")

    @property
    def unit(self) -> pulumi.Output[str | None]:
        """Unit of the figure. 1 to 20 characters."""
        return self._output("unit")

    @property
    def status(self) -> pulumi.Output[Status | None]:
        """How the figure is known; ``datasheet`` where a source is cited, else ``assumed``."""
        return self._output("status")

    @property
    def standing(self) -> pulumi.Output[Any]:
        """Since when it stands in the inventory: placedInUpdate and generation."""
        return self._output("standing")


CLASSES: dict[str, type[PetaplanResource]] = {
    "petaplan:index:Hub": Hub,
    "petaplan:index:Site": Site,
    "petaplan:index:Hall": Hall,
    "petaplan:index:Phase": Phase,
    "petaplan:index:Target": Target,
    "petaplan:index:Intake": Intake,
    "petaplan:index:Transformer": Transformer,
    "petaplan:index:Ups": Ups,
    "petaplan:index:Rectifier": Rectifier,
    "petaplan:index:Generator": Generator,
    "petaplan:index:Battery": Battery,
    "petaplan:index:Busway": Busway,
    "petaplan:index:Feed": Feed,
    "petaplan:index:CoolingLoop": CoolingLoop,
    "petaplan:index:Cdu": Cdu,
    "petaplan:index:Chiller": Chiller,
    "petaplan:index:Fabric": Fabric,
    "petaplan:index:Pod": Pod,
    "petaplan:index:Rack": Rack,
    "petaplan:index:Assumption": Assumption,
}
"""Each class by its Pulumi type."""


__getattr__ = old_classes(
    __name__,
    {
        "Storage": Battery,
        "RackArgs": RackGroupArgs,
        "DeclarationArgs": DeclaredTotalsArgs,
    },
)
