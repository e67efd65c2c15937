"""Candidate shapes on a GPU: whole waves of tiles over its units, and the common square 8192."""

from petaplan.bench.evidence.record import Shape

_TILES = ((128, 256), (256, 128))
_REFERENCE = Shape(m=8192, n=8192, k=8192)


def near_square(units: int) -> tuple[int, int]:
    """The two factors of a unit count that are closest to each other.

    >>> near_square(132), near_square(108), near_square(304)
    ((12, 11), (12, 9), (19, 16))
    """
    low = max(d for d in range(1, int(units**0.5) + 1) if units % d == 0)
    return units // low, low


def candidates(units: int) -> tuple[Shape, ...]:
    """The common square first, then one to four waves of two tile forms, with a long and a middling inner dimension."""
    high, low = near_square(units)
    if high > 4 * low:  # prime counts and the like: a square that leaves few units idle
        high = low = int(units**0.5)
    found: list[Shape] = []
    for rows, columns in _TILES:
        for waves, k in ((1, 13312), (2, 8192), (4, 8192 + 128)):
            m = high * rows * (2 if waves > 1 else 1)
            n = low * columns * (2 if waves > 2 else 1)
            found.append(Shape(m=m, n=n, k=k))
    return (_REFERENCE, *dict.fromkeys(found), Shape(m=2048, n=2048, k=13312))
