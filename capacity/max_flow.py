"""Maximum flow through a small network, by blocking flows along shortest paths (Dinic's method).

Capacities are real numbers. Networks of plant and of fabrics have a few dozen edges once alike parts are one.
To load a library would cost more. The tests hold it to networkx. ``Residual`` keeps a flow and asks what is left of it
after a loss.
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
            untried: dict[int, list[int]] = {}
            while (path := self._path(source, sink, levels, untried)) is not None:
                amount = min(self._left[edge] for edge in path)
                for edge in path:
                    self._left[edge] -= amount
                    self._left[edge ^ 1] += amount
                total += amount
        return total

    def left(self) -> list[float]:
        """The capacity that is left of each edge, and of its reverse after it."""
        return list(self._left)

    def with_edges(self, left: list[float], edges: Iterable[Edge]) -> "_Network":
        """The same network with other capacities, and some more edges."""
        made = _Network(())
        made._ends, made._left, made._least = list(self._ends), left, self._least
        made._out = dict(self._out)
        for start, end, capacity in edges:
            made._out |= {node: list(made._out.get(node, ())) for node in (start, end)}
            made._add(start, end, capacity)
        return made

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
            if (edges := untried.get(node)) is None:
                edges = untried[node] = list(self._out.get(node, ()))
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


class Residual:
    """A network with its maximum flow, and what is left of the flow when something is taken away."""

    def __init__(self, edges: Iterable[Edge], source: int, sink: int) -> None:
        self._edges = tuple(edges)
        self._source, self._sink = source, sink
        self._network = _Network(self._edges)
        self.flow = self._network.most(source, sink)
        self._at: dict[tuple[int, int], int] = {(a, b): 2 * number for number, (a, b, _) in enumerate(self._edges)}
        self._ends = max((max(a, b) for a, b, _ in self._edges), default=0)

    def without_nodes(self, nodes: Iterable[int]) -> float:
        """The maximum flow without some nodes."""
        gone = set(nodes)
        left = self._network.left()
        offers: dict[int, float] = {}
        wants: dict[int, float] = {}
        for number, (a, b, capacity) in enumerate(self._edges):
            if a in gone or b in gone:
                carried = max(0.0, capacity - left[2 * number])
                left[2 * number] = left[2 * number + 1] = 0.0
                if carried and a not in gone:
                    offers[a] = offers.get(a, 0.0) + carried
                if carried and b not in gone:
                    wants[b] = wants.get(b, 0.0) + carried
        return self._sent_on(left, offers, wants)

    def with_less(self, links: Iterable[Edge]) -> float:
        """The maximum flow where some links, both ways, have so much less capacity."""
        left = self._network.left()
        offers: dict[int, float] = {}
        wants: dict[int, float] = {}
        for a, b, less in links:
            for start, end in ((a, b), (b, a)):
                edge = self._at[start, end]
                rest = min(less, left[edge])
                left[edge] -= rest
                over = min(less - rest, left[edge + 1])  # what the edge carried in that part
                left[edge + 1] -= over
                if over:
                    offers[start] = offers.get(start, 0.0) + over
                    wants[end] = wants.get(end, 0.0) + over
        return self._sent_on(left, offers, wants)

    def _sent_on(self, left: list[float], offers: dict[int, float], wants: dict[int, float]) -> float:
        """The flow when what was interrupted is sent on, from where it stopped or from the source."""
        offered, wanted = sum(offers.values()), sum(wants.values())
        if not offered and not wanted:
            return self.flow
        start, end = self._ends + 1, self._ends + 2
        extra: list[Edge] = [(start, self._source, float("inf")), (self._sink, end, float("inf"))]
        extra += [(start, node, kw) for node, kw in offers.items()]
        extra += [(node, end, kw) for node, kw in wants.items()]
        sent = self._network.with_edges(left, extra).most(start, end)
        return self.flow - max(offered, wanted) + sent
