from __future__ import annotations

import numpy as np

from inkwright.image_analysis.picture_analysis import analyze_picture
from inkwright.initialization.traced_strokes.hatching import hatch_strokes
from tests.inkwright.image_analysis.synthetic_pictures import disc, paper


def test_hatches_stay_in_the_dark():
    strokes = hatch_strokes(analyze_picture(disc(60)), 60, pen=2.0)
    assert 20 < len(strokes) <= 60
    assert np.hypot(*(strokes - 112).transpose(2, 0, 1)).max() < 66


def test_a_darker_half_gets_more():
    picture = paper()
    picture[40:184, 40:112] = 0.35
    picture[40:184, 112:184] = 0.02
    strokes = hatch_strokes(analyze_picture(picture), 80, pen=2.0)
    length = np.hypot(*(strokes[:, 3] - strokes[:, 0]).T)
    right = strokes.mean(1)[:, 0] > 112
    assert length[right].sum() > 1.3 * length[~right].sum()


def test_white_paper_stays_white():
    assert hatch_strokes(analyze_picture(paper()), 10, pen=2.0).shape == (0, 4, 2)


def test_no_stroke_gives_none():
    assert len(hatch_strokes(analyze_picture(disc(60)), 0, pen=2.0)) == 0
