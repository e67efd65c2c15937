"""The distributions of bench are those of SciPy, which bench does not import."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import special

from petaplan.bench import distributions

PROBABILITIES = (0.001, 0.01, 0.025, 0.05, 0.3, 0.5, 0.7, 0.95, 0.975, 0.99, 0.999)


@pytest.mark.parametrize("freedom", [1, 1.5, 2, 3, 4, 7.3, 19, 63, 1_000, 1e6])
def test_quantiles_of_students_t(freedom: float) -> None:
    for probability in PROBABILITIES:
        wanted = float(special.stdtrit(freedom, probability))
        assert distributions.stdtrit(freedom, probability) == pytest.approx(wanted, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("above", [1, 2, 4, 9, 40, 300])
@pytest.mark.parametrize("below", [1, 2, 5, 30, 1_000])
def test_quantiles_of_f(above: int, below: int) -> None:
    for probability in PROBABILITIES:
        wanted = float(special.fdtri(above, below, probability))
        assert distributions.fdtri(above, below, probability) == pytest.approx(wanted, rel=1e-8)


def test_the_normal_distribution() -> None:
    scores = np.linspace(-30, 9, 400)
    assert distributions.ndtr(scores) == pytest.approx(special.ndtr(scores), rel=1e-12)
    for probability in (*PROBABILITIES, 1e-12):
        assert distributions.ndtri(probability) == pytest.approx(float(special.ndtri(probability)), rel=1e-12)


@pytest.mark.parametrize("count", [1, 2, 6, 50, 3_000])
def test_the_binomial_distribution(count: int) -> None:
    for most in range(-1, count + 1, max(1, count // 20)):
        wanted = float(special.bdtr(most, count, 0.5)) if most >= 0 else 0.0
        assert distributions.bdtr(most, count, 0.5) == pytest.approx(wanted, rel=1e-9, abs=1e-13)


def test_bench_imports_no_scipy() -> None:
    code = (
        "import importlib, pkgutil, sys, petaplan.bench as b\n"
        "for m in pkgutil.walk_packages(b.__path__, 'petaplan.bench.'):\n"
        "    if not m.name.endswith(('__main__', 'ray_fleet')): importlib.import_module(m.name)\n"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in ('scipy', 'pulumi', 'petaplan.capacity')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
