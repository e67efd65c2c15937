"""pandapower as a second opinion: transformers and three-phase lines, by a full load flow."""

from collections.abc import Sequence
from typing import Any

import pandapower as pp


def transformer_loading(
    *, rated_kva: float, efficiency: float, no_load_loss_kw: float, load_kw: float, power_factor: float
) -> tuple[float, float]:
    """Loading of a transformer in percent of its rated current, and its losses, kW.

    The copper loss at rated active power is what the efficiency leaves out; the leakage reactance is next to nothing.
    """
    net = pp.create_empty_network(f_hz=50)
    primary, secondary = pp.create_bus(net, vn_kv=11.0), pp.create_bus(net, vn_kv=0.4)
    pp.create_ext_grid(net, primary)
    copper_percent = (1 / efficiency - 1) * 100
    pp.create_transformer_from_parameters(
        net,
        primary,
        secondary,
        sn_mva=rated_kva / 1_000,
        vn_hv_kv=11.0,
        vn_lv_kv=0.4,
        vkr_percent=copper_percent,
        vk_percent=copper_percent * 1.0001,
        pfe_kw=no_load_loss_kw,
        i0_percent=no_load_loss_kw / rated_kva * 100,
    )
    reactive = load_kw * (1 / power_factor**2 - 1) ** 0.5
    pp.create_load(net, secondary, p_mw=load_kw / 1_000, q_mvar=reactive / 1_000)
    pp.runpp(net, numba=False)
    return float(net.res_trafo.loading_percent.iloc[0]), float(net.res_trafo.pl_mw.iloc[0]) * 1_000


def balanced_current_a(*, voltage_ll_v: float, load_kw: float, power_factor: float) -> float:
    """Current of each line of a short busway, A."""
    net, far = _busway(voltage_ll_v)
    reactive = load_kw * (1 / power_factor**2 - 1) ** 0.5
    pp.create_load(net, far, p_mw=load_kw / 1_000, q_mvar=reactive / 1_000)
    pp.runpp(net, numba=False)
    return float(net.res_line.i_ka.iloc[0]) * 1_000


def line_currents_a(*, voltage_ll_v: float, kw_by_line: Sequence[float], between_lines: bool) -> tuple[float, ...]:
    """Currents of the three lines of a short busway with loads on each line, or between each line and the next, A."""
    net, far = _busway(voltage_ll_v)
    one, two, three = (kw / 1_000 for kw in kw_by_line)
    pp.create_asymmetric_load(net, far, p_a_mw=one, p_b_mw=two, p_c_mw=three, type="delta" if between_lines else "wye")
    pp.add_zero_impedance_parameters(net)
    pp.runpp_3ph(net, numba=False)
    return tuple(float(net.res_line_3ph[f"i_{line}_from_ka"].iloc[0]) * 1_000 for line in "abc")


def _busway(voltage_ll_v: float) -> tuple[Any, Any]:
    net = pp.create_empty_network(f_hz=50)
    near, far = pp.create_bus(net, vn_kv=voltage_ll_v / 1_000), pp.create_bus(net, vn_kv=voltage_ll_v / 1_000)
    pp.create_ext_grid(net, near, s_sc_max_mva=100_000, rx_max=0.1, r0x0_max=0.1, x0x_max=1.0)
    pp.create_line_from_parameters(
        net,
        near,
        far,
        length_km=0.001,
        r_ohm_per_km=0.01,
        x_ohm_per_km=0.01,
        c_nf_per_km=0,
        max_i_ka=10,
        r0_ohm_per_km=0.01,
        x0_ohm_per_km=0.01,
        c0_nf_per_km=0,
    )
    return net, far
