"""The process of the policy pack: the engine starts it and asks it about the stack. It ends with the engine."""

import io
import os
import sys
import threading
import time
from collections.abc import Sequence

from petaplan.infra.engine_watch import EngineWatch

WATCH_SECONDS = 2.0


def main() -> None:
    """The console script ``petaplan-policy``, and the start of the pack's folder."""
    _explain(sys.argv[1:])
    _unbuffer()
    engine = EngineWatch(sys.argv[1] if len(sys.argv) > 1 else "")
    threading.Thread(target=_end_with, args=(engine,), daemon=True).start()
    from petaplan.infra.policy.pack import serve

    serve()


def _unbuffer() -> None:
    """Let the engine read the port at once: the SDK writes it without a flush, and the engine waits for it."""
    if hasattr(sys.stdout, "buffer"):
        raw = open(sys.stdout.fileno(), "wb", buffering=0, closefd=False)  # noqa: SIM115 - it lives as long as the process
        sys.stdout = io.TextIOWrapper(raw, encoding=sys.stdout.encoding, write_through=True)


def _explain(arguments: Sequence[str]) -> None:
    """Print the help or the version and end, where that was asked for; the engine's own arguments are the SDK's."""
    if not {"-h", "--help", "--version"} & {*arguments}:
        return
    import argparse
    from importlib.metadata import version

    parser = argparse.ArgumentParser(
        prog="petaplan-policy",
        description="Policy pack of petaplan. The Pulumi engine starts it: give its absolute path to --policy-pack.",
        epilog="The levels of the rules stand in the file that --policy-pack-config names: see docs/gate.md.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"petaplan-policy {version('petaplan')}")
    parser.parse_known_args(arguments)


def _end_with(engine: EngineWatch) -> None:
    """An engine that was killed leaves nothing behind, also where it was killed before this process looked."""
    while not engine.is_gone():
        time.sleep(WATCH_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
