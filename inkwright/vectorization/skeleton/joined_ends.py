"""Strokes that end at a junction end exactly on the stroke that passes it, or in one point."""

import dataclasses

import numpy as np

from inkwright.vectorization.traced_stroke import TracedStroke


def joined_ends(strokes: list[TracedStroke], reach: float = 5.0) -> list[TracedStroke]:
    """The strokes with every held end moved onto the nearest other stroke within reach, all in pixels.

    The handle beside an end moves with it, so the direction stays.
    """
    ends = [
        (number, last)
        for number, stroke in enumerate(strokes)
        for last in (False, True)
        if stroke.held[last] and not stroke.closed
    ]
    if not ends:
        return strokes
    from scipy.spatial import cKDTree

    samples = [stroke.sampled() for stroke in strokes]
    owner = np.repeat(np.arange(len(strokes)), [len(each) for each in samples])
    places = np.concatenate(samples)
    tree = cKDTree(places)
    control = [stroke.control.copy() for stroke in strokes]
    for number, last in ends:
        end, handle = (-1, -2) if last else (0, 1)
        place = strokes[number].control[end]
        near = np.array(tree.query_ball_point(place, reach), dtype=int)
        near = near[owner[near] != number]
        if len(near):
            best = near[np.argmin(((places[near] - place) ** 2).sum(1))]
            control[number][handle] += places[best] - control[number][end]
            control[number][end] = places[best]
    return [
        dataclasses.replace(stroke, control=points) for stroke, points in zip(strokes, control, strict=True)
    ]
