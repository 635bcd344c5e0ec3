"""Mends a skeleton's graph: false nodes, spurs, split crossings, gaps."""

import numpy as np

from inkwright.vectorization.skeleton.line_graph import (
    Edge,
    EdgeEnd,
    FloatArray,
    LineGraph,
    arc_length,
    at_lengths,
    unit,
)


def dissolve(graph: LineGraph) -> None:
    """Joins the two edges of every node at which only two ends meet."""
    for node in graph.nodes():
        ends = graph.ends(node)
        if len(ends) != 2 or ends[0][0] is ends[1][0]:
            continue
        (one, one_starts), (other, other_starts) = ends
        before = one.away_from(not one_starts)
        after = other.away_from(other_starts)
        graph.remove_edge(one)
        graph.remove_edge(other)
        points = np.concatenate(
            [before[:-1], after[1:]] if len(before) + len(after) > 4 else [before, after[1:]]
        )
        graph.add_edge(one.node(not one_starts), other.node(not other_starts), points)


def prune_spurs(graph: LineGraph, width: FloatArray, shortest: float = 6.0, ratio: float = 1.2) -> None:
    """Takes away short edges that lead from a junction to nowhere, twice.

    Args:
        graph: is changed.
        width: [H, W] width of the ink in pixels, at each pixel of the skeleton.
        shortest: edges of this many pixels stay.
        ratio: and so do those this many times as long as the ink at the junction is wide.
    """
    for _ in range(2):
        for edge in list(graph.edges):
            dangles = [at_start for at_start in (True, False) if graph.degree(edge.node(at_start)) == 1]
            if len(dangles) != 1:
                continue
            junction = edge.node(not dangles[0])
            wide = _at(width, graph.places[junction])
            if graph.degree(junction) > 2 and edge.length() < max(shortest, ratio * wide):
                graph.remove_edge(edge)
        dissolve(graph)


def join_split_crossings(graph: LineGraph, width: FloatArray, ratio: float = 1.5, least: float = 4.0) -> None:
    """Makes one node of two junctions that lie within the width of the lines: a crossing, not two forks."""
    for edge in sorted(graph.edges, key=Edge.length):
        if edge not in graph.edges or edge.start == edge.end:
            continue
        if min(graph.degree(edge.start), graph.degree(edge.end)) < 3:
            continue
        middle = (graph.places[edge.start] + graph.places[edge.end]) / 2
        if edge.length() <= max(ratio * _at(width, middle), least):
            _contract(graph, edge, middle)


def bridge_gaps(graph: LineGraph, reach: float = 12.0, degrees: float = 30.0) -> None:
    """Joins free ends of a graph that are within reach and point at each other, nearest pairs first.

    The reach is in pixels; the lines may point past each other by so many degrees.
    """
    loose = [node for node in graph.nodes() if graph.degree(node) == 1]
    if len(loose) < 2:
        return
    from scipy.spatial import cKDTree

    places = np.array([graph.places[node] for node in loose])
    pairs = sorted(
        cKDTree(places).query_pairs(reach),
        key=lambda pair: float(np.hypot(*(places[pair[0]] - places[pair[1]]))),
    )
    limit = np.cos(np.radians(degrees))
    for one, other in pairs:
        first, second = loose[one], loose[other]
        if graph.degree(first) != 1 or graph.degree(second) != 1:
            continue
        if (
            graph.ends(first)[0][0] is graph.ends(second)[0][0]
            and graph.ends(first)[0][0].length() < 3 * reach
        ):
            continue
        way = graph.places[second] - graph.places[first]
        size = float(np.hypot(*way))
        along = way / max(size, 1e-9)
        out, back = -tangent(graph.ends(first)[0]), -tangent(graph.ends(second)[0])
        if size < 2.5 or (out @ along > limit and -(back @ along) > limit):
            graph.add_edge(first, second, np.stack([graph.places[first], graph.places[second]]))
    dissolve(graph)


def tangent(end: EdgeEnd, near: float = 2.0, far: float = 10.0) -> FloatArray:
    """[2] unit vector from an end into its edge, taken between ``near`` and ``far`` pixels along it."""
    points = end[0].away_from(end[1])
    along = arc_length(points)
    if along[-1] < 2 * near:
        near = 0.0
    inner, outer = at_lengths(points, along, np.array([near, far]))
    return unit(outer - inner)


def _contract(graph: LineGraph, edge: Edge, middle: FloatArray) -> None:
    kept, gone = edge.start, edge.end
    graph.remove_edge(edge)
    graph.move_node(kept, middle)
    for other, at_start in graph.ends(gone):
        if other not in graph.edges:
            continue
        graph.remove_edge(other)
        far = other.node(not at_start)
        far = kept if far == gone else far
        points = other.away_from(at_start)
        if far != kept or len(points) > 6:
            graph.add_edge(kept, far, points)


def _at(field: FloatArray, place: FloatArray) -> float:
    row = int(np.clip(place[1], 1, field.shape[0] - 2))
    column = int(np.clip(place[0], 1, field.shape[1] - 2))
    return float(field[row - 1 : row + 2, column - 1 : column + 2].max())
