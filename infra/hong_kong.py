"""The Hong Kong hub: 40,000 PFLOP/s of FP16/BF16 by 2030, in three phases, on domestic accelerators.

SenseTime and Hong Kong Science Park announced the total, the year, the three phases and the diversity of the
hardware. Everything else here is a choice of this plan, and stands in hong_kong_assumptions.py with its reason.

    petaplan check infra.hong_kong:hub
    petaplan check infra.hong_kong:with_h100      phase 2 on NVIDIA H100
    petaplan check infra.hong_kong:short          phase 2 a pod short
"""

from collections.abc import Mapping
from datetime import date

from petaplan.capacity.blocks.fabrics import network_row
from petaplan.capacity.blocks.hall import TwoSidedHall, joined, two_sided_hall
from petaplan.capacity.blocks.pods import PodKind, filled
from petaplan.capacity.compute import DeclaredTotals, NodeGroup, Pod, StandAloneRackGroup
from petaplan.capacity.figures import Precision
from petaplan.capacity.hardware import Ports
from petaplan.capacity.hub import Hub, Phase
from petaplan.capacity.network import Fabric
from petaplan.capacity.power import Intake, Side, SupplyStep, Transformer
from petaplan.capacity.site import Jurisdiction, Site
from petaplan.capacity.supply import Spares
from petaplan.capacity.targets import Target
from petaplan.infra import hong_kong_doubt as doubt
from petaplan.infra.hong_kong_assumptions import ASSUMPTIONS, assumed
from petaplan.infra.hong_kong_fabrics import scale_out_fabrics, unified_bus

SITE = "hk-science-park"
ANNOUNCEMENT = "SenseTime and HKSTP announced 40,000 PFLOPS by 2030 in three phases, the first by the end of 2026"


def _spares(counts: Mapping[str, int]) -> tuple[Spares, ...]:
    """Nodes kept on site, cold, by model; all nodes in service on the day of a phase draw on its spares."""
    return tuple(
        Spares(
            model=model,
            count=count,
            availability=0.99,
            source="assumption spare-nodes of this plan",
        )
        for model, count in counts.items()
    )


PHASES = (
    Phase(
        name="phase-1",
        slip=doubt.SLIP,
        lead_times=doubt.LEAD_TIMES["phase-1"],
        ramp=doubt.RAMP,
        starts=date(2026, 3, 1),
        in_service=date(2026, 12, 28),
        description="One hall: CloudMatrix384 pods, 910B and Kunlun P800 servers, Yitian CPU racks.",
        declared=DeclaredTotals(racks=385, accelerators=9_344),
        spares=_spares({"huawei-cloudmatrix384-node": 18, "huawei-atlas-800t-a2": 4, "baidu-p800-node": 4}),
    ),
    Phase(
        name="phase-2",
        slip=doubt.SLIP,
        lead_times=doubt.LEAD_TIMES["phase-2"],
        ramp=doubt.RAMP,
        starts=date(2027, 3, 1),
        in_service=date(2028, 11, 30),
        after=("phase-1",),
        description="Two halls: more of the same, and the first Atlas 950 pods.",
        declared=DeclaredTotals(racks=796, accelerators=21_376),
        spares=_spares(
            {
                "huawei-cloudmatrix384-node": 42,
                "huawei-atlas-800t-a2": 8,
                "baidu-p800-node": 8,
                "huawei-atlas-950-node": 14,
            }
        ),
    ),
    Phase(
        name="phase-3",
        slip=doubt.SLIP,
        lead_times=doubt.LEAD_TIMES["phase-3"],
        ramp=doubt.RAMP,
        starts=date(2029, 1, 1),
        in_service=date(2030, 10, 31),
        after=("phase-2",),
        description="Four halls of Atlas 950 and CloudMatrix384 pods.",
        declared=DeclaredTotals(racks=928, accelerators=39_936),
        spares=_spares(
            {
                "huawei-cloudmatrix384-node": 46,
                "huawei-atlas-800t-a2": 8,
                "baidu-p800-node": 8,
                "huawei-atlas-950-node": 72,
            }
        ),
    ),
)

HALF_PRECISION = (Precision.BF16, Precision.FP16)

TARGETS = (
    Target(
        name="end-2026",
        phase="phase-1",
        pflops=6_000,
        precisions=HALF_PRECISION,
        by=date(2026, 12, 31),
        source="this plan: the announcement gives phase 1 a date, not a size",
    ),
    Target(
        name="end-2028",
        phase="phase-2",
        pflops=20_000,
        precisions=HALF_PRECISION,
        by=date(2028, 12, 31),
        source="this plan: one article dates phase 2 to 2027-28; no size is public",
    ),
    Target(
        name="by-2030",
        phase="phase-3",
        pflops=40_000,
        precisions=HALF_PRECISION,
        by=date(2030, 12, 31),
        source=ANNOUNCEMENT,
    ),
)

