"""Members of the JSON report that several pages point to."""

from collections.abc import Mapping

from petaplan.capacity.check_report import Report
from petaplan.capacity.findings import WORST_FIRST, Verdict
from petaplan.capacity.report.forecast import forecast_document
from petaplan.capacity.report.json import as_values
from petaplan.capacity.report.waterfall import write_waterfall
from petaplan.capacity.web.study import Study, as_written
from petaplan.reporting.safety import json_text
from petaplan.reporting.values import values_of


def check(study: Study) -> Mapping[str, object]:
    """The report on the plan, as `petaplan check --format json` writes it, and how many findings it has."""
    values = as_written(json_text(as_values(study.report)))
    return {"check": values, "findings": {str(verdict): count for verdict, count in counts(study.report).items()}}


def counts(report: Report) -> Mapping[Verdict, int]:
    """How many findings there are of each verdict, worst first."""
    return {verdict: len(report.of(verdict)) for verdict in WORST_FIRST}


def forecast(study: Study) -> Mapping[str, object]:
    """The forecast, as `petaplan forecast --format json` writes it; nothing for a plan without targets."""
    found = study.forecast
    return {} if found is None else {"forecast": as_written(json_text(values_of(forecast_document(found))))}


def waterfall(study: Study) -> Mapping[str, object]:
    """The throughput chains, as `petaplan waterfall --format json` writes them."""
    return {"waterfall": as_written(write_waterfall(study.name, study.waterfalls, study.design.evidence))}
