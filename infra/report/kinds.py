"""The kinds of report of infra's commands; loaded quickly, because the options of commands need them."""

from typing import TYPE_CHECKING

from petaplan.reporting.registry import Rendering, ReportKind

if TYPE_CHECKING:
    from petaplan.infra.doctor.part import Part
    from petaplan.infra.report.inventory import InventoryListing
    from petaplan.infra.report.status import StatusReport
    from petaplan.reporting.document import Document

OUTPUTS = "petaplan.infra.report.outputs"


def _status(report: "StatusReport", rendering: Rendering) -> "Document":
    from petaplan.infra.report.status import status_document

    return status_document(report, rendering)


def _inventory(listing: "InventoryListing", rendering: Rendering) -> "Document":
    from petaplan.infra.report.inventory import inventory_document

    return inventory_document(listing, rendering)


def _doctor(parts: "tuple[Part, ...]", rendering: Rendering) -> "Document":
    from petaplan.infra.report.doctor import doctor_document

    return doctor_document(parts, rendering)


STATUS = ReportKind(
    key="status", title="stack beside inventory", command="petaplan status", outputs=OUTPUTS, view=_status
)
INVENTORY = ReportKind(
    key="inventory", title="inventory", command="petaplan inventory list", outputs=OUTPUTS, view=_inventory
)
DOCTOR = ReportKind(key="doctor", title="what is missing", command="petaplan doctor", outputs=OUTPUTS, view=_doctor)

KINDS = tuple(value for value in tuple(globals().values()) if isinstance(value, ReportKind))
"""Every kind of report of infra: those above."""