CM384 = PodKind(
    short="cm384",
    model="huawei-cloudmatrix384",
    runs=(
        ("compute", "huawei-cloudmatrix384-compute-rack", 12),
        ("switch", "huawei-cloudmatrix384-switch-rack", 4),
    ),
    scale_out="roce",
    scale_up="unified-bus",
)
ATLAS_950 = PodKind(
    short="a950",
    model="huawei-atlas-950-superpod-1024",
    runs=(("compute", "huawei-atlas-950-cabinet", 16), ("comms", "huawei-atlas-950-comms-cabinet", 4)),
    scale_out="roce-950",
    node_ports=Ports(count=8, gbps=400),
)
ASCEND_910B = PodKind(
    short="a910b",
    model=None,
    runs=(("servers", "huawei-atlas-900-a2-rack", 8),),
    scale_out="roce-200",
)
KUNLUN_P800 = PodKind(
    short="p800",
    model=None,
    runs=(("servers", "baidu-p800-rack", 16),),
    scale_out="roce-200",
    liquid=False,
)
H100 = PodKind(
    short="h100",
    model="nvidia-dgx-superpod-su",
    runs=(("servers", "nvidia-dgx-h100-rack", 16),),
    nodes=(NodeGroup(model="nvidia-dgx-h100", count=2),),
    scale_out="roce",
    liquid=False,
)

SERVERS = 2 * [ASCEND_910B] + 2 * [KUNLUN_P800]


def hub() -> Hub:
    """The plan: every phase meets its target and passes every rule."""
    return _with_halls([_phase_1(), *_phase_2(20 * [CM384], 17 * [CM384]), *_phase_3()], _outline("hk-hub"))


def short() -> Hub:
    """The plan with one CloudMatrix384 pod of phase 2 left out: it misses the target of 2028."""
    outline = _outline("hk-hub")
    outline = outline.replace(phases=tuple(phase.replace(declared=None) for phase in outline.phases))
    return _with_halls([_phase_1(), *_phase_2(20 * [CM384], 16 * [CM384]), *_phase_3()], outline)


def with_h100() -> Hub:
    """The plan with NVIDIA H100 for phase 2's CloudMatrix384 pods: export rules have something to say of it."""
    outline = _outline("hk-hub")
    air_cooled = assumed(
        "pue-with-air-cooled-servers",
        "the site may use 1.35 kWh for each kWh of IT a year, not 1.30",
        "H100 servers of this kind are cooled by air, whose fans and colder water cost more",
    )
    first, *later = outline.phases
    later = [phase.replace(spares=(*phase.spares, *_spares({"nvidia-dgx-h100": 24}))) for phase in later]
    outline = outline.replace(
        phases=tuple(phase.replace(declared=None) for phase in (first, *later)),
        sites=tuple(site.replace(pue_limit=1.35) for site in outline.sites),
        assumptions=(*outline.assumptions, air_cooled),
    )
    phase_2 = _phase_2(21 * [H100], 22 * [H100], in_a_row=3, places=66, air_share=0.8)
    return _with_halls([_phase_1(), *phase_2, *_phase_3()], outline)


HallWithPods = tuple[TwoSidedHall, list[list[PodKind]]]
"""A hall, and the pods in each of its rows."""


def _phase_1() -> HallWithPods:
    hall = two_sided_hall(
        "hall-a",
        site=SITE,
        phase="phase-1",
        grid=("grid-phase-1-a", "grid-phase-1-b"),
        it_power_limit_kw=13_000,
        rows=7,
        racks_in_a_row=64,
        floor_area_m2=1_300,
    )
    return hall, [*_rows_of(19 * [CM384], 4), SERVERS]


def _phase_2(
    first: list[PodKind], second: list[PodKind], *, in_a_row: int = 4, places: int = 64, air_share: float = 0.35
) -> list[HallWithPods]:
    whole_rows = len(second) // in_a_row * in_a_row
    rows_b = [*_rows_of(first, in_a_row), SERVERS]
    rows_c = [
        *_rows_of(second[:whole_rows], in_a_row),
        [*second[whole_rows:], ATLAS_950],
        *_rows_of(4 * [ATLAS_950], 2),
    ]
    hall_b = two_sided_hall(
        "hall-b",
        site=SITE,
        phase="phase-2",
        grid=("grid-phase-2-a", "grid-phase-2-b"),
        it_power_limit_kw=13_500,
        rows=len(rows_b) + 2,
        racks_in_a_row=places,
        floor_area_m2=1_500,
        air_share=air_share,
    )
    hall_c = two_sided_hall(
        "hall-c",
        site=SITE,
        phase="phase-2",
        grid=("grid-phase-2-a", "grid-phase-2-b"),
        it_power_limit_kw=17_000,
        rows=len(rows_c) + 2,
        racks_in_a_row=places,
        floor_area_m2=1_700,
        air_share=air_share,
    )
    return [(hall_b, rows_b), (hall_c, rows_c)]


