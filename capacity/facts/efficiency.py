"""Published matmul rates: the prior for a device without own measurements."""

from functools import cache
from pathlib import Path

from petaplan.capacity.errors import CatalogueError, Problem
from petaplan.capacity.facts.catalog import DATA, load, read_sources
from petaplan.capacity.facts.table import Table
from petaplan.capacity.figures import Precision
from petaplan.capacity.hardware import Accelerator, MeasuredGemm


@cache
def measured_gemms(folder: Path = DATA) -> tuple[MeasuredGemm, ...]:
    """Every published measurement in a catalogue's folder, in the order of its file.

    Raises:
        CatalogueError: with everything that is wrong with the file, by line.
    """
    problems: list[Problem] = []
    sources = read_sources(folder, problems)
    table = Table.read(folder / "efficiency.yaml", MeasuredGemm, problems)
    problems.extend(table.figure_problems(sources))
    catalogue = load(folder)
    for index, gemm in enumerate(table.entries):
        if catalogue.find(Accelerator, gemm.accelerator) is None:
            advice = catalogue.suggestion(Accelerator, gemm.accelerator)
            found, expected = f"the model {gemm.accelerator!r}", "a known Accelerator"
            problems.append(table.problem((index, "accelerator"), found, expected, advice))
    if problems:
        raise CatalogueError(problems)
    return table.entries


def published_fractions(
    model: str, precision: Precision, further: tuple[MeasuredGemm, ...] = ()
) -> tuple[MeasuredGemm, ...]:
    """What was measured of one accelerator in one precision; no precision replaces another.

    ``further`` are rates of the layers of a plan.
    """
    return tuple(
        gemm for gemm in (*measured_gemms(), *further) if (gemm.accelerator, gemm.precision) == (model, precision)
    )
