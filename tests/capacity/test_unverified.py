"""A pass that rests on an unverified figure is a review: held against a check without that figure, rule by rule."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from petaplan.capacity.check import check
from petaplan.capacity.facts.catalog import Catalogue, load
from petaplan.capacity.facts.figure_paths import figures_of, with_figure
from petaplan.capacity.figures import Figure, Status
from petaplan.capacity.findings import Finding, Verdict
from petaplan.capacity.hardware import Node, Product, RackModel
from petaplan.capacity.hub import Hub
from tests.scenario import FOLDER, scenario

BASES = sorted(path.stem for path in (FOLDER / "bases").glob("*.yaml"))


def of_sheets() -> dict[str, Product]:
    """Every product, with all figures from a data sheet."""
    made = {}
    for model, product in load().products.items():
        changed = product
        for path, _, figure in list(figures_of(product)):
            if figure is not None:
                changed = with_figure(changed, path, figure.replace(status=Status.DATASHEET))
        made[model] = changed
    return made


SHEETS = of_sheets()


def used(hub: Hub) -> set[str]:
    """Models of the racks of a hub, of what they hold, and of the networks."""
    racks = {rack.model for pod in hub.pods for rack in pod.racks} | {rack.model for rack in hub.racks}
    models = set(racks)
    for rack in racks:
        model = SHEETS[rack]
        assert isinstance(model, RackModel)
        models |= {part.model for part in (*model.nodes, *model.switches)}
        for part in model.nodes:
            node = SHEETS[part.model]
            assert isinstance(node, Node)
            models |= {chip.model for chip in node.accelerators}
    return models | {tier.switch for fabric in hub.fabrics for tier in fabric.tiers}


def judged(hub: Hub, products: Mapping[str, Product]) -> dict[tuple[str, str, str], Finding]:
    catalogue: Catalogue = replace(load(), products=products)
    return {(one.rule, one.subject, one.phase): one for one in check(hub, catalogue).findings}


def with_one(model: str, path: str, figure: Figure | None) -> dict[str, Product]:
    return {**SHEETS, model: with_figure(SHEETS[model], path, figure)}  # type: ignore[arg-type]  # None is unknown


@pytest.mark.sample(3)
@pytest.mark.parametrize("base", BASES)
def test_a_pass_that_is_lost_without_a_figure_is_a_review_where_the_figure_is_unverified(base: str) -> None:
    hub = scenario(FOLDER / "bases" / f"{base}.yaml").hub
    whole = judged(hub, SHEETS)
    assert not any(one.holds_unverified for one in whole.values())
    reviews = 0
    for model in sorted(used(hub)):
        for path, _, figure in figures_of(SHEETS[model]):
            if figure is None or path.startswith("port"):  # a switch without ports is no switch
                continue
            unverified = judged(hub, with_one(model, path, figure.replace(status=Status.UNVERIFIED)))
            doubtful = {key for key, one in unverified.items() if one.holds_unverified}
            without = judged(hub, with_one(model, path, None))
            lost = {
                key
                for key, one in whole.items()
                if one.verdict is Verdict.PASS and (key not in without or without[key].verdict is not Verdict.PASS)
            }
            assert lost <= doubtful, f"{model}.{path}: {sorted(lost - doubtful)}"
            unmoved = {key: one.verdict for key, one in unverified.items() if key not in doubtful}
            assert unmoved == {key: one.verdict for key, one in whole.items() if key not in doubtful}
            reviews += len(doubtful)
    assert reviews
