"""What the rows of a run say about the claims."""

from collections.abc import Iterator, Sequence

from petaplan.bench.devices.common import registry
from petaplan.bench.evidence.record import DeviceRecord, Row
from petaplan.bench.proof.claims import Finding, Verdict, first_words, not_concerned, verdict_of

_REFERENCE = (8192, 8192, 8192)
_ABOVE = 1.02
"""Of the highest clock: the driver rounds it."""
_NEAR = 0.1
"""Of the driver's samples, which follow the clock with a delay."""
_QUIET = 0.05


def findings(rows: Sequence[Row]) -> Iterator[Finding]:
    """B-01 to B-04 and B-09, for each device."""
    for device in dict.fromkeys(row.device for row in rows):
        mine = [row for row in rows if row.device == device]
        yield _figures(device, mine)
        yield _reference(device, mine)
        yield _peaks(device, mine)
        yield _clocks(device, mine)
        yield _alarms(device, mine)


def _finding(claim: str, device: str, verdict: Verdict, text: str) -> Finding:
    return Finding(claim=claim, device=device, verdict=verdict, text=text)


def _figures(device: str, rows: Sequence[Row]) -> Finding:
    bad = [row for row in rows if row.status != "measured"]
    wrong = [row for row in bad if row.status == "wrong-result"]
    if not bad:
        return _finding("B-01", device, "proved", f"{len(rows)} precisions: {', '.join(r.precision for r in rows)}")
    text = first_words(f"{row.precision} {row.status}: {row.reason}" for row in (wrong or bad))
    return _finding("B-01", device, "refuted" if wrong else "not asked", text)


def _reference(device: str, rows: Sequence[Row]) -> Finding:
    if registry.kind_of(device).engine != "matrix" or registry.kind_of(device).name == "simulated":
        return not_concerned("B-02", device, "no GPU or NPU")
    tried = [row for row in rows if row.candidates]
    without = [
        row.precision for row in tried if _REFERENCE not in {(c.shape.m, c.shape.n, c.shape.k) for c in row.candidates}
    ]
    if not tried:
        return _finding("B-02", device, "not asked", "no row has trials")
    text = f"not tried at {', '.join(without)}" if without else f"tried in {len(tried)} rows"
    return _finding("B-02", device, verdict_of(holds=not without), text)


def _peaks(device: str, rows: Sequence[Row]) -> Finding:
    shares = {row.precision: row.share_of_peak for row in rows if row.share_of_peak is not None}
    if not shares:
        return not_concerned("B-03", device, "no data sheet for this device")
    text = ", ".join(f"{precision} {share:.1%}" for precision, share in shares.items())
    return _finding("B-03", device, verdict_of(holds=max(shares.values()) <= 1.0), text)


def _clocks(device: str, rows: Sequence[Row]) -> Finding:
    known = [row for row in rows if row.clock and row.clock.measured_mhz and row.clock.maximum_mhz]
    if not known:
        return not_concerned("B-04", device, "no clock in the timed window")
    odd = [text for row in known if (text := _odd_clock(row))]
    text = first_words(odd) if odd else f"{len(known)} rows"
    return _finding("B-04", device, verdict_of(holds=not odd), text)


def _odd_clock(row: Row) -> str:
    if row.clock is None or row.clock.measured_mhz is None or row.clock.maximum_mhz is None:
        return ""
    measured, told = row.clock.measured_mhz.median, row.telemetry.sm_clock_mhz
    if measured > _ABOVE * row.clock.maximum_mhz:
        return f"{row.precision}: {measured:.0f} MHz is above the highest, {row.clock.maximum_mhz:.0f} MHz"
    if told and abs(measured / told - 1.0) > _NEAR:
        return f"{row.precision}: {measured:.0f} MHz in the window, {told:.0f} MHz by the driver"
    return ""


def _alarms(device: str, rows: Sequence[Row]) -> Finding:
    checked = [row.verification for row in rows if row.verification]
    faults = [fault for verification in checked for fault in verification.faults]
    hashes = sum(verification.hashes_checked for verification in checked)
    if not checked:
        return _finding("B-09", device, "not asked", "no row was verified")
    text = first_words(faults) if faults else f"{hashes:,} products and their sums"
    return _finding("B-09", device, verdict_of(holds=not faults), text)


def heat(device: str, row: Row | None, short: Row | None) -> Iterator[Finding]:
    """B-11 and B-12: the long row alone, and the short row against it."""
    if row is None or row.sustained is None:
        reason = row.reason if row is not None and row.reason else "no row of 90 s: given up for time"
        yield _finding("B-11", device, "not asked", reason)
        yield _finding("B-12", device, "not asked", reason)
        return
    given_up = row.settling.given_up if row.settling else None
    busy = (row.telemetry.foreign_load_fraction or 0.0) > _QUIET
    text = f"{row.sustained.median:.4g} {row.precision.unit}, ±{row.sustained.half_width_fraction:.2%}"
    if row.steady:
        yield _finding("B-11", device, "proved", text)
    elif given_up or busy or row.partial:
        reason = given_up or ("others used the device" if busy else "cut short")
        yield _finding("B-11", device, "not asked", f"{text}; {reason}")
    else:
        yield _finding("B-11", device, "refuted", f"{text}; {first_words(row.warnings, 1)}")
    yield _short_against_long(device, row, short)


def _short_against_long(device: str, row: Row, short: Row | None) -> Finding:
    if short is None or short.sustained is None or row.sustained is None or not (short.steady and row.steady):
        return _finding("B-12", device, "not asked", "not both rows are called sustained")
    low, high, settled = short.sustained.low, short.sustained.high, row.sustained
    holds = settled.low <= high and low <= settled.high
    text = f"short {low:.4g} to {high:.4g}, 90 s {settled.low:.4g} to {settled.high:.4g}"
    same = short.shape == row.shape and short.compute == row.compute
    return _finding("B-12", device, verdict_of(holds=holds) if same else "not asked", text)


def unchanged(before: DeviceRecord, after: DeviceRecord | None, clocks: tuple[float | None, float | None]) -> Finding:
    """B-14: what the driver says of limits, before and after all of this."""
    known = [
        (name, first, last)
        for name, first, last in (
            ("power limit", before.power_limit_w, after.power_limit_w if after else None),
            ("highest clock", clocks[0], clocks[1]),
        )
        if first is not None and last is not None
    ]
    if not known:
        return not_concerned("B-14", before.key, "the driver shows no limit twice")
    text = ", ".join(f"{name} {first:g} before, {last:g} after" for name, first, last in known)
    return _finding("B-14", before.key, verdict_of(holds=all(first == last for _, first, last in known)), text)
