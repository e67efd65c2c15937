"""One entry of a layer from one type of NetBox's library: a node, a switch or a rack, and what its notes say."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from petaplan.capacity.document.marked import Marked, Value, shortened
from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.facts.netbox_types import KILOGRAMS, MILLIMETRES, gbps_of, lanes_of
from petaplan.capacity.figures import Source, Status

LEAST_SWITCH_PORTS = 24
"""Ports of one rate from which a device is taken for a switch, where hardly another port is beside them."""

SWITCH_SHARE = 0.9
"""Share of such ports among all ports for data."""

MOST_NODE_PORTS = 16
"""Ports for data up to which a powered device is taken for a node."""


class Entry(StrEnum):
    """What a type becomes: the table of the catalogue."""

    NODE = "nodes"
    SWITCH = "switches"
    RACK = "racks"


@dataclass(frozen=True, slots=True)
class Basis:
    """What every entry of an import rests on."""

    catalogue: Catalogue
    as_of: date
    source: Source
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Port:
    """An interface that has a rate."""

    type: str
    gbps: float
    management: bool


def ports_of(values: Mapping[str, Value]) -> list[Port]:
    """The interfaces that have a rate."""
    found = []
    for one in _list(values, "interfaces"):
        gbps = gbps_of(str(one["type"]))
        if gbps is not None:
            found.append(Port(str(one["type"]), gbps, one.get("mgmt_only") is True))
    return found


def _list(values: Mapping[str, Value], name: str) -> list[dict[str, Value]]:
    rows = values.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def kind_of(values: Mapping[str, Value]) -> Entry | None:
    """A switch or a node, where the ports tell it."""
    data = Counter(port.gbps for port in ports_of(values) if not port.management)
    if not data or values.get("power-outlets"):
        return None
    most = max(data.values())
    if most >= LEAST_SWITCH_PORTS and most >= SWITCH_SHARE * data.total():
        return Entry.SWITCH
    return Entry.NODE if data.total() <= MOST_NODE_PORTS and values.get("power-ports") else None


def ports_in_words(values: Mapping[str, Value]) -> str:
    """A device with its ports, for a message."""
    data = Counter(port.gbps for port in ports_of(values) if not port.management)
    outlets = len(_list(values, "power-outlets"))
    said = [f"{count} ports of {gbps:g} Gb/s" for gbps, count in sorted(data.items())]
    said += [f"{outlets} power outlets"] if outlets else []
    return f"{shortened(str(values['model']))} with {', '.join(said) or 'no port that has a rate'}"


class Made:
    """One entry in the making."""

    def __init__(self, file: Marked, basis: Basis) -> None:
        self.file = file
        self.values = file.members
        self.basis = basis
        self.notes: list[str] = []

    def entry(self, kind: Entry) -> dict[str, Value]:
        """The fields of the entry; what the file does not say is None."""
        make = {Entry.NODE: self._node, Entry.SWITCH: self._switch, Entry.RACK: self._rack}[kind]
        own = make()
        return {**self._product(), **own, "note": " ".join(self.notes)}

    def _product(self) -> dict[str, Value]:
        slug, vendor = str(self.values["slug"]), str(self.values["manufacturer"])
        model = slug
        if slug in self.basis.catalogue.products:
            model = f"netbox-{slug}"
            self.basis.notices.append(f"{self.file.file}: {slug} is in the catalogue: the entry is called {model}")
        countries = {
            product.country
            for product in self.basis.catalogue.products.values()
            if product.vendor.casefold() == vendor.casefold()
        }
        country = countries.pop() if len(countries) == 1 else None
        self.notes.append("NetBox states no life cycle; a listed type is taken to be on sale.")
        name = str(self.values["model"])
        return {"model": model, "name": name, "vendor": vendor, "country": country, "lifecycle": "shipping"}

    def figure(
        self, value: float | None, unit: str, *, status: Status = Status.RELAYED, note: str | None = None
    ) -> Value:
        """A figure with the source of the import; None for what is not known."""
        if value is None:
            return None
        source, day = self.basis.source.key, self.basis.as_of.isoformat()
        rounded = round(value, 4)
        number = int(rounded) if rounded == int(rounded) else rounded
        made: dict[str, Value] = {"value": number, "unit": unit, "source": source, "as_of": day, "status": status.value}
        return made if note is None else {**made, "note": note}

    def number(self, name: str) -> float | None:
        """A number of the file; nothing where it is 0, which the library writes for none."""
        value = self.values.get(name)
        return float(value) if isinstance(value, int | float) and value > 0 else None

    def converted(self, name: str, unit_name: str, factors: Mapping[str, float], unit: str) -> Value:
        """A number in a unit that another field of the file names."""
        number, given = self.number(name), self.values.get(unit_name)
        if number is None:
            return None
        if given not in factors:
            found = f"no {unit_name}" if given is None else f"{shortened(str(given))!r} in {unit_name}"
            line = self.file.lines.get((unit_name,), self.file.lines.get((name,), 1))
            self.file.refuse(line, found, f"one of {', '.join(factors)}", f"it is the unit of {name}")
            return None
        note = None if given == unit else f"{number:g} {given}"
        return self.figure(number * factors[str(given)], unit, note=note)

    def watts(self) -> tuple[float | None, str | None]:
        """The power of all inlets together, W, and what to say of a sum."""
        ports = _list(self.values, "power-ports")
        draws = [port.get("maximum_draw") for port in ports]
        known = [float(draw) for draw in draws if isinstance(draw, int | float) and draw > 0]
        if not ports or len(known) < len(ports):
            if known:
                self.notes.append(f"Only {len(known)} of {len(ports)} power ports have a maximum_draw.")
            return None, None
        note = f"Sum of maximum_draw of {len(ports)} power ports, reserves included"
        return sum(known), note if len(ports) > 1 else None

    def power(self, unit: str, per_watt: float) -> Value:
        """The power of the device in a unit."""
        watts, note = self.watts()
        status = Status.DERIVED if note else Status.RELAYED
        return self.figure(None if watts is None else watts * per_watt, unit, status=status, note=note)

    def _node(self) -> dict[str, Value]:
        made: dict[str, Value] = {
            "height_u": self.figure(self.number("u_height"), "U"),
            "weight_kg": self.converted("weight", "weight_unit", KILOGRAMS, "kg"),
            "power_kw": self.power("kW", 0.001),
            "liquid_fraction": None,
        }
        self.notes.append("NetBox states no accelerators: an entry with based_on adds them.")
        ports = ports_of(self.values)
        data = Counter(port.gbps for port in ports if not port.management)
        management = Counter(port.gbps for port in ports if port.management)
        if data:
            made["scale_out"] = {"count": data[max(data)], "gbps": max(data)}
            self.notes.append("Its fastest ports are taken for the scale-out network.")
            self._others(data, max(data))
        if any(port.type.startswith("infiniband") for port in ports):
            self.notes.append("InfiniBand ports are taken to have four lanes.")
        if management:
            made["management"] = {"count": management[max(management)], "gbps": max(management)}
        return made

    def _others(self, ports: Mapping[float, int], taken: float) -> None:
        others = [f"{count} of {gbps:g} Gb/s" for gbps, count in sorted(ports.items()) if gbps != taken]
        if others:
            self.notes.append(f"Other ports: {', '.join(others)}.")

    def _switch(self) -> dict[str, Value]:
        ports = [port for port in ports_of(self.values) if not port.management]
        data = Counter(port.gbps for port in ports)
        gbps, count = data.most_common(1)[0] if data else (None, None)
        kinds = {port.type for port in ports if port.gbps == gbps}
        infiniband = any(kind.startswith("infiniband") for kind in kinds)
        why = "Four lanes; NetBox names the rate of a lane" if infiniband else None
        status = Status.ASSUMED if infiniband else Status.RELAYED
        made: dict[str, Value] = {
            "ports": self.figure(count, "ports"),
            "port_gbps": self.figure(gbps, "Gb/s", status=status, note=why),
        }
        lanes = {lanes_of(kind) for kind in kinds}
        if len(lanes) == 1 and (one := lanes.pop()) is not None:
            made["lanes_per_port"] = one
        if gbps is not None:
            self._others(data, gbps)
        return made | {
            "height_u": self.figure(self.number("u_height"), "U"),
            "weight_kg": self.converted("weight", "weight_unit", KILOGRAMS, "kg"),
            "power_w": self.power("W", 1.0),
        }

    def _rack(self) -> dict[str, Value]:
        self.notes.append("NetBox states no role: it is taken for a rack of servers.")
        return {
            "role": "compute",
            "height_u": self.figure(self.number("u_height"), "U"),
            "width_mm": self.converted("outer_width", "outer_unit", MILLIMETRES, "mm"),
            "depth_mm": self.converted("outer_depth", "outer_unit", MILLIMETRES, "mm"),
            "empty_weight_kg": self.converted("weight", "weight_unit", KILOGRAMS, "kg"),
            "load_limit_kg": self.converted("max_weight", "weight_unit", KILOGRAMS, "kg"),
            "loaded_weight_kg": None,
            "power_kw": None,
            "liquid_fraction": None,
        }
