"""Edges of a graph as strokes: at a junction a stroke goes on into the edge that lies straight ahead."""

from dataclasses import dataclass

import numpy as np

from inkwright.vectorization.skeleton.graph_cleaning import tangent
from inkwright.vectorization.skeleton.line_graph import Edge, EdgeEnd, FloatArray, LineGraph


@dataclass(frozen=True)
class Chain:
    """The points of one stroke.

    Attributes:
        points: [n, 2] in pixels; the first is not repeated at the end of a closed chain.
        closed: whether the last point is followed by the first.
        passed: [n] bool, whether the point is a junction that the stroke passes through.
        held: whether the (first, last) point is a junction, at which the stroke must end.
    """

    points: FloatArray
    closed: bool
    passed: np.ndarray
    held: tuple[bool, bool]


def chains_of(graph: LineGraph, degrees: float = 25.0) -> list[Chain]:
    """The strokes of a graph; each edge becomes part of exactly one.

    At a junction of three or more ends, two of them that turn from straight ahead by no more than so many
    degrees are the same stroke.
    """
    onward: dict[EdgeEnd, EdgeEnd] = {}
    for node in graph.nodes():
        for one, other in _pairs(graph.ends(node), degrees):
            onward[one], onward[other] = other, one
    chains: list[Chain] = []
    used: set[Edge] = set()
    starts = [(edge, at_start) for edge in graph.edges for at_start in (True, False)]
    for begin_anywhere in (False, True):
        for start in starts:
            if start[0] in used or (start in onward and not begin_anywhere):
                continue
            chains.append(_walk(graph, start, onward, used))
    return chains


def _pairs(ends: list[EdgeEnd], degrees: float) -> list[tuple[EdgeEnd, EdgeEnd]]:
    if len(ends) == 2:
        return [(ends[0], ends[1])]
    tangents = [tangent(end) for end in ends]
    limit = np.cos(np.radians(degrees))
    straight = sorted(
        (float(tangents[i] @ tangents[j]), i, j) for i in range(len(ends)) for j in range(i + 1, len(ends))
    )
    taken: set[int] = set()
    pairs = []
    for turn, i, j in straight:
        if -turn >= limit and not {i, j} & taken:
            taken |= {i, j}
            pairs.append((ends[i], ends[j]))
    return pairs


def _walk(graph: LineGraph, start: EdgeEnd, onward: dict[EdgeEnd, EdgeEnd], used: set[Edge]) -> Chain:
    end, points, passed = start, [], []
    while True:
        edge, at_start = end
        used.add(edge)
        part = edge.away_from(at_start)
        points.append(part[:-1])
        passed.append(np.zeros(len(part) - 1, dtype=bool))
        passed[-1][0] = graph.degree(edge.node(at_start)) > 2
        far = (edge, not at_start)
        following = onward.get(far)
        if following is None or following[0] in used:
            break
        end = following
    closed = following is not None and following == start
    if not closed:
        points.append(part[-1:])
        passed.append(np.zeros(1, dtype=bool))
        passed[0][0] = False
    held = (graph.degree(start[0].node(start[1])) > 2, graph.degree(far[0].node(far[1])) > 2)
    return Chain(np.concatenate(points), closed, np.concatenate(passed), held)
