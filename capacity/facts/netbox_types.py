"""The fields of a type of NetBox's device-type library, and what its units and port types mean.

The library has a schema of its own (github.com/netbox-community/devicetype-library, folder schema). A field that it
lacks is a fault of the file, as it is for the library.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

NUMBER = (int, float)
TEXT = (str, int, float)
"""A model such as 9336 is a number to a reader of YAML."""

_COMMON: Mapping[str, tuple[type, ...]] = {
    "manufacturer": TEXT,
    "model": TEXT,
    "slug": TEXT,
    "part_number": TEXT,
    "description": TEXT,
    "comments": TEXT,
    "u_height": NUMBER,
    "weight": NUMBER,
    "weight_unit": (str,),
}

DEVICE: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        **_COMMON,
        "is_full_depth": (bool,),
        "is_powered": (bool,),
        "airflow": (str,),
        "cooling_method": (str,),
        "front_image": (bool,),
        "rear_image": (bool,),
        "subdevice_role": (str,),
        **dict.fromkeys(
            (
                "console-ports",
                "console-server-ports",
                "power-ports",
                "power-outlets",
                "interfaces",
                "front-ports",
                "rear-ports",
                "module-bays",
                "device-bays",
                "inventory-items",
            ),
            (list,),
        ),
    }
)
"""Fields of a device type, with what they hold."""

RACK: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        **_COMMON,
        "form_factor": (str,),
        "width": NUMBER,
        "starting_unit": NUMBER,
        "desc_units": (bool,),
        "outer_width": NUMBER,
        "outer_height": NUMBER,
        "outer_depth": NUMBER,
        "outer_unit": (str,),
        "max_weight": NUMBER,
        "mounting_depth": NUMBER,
        "cooling_capability": (str,),
        "cooling_capacity": NUMBER,
    }
)
"""Fields of a rack type."""

NEEDED = ("manufacturer", "model", "slug")

COMPONENTS: Mapping[str, Mapping[str, tuple[type, ...]]] = MappingProxyType(
    {
        "power-ports": {"name": TEXT, "type": TEXT, "maximum_draw": NUMBER, "allocated_draw": NUMBER},
        "interfaces": {"name": TEXT, "type": TEXT, "mgmt_only": (bool,)},
    }
)
"""What is read of the components of a device; their other fields say nothing that a catalogue holds."""

KILOGRAMS: Mapping[str, float] = MappingProxyType({"kg": 1.0, "g": 0.001, "lb": 0.45359237, "oz": 0.028349523125})
MILLIMETRES: Mapping[str, float] = MappingProxyType({"mm": 1.0, "in": 25.4})

INFINIBAND: Mapping[str, float] = MappingProxyType(
    {
        "sdr": 10,
        "ddr": 20,
        "qdr": 40,
        "fdr10": 40,
        "fdr": 56,
        "edr": 100,
        "hdr": 200,
        "ndr": 400,
        "xdr": 800,
    }
)
"""Gb/s of an InfiniBand port of four lanes; NetBox names the rate of a lane, and no number of lanes."""

_ETHERNET = re.compile(r"(?P<rate>[0-9]+(\.[0-9]+)?)(?P<factor>[gt]?)base-")
_FACTORS = {"": 0.001, "g": 1.0, "t": 1_000.0}
_LANES = (
    ("qsfpdd", 8),
    ("osfp", 8),
    ("sfpdd", 2),
    ("dsfp", 2),
    ("qsfp", 4),
    ("sfp", 1),
    ("base-t", 1),
    ("infiniband", 4),
)


def gbps_of(interface: str) -> float | None:
    """The rate of a port of a type, Gb/s; None where the type has no rate of a network.

    >>> gbps_of("800gbase-x-osfp"), gbps_of("1000base-t"), gbps_of("1.6tbase-x-osfp1600"), gbps_of("infiniband-ndr")
    (800.0, 1.0, 1600.0, 400)
    >>> gbps_of("virtual"), gbps_of("32gfc-sfp28")
    (None, None)
    """
    if interface.startswith("infiniband-"):
        return INFINIBAND.get(interface.removeprefix("infiniband-"))
    found = _ETHERNET.match(interface)
    return float(found["rate"]) * _FACTORS[found["factor"]] if found else None


def lanes_of(interface: str) -> int | None:
    """The electrical lanes of a port of a type; None where the type does not say.

    >>> lanes_of("400gbase-x-qsfpdd"), lanes_of("100gbase-x-qsfp28"), lanes_of("10gbase-cx4")
    (8, 4, None)
    """
    return next((lanes for form, lanes in _LANES if form in interface), None)
