"""JSON of the reports that have a schema of their own."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Output, Rendering

if TYPE_CHECKING:
    from petaplan.infra.report.inventory import InventoryListing
    from petaplan.infra.report.status import StatusReport

HELP, MEDIA_TYPE, SUFFIX = "JSON of a versioned schema", "application/json", ".json"


def _status(report: "StatusReport", _rendering: Rendering) -> str:
    from petaplan.infra.report.status import status_values
    from petaplan.reporting.safety import json_text

    return json_text(status_values(report))


def _inventory(listing: "InventoryListing", _rendering: Rendering) -> str:
    from petaplan.infra.report.inventory import inventory_values
    from petaplan.reporting.safety import json_text

    return json_text(inventory_values(listing))


STATUS = Output(name="json", renders="status", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_status)
INVENTORY = Output(name="json", renders="inventory", help=HELP, media_type=MEDIA_TYPE, suffix=SUFFIX, write=_inventory)
