"""The formulas of the rules, written again from what ``petaplan rules`` prints, over the inputs that a finding prints.

Each takes a finding and gives its demand and its capacity. None shares code with a rule.
"""

from collections.abc import Callable, Mapping

from petaplan.capacity.findings import Finding
from tests.oracles.formulas_of_networks import NETWORKS
from tests.oracles.formulas_of_plans import PLANS
from tests.oracles.formulas_of_power import POWER
from tests.oracles.formulas_of_reports import REPORTS
from tests.oracles.formulas_of_rooms import ROOMS
from tests.oracles.printed import Numbers

FORMULAS: Mapping[str, Callable[[Finding], Numbers]] = {**NETWORKS, **PLANS, **POWER, **REPORTS, **ROOMS}
