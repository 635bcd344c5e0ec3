"""The skeleton of a line drawing as a graph: junctions and ends are nodes, lines between them edges."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inkwright.vectorization.skeleton.line_mask import Mask

FloatArray = NDArray[np.float64]
_AROUND = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))


@dataclass(eq=False)
class Edge:
    """A line between two nodes.

    Attributes:
        start: node at the first point.
        end: node at the last point.
        points: [n, 2] (x right, y down) in pixels, from the place of ``start`` to that of ``end``.
    """

    start: int
    end: int
    points: FloatArray

    def length(self) -> float:
        """Length in pixels."""
        return float(np.sqrt((np.diff(self.points, axis=0) ** 2).sum(1)).sum())

    def away_from(self, at_start: bool) -> FloatArray:
        """The points, beginning at one of the ends."""
        return self.points if at_start else self.points[::-1]

    def node(self, at_start: bool) -> int:
        """The node at one of the ends."""
        return self.start if at_start else self.end


# One of the two ends of an edge: (edge, whether it is its start).
EdgeEnd = tuple[Edge, bool]


class LineGraph:
    """Nodes with places, edges with points, and who meets whom.

    Attributes:
        places: [2] place of each node, by number.
        edges: all edges, in the order in which they were added.
    """

    def __init__(self) -> None:
        self.places: dict[int, FloatArray] = {}
        self._next = 0
        self.edges: dict[Edge, None] = {}
        self._ends: dict[int, list[EdgeEnd]] = {}

    def add_node(self, place: FloatArray) -> int:
        """A new node; returns its number."""
        number = self._next
        self._next = number + 1
        self.places[number] = np.asarray(place, dtype=np.float64)
        self._ends[number] = []
        return number

    def add_edge(self, start: int, end: int, points: FloatArray) -> Edge:
        """A new edge; its first and last point become the places of its nodes."""
        points = np.array(points, dtype=np.float64)
        points[0], points[-1] = self.places[start], self.places[end]
        edge = Edge(start, end, points)
        self.edges[edge] = None
        self._ends[start].append((edge, True))
        self._ends[end].append((edge, False))
        return edge

    def remove_edge(self, edge: Edge) -> None:
        """Takes an edge away; its nodes stay."""
        del self.edges[edge]
        for node in {edge.start, edge.end}:
            self._ends[node] = [end for end in self._ends[node] if end[0] is not edge]

    def ends(self, node: int) -> list[EdgeEnd]:
        """The ends of edges that meet at a node."""
        return list(self._ends[node])

    def degree(self, node: int) -> int:
        """How many ends of edges meet at a node."""
        return len(self._ends[node])

    def nodes(self) -> list[int]:
        """Numbers of all nodes."""
        return list(self.places)

    def move_node(self, node: int, place: FloatArray) -> None:
        """Puts a node elsewhere, and the ends of its edges with it."""
        self.places[node] = np.asarray(place, dtype=np.float64)
        for edge, at_start in self._ends[node]:
            edge.points[0 if at_start else -1] = place

    def scale(self, factor: float) -> None:
        """Multiplies all coordinates."""
        for node in self.places:
            self.places[node] = self.places[node] * factor
        for edge in self.edges:
            edge.points = edge.points * factor

    def space_evenly(self, spacing: float = 1.0) -> None:
        """Lays the points of every edge anew, about ``spacing`` pixels apart along it."""
        for edge in self.edges:
            along = arc_length(edge.points)
            places = np.linspace(0.0, along[-1], max(int(np.ceil(along[-1] / spacing)), 1) + 1)
            edge.points = at_lengths(edge.points, along, places)


def graph_of(skeleton: Mask) -> LineGraph:
    """The graph of a skeleton one pixel wide; the place of pixel (row i, column j) is (j + 0.5, i + 0.5)."""
    from scipy.ndimage import convolve, label

    padded = np.pad(skeleton, 1)
    near = convolve(padded.astype(np.uint8), np.ones((3, 3), np.uint8), mode="constant") - 1
    joints, count = label(padded & (near != 2), structure=np.ones((3, 3)))
    graph = LineGraph()
    rows, columns = np.nonzero(joints)
    numbers = joints[rows, columns]
    sizes = np.bincount(numbers, minlength=count + 1)[1:]
    x = np.bincount(numbers, columns, minlength=count + 1)[1:] / np.maximum(sizes, 1)
    y = np.bincount(numbers, rows, minlength=count + 1)[1:] / np.maximum(sizes, 1)
    for place in np.stack([x, y], axis=1) - 0.5:
        graph.add_node(place)
    free = {(int(row), int(column)) for row, column in zip(*np.nonzero(padded & (joints == 0)), strict=True)}
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        node = int(joints[row, column]) - 1
        for first in list(_neighbors((row, column))):
            if first in free:
                _follow(graph, free, joints, node, first)
    while free:
        _follow_loop(graph, free)
    return graph


def _neighbors(pixel: tuple[int, int]) -> Iterator[tuple[int, int]]:
    for down, right in _AROUND:
        yield pixel[0] + down, pixel[1] + right


def _follow(
    graph: LineGraph, free: set[tuple[int, int]], joints: NDArray[np.int32], node: int, first: tuple[int, int]
) -> None:
    """Walks from a node along free pixels, uses them up, and adds the edge to where the walk ends."""
    chain, pixel = [first], first
    free.discard(first)
    while True:
        onward = [near for near in _neighbors(pixel) if near in free]
        if not onward:
            break
        pixel = onward[0]
        free.discard(pixel)
        chain.append(pixel)
    reached = [int(joints[near]) - 1 for near in _neighbors(pixel) if joints[near]]
    others = [number for number in reached if number != node]
    end = others[0] if others else node
    if end == node and len(chain) < 4:
        return
    places = _places(chain)
    graph.add_edge(node, end, np.concatenate([graph.places[node][None], places, graph.places[end][None]]))


def _follow_loop(graph: LineGraph, free: set[tuple[int, int]]) -> None:
    chain: list[tuple[int, int]] = []
    onward = [min(free)]
    while onward:
        chain.append(onward[0])
        free.discard(onward[0])
        onward = [near for near in _neighbors(onward[0]) if near in free]
    if len(chain) >= 4:
        places = _places(chain)
        node = graph.add_node(places[0])
        graph.add_edge(node, node, np.concatenate([places, places[:1]]))


def arc_length(points: FloatArray) -> FloatArray:
    """[n] length of a polyline [n, 2] up to each of its points."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])


def at_lengths(points: FloatArray, along: FloatArray, places: FloatArray) -> FloatArray:
    """[k, 2] points of a polyline [n, 2] at lengths [k]; ``along`` [n] rises, and is that of its points."""
    return np.stack([np.interp(places, along, points[:, axis]) for axis in range(2)], axis=1)


def unit(way: FloatArray) -> FloatArray:
    """[2] the vector at length 1."""
    found: FloatArray = way / max(float(np.hypot(*way)), 1e-9)
    return found


def _places(chain: list[tuple[int, int]]) -> FloatArray:
    return np.array(chain, dtype=np.float64)[:, ::-1] - 0.5
