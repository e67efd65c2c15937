"""Candidate shapes on a CPU: squares that fill shares of the last-level cache."""

from petaplan.bench.evidence.record import Shape

_CACHE_SHARES = (0.25, 0.5, 1.0)
"""Bytes of A, B and C together, as shares of the last-level cache, for the square candidates."""


def candidates(cache_bytes: int, itemsize: int) -> tuple[Shape, ...]:
    """Squares that fill shares of the last-level cache, and one with a long inner dimension.

    Multiples of 96 fit every register tile in use and keep leading dimensions off powers of two.

    >>> [str(shape) for shape in candidates(32 << 20, 4)]
    ['768×768×768', '1152×1152×1152', '1632×1632×1632', '1152×1152×2304']
    """
    sides = [int((share * cache_bytes / 3 / itemsize) ** 0.5) // 96 * 96 for share in _CACHE_SHARES]
    squares = [Shape(m=side, n=side, k=side) for side in dict.fromkeys(max(side, 192) for side in sides)]
    middle = squares[len(squares) // 2].m
    return (*squares, Shape(m=middle, n=middle, k=2 * middle))
