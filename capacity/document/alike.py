"""Names of one plan that look alike."""

from petaplan.capacity.hub import Hub
from petaplan.reporting.lookalikes import twins


def alike_names(hub: Hub) -> list[tuple[str, ...]]:
    """Names of objects, and of parts of one object, that differ only in signs that look alike."""
    rows = [row for _, table in hub.tables() for row in table]
    runs = (group for pod in hub.pods if len(pod.racks) > 1 for group in twins(rack.name for rack in pod.racks))
    return [*twins(row.name for row in rows), *runs]
