"""The console scripts: until a program is imported, a signal ends its process at once and in silence."""

import os
import signal

_INTERRUPTED = 130


def petaplan() -> None:
    """The console script ``petaplan``."""
    _at_once(signal.SIGINT, signal.SIGTERM)
    from petaplan.capacity.__main__ import main

    main()


def petaplan_bench() -> None:
    """The console script ``petaplan-bench``."""
    _at_once(signal.SIGINT, signal.SIGTERM)
    from petaplan.bench.__main__ import main

    main()


def provider() -> None:
    """The console script ``pulumi-resource-petaplan``."""
    _at_once(signal.SIGINT)
    from petaplan.infra.provider.__main__ import main

    main()


def policy() -> None:
    """The console script ``petaplan-policy``."""
    _at_once(signal.SIGINT)
    from petaplan.infra.policy.__main__ import main

    main()


def _at_once(*signals: signal.Signals) -> None:
    """A signal that whoever started the process does not want ignored ends it; nothing is temporary yet."""
    for number in signals:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda _number, _frame: os._exit(_INTERRUPTED))
