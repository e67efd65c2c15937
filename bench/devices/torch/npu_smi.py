"""Readings of Ascend devices from the text that ``npu-smi`` prints: dies of packages, cores, clock, power, heat."""

import re
import shutil
import subprocess
from dataclasses import dataclass

_TIMEOUT_SECONDS = 20.0
_MAPPING_ROW = re.compile(r"^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S.*?)\s*$")
_PROCESS_ROW = re.compile(r"^\|\s*(\d+)\s+(\d+)\s*\|\s*(\d+)\s*\|\s*(\S.*?)\s*\|\s*\d+\s*\|\s*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Die:
    """One die as ``npu-smi info -m`` lists it."""

    package: int
    """NPU ID: the card or the package."""
    chip: int
    """Chip ID within the package."""
    logic: int
    """The index that the runtime counts by."""
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What ``npu-smi info -t common`` says of one die; None for what it does not print, or prints out of range."""

    cores: int | None = None
    rated_mhz: float | None = None
    clock_mhz: float | None = None
    temperature_c: float | None = None
    power_w: float | None = None


def asked(*arguments: str) -> str | None:
    """What npu-smi prints; None where it is absent, fails or hangs."""
    program = shutil.which("npu-smi")
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *arguments],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def dies_in(text: str) -> tuple[Die, ...]:
    r"""The dies of ``npu-smi info -m``; controllers (no logic id) are left out.

    >>> dies_in("NPU ID  Chip ID  Chip Logic ID  Chip Name\n 2  1  5  Ascend910\n 2  2  -  Mcu")
    (Die(package=2, chip=1, logic=5, name='Ascend910'),)
    """
    rows = (_MAPPING_ROW.match(line) for line in text.splitlines())
    return tuple(
        Die(package=int(row[1]), chip=int(row[2]), logic=int(row[3]), name=row[4]) for row in rows if row is not None
    )


def packages_of(dies: tuple[Die, ...], shown: int) -> tuple[tuple[int, ...], ...]:
    r"""The logic ids of each package, of the devices that the runtime shows.

    >>> pair = dies_in("0 0 0 Ascend910\n0 1 1 Ascend910\n1 0 2 Ascend910\n1 1 3 Ascend910")
    >>> packages_of(pair, 4), packages_of(pair, 3), packages_of((), 2)
    (((0, 1), (2, 3)), ((0, 1), (2,)), ((0,), (1,)))
    """
    found: dict[int, list[int]] = {}
    for die in dies:
        if die.logic < shown:
            found.setdefault(die.package, []).append(die.logic)
    listed = {logic for group in found.values() for logic in group}
    groups = [tuple(sorted(group)) for group in found.values()]
    return tuple(sorted([*groups, *((logic,) for logic in range(shown) if logic not in listed)]))


def readings_in(text: str) -> dict[int, Reading]:
    """Readings by chip id of ``npu-smi info -t common -i PACKAGE``; text before the first chip id is chip 0."""
    found: dict[int, Reading] = {}
    for block in re.split(r"(?m)^(?=\s*Chip (?:ID|Name)\s*:)", text):
        pairs: dict[str, str] = {}
        for line in block.splitlines():
            name, colon, value = line.partition(":")
            if colon:
                pairs.setdefault(name.strip(), value.strip())
        if "Chip Name" in pairs or not any(name.startswith(("Aicore", "Temperature")) for name in pairs):
            continue  # the controller of the card, or the head
        chip = pairs.get("Chip ID", "0")
        found[int(chip) if chip.isdecimal() else 0] = _reading(pairs)
    return found


def _reading(pairs: dict[str, str]) -> Reading:
    cores = _number(pairs, "Aicore Count", 1, 1024)
    return Reading(
        cores=int(cores) if cores is not None else None,
        rated_mhz=_number(pairs, "Aicore Freq(MHZ)", 100, 10_000),
        clock_mhz=_number(pairs, "Aicore curFreq(MHZ)", 10, 10_000),
        temperature_c=_number(pairs, "Temperature(C)", -40, 200),
        power_w=_number(pairs, "NPU Real-time Power(W)", 1, 10_000),
    )


def _number(pairs: dict[str, str], name: str, low: float, high: float) -> float | None:
    try:
        value = float(pairs.get(name, ""))
    except ValueError:
        return None
    return value if low <= value <= high else None


def processes_in(text: str, packages: tuple[int, ...], own: tuple[int, ...]) -> tuple[str, ...]:
    """Names of other processes on these packages, from the second table of ``npu-smi info``.

    >>> row = "| 0       0                 | 4711          | python3                  | 2048                    |"
    >>> processes_in(row, (0,), ()), processes_in(row, (0,), (4711,)), processes_in(row, (1,), ())
    (('python3 (4711)',), (), ())
    """
    rows = (_PROCESS_ROW.match(line) for line in text.splitlines())
    return tuple(
        f"{row[4]} ({row[3]})" for row in rows if row is not None and int(row[1]) in packages and int(row[3]) not in own
    )
