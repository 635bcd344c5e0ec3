from __future__ import annotations

import time

import numpy as np
import pytest
import torch

from inkwright.metrics.ink import blurred, ink_lines, ink_map
from inkwright.metrics.map_agreement import correlation, edge_agreement
from inkwright.metrics.sketch_quality import SketchQuality
from inkwright.vector_graphics import Drawing, rasterize


def sketch_metrics(render, target):
    return SketchQuality(target)(render)


def circle(radius=60.0, center=(96.0, 80.0), width=2.0, size=(192, 160)):
    """A sketch [3, H, W] of one circle by twelve strokes."""
    angles = torch.linspace(0, 2 * torch.pi, 13)
    start, end = angles[:-1], angles[1:]
    handle = 4 / 3 * torch.tan((end - start) / 4)

    def point(angle, along):
        unit = torch.stack([angle.cos(), angle.sin()], -1)
        tangent = torch.stack([-angle.sin(), angle.cos()], -1)
        return torch.tensor(center) + radius * (unit + along[:, None] * tangent)

    zero = torch.zeros(12)
    points = torch.stack([point(start, zero), point(start, handle), point(end, -handle), point(end, zero)], 1)
    black = torch.tensor([0.0, 0, 0, 1]).repeat(12, 1)
    return rasterize(Drawing.from_strokes(points, torch.full((12,), width), black, size), backend="torch")[0]


def disc(radius=60.0, center=(96.0, 80.0), size=(192, 160)):
    y, x = torch.meshgrid(torch.arange(size[1]) + 0.5, torch.arange(size[0]) + 0.5, indexing="ij")
    distance = ((x - center[0]) ** 2 + (y - center[1]) ** 2).sqrt()
    cover = (radius + 0.5 - distance).clamp(0, 1)
    return 0.9 - 0.7 * cover.expand(3, *cover.shape)


BLANK = torch.ones(3, 160, 192)


def test_the_outline_of_a_disc_is_its_perfect_sketch():
    scores = sketch_metrics(circle(), disc())
    assert scores["edge_precision"] == 1
    assert scores["edge_recall"] == 1
    assert scores["edge_f1"] == 1
    assert scores["gradient_correlation"] > 0.95
    assert scores["ink_msssim"] > 0.8


@pytest.mark.parametrize("sketch", [BLANK, circle(radius=40), circle(center=(110.0, 80.0))])
def test_worse_sketches_score_worse(sketch):
    good, bad = sketch_metrics(circle(), disc()), sketch_metrics(sketch, disc())
    assert all(bad[name] < good[name] for name in good)


def test_a_blank_sheet_scores_nothing():
    scores = sketch_metrics(BLANK, disc())
    assert {name: scores[name] for name in scores if name != "ink_msssim"} == {
        "edge_precision": 0,
        "edge_recall": 0,
        "edge_f1": 0,
        "gradient_correlation": 0,
    }
    assert all(value == 0 for name, value in sketch_metrics(circle(), BLANK).items() if name != "ink_msssim")


def test_two_pixels_off_is_within_tolerance_four_are_not():
    assert sketch_metrics(circle(radius=61), disc())["edge_f1"] == 1
    assert sketch_metrics(circle(radius=64), disc())["edge_f1"] < 0.2


def test_half_a_circle_has_half_the_recall():
    half = circle()
    half[:, :, :96] = 1
    scores = sketch_metrics(half, disc())
    assert scores["edge_precision"] > 0.98
    assert scores["edge_recall"] == pytest.approx(0.5, abs=0.05)


def test_edge_agreement_against_a_slow_reference():
    generator = torch.Generator().manual_seed(0)
    lines, edges = ((torch.rand(30, 40, generator=generator) < 0.02).numpy() for _ in range(2))

    def near(first, second):
        places = (torch.from_numpy(mask).nonzero().double() for mask in (first, second))
        distances = torch.cdist(*places)
        return int((distances.min(dim=1).values <= 2.5).sum())

    precision, recall = near(lines, edges) / lines.sum(), near(edges, lines) / edges.sum()
    expected = {"precision": precision, "recall": recall, "f1": 2 / (1 / precision + 1 / recall)}
    assert edge_agreement(lines, edges, 2.5) == pytest.approx(expected)


def test_correlation_against_numpy():
    first, second = torch.rand(2, 20, 30, generator=torch.Generator().manual_seed(1))
    expected = np.corrcoef(first.flatten().numpy(), second.flatten().numpy())[0, 1]
    assert float(correlation(first, second)) == pytest.approx(expected, abs=1e-6)


def test_blur_against_scipy():
    from scipy import ndimage

    image = torch.rand(40, 50, generator=torch.Generator().manual_seed(0))
    expected = ndimage.gaussian_filter(image.numpy(), 2, mode="nearest", radius=6)
    torch.testing.assert_close(blurred(image, 2.0), torch.from_numpy(expected), atol=1e-6, rtol=0)


def test_thick_strokes_become_one_line():
    thin, thick = (ink_lines(circle(width=width)).sum() for width in (2.0, 8.0))
    assert abs(int(thin) - int(thick)) < 0.15 * thin


def test_ink_is_what_is_darker_than_paper():
    color = torch.tensor([1.0, 1.0, 0.0])[:, None, None].expand(3, 4, 4)
    assert float(ink_map(color).mean()) == pytest.approx(0.0722, abs=1e-4)
    assert float(ink_map(torch.full((3, 4, 4), 1.5)).max()) == 0


def test_many_sketches_of_one_picture():
    quality = SketchQuality(disc())
    for sketch in (circle(), BLANK):
        assert quality(sketch) == sketch_metrics(sketch, disc())


def test_large_pictures_are_bounded():
    sketch = circle(radius=300.0, center=(480.0, 400.0), width=8.0, size=(960, 800))
    scores = sketch_metrics(sketch, disc(radius=300.0, center=(480.0, 400.0), size=(960, 800)))
    assert scores["edge_f1"] > 0.99


@pytest.mark.parametrize("size", [(1, 1), (5, 300), (32, 32)])
def test_small_pictures_have_scores(size):
    picture = torch.rand(3, *size, generator=torch.Generator().manual_seed(0))
    scores = sketch_metrics(1 - picture, picture)
    assert all(value == value for value in scores.values())


def test_cheap_enough_for_every_run():
    picture = torch.rand(3, 224, 224, generator=torch.Generator().manual_seed(0))
    sketch_metrics(picture, picture)
    start = time.process_time()
    sketch_metrics(picture, picture)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: sketch_metrics(BLANK[:1], BLANK), r"render has shape \[1, 160, 192\]"),
        (lambda: sketch_metrics(BLANK, BLANK[:, :9]), "they must be equal"),
        (lambda: sketch_metrics(BLANK * float("nan"), BLANK), "render holds numbers that are not finite"),
        (lambda: SketchQuality(BLANK[0]), r"target has shape \[160, 192\]"),
    ],
)
def test_what_does_not_fit_is_refused(call, match):
    with pytest.raises(ValueError, match=match):
        call()
