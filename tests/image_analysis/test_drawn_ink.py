from __future__ import annotations

import numpy as np

from image_analysis.drawn_ink import DrawnInk


def _row(y: float, start: float = 5, end: float = 45) -> np.ndarray:
    x = np.arange(start, end, dtype=np.float32)
    return np.stack([x, np.full_like(x, y)], axis=-1)


def test_parallel_lines_within_the_clearance_are_drawn_already():
    ink = DrawnInk((50, 50), clearance=3, crowding_radius=8)
    ink.draw(_row(20))
    for y, fresh in ((20, False), (22, False), (26, True)):
        places = ink.places(_row(y))
        assert (ink.freshness(places, 0.0)[5:-5] == float(fresh)).all()
        assert ink.is_drawn(int(places[20])) is not fresh


def test_a_line_across_is_not_drawn():
    ink = DrawnInk((50, 50), clearance=3, crowding_radius=8)
    ink.draw(_row(20))
    assert (ink.freshness(ink.places(_row(25)[:, ::-1].copy()), 0.0) == 1).all()


def test_ink_around_makes_a_line_worth_less():
    ink = DrawnInk((50, 50), clearance=2, crowding_radius=8)
    empty = ink.freshness(ink.places(_row(26)), 1.0)
    ink.draw(_row(20))
    assert (empty == 1).all()
    near, far = (ink.freshness(ink.places(_row(y)), 1.0).mean() for y in (26, 45))
    assert near < 0.9 * far
