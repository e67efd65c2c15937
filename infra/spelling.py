"""Field names: ``it_power_kw`` in Python and in plans is ``itPowerKw`` in Pulumi, exactly and both ways."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

Path = tuple[str | int, ...]

PropertyMap = Mapping[str, Any]
"""Properties in Pulumi's spelling, with the values that JSON has."""

_CAPITAL = re.compile(r"[A-Z]")
_AFTER_UNDERSCORE = re.compile(r"_([a-z])")


@cache
def pulumi_name(field: str) -> str:
    """A field as Pulumi spells it.

    >>> pulumi_name("it_power_kw"), pulumi_name("floor_area_m2"), pulumi_name("voltage_ll_v")
    ('itPowerKw', 'floorAreaM2', 'voltageLlV')
    """
    return _AFTER_UNDERSCORE.sub(lambda match: match[1].upper(), field)


@cache
def field_name(prop: str) -> str:
    """A Pulumi property as Python and plans spell it.

    >>> field_name("itPowerKw"), field_name("voltageLlV")
    ('it_power_kw', 'voltage_ll_v')
    """
    return _CAPITAL.sub(lambda match: f"_{match[0].lower()}", prop)


def value_at(value: object, path: Iterable[str | int]) -> object:
    """What lies at a path in nested mappings and lists; None where nothing does.

    >>> value_at({"racks": [{"count": 3}]}, ("racks", 0, "count"))
    3
    """
    for step in path:
        if isinstance(value, list | tuple):
            value = dict(enumerate(value))
        if not isinstance(value, Mapping):
            return None
        value = value.get(step)
    return value


def dotted(path: Path) -> str:
    """A property path as Pulumi writes it.

    >>> dotted(("racks", 3, "nodes", 0, "count")), dotted(("a key", "b"))
    ('racks[3].nodes[0].count', '["a key"].b')
    """
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("_", "a").isalnum() and not step[0].isdigit():
            text += f".{step}" if text else step
        else:
            quoted = step.replace('"', '\\"')
            text += f'["{quoted}"]'
    return text