def _phase_3() -> list[HallWithPods]:
    steps = []
    for name in ("hall-d", "hall-e", "hall-f", "hall-g"):
        hall = two_sided_hall(
            name,
            site=SITE,
            phase="phase-3",
            grid=("grid-phase-3-a", "grid-phase-3-b"),
            it_power_limit_kw=13_500,
            rows=6,
            racks_in_a_row=64,
            floor_area_m2=1_200,
        )
        steps.append((hall, [*_rows_of(8 * [ATLAS_950], 2), [ATLAS_950, CM384, CM384]]))
    return steps


def _rows_of(kinds: list[PodKind], in_a_row: int) -> list[list[PodKind]]:
    return [kinds[start : start + in_a_row] for start in range(0, len(kinds), in_a_row)]


def _outline(name: str) -> Hub:
    """The hub without its halls: site, phases, targets, the utility's side, the assumptions."""
    return Hub(
        name=name,
        description="AI computing hub announced by SenseTime and Hong Kong Science and Technology Parks",
        owner="SenseTime and HKSTP",
        sites=(
            Site(
                name=SITE,
                country="HK",
                jurisdiction=Jurisdiction.HK,
                utility="CLP Power",
                design_outdoor_c=35,
                load_power_factor=0.95,
                generator_autonomy_hours=24,
                pue_limit=1.30,
                annual_it_load_fraction=0.85,
                annual_cooling_fraction=0.75,
            ),
        ),
        phases=PHASES,
        targets=TARGETS,
        intakes=(_intake("intake-a", Side.A), _intake("intake-b", Side.B)),
        transformers=tuple(
            _grid_transformer(f"grid-{phase}-{side.lower()}", phase, side, unit_rated_kva)
            for phase, unit_rated_kva in (("phase-1", 25_000), ("phase-2", 50_000), ("phase-3", 80_000))
            for side in (Side.A, Side.B)
        ),
        racks=(
            StandAloneRackGroup(
                name="hall-a-yitian",
                phase="phase-1",
                hall="hall-a",
                model="alibaba-yitian-rack",
                count=8,
                feeds=("hall-a-r5-feed-a", "hall-a-r5-feed-b"),
                row=5,
                slot=49,
                air_loop="hall-a-air",
                fabrics=("hall-a-frontend",),
            ),
        ),
        correlation_groups=doubt.GROUPS,
        assumptions=ASSUMPTIONS,
    )


def _intake(name: str, side: Side) -> Intake:
    """One of two connections at 132 kV, each able to carry the hub alone."""
    return Intake(
        name=name,
        phase="phase-1",
        in_service=date(2026, 10, 1),
        side=side,
        site=SITE,
        voltage_ll_v=132_000,
        unit_rated_kva=150_000,
        supply=(
            SupplyStep(from_date=date(2026, 10, 1), contracted_kva=25_000),
            SupplyStep(from_date=date(2028, 6, 1), contracted_kva=65_000),
            SupplyStep(from_date=date(2030, 5, 1), contracted_kva=140_000),
        ),
        minimum_power_factor=0.85,
    )


def _grid_transformer(name: str, phase: str, side: Side, unit_rated_kva: float) -> Transformer:
    """132 to 11 kV for the halls of one phase."""
    return Transformer(
        name=name,
        phase=phase,
        side=side,
        fed_by=(f"intake-{side.lower()}",),
        unit_rated_kva=unit_rated_kva,
        units=2,
        spare_units=1,
        secondary_voltage_ll_v=11_000,
        efficiency_fraction=0.995,
        no_load_loss_kw=20,
        outdoors=True,
    )


def _with_halls(halls: list[HallWithPods], outline: Hub) -> Hub:
    """The outline with its halls, their pods, the fabrics that the pods ask for, and the cabinets of those."""
    fabrics: list[Fabric] = []
    pods: list[Pod] = []
    cabinets: list[StandAloneRackGroup] = list(outline.racks)
    for hall, rows in halls:
        here = filled(hall, rows)
        local = scale_out_fabrics(hall, here, outline.racks)
        pods.extend(here)
        fabrics.extend(local)
        cabinets.extend(network_row(hall, len(rows) + 1, local))
    hub = joined(outline.replace(pods=tuple(pods), racks=tuple(cabinets)), [hall for hall, _ in halls])
    buses = (unified_bus(hub, phase.name, CM384.model) for phase in hub.phases)
    wanted = {name for pod in pods for name in pod.fabrics}
    return hub.replace(fabrics=(*fabrics, *(bus for bus in buses if bus.name in wanted)))
