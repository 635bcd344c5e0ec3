from __future__ import annotations

import numpy as np

from inkwright.initialization.traced_strokes.ink_color import BRIGHTEST, LUMINANCE, ink_colors, visible_colors
from tests.inkwright.image_analysis.synthetic_pictures import step


def test_no_ink_is_too_bright_for_paper():
    colors = visible_colors(np.random.default_rng(0).random((50, 3)).astype(np.float32))
    assert (colors @ LUMINANCE).max() <= BRIGHTEST + 1e-5
    assert colors.min() >= 0
    assert colors.max() <= 1


def test_a_line_between_white_and_red_is_red():
    along = np.linspace([20, 64], [100, 64], 4)[None].astype(np.float32)
    red, green, blue = ink_colors(step(0, color=(0.8, 0.1, 0.1)), along, 3.0)[0]
    assert red > 0.6
    assert max(green, blue) < 0.2
