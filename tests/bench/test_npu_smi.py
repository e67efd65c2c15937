"""Readings of Ascend devices from npu-smi's text, in the forms of several versions and cards."""

from pathlib import Path

import pytest

from petaplan.bench.devices.torch import npu_smi
from petaplan.bench.devices.torch.npu_smi import Reading

ONE_DIE = """\tNPU ID                         Chip ID                        Chip Logic ID                  Chip Name
\t3                              0                              0                              Ascend 910B3
\t3                              1                              -                              Mcu
\t4                              0                              1                              Ascend 910B3
\t4                              1                              -                              Mcu
"""
TWO_DIES = """\tNPU ID                         Chip ID                        Chip Logic ID                  Chip Name
\t0                              0                              0                              Ascend910
\t0                              1                              1                              Ascend910
\t0                              2                              -                              Mcu
\t1                              0                              2                              Ascend910
\t1                              1                              3                              Ascend910
\t1                              2                              -                              Mcu
"""
COMMON_OF_ONE = """\tNPU ID                         : 1
\tChip Count                     : 1

\tChip ID                        : 0
\tMemory Usage Rate(%)           : 0
\tHBM Usage Rate(%)              : 91
\tAicore Usage Rate(%)           : 6
\tAicore Freq(MHZ)               : 1800
\tAicore curFreq(MHZ)            : 800
\tAicore Count                   : 20
\tTemperature(C)                 : 46
\tNPU Real-time Power(W)         : 130.4

\tChip Name                      : mcu
\tTemperature(C)                 : 40
"""
COMMON_WITHOUT_CHIPS = """NPU ID                         : 0
Aicore Freq(MHZ)               : 1650
Aicore Count                   : 28
Temperature(C)                 : 56
NPU Real-time Power(W)         : 195.7
"""
PROCESSES = """+---------------------------+---------------+----------------------------------------------------+
| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
| Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
+===========================+===============+====================================================+
| 0     910B3               | OK            | 93.4        39                0    / 0             |
| 0                         | 0000:C1:00.0  | 0           0    / 0          3412 / 65536         |
+===========================+===============+====================================================+
| NPU     Chip              | Process id    | Process name             | Process memory(MB)      |
+===========================+===============+====================================================+
| 0       0                 | 4711          | python3                  | 2048                    |
| 1       0                 | 4712          | a trainer                | 61000                   |
+===========================+===============+====================================================+
"""


def test_two_dies_of_a_package_count_once_and_a_controller_never() -> None:
    assert npu_smi.packages_of(npu_smi.dies_in(ONE_DIE), 2) == ((0,), (1,))
    assert npu_smi.packages_of(npu_smi.dies_in(TWO_DIES), 4) == ((0, 1), (2, 3))


@pytest.mark.parametrize(
    "text", ["", "dcmi model initialized failed, ret is -8005\n", "\x00\x1b[31m 0 0\n", "0 0 - Mcu\n"]
)
def test_without_a_list_each_device_of_the_runtime_counts(text: str) -> None:
    assert npu_smi.packages_of(npu_smi.dies_in(text), 3) == ((0,), (1,), (2,))


def test_cores_clock_heat_and_power_are_those_of_the_chip_and_not_of_the_controller() -> None:
    found = npu_smi.readings_in(COMMON_OF_ONE)
    assert found == {0: Reading(cores=20, rated_mhz=1800.0, clock_mhz=800.0, temperature_c=46.0, power_w=130.4)}
    found = npu_smi.readings_in(COMMON_WITHOUT_CHIPS)
    assert found == {0: Reading(cores=28, rated_mhz=1650.0, temperature_c=56.0, power_w=195.7)}


@pytest.mark.parametrize("value", ["NA", "-", "4294967295", "-2147483648", "nan", "inf", ""])
def test_what_is_out_of_range_or_no_number_is_not_known(value: str) -> None:
    text = "\n".join(f"{line.partition(':')[0]}: {value}" for line in COMMON_WITHOUT_CHIPS.splitlines())
    assert npu_smi.readings_in(text).get(0, Reading()) == Reading()


def test_a_process_of_another_is_named_with_its_number() -> None:
    assert npu_smi.processes_in(PROCESSES, (0, 1), own=(4711,)) == ("a trainer (4712)",)


def test_a_program_that_is_absent_fails_or_prints_nonsense_gives_no_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert npu_smi.asked("info", "-m") is None
    program = tmp_path / "npu-smi"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    assert npu_smi.asked("info", "-m") is None
    program.write_text("#!/bin/sh\n[ \"$1 $2\" = 'info -m' ] && printf '0 0 0 Ascend\\377910\\n'\n")
    assert npu_smi.dies_in(npu_smi.asked("info", "-m") or "")[0].logic == 0
