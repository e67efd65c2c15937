"""When the objects of an inventory are in service, by their own dates or those of their phase."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from petaplan.infra.inventory.model import Entry, Key


@dataclass(frozen=True, kw_only=True, slots=True)
class Service:
    """First day in service, and the first day no longer in service; None where the entries do not say."""

    begins: date | None = None
    ends: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the object is in service on a day; one without dates always is."""
        return (self.begins is None or self.begins <= day) and (self.ends is None or day < self.ends)


def service_of(entries: Iterable[Entry]) -> Mapping[Key, Service]:
    """The dates of each entry; an object without a day of its own has that of its phase."""
    entries = tuple(entries)
    phases = {
        (entry.key.project, entry.key.stack, entry.key.name): _day(entry, "inService")
        for entry in entries
        if entry.key.kind == "phase"
    }
    return {
        entry.key: Service(
            begins=_day(entry, "inService")
            or phases.get((entry.key.project, entry.key.stack, str(entry.properties.get("phase")))),
            ends=_day(entry, "retired"),
        )
        for entry in entries
    }


def _day(entry: Entry, name: str) -> date | None:
    try:
        return date.fromisoformat(str(entry.properties.get(name)))
    except ValueError:
        return None
