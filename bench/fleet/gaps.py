"""What a host lacks: devices and rows that the other hosts have, and what it was asked for and did not measure."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from petaplan.bench.evidence.record import Missing, RunRecord


@dataclass(slots=True)
class FleetGaps:
    """Devices, rows and reasons by host, read one record at a time."""

    devices: dict[str, dict[str, set[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    """UUIDs by host and kind of device."""
    rows: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Rows of each precision, by host and model."""
    units: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Devices by host and model."""
    missing: dict[str, list[Missing]] = field(default_factory=lambda: defaultdict(list))

    def take(self, evidence: RunRecord) -> None:
        """One more record."""
        host = evidence.host.name
        self.missing[host] += evidence.missing
        by_kind = self.devices[host]
        for device in evidence.devices:
            if device.uuid not in by_kind[device.kind]:
                by_kind[device.kind].add(device.uuid)
                self.units[host, device.model] += 1
        found = {(evidence.device(row.device).model, row.device, str(row.precision)) for row in evidence.rows}
        for model, _, precision in found:
            self.rows[host, model][precision] += 1

    def found(self) -> Iterator[str]:
        """A line for each gap."""
        if self.devices and not self.rows:
            yield "no file has a row: nothing was measured"
        for kind in sorted({kind for by_kind in self.devices.values() for kind in by_kind}):
            yield from self._few_devices(kind)
        for model in sorted({model for _, model in self.units}):
            yield from self._few_rows(model)
        for host, gaps in sorted(self.missing.items()):
            for gap in dict.fromkeys(gaps):
                if gap.asked:
                    yield f"{host}: {gap.what} was asked for and not measured: {gap.reason}"

    def _few_devices(self, kind: str) -> Iterator[str]:
        counts = {host: len(by_kind.get(kind, ())) for host, by_kind in self.devices.items()}
        usual = _usual([count for count in counts.values() if count])
        is_common = 2 * sum(1 for count in counts.values() if count) >= len(counts)
        for host, count in sorted(counts.items()):
            if count < usual and (count or is_common):
                yield f"{host}: {count} devices of kind {kind}, the cohort has {usual} on a host{self._why(host, kind)}"

    def _few_rows(self, model: str) -> Iterator[str]:
        hosts = [host for host, name in self.units if name == model]
        precisions = {precision for host in hosts for precision in self.rows[host, model]}
        for precision in sorted(precisions):
            lacking = {h: self.units[h, model] - self.rows[h, model][precision] for h in hosts}
            if 2 * sum(1 for count in lacking.values() if count <= 0) < len(hosts):
                continue
            for host, count in sorted(lacking.items()):
                if count > 0:
                    yield f"{host}: {count} of {self.units[host, model]} {model} have no {precision} row"

    def _why(self, host: str, kind: str) -> str:
        reasons = [gap.reason for gap in self.missing[host] if gap.what.split(":")[0].split(" ")[0] == kind]
        return f": {reasons[0]}" if reasons else ""


def _usual(counts: list[int]) -> int:
    """The count that most hosts have; the largest of several.

    >>> _usual([4, 3, 4]), _usual([4, 3])
    (4, 4)
    """
    tally = Counter(counts)
    return max(count for count, times in tally.items() if times == max(tally.values()))
