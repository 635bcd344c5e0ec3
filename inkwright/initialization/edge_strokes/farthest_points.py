"""Farthest point sampling: places that lie as far apart from each other as they can."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
# What is drawn from a place (x, y): points [m, 2] of it.
DrawFrom = Callable[[FloatArray], FloatArray]


def farthest_points(
    places: FloatArray,
    count: int,
    generator: np.random.Generator,
    *,
    drawn: FloatArray | None = None,
    worth: FloatArray | None = None,
    draw: DrawFrom | None = None,
) -> NDArray[np.int64]:
    """Indices of ``count`` places, each the farthest from all before it (Eldar et al. 1997).

    The first one is drawn at random. If there are more to choose than places, all are taken again and again.

    Args:
        places: [N, 2], N >= 1.
        count: how many.
        generator: of the first one.
        drawn: [M, 2] what else to keep away from; then no first one is drawn.
        worth: [N] >= 0; distances are multiplied by it, so that telling places come first.
        draw: what is drawn from a place; distances are from that, not from the place alone.
    """
    worth = np.ones(len(places), np.float32) if worth is None else worth
    nearest = np.full(len(places), np.inf, dtype=np.float32)
    if drawn is not None and len(drawn):
        nearest = _squared_distance(places, drawn)
    chosen: list[int] = []
    free = np.ones(len(places), dtype=bool)
    for _ in range(count):
        if not free.any():
            free[:] = True
        first = np.isinf(nearest).all()
        index = _drawn(worth, generator) if first else _best(nearest, worth, free)
        chosen.append(index)
        free[index] = False
        curve = places[index : index + 1] if draw is None else draw(places[index])
        nearest = np.minimum(nearest, _squared_distance(places, curve))
    return np.array(chosen, dtype=np.int64)


def _drawn(worth: FloatArray, generator: np.random.Generator) -> int:
    likely = worth.astype(np.float64)
    return int(generator.choice(len(worth), p=likely / likely.sum()))


def _best(nearest: FloatArray, worth: FloatArray, free: NDArray[np.bool_]) -> int:
    return int(np.argmax(np.where(free, np.sqrt(nearest) * worth, -1.0)))


def _squared_distance(places: FloatArray, curve: FloatArray) -> FloatArray:
    """[N] from each place to the nearest point of a curve [m, 2]."""
    offset = places[:, None] - curve[None]
    distance: FloatArray = np.einsum("nmc,nmc->nm", offset, offset).min(1).astype(np.float32)
    return distance
