"""Strokes refined by the rasteriser: exact on perfect drawings, smooth where they were smooth."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.spatial import cKDTree

from inkwright.synthetic_drawings.clean_drawing import ellipse, evenly, rotation, straight
from inkwright.synthetic_drawings.stroke_painting import Window, paint_lines
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vectorization.centerline_tracing import CenterlineSettings, trace_centerlines, traced_strokes
from inkwright.vectorization.line_refinement import refine, refined_strokes
from inkwright.vectorization.smooth_joints import SmoothJoints
from inkwright.vectorization.traced_stroke import TracedStroke

SIDE = 128
SPIRAL = np.stack(
    [
        64 + np.linspace(6, 50, 300) * np.cos(np.linspace(0, 9, 300)),
        64 + np.linspace(6, 50, 300) * np.sin(np.linspace(0, 9, 300)),
    ],
    axis=1,
)
WAVE = np.stack([np.linspace(10, 118, 200), 64 + 20 * np.sin(np.linspace(0, 6, 200))], axis=1)


def _painted(*curves: np.ndarray, width: float = 2.0) -> np.ndarray:
    return paint_lines(list(curves), Window.whole(SIDE, SIDE), width)


def _ray(angle: float, extent: float = 50.0, start: tuple[float, float] = (64.2, 63.7)) -> np.ndarray:
    return straight(start, np.array(start) + extent * np.array([np.cos(angle), np.sin(angle)]))


def _crossing(degrees: float) -> list[np.ndarray]:
    turns = (0.35, 0.35 + np.radians(degrees))
    return [np.concatenate([_ray(turn + np.pi)[::-1], _ray(turn)[1:]]) for turn in turns]


def _wedge(degrees: float) -> list[np.ndarray]:
    return [_ray(0.3), _ray(0.3 + np.radians(degrees))]


def _hausdorff(strokes: list[TracedStroke], *curves: np.ndarray) -> float:
    true = np.concatenate([evenly(curve, 0.3) for curve in curves])
    found = np.concatenate([stroke.sampled(0.3) for stroke in strokes])
    return max(cKDTree(found).query(true)[0].max(), cKDTree(true).query(found)[0].max())


@pytest.mark.parametrize(
    ("curves", "most", "limit"),
    [
        ([straight((10.3, 20.6), (110, 90))], 1, 0.3),
        ([WAVE], 1, 0.3),
        ([SPIRAL], 1, 1.0),
        ([ellipse((60, 64), (40, 25), 0.4)], 1, 0.5),
        (_crossing(90), 2, 0.4),
        (_crossing(25), 2, 0.6),
        (_crossing(12), 4, 1.5),
        (_wedge(60), 1, 0.6),
        (_wedge(20), 2, 1.0),
        ([straight((10, 64), (118, 60)), straight((64, 62), (70, 10))], 2, 0.6),
        ([straight((10, 64), (118, 64)), straight((60, 10), (64, 67.5))], 2, 1.0),
        ([straight((14, 40.3), (110, 52)), straight((14, 43.3), (110, 55))], 2, 0.6),
        ([ellipse((50, 64), (30, 30)), ellipse((80, 64), (30, 30))], 2, 0.6),
    ],
    ids=[
        *("line", "wave", "spiral", "ellipse", "cross", "slanting cross", "flat cross", "corner"),
        *("acute corner", "fork", "overshoot", "neighbours", "circles"),
    ],
)
def test_refined_strokes_lie_on_the_true_lines(curves, most, limit):
    gray = _painted(*curves)
    strokes = refined_strokes(traced_strokes(gray, CenterlineSettings()), gray)
    assert _hausdorff(strokes, *curves) < limit
    assert len(strokes) <= most


def _away(drawing: Drawing, gray: np.ndarray) -> float:
    return float((rasterize(drawing, SIDE, SIDE)[0, 0] - torch.from_numpy(gray)).square().mean())


def test_refinement_brings_strokes_onto_the_raster():
    gray = _painted(SPIRAL)
    traced = trace_centerlines(gray)
    moved = traced.replace(points=traced.points + 0.8, width=traced.width * 1.3)
    assert _away(refine(moved, gray, 40), gray) < 0.05 * _away(moved, gray)
    assert _away(refine(traced, gray, 5), gray) <= _away(traced, gray)
    assert refine(traced, gray, 0) is traced


def test_what_is_kept_is_never_worse_than_what_was_given():
    gray = _painted(SPIRAL)
    traced = trace_centerlines(gray)
    wild = refine(traced, gray, 3, lr_points=30.0)
    assert _away(wild, gray) <= _away(traced, gray)
    assert torch.equal(wild.points, traced.points)


def test_stiff_strokes_keep_their_shape():
    rough = SPIRAL + np.random.default_rng(0).normal(0, 0.8, SPIRAL.shape)
    traced, gray = trace_centerlines(_painted(SPIRAL)), _painted(rough)

    def bend(stiffness: float) -> float:
        moved = refine(traced, gray, 40, stiffness=stiffness).points - traced.points
        return float((moved[2:] - 2 * moved[1:-1] + moved[:-2]).square().sum())

    assert bend(5.0) < 0.3 * bend(0.02)


def test_smooth_joints_stay_smooth_and_corners_corners():
    square = [(30.4, 30.2), (96.7, 34.1), (90.5, 95.3), (28.2, 90.9), (30.4, 30.2)]
    sides = [straight(a, b) for a, b in zip(square, square[1:], strict=False)]
    rng = np.random.default_rng(1)
    for curves, corners, noise in (
        ([SPIRAL], 0, 0.5),
        ([ellipse((60, 64), (40, 25))], 0, 0.5),
        (sides, 4, 0.0),
    ):
        traced = trace_centerlines(_painted(*curves))
        rough = [curve + rng.normal(0, noise, curve.shape) + 0.6 for curve in curves]
        refined = refine(traced, _painted(*rough), 30)
        assert not torch.equal(refined.points, traced.points)
        turns = _turns(refined)
        assert (turns > 40).sum() == corners
        assert (turns[turns <= 40] < 1.0).all()


def _turns(drawing: Drawing) -> np.ndarray:
    """Degrees by which the strokes turn at their joints, the first point of closed ones included."""
    turns = []
    for first, last in zip(
        drawing.path_offsets[:-1].tolist(), drawing.path_offsets[1:].tolist(), strict=True
    ):
        points, closed = drawing.points[first:last].numpy().astype(float), (last - first) % 3 == 0
        for joint in range(0 if closed else 3, last - first - (0 if closed else 1), 3):
            one, other = points[joint] - points[joint - 1], points[joint + 1] - points[joint]
            angle = np.arctan2(one[0] * other[1] - one[1] * other[0], one @ other)
            turns.append(abs(np.degrees(angle)))
    return np.array(turns)


def test_handles_are_turned_into_one_line_and_keep_their_lengths():
    chain = torch.tensor([[[0.0, 0], [1, 0], [3, 0.2], [4, 0], [6, 0.1], [7, 3], [9, 4]]])
    drawing = Drawing.from_strokes(chain, torch.ones(1), torch.ones(1, 4), (10, 10))
    points = drawing.points.clone()
    joints = SmoothJoints(drawing)
    assert joints.joint.tolist() == [3]
    joints.straighten(points)
    one, other = points[3] - points[2], points[4] - points[3]
    assert abs(float(one[0] * other[1] - one[1] * other[0])) < 1e-5
    assert float(one.norm()) == pytest.approx(float((chain[0, 3] - chain[0, 2]).norm()))
    assert float(other.norm()) == pytest.approx(float((chain[0, 4] - chain[0, 3]).norm()))
    assert SmoothJoints(drawing, degrees=5.0).joint.tolist() == []
    assert SmoothJoints(Drawing.empty((4, 4))).joint.tolist() == []


def test_forks_still_end_on_the_line_they_meet():
    bar, stem = straight((10, 64), (118, 60)), straight((64, 62), (70, 10)) @ rotation(0.0)
    gray = _painted(bar, stem)
    long, short = sorted(
        refined_strokes(traced_strokes(gray, CenterlineSettings()), gray),
        key=lambda stroke: -np.ptp(stroke.control[:, 0]),
    )
    assert cKDTree(long.sampled(0.02)).query(short.control[[0, -1]])[0].min() < 0.05
    assert refined_strokes([], gray) == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: refine(trace_centerlines(np.ones((4, 5))), np.ones((5, 5))), "they must be equal"),
        (lambda: refine(trace_centerlines(np.ones((5, 5))), np.ones((5, 5)), -1), "refine_steps is -1"),
        (lambda: refined_strokes([], np.ones((5, 5)), -1), "refine_steps is -1"),
    ],
)
def test_wrong_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
