"""Paper of every kind: light on dark, colored and faint pencil, guides of a color, rules, solid blacks."""

from __future__ import annotations

import numpy as np
import pytest

from inkwright.simplification.paper.ink_on_paper import ink_on_paper, strengthened
from inkwright.simplification.paper.paper_rules import without_rules
from inkwright.simplification.paper.solid_areas import filled_areas, solid_areas, without_rims
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.sketch_cleaning import CleaningSettings, clean_sketch
from inkwright.vector_graphics import rasterize

INK = np.zeros((80, 100), np.float32)
INK[20:22, 10:90] = 1
INK[10:70, 50:52] = 0.8


def page(color, ink=INK, alpha=None, paper=(1.0, 1.0, 1.0)):
    """RGBA of ink of a color on paper."""
    rgb = np.array(paper) + ink[..., None] * (np.array(color) - np.array(paper))
    opacity = np.ones_like(ink) if alpha is None else alpha
    return np.dstack([rgb * opacity[..., None], opacity]).astype(np.float32)


PENCILS = {
    "black": page((0.0, 0.0, 0.0)),
    "yellow": page((1.0, 0.9, 0.0)),
    "light blue": page((0.55, 0.85, 0.95)),
    "pink": page((1.0, 0.6, 0.7)),
    "light on dark": page((0.95, 0.95, 0.95), paper=(0.08, 0.1, 0.08)),
    "chalk": page((1.0, 0.9, 0.3), paper=(0.1, 0.25, 0.15)),
    "white ink on nothing": page((1.0, 1.0, 1.0), alpha=INK),
    "black ink on nothing": page((0.0, 0.0, 0.0), alpha=INK),
    "very faint": page((0.93, 0.93, 0.93)),
    "sepia on cream": page((0.5, 0.4, 0.2), paper=(0.98, 0.93, 0.82)),
}


@pytest.mark.parametrize("name", PENCILS)
def test_every_pencil_leaves_dark_lines_on_light_paper(name):
    gray = strengthened(ink_on_paper(PENCILS[name]))
    paper, lines = gray[INK == 0], gray[INK > 0.5]
    assert paper.min() > 0.8
    assert lines.max() < paper.min() - 0.25
    assert gray.dtype == np.float32


def test_gray_pencil_on_white_is_as_it_is():
    gray = ink_on_paper(PENCILS["black"])
    assert np.abs(gray - (1 - INK)).max() < 1e-5
    assert strengthened(gray) is gray


def test_a_bright_page_on_a_dark_table_is_no_dark_page():
    rgba = page((0.1, 0.1, 0.1), ink=np.pad(np.zeros((40, 50), np.float32), 20, constant_values=1))
    assert ink_on_paper(rgba)[40, 45] == 1
    assert ink_on_paper(rgba, "always")[40, 45] == 0
    assert ink_on_paper(PENCILS["light on dark"], "never")[0, 0] < 0.2


def test_a_blank_page_stays_blank():
    noise = np.random.default_rng(0).normal(0, 0.01, (80, 100, 3))
    rgba = np.dstack([np.clip(0.97 + noise, 0, 1), np.ones((80, 100))]).astype(np.float32)
    assert strengthened(ink_on_paper(rgba)).min() > 0.85


@pytest.mark.parametrize(
    ("name", "color"),
    [
        ("blue", (0.4, 0.7, 1.0)),
        ("red", (0.9, 0.3, 0.3)),
        ("green", (0.3, 0.8, 0.4)),
        ("yellow", (1.0, 0.9, 0.2)),
    ],
)
def test_guides_of_a_color_are_dropped_and_pencil_over_them_stays(name, color):
    rgba = page(color)
    rgba[:, 30:32, :3] = 0.15
    kept, dropped = ink_on_paper(rgba), ink_on_paper(rgba, drop_color=name)
    assert kept[20, 60] < 0.75
    assert dropped[INK > 0][np.newaxis].min() < 0.2  # the pencil's crossing
    assert dropped[20, 60] > 0.95
    assert (dropped[:, 30:32] < 0.2).all()
    other = "green" if name == "blue" else "blue"
    assert np.array_equal(ink_on_paper(rgba, drop_color=other), kept)


@pytest.mark.parametrize("graph", [False, True])
@pytest.mark.parametrize("noise", [0.0, 0.015])
def test_rules_are_taken_out_and_strokes_stay(graph, noise):
    rows, columns = np.mgrid[0:200, 0:240]
    gray = np.full((200, 240), 0.97)
    gray[10::20] = gray[11::20] = 0.7
    if graph:
        gray[:, 5::20] = 0.7
    stroke = np.abs(columns - rows - 20) < 2
    gray[stroke] = 0.1
    gray = np.clip(gray + np.random.default_rng(0).normal(0, noise, gray.shape), 0, 1).astype(np.float32)
    cleaned = without_rules(gray)
    assert (cleaned[~stroke] < 0.8).mean() < 0.004
    assert (cleaned[stroke] < 0.5).mean() > (0.85 if graph else 0.95)


def test_lines_that_are_no_rules_stay():
    for rows in ((20, 60), (10, 27, 61, 112, 130), ()):
        gray = np.ones((160, 120), np.float32)
        for row in rows:
            gray[row : row + 2] = 0.3
        assert np.array_equal(without_rules(gray), gray)


def test_solid_blacks_and_dots_are_areas_and_lines_are_not():
    rows, columns = np.mgrid[0:120, 0:160]
    disc = (rows - 40) ** 2 + (columns - 50) ** 2 < 20**2
    hole = (rows - 40) ** 2 + (columns - 50) ** 2 < 6**2
    dot = (rows - 90) ** 2 + (columns - 120) ** 2 < 3**2
    gray = np.where((disc & ~hole) | dot, 0, 1).astype(np.float32)
    gray[100:106, 10:90] = 0  # a bold line
    solid = solid_areas(gray)
    assert np.array_equal(solid, (disc & ~hole) | dot)
    drawing = filled_areas(solid)
    assert drawing.num_shapes == 2
    painted = rasterize(drawing, 120, 160)[0, 0].numpy() < 0.5
    assert (painted != solid).sum() < 40
    lines = np.where(disc ^ ((rows - 40) ** 2 + (columns - 50) ** 2 < 18**2), 0, 1).astype(np.float32)
    assert without_rims(lines, solid).min() == 1
    assert filled_areas(np.zeros((9, 9), bool)) is None


def test_dark_places_on_a_pale_line_are_no_dots():
    gray = np.ones((60, 60), np.float32)
    gray[28:32, 4:56] = 0.6  # a pale line, drawn twice in two places
    gray[28:32, 10:14] = gray[28:32, 40:45] = 0.2
    assert not solid_areas(gray).any()
    gray[50:54, 30:34] = 0.2  # beside it, a dot
    found = solid_areas(gray)
    assert found[50:54, 30:34].all()
    assert found.sum() == 16


def test_the_drawing_of_a_sketch_has_its_blacks_beneath_its_lines():
    network = SimplifierNetwork(channels=(4,), encoder_blocks=(0,), decoder_blocks=()).eval()
    gray = np.ones((64, 64), np.float32)
    gray[10:40, 10:40] = 0
    settings = CleaningSettings(flatten="never", refine_steps=0)
    cleaned = clean_sketch(gray, network, settings)
    assert bool(cleaned.drawing.filled[0])
    assert cleaned.lines[20, 20] == 0
    without = clean_sketch(
        gray, network, CleaningSettings(flatten="never", refine_steps=0, keep_solids=False)
    )
    assert not without.drawing.filled.any()
