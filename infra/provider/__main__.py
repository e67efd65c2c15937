"""The provider process: the engine starts it and calls it by gRPC. It ends with the engine."""

import sys

from petaplan.infra.provider.launch import bare_protocol


def main() -> None:
    """The console script ``pulumi-resource-petaplan``."""
    with bare_protocol():
        from petaplan.infra.provider.serve import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
