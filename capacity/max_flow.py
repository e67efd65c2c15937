"""Maximum flow through a small network, by blocking flows along shortest paths (Dinic's method).

Capacities are real numbers. Networks of plant and of fabrics have a few dozen edges once alike parts are one.
To load a library would cost more. The tests hold it to networkx.
"""

from collections import deque
from collections.abc import Iterable

Edge = tuple[int, int, float]
"""From, to, capacity."""

NEGLIGIBLE = 1e-12
"""Share of the largest capacity below which a residual capacity counts as none."""


def max_flow(edges: Iterable[Edge], source: int, sink: int) -> float:
    """The most that flows from a source to a sink.

    >>> max_flow([(0, 1, 3.0), (0, 2, 2.0), (1, 3, 2.0), (2, 3, 4.0)], 0, 3)
    4.0
    """
    return _Network(edges).most(source, sink)


class _Network:
    """Residual capacities of a network; an edge and its reverse stand side by side."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self._ends: list[int] = []
        self._left: list[float] = []
        self._out: dict[int, list[int]] = {}
        for start, end, capacity in edges:
            self._add(start, end, capacity)
        finite = [left for left in self._left if left < float("inf")]
        self._least = NEGLIGIBLE * max(finite, default=0.0)

    def _add(self, start: int, end: int, capacity: float) -> None:
        for here, there, left in ((start, end, capacity), (end, start, 0.0)):
            self._out.setdefault(here, []).append(len(self._ends))
            self._ends.append(there)
            self._left.append(left)

    def most(self, source: int, sink: int) -> float:
        """The flow when no path from source to sink has capacity left."""
        total = 0.0
        while sink in (levels := self._levels(source)):
            untried = {node: list(out) for node, out in self._out.items()}
            while (path := self._path(source, sink, levels, untried)) is not None:
                amount = min(self._left[edge] for edge in path)
                for edge in path:
                    self._left[edge] -= amount
                    self._left[edge ^ 1] += amount
                total += amount
        return total

    def _levels(self, source: int) -> dict[int, int]:
        levels, queue = {source: 0}, deque([source])
        while queue:
            node = queue.popleft()
            for edge in self._out.get(node, ()):
                end = self._ends[edge]
                if self._left[edge] > self._least and end not in levels:
                    levels[end] = levels[node] + 1
                    queue.append(end)
        return levels

    def _path(self, source: int, sink: int, levels: dict[int, int], untried: dict[int, list[int]]) -> list[int] | None:
        """Edges of a path that goes up one level at each step; None where there is none left."""
        path: list[int] = []
        node = source
        while node != sink:
            edges = untried.get(node, [])
            while edges and not self._leads_on(edges[-1], node, levels):
                edges.pop()
            if edges:
                path.append(edges[-1])
                node = self._ends[edges[-1]]
            elif path:
                back = path.pop()
                node = self._ends[back ^ 1]
                untried[node].pop()
            else:
                return None
        return path

    def _leads_on(self, edge: int, node: int, levels: dict[int, int]) -> bool:
        return self._left[edge] > self._least and levels.get(self._ends[edge]) == levels[node] + 1
