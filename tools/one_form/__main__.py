"""Hold every way into petaplan against the others, on random hubs: `python -m tools.one_form`.

A hub is built in Python with other types, written and read, declared and collected, and shown to the policy pack. Its
findings and its hash stay the same. Some of the hubs go through the real engine.
"""

import argparse
import sys
from time import perf_counter

from tests.scenario import scenario, scenario_files
from tools.one_form.engine import differences_on_the_engine
from tools.one_form.ways import differences, random_hubs


def main() -> int:
    """The exit code: 0 where every way gives the same, 1 where one does not."""
    parser = argparse.ArgumentParser(prog="python -m tools.one_form", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", default="1", help="seed of the random hubs (default: 1)")
    parser.add_argument("--count", type=int, default=300, help="number of random hubs (default: 300)")
    parser.add_argument("--engine", type=int, default=30, help="how many go through the engine (default: 30)")
    options = parser.parse_args()
    begin = perf_counter()
    bases = [scenario(path).document for path in scenario_files()]
    hubs = list(random_hubs(bases, options.seed, options.count))
    found = [line for hub in hubs for line in differences(hub)]
    found += differences_on_the_engine(
        hubs[:: max(1, len(hubs) // options.engine)][: options.engine] if options.engine else []
    )
    for line in found:
        print(line)
    seconds = perf_counter() - begin
    print(f"{len(hubs)} hubs, {options.engine} through the engine: {len(found)} differences ({seconds:.0f} s)")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
