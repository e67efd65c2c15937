"""The reports of petaplan-bench, for the documentation of their formats."""

from petaplan.bench.fleet.pages import FLEET
from petaplan.bench.fleet.verdict import VERDICT
from petaplan.bench.report.calibrations import CALIBRATIONS
from petaplan.bench.report.comparison import COMPARISON
from petaplan.bench.report.doctor import DOCTOR
from petaplan.bench.report.grid import GRID
from petaplan.bench.report.reported import REPORTED
from petaplan.bench.report.results import RESULTS

KINDS = (CALIBRATIONS, COMPARISON, DOCTOR, FLEET, GRID, REPORTED, RESULTS, VERDICT)
