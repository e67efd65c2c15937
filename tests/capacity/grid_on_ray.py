"""A grid on a real Ray cluster of this host, beside the same grid in this process: prints both digests."""

import sys

import ray

from tests.performance.gridding import ran


def main(combinations: int) -> None:
    """Start, run both, print."""
    ray.init("local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    print(ran(combinations, ("--ray",), of_small=True).digest, ran(combinations, (), of_small=True).digest)  # noqa: T201
    ray.shutdown()


if __name__ == "__main__":
    main(int(sys.argv[1]))
