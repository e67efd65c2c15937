"""The page of cost: nothing without a price is left out, and the key of each source is explained."""

import re

from petaplan.capacity.report.cost import MOST_MISSING, everything_missing
from tests.web.pages import page_of, study_of

HUB = "petaplan.infra.hong_kong:hub"


def money() -> str:
    """The page as markup."""
    _, _, after = page_of(HUB).text.partition('<section class="page" id="money"')
    return after.partition('<section class="page"')[0]


def test_everything_without_a_price_can_be_reached() -> None:
    folded = re.findall(r"<details><summary>Everything without a price in ([^<]*)</summary>(.*?)</details>", money())
    shown = {phase: part.count("<li>") for phase, part in folded}
    counts = {cost.phase: len(everything_missing(cost)) for cost in study_of(HUB).costs}
    assert shown == {phase: count for phase, count in counts.items() if count}
    assert max(shown.values()) > MOST_MISSING


def test_each_source_of_a_price_has_its_document() -> None:
    keys = {part.source for cost in study_of(HUB).costs for part in cost.bought.parts}
    documents = money().partition('data-section="price-sources"')[2]
    known = study_of(HUB).design.catalogue.sources
    assert keys & set(known)
    for key in keys & set(known):
        assert re.search(rf">{key}</t[hd]>", documents)
        assert known[key].document.split("(")[0].strip() in documents
