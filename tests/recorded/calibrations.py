"""A calibration, recorded byte by byte: ``python -m tests.recorded.calibrations`` writes it again.

Twenty drawn fleets, and a model that nobody measured. Numbers have twelve digits, so that the last bits of a
mathematical library do not count. A change of any of them is a change of what plans expect.
"""

import json
from pathlib import Path

from petaplan.capacity.figures import Precision
from petaplan.capacity.throughput.calibration import calibrate
from tests.capacity.test_posterior import TODAY, UNMEASURED, drawn, measurements

RECORD = Path(__file__).with_name("calibrations.json")


def recorded() -> str:
    """The calibrations as they are now."""
    fleets = {"nobody measured it": [], **{f"fleet {seed}": measurements(drawn(seed)) for seed in range(20)}}
    found = {}
    for name, rows in fleets.items():
        made = calibrate(UNMEASURED, Precision.BF16, rows, TODAY, fleet_hosts=8)
        plan = made.posterior.fleet(8, 64)
        numbers = {
            "low": made.low,
            "mid": made.mid,
            "high": made.high,
            "of 8 hosts, low": plan.quantile(0.05),
            "of 8 hosts, high": plan.quantile(0.95),
            "host and device spread": made.device_spread,
            "conflict": made.conflict,
        }
        found[name] = {"grade": str(made.grade), **{key: f"{value:.12g}" for key, value in numbers.items()}}
    return json.dumps(found, indent=1) + "\n"


if __name__ == "__main__":
    RECORD.write_text(recorded(), encoding="utf-8")
