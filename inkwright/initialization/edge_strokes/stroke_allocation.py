"""How many of a drawing's strokes each of its rounds gets."""

from collections.abc import Sequence

import numpy as np


def allocate_strokes(counts: Sequence[float], total: int, least: int = 1) -> list[int]:
    """Shares of ``total`` strokes in proportion to counts, by largest remainder; they sum up to ``total``.

    Args:
        counts: >= 0, of edge points; without any, all shares are alike.
        total: strokes of the drawing.
        least: strokes of each at least, taken from those that have most.

    Raises:
        ValueError: there are not enough strokes.
    """
    if least < 0 or total < least * len(counts) or not counts:
        raise ValueError(
            f"num_strokes is {total}; {len(counts)} rounds of at least {least} strokes need "
            f"{max(least, 0) * len(counts)}; give more strokes, or fewer regions (region_round)"
        )
    weights = np.asarray(counts, dtype=np.float64)
    weights = weights if weights.sum() > 0 else np.ones_like(weights)
    exact = total * weights / weights.sum()
    shares = np.floor(exact).astype(int)
    missing = total - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:missing]] += 1
    while shares.min() < least:
        shares[shares.argmax()] -= 1
        shares[shares.argmin()] += 1
    return [int(share) for share in shares]
