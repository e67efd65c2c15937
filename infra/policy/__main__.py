"""The process of the policy pack: the engine starts it and asks it about the stack. It ends with the engine."""

import os
import threading
import time

WATCH_SECONDS = 2.0


def main() -> None:
    """The console script ``petaplan-policy``, and the start of the pack's folder."""
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    from petaplan.infra.policy.pack import serve

    serve()


def _end_with(parent: int) -> None:
    """An engine that was killed leaves nothing behind."""
    while os.getppid() == parent:
        time.sleep(WATCH_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    main()
