"""Currents and transformer loading against a full load flow. Loading pandapower takes several seconds."""

from datetime import date

import pytest

from petaplan.capacity.electric.flow import normal_flow
from petaplan.capacity.electric.graph import Load, PowerGraph, in_order
from petaplan.capacity.electric.lines import line_currents
from petaplan.capacity.electric.rating import Terms, limit_kw, three_phase_kva
from petaplan.capacity.power import Busway, PowerObject, Transformer
from tests.chains import busway, feed, intake, load, transformer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # pandapower and pandas warn of each other's future
]

DAY = date(2026, 12, 28)


def _chain(nodes: list[PowerObject], loads: list[Load], power_factor: float) -> PowerGraph:
    terms = {node.name: Terms(power_factor=power_factor) for node in nodes}
    return PowerGraph(nodes=in_order(nodes), loads=tuple(loads), terms=terms)


@pytest.mark.sample(4)
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.98])
@pytest.mark.parametrize("power_factor", [1.0, 0.95, 0.8])
def test_transformer_loading_agrees_within_two_percent(share: float, power_factor: float) -> None:
    from tests.oracles.load_flow import transformer_loading

    load_kw = share * 1_000 * power_factor
    made = _chain(
        [intake("intake"), transformer("transformer", "intake")],
        [load("racks", "transformer", power_kw=load_kw)],
        power_factor,
    )
    loading_percent = normal_flow(made).input_of("transformer") / power_factor / 1_000 * 100
    theirs, _ = transformer_loading(
        rated_kva=1_000, efficiency=0.99, no_load_loss_kw=2.0, load_kw=load_kw, power_factor=power_factor
    )
    assert loading_percent == pytest.approx(theirs, rel=0.02)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9])
def test_losses_in_proportion_to_the_load_are_on_the_safe_side_below_full_load(share: float) -> None:
    from tests.oracles.load_flow import transformer_loading

    made = _chain(
        [intake("intake"), transformer("transformer", "intake")],
        [load("racks", "transformer", power_kw=share * 985)],
        1.0,
    )
    _, losses_kw = transformer_loading(
        rated_kva=1_000, efficiency=0.99, no_load_loss_kw=2.0, load_kw=share * 985, power_factor=1.0
    )
    assert normal_flow(made).input_of("transformer") - share * 985 >= losses_kw


def test_losses_at_full_load_are_the_same() -> None:
    from tests.oracles.load_flow import transformer_loading

    made = _chain(
        [intake("intake"), transformer("transformer", "intake")], [load("racks", "transformer", power_kw=985)], 1.0
    )
    _, losses_kw = transformer_loading(
        rated_kva=1_000, efficiency=0.99, no_load_loss_kw=2.0, load_kw=985, power_factor=1.0
    )
    assert normal_flow(made).input_of("transformer") - 985 == pytest.approx(losses_kw, rel=0.03)


def test_a_transformer_at_its_limit_is_at_full_load_for_pandapower_as_well() -> None:
    from tests.oracles.load_flow import transformer_loading

    node: Transformer = transformer("transformer", "intake")
    at_limit = limit_kw(node, Terms(power_factor=0.95))
    theirs, _ = transformer_loading(
        rated_kva=1_000, efficiency=0.99, no_load_loss_kw=2.0, load_kw=at_limit, power_factor=0.95
    )
    assert theirs == pytest.approx(100, abs=1.0)


@pytest.mark.parametrize("voltage_ll_v", [208.0, 380.0, 400.0, 415.0])
def test_balanced_currents_agree(voltage_ll_v: float) -> None:
    from tests.oracles.load_flow import balanced_current_a

    node: Busway = busway("busway", "intake", voltage_ll_v=voltage_ll_v)
    made = _chain([intake("intake"), node], [load("racks", "busway", power_kw=100)], 0.95)
    (currents,) = line_currents(made, normal_flow(made)).values()
    theirs = balanced_current_a(voltage_ll_v=voltage_ll_v, load_kw=100, power_factor=0.95)
    assert currents.highest_a == pytest.approx(theirs, rel=0.001)
    assert three_phase_kva(voltage_ll_v, currents.highest_a) == pytest.approx(100 / 0.95, rel=1e-9)


@pytest.mark.sample(3)
@pytest.mark.parametrize("kw_by_line", [(10.0, 10.0, 10.0), (30.0, 10.0, 20.0), (30.0, 0.0, 0.0), (12.0, 12.0, 0.0)])
@pytest.mark.parametrize("between_lines", [False, True])
def test_single_phase_circuits_load_the_lines_as_a_three_phase_load_flow_says(
    kw_by_line: tuple[float, float, float], between_lines: bool
) -> None:
    from tests.oracles.load_flow import line_currents_a

    volts = (
        {"voltage_ll_v": 400.0, "single_phase": True}
        if between_lines
        else {"voltage_ll_v": None, "voltage_ln_v": 400 / 3**0.5}
    )
    nodes: list[PowerObject] = [intake("intake"), busway("busway", "intake")]
    nodes += [feed(f"feed-{line}", "busway", line=line, **volts) for line in (1, 2, 3)]
    loads = [load(f"racks-{line}", f"feed-{line}", power_kw=kw) for line, kw in enumerate(kw_by_line, 1)]
    made = _chain(nodes, loads, 1.0)
    (currents,) = line_currents(made, normal_flow(made)).values()
    theirs = line_currents_a(voltage_ll_v=400, kw_by_line=kw_by_line, between_lines=between_lines)
    assert currents.magnitudes == pytest.approx(theirs, rel=0.002, abs=0.05)
