from __future__ import annotations

import numpy as np
import pytest

from inkwright.image_analysis.picture_analysis import analyze_picture
from inkwright.initialization.traced_strokes.stroke_tracing import TracingStyle, split_longest, trace_strokes
from inkwright.vector_graphics.curves.fitting import bernstein
from tests.inkwright.image_analysis.synthetic_pictures import disc, line, paper


def _curves(points: np.ndarray) -> np.ndarray:
    return bernstein(np.linspace(0, 1, 30)) @ points


def test_a_disc_is_drawn_by_its_outline():
    traced = trace_strokes(analyze_picture(disc(70)), 8)
    drawn = _curves(traced.points[traced.strength > 0]).reshape(-1, 2) - 112
    radius, angle = np.hypot(*drawn.T), np.arctan2(drawn[:, 1], drawn[:, 0])
    assert np.abs(radius - 70).max() < 2
    assert np.histogram(angle, 36, (-np.pi, np.pi))[0].min() > 0


@pytest.mark.parametrize("angle", [0, 33, 90, 140])
def test_a_line_is_drawn_by_one_stroke_along_it(angle):
    traced = trace_strokes(analyze_picture(line(angle)), 1)
    offset = _curves(traced.points)[0] - 112
    across = offset @ [-np.sin(np.radians(angle)), np.cos(np.radians(angle))]
    along = offset @ [np.cos(np.radians(angle)), np.sin(np.radians(angle))]
    assert np.abs(across).max() < 1.5
    assert np.ptp(along) > 60


def test_long_strong_lines_come_first():
    picture = line(0, size=224)
    picture[60:62, 100:124] = 0.7
    traced = trace_strokes(analyze_picture(picture), 2, TracingStyle(jitter=0))
    assert np.abs(_curves(traced.points)[0, :, 1] - 112).max() < 2


@pytest.mark.parametrize("count", [1, 7, 64, 300])
@pytest.mark.parametrize(
    "picture",
    [
        paper(),
        paper(1, 1),
        paper(2, 9),
        disc(10, (15, 15), 30),
        np.random.default_rng(0).random((40, 60, 3)).astype(np.float32),
        np.zeros((33, 17, 3), np.float32),
    ],
    ids=["blank", "one pixel", "tiny", "small disc", "noise", "black"],
)
def test_there_are_always_exactly_as_many_strokes_as_asked_for(picture, count):
    traced = trace_strokes(analyze_picture(picture), count)
    assert traced.points.shape == (count, 4, 2)
    assert traced.strength.shape == (count,)
    assert np.isfinite(traced.points).all()
    assert traced.strength.min() >= 0
    assert traced.strength.max() <= 1


def test_nothing_to_draw_has_no_strength():
    assert trace_strokes(analyze_picture(paper()), 5).strength.max() == 0


def test_more_strokes_are_shorter_and_draw_more():
    analysis = analyze_picture(disc(70) * line(30) * disc(20, (60, 60)))
    few, many = trace_strokes(analysis, 4), trace_strokes(analysis, 40)
    lengths = [np.hypot(*np.diff(_curves(t.points), axis=1).transpose(2, 0, 1)).sum(1) for t in (few, many)]
    assert lengths[0].mean() > 1.5 * lengths[1].mean()
    assert lengths[0].sum() < lengths[1].sum()


def test_strokes_do_not_lie_on_each_other():
    traced = trace_strokes(analyze_picture(disc(70) * line(30)), 12)
    curves = _curves(traced.points)
    middle = curves[:, 15]
    for index, point in enumerate(middle):
        others = np.delete(curves, index, axis=0)
        assert np.hypot(*(others - point).transpose(2, 0, 1)).min() > 1


def test_the_seed_decides():
    analysis = analyze_picture(np.random.default_rng(1).random((90, 90, 3)).astype(np.float32))
    first, again, other = (trace_strokes(analysis, 20, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.points, again.points)
    assert not np.array_equal(first.points, other.points)


def test_a_subject_is_drawn_before_its_background():
    picture = disc(30, (60, 112)) * disc(30, (165, 112))
    mask = np.zeros((224, 224), np.float32)
    mask[:, :112] = 1
    traced = trace_strokes(analyze_picture(picture, mask), 2)
    assert (traced.points[..., 0].mean(1) < 112).all()


def test_splitting_keeps_order_and_ends():
    rows = [np.stack([np.arange(float(n)), np.full(n, float(n))], -1) for n in (40, 12, 30)]
    pieces = split_longest(rows, 5, shortest=4)
    assert len(pieces) == 5
    assert [piece[0, 1] for piece in pieces] == sorted(
        (piece[0, 1] for piece in pieces), key=[40, 12, 30].index
    )
    assert pieces[0][0, 0] == 0
    assert len(split_longest(rows, 1000, shortest=4)) < 30


def test_bad_numbers_are_refused_by_name():
    analysis = analyze_picture(paper(20, 20))
    with pytest.raises(ValueError, match="num_strokes is 0; it must be at least 1"):
        trace_strokes(analysis, 0)
    with pytest.raises(ValueError, match="jitter is -1; it must be >= 0"):
        trace_strokes(analysis, 3, TracingStyle(jitter=-1))
    with pytest.raises(ValueError, match=r"image has shape \[5, 5\]; it must be \[H, W, 3\]"):
        analyze_picture(np.ones((5, 5), np.float32))
    with pytest.raises(ValueError, match=r"mask has shape \[5, 4\]; it must be \[5, 5\]"):
        analyze_picture(np.ones((5, 5, 3), np.float32), np.ones((5, 4), np.float32))
