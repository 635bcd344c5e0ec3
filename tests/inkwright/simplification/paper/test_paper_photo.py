"""Photographs of paper: shadows, tilt, tone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage.transform import ProjectiveTransform, warp

from inkwright.simplification.paper.paper_photo import (
    flattened,
    looks_photographed,
    page_corners,
    straightened,
)
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.sketch_cleaning import (
    CleaningSettings,
    clean_sketch,
    flat_page,
    resized,
    working_page,
)
from inkwright.synthetic_drawings.clean_drawing import ellipse, straight
from inkwright.synthetic_drawings.stroke_painting import Window, paint_lines

PAGE = paint_lines(
    [ellipse((150, 150), (90, 60)), straight((40, 60), (260, 80))], Window.whole(300, 300), 3.0
)


def _shadowed(page: np.ndarray) -> np.ndarray:
    rows, columns = np.mgrid[0 : page.shape[0], 0 : page.shape[1]] / 300
    return ((0.35 + 0.4 * rows + 0.15 * columns) * (1 - 0.5 * (1 - page))).astype(np.float32)


def test_shadows_are_divided_out_and_lines_brought_to_strength():
    flat = flattened(_shadowed(PAGE))
    assert np.abs(flat[PAGE > 0.99] - 1).mean() < 0.02
    assert np.quantile(flat[PAGE > 0.99], 0.01) > 0.9
    assert flat[PAGE < 0.1].mean() < 0.4


def test_scans_are_left_alone_and_photographs_recognised():
    assert not looks_photographed(PAGE)
    assert looks_photographed(_shadowed(PAGE))
    assert np.array_equal(flat_page(PAGE, "auto"), PAGE)
    assert not np.array_equal(flat_page(PAGE, "always"), PAGE)


def test_a_tilted_page_on_a_table_is_cut_out_and_straightened():
    corners = np.array([[60.0, 40.0], [340.0, 70.0], [320.0, 350.0], [40.0, 330.0]])
    to_page = ProjectiveTransform.from_estimate(corners, np.array([[0, 0], [300, 0], [300, 300], [0, 300]]))
    photo = warp(PAGE, to_page, output_shape=(400, 400), order=1, cval=np.nan)
    photo = np.where(np.isnan(photo), 0.2, photo * 0.8).astype(np.float32)
    found = page_corners(photo)
    assert np.abs(found - corners).max() < 6
    page = resized(flattened(straightened(photo, found)), (300, 300))
    assert np.abs(page - PAGE).mean() < 0.06
    assert page_corners(PAGE) is None
    assert page_corners(_shadowed(PAGE)) is None
    assert page_corners(np.ones((400, 400), np.float32)) is None


def test_scale_and_size_set_the_working_size():
    gray = np.ones((300, 600), np.float32)
    sizes = [
        working_page(gray, CleaningSettings(size=size, scale=scale)).shape
        for size, scale in ((1024, 1.0), (300, 1.0), (300, 0.5), (0, 0.25))
    ]
    assert sizes == [(300, 600), (150, 300), (75, 150), (75, 150)]


@pytest.mark.parametrize("vector", ["centerline", "outline", "none"])
@pytest.mark.parametrize("size", [(1, 1), (5, 40), (64, 64)])
def test_any_size_gives_lines_and_the_drawing_asked_for(vector, size):
    torch.manual_seed(0)
    network = SimplifierNetwork(channels=(4,), encoder_blocks=(1,), decoder_blocks=()).eval()
    gray = np.random.default_rng(0).random(size).astype(np.float32)
    cleaned = clean_sketch(gray, network, CleaningSettings(vector=vector, line_width=2.0, flatten="always"))
    assert cleaned.lines.shape == cleaned.page.shape == size
    assert (cleaned.drawing is None) == (vector == "none")
    if cleaned.drawing is not None:
        assert cleaned.drawing.canvas == (size[1], size[0])
