from __future__ import annotations

import pytest

from inkwright.initialization.traced_strokes.pen_style import PenStyle


def test_few_strokes_are_wide_and_dark():
    pen = PenStyle()
    assert (
        pen.width_for(16, 224) > pen.width_for(64, 224) > pen.width_for(256, 224) == pen.width_for(999, 224)
    )
    assert pen.lightest_for(8) == pen.lightest_for(16) > pen.lightest_for(256)


def test_widths_grow_with_the_picture():
    assert PenStyle(width=2.0).width_for(64, 448) == 4.0


def test_what_is_asked_for_is_taken():
    pen = PenStyle(width=3.0, lightest=0.0)
    assert pen.width_for(5, 224) == 3.0
    assert pen.lightest_for(5) == 0.0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"width": 0.0}, "pen.width is 0.0; it must be > 0"),
        ({"lightest": 1.5}, r"pen.lightest is 1.5; it must be in \[0, 1\]"),
        ({"hatching": 1.0}, r"pen.hatching is 1.0; it must be in \[0, 1\)"),
        ({"jitter": float("nan")}, "pen.jitter is nan; it must be >= 0"),
    ],
)
def test_impossible_pens_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        PenStyle(**options)
