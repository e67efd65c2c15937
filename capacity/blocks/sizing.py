"""How many units carry a load, and how many slots of a row racks take."""

import math

from petaplan.capacity.blocks.own_catalogue import used_catalogue
from petaplan.capacity.fabrics.layout import slots_of
from petaplan.capacity.hardware import RackModel


def units_for(demand: float, unit: float, spare: int = 0) -> int:
    """The fewest units whose ratings add up to a demand in the same unit of measure, and spare units on top.

    >>> units_for(13_000, 1_250, spare=1)
    12
    """
    return math.ceil(demand / unit - 1e-9) + spare


def slots_for(model: str, racks: int, rack_pitch_m: float) -> int:
    """The slots of a row that racks of a catalogue model take, at a pitch in metres.

    A rack that is wider than the pitch takes more than one. One of unknown width takes one.

    >>> slots_for("nvidia-dgx-h100-rack", 3, rack_pitch_m=0.6), slots_for("nvidia-dgx-h100-rack", 3, rack_pitch_m=0.3)
    (4, 8)
    """
    found = used_catalogue().find(RackModel, model)
    width = found.width_mm if found is not None else None
    return slots_of(racks, width.value if width is not None else None, rack_pitch_m)
