"""The console scripts. A signal before the import of a program is that of ``early``."""


def petaplan() -> None:
    """The console script ``petaplan``."""
    from petaplan.capacity.__main__ import main

    main()


def petaplan_bench() -> None:
    """The console script ``petaplan-bench``."""
    from petaplan.bench.__main__ import main

    main()


def provider() -> None:
    """The console script ``pulumi-resource-petaplan``."""
    from petaplan.infra.provider.__main__ import main

    main()


def policy() -> None:
    """The console script ``petaplan-policy``."""
    from petaplan.infra.policy.__main__ import main

    main()
