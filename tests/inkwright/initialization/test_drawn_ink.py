from __future__ import annotations

import numpy as np

from inkwright.initialization.traced_strokes.selection_kernels import draw, freshness, is_drawn
from inkwright.initialization.traced_strokes.stroke_selection import no_ink


def _row(y: float, start: float = 5, end: float = 45) -> np.ndarray:
    x = np.arange(start, end, dtype=np.float32)
    return np.stack([x, np.full_like(x, y)], axis=-1)


def _freshness(ink, curve: np.ndarray, crowding: float) -> np.ndarray:
    return np.array([freshness(ink, curve, i, np.float32(crowding)) for i in range(len(curve))])


def test_parallel_lines_within_the_clearance_are_drawn_already():
    ink = no_ink((50, 50), clearance=3, crowding_radius=8)
    draw(ink, _row(20))
    for y, fresh in ((20, False), (22, False), (26, True)):
        assert (_freshness(ink, _row(y), 0.0)[5:-5] == float(fresh)).all()
        assert is_drawn(ink, _row(y), 20) is not fresh


def test_a_line_across_is_not_drawn():
    ink = no_ink((50, 50), clearance=3, crowding_radius=8)
    draw(ink, _row(20))
    assert (_freshness(ink, _row(25)[:, ::-1].copy(), 0.0) == 1).all()


def test_ink_around_makes_a_line_worth_less():
    ink = no_ink((50, 50), clearance=2, crowding_radius=8)
    empty = _freshness(ink, _row(26), 1.0)
    draw(ink, _row(20))
    assert (empty == 1).all()
    near, far = (_freshness(ink, _row(y), 1.0).mean() for y in (26, 45))
    assert near < 0.9 * far
