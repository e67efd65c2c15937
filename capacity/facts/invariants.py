"""Figures of the catalogue that contradict each other: doubts, whatever layer the figures come from."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from petaplan.capacity.facts.catalog import Catalogue
from petaplan.capacity.facts.figure_paths import MAIN, figures_of, row_name
from petaplan.capacity.facts.inheritance import taken_from
from petaplan.capacity.figures import UNPUBLISHED, Engine, Figure, Precision, Sparsity
from petaplan.capacity.findings import number
from petaplan.capacity.hardware import Accelerator, MakerClaim, Node, Part, PodModel, Product, RackModel
from petaplan.capacity.units import TFLOPS_PER_PFLOPS

ROUNDING = 0.01
"""Sheets round a rate to three digits or so: 2:4 rates that are nearer to twice the dense one agree with it."""

APART = 0.05
"""Two figures of makers that are further apart do not mean the same thing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """Two figures of a product that can hardly both be right."""

    model: str
    figure: str
    """Name of the figure."""
    text: str


def doubts_about(product: Product, catalogue: Catalogue) -> tuple[Doubt, ...]:
    """Every doubt about a product, by kind of contradiction."""
    about_rates = (*rates_apart(product), *claims_apart(product, catalogue), *sources_apart(product))
    return (*about_rates, *totals_of_other_parts(product, catalogue))


def rates_apart(product: Product) -> Iterator[Doubt]:
    """2:4 rates that are not twice the dense ones, where the maker says that they are; FP8 rates below BF16."""
    if not isinstance(product, Accelerator):
        return
    for peak in product.peaks if product.sparse_doubles else ():
        dense = product.peak(peak.precision, Sparsity.DENSE, peak.engine)
        if peak.sparsity is Sparsity.DENSE or peak.tflops is None or dense is None:
            continue
        if _apart(peak.tflops.value, 2 * dense.value) > ROUNDING:
            text = f"{number(peak.tflops.value)} is not twice the dense {number(dense.value)}"
            yield Doubt(model=product.model, figure=f"peaks[{row_name(peak)}]", text=text)
    for sparsity in Sparsity:
        for engine in Engine:
            bf16, fp8 = (product.peak(one, sparsity, engine) for one in (Precision.BF16, Precision.FP8))
            if bf16 is not None and fp8 is not None and fp8.value < bf16.value:
                text = f"FP8 {number(fp8.value)} is below BF16 {number(bf16.value)} ({sparsity}, {engine})"
                yield Doubt(model=product.model, figure="peaks[fp8]", text=text)


def claims_apart(product: Product, catalogue: Catalogue) -> Iterator[Doubt]:
    """Rates that a maker states of a pod, more than 5 % from the sum of its parts."""
    if not isinstance(product, PodModel):
        return
    for claim in product.maker_claims:
        derived = _sum(claim, product, catalogue)
        if derived is not None and _apart(claim.pflops.value, derived) > APART:
            text = f"the maker says {number(claim.pflops.value)}, the parts give {number(derived)} {claim.pflops.unit}"
            yield Doubt(model=product.model, figure=f"maker_claims[{row_name(claim)}]", text=text)


def sources_apart(product: Product) -> Iterator[Doubt]:
    """Published rates for which another document gives a rate more than 5 % away.

    The range of a figure (``low`` to ``high``) is no other document: it is never compared with the figure itself.
    """
    for name, fact, figure in figures_of(product):
        if figure is None or figure.status in UNPUBLISHED or fact.name not in MAIN.values():
            continue
        others = [
            one for one in figure.elsewhere if one.status not in UNPUBLISHED and _apart(one.value, figure.value) > APART
        ]
        if others:
            told = " and ".join(f"{number(one.value)} ({one.source})" for one in others)
            text = f"{number(figure.value)} {figure.unit} ({figure.source}), {told} elsewhere"
            yield Doubt(model=product.model, figure=name, text=text)


_TOTALS: Mapping[type[Product], tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        Node: (("accelerators", "cpus"), ("power_kw", "weight_kg")),
        RackModel: (("nodes", "switches"), ("power_kw", "loaded_weight_kg")),
        PodModel: (("racks",), ("accelerators", "power_kw", "optics", "scale_up_domain")),
    }
)
"""By kind of product: the lists of its parts, and the figures that follow from the parts."""


def has_parts(product: Product) -> bool:
    """Whether some figures of a product follow from its parts."""
    return type(product) in _TOTALS


def totals_of_other_parts(product: Product, catalogue: Catalogue) -> Iterator[Doubt]:
    """Figures that a product takes over from one with other parts, although they follow from the parts."""
    parts, totals = _TOTALS.get(type(product), ((), ()))
    for name in totals if product.based_on else ():
        figure: Figure | None = getattr(product, name)
        for model in () if figure is None else taken_from(figure, product.based_on):
            base = catalogue.products.get(model)
            other = [one for one in parts if base is not None and _counts(product, one) != _counts(base, one)]
            if figure is not None and other:
                told = f"{number(figure.value)} {figure.unit} of {model}, which has other {' and '.join(other)}"
                yield Doubt(model=product.model, figure=name, text=told)
                break


def _counts(product: Product, parts: str) -> Counter[str]:
    counts = Counter[str]()
    for part in getattr(product, parts, ()):
        counts[part.model] += part.count
    return counts


def _apart(one: float, other: float) -> float:
    """How far two numbers are apart, as a part of the second."""
    return abs(one - other) / abs(other) if other else float("inf")


def _sum(claim: MakerClaim, pod: PodModel, catalogue: Catalogue) -> float | None:
    """The rate of all accelerators of a pod, PFLOP/s; None where one has no figure of that kind, or there are none."""
    total = 0.0
    for count, model in _accelerators(pod, catalogue):
        chip = catalogue.find(Accelerator, model)
        figure = chip.peak(claim.precision, claim.sparsity, claim.engine) if chip else None
        if figure is None:
            return None
        total += count * figure.value / TFLOPS_PER_PFLOPS
    return total or None


def _accelerators(pod: PodModel, catalogue: Catalogue) -> Iterator[tuple[int, str]]:
    for racks, rack in _parts(pod.racks):
        model = catalogue.find(RackModel, rack)
        for nodes, node in _parts(model.nodes if model else ()):
            held = catalogue.find(Node, node)
            yield from ((racks * nodes * each, chip) for each, chip in _parts(held.accelerators if held else ()))


def _parts(parts: Iterable[Part]) -> Iterator[tuple[int, str]]:
    return ((part.count, part.model) for part in parts)
