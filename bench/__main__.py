"""The command line of petaplan-bench: ``python -m petaplan.bench`` and the console script."""

import os
import signal
import sys
import traceback
from types import FrameType

from petaplan.bench.errors import BenchError, Exit


def main() -> None:
    """Run the command; a wrong input never shows a traceback."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    from petaplan.bench.commands.host import app

    try:
        app(prog_name="petaplan-bench")
    except BenchError as error:
        for line in str(error).splitlines():
            print(f"petaplan-bench: {line}", file=sys.stderr)
        sys.exit(int(error.exit_code))
    except KeyboardInterrupt:
        print("petaplan-bench: interrupted; nothing was written", file=sys.stderr)
        sys.exit(int(Exit.INTERRUPTED))
    except BrokenPipeError:
        # The reader (head, less) has gone: what is left unsaid must not become an error at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(int(Exit.OK))
    except OSError as error:
        place = error.filename or "output"
        print(f"petaplan-bench: {place}: found {error.strerror}; expected a place that can be used", file=sys.stderr)
        sys.exit(int(Exit.BAD_INPUT))
    except Exception:  # noqa: BLE001 - the last line of defence says that the fault is ours
        traceback.print_exc()
        print(
            "petaplan-bench: a fault of petaplan-bench itself; please report it with the text above",
            file=sys.stderr,
        )
        sys.exit(int(Exit.INTERNAL))


def _as_interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signal module's form
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
