"""Eyes are small, dark, round, alike and stand alone."""

from __future__ import annotations

import numpy as np
import pytest

from inkwright.image_analysis.picture_analysis import analyze_picture
from inkwright.image_analysis.saliency.eyes import around, eye_map
from inkwright.pictures.target_image import load_target

SIZE = 160
UNIT = 0.5


def _face(*spots: tuple[float, float, float], skin: float = 0.75) -> np.ndarray:
    """Lightness of a light oval with soft dark spots (x, y, radius)."""
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    lightness = np.where(np.hypot((x - 80) / 55, (y - 80) / 70) < 1, skin, 0.3).astype(np.float32)
    for across, down, radius in spots:
        lightness -= 0.45 * np.exp(-(((x - across) ** 2 + (y - down) ** 2) / (1.4 * radius**2)))
    return lightness


def _found(lightness: np.ndarray) -> list[tuple[int, int]]:
    """Centers (x, y) of what is found, from left to right."""
    from scipy import ndimage

    eyes = eye_map(lightness, np.full_like(lightness, 0.8), UNIT)
    parts, count = ndimage.label(eyes > 0.5)
    return sorted((round(x), round(y)) for y, x in ndimage.center_of_mass(eyes, parts, range(1, count + 1)))


def test_two_spots_alike_are_eyes():
    (left, right) = _found(_face((60, 70, 3.5), (100, 72, 3.5)))
    assert left == pytest.approx((60, 70), abs=2)
    assert right == pytest.approx((100, 72), abs=2)


def test_one_spot_that_leads_is_an_eye_from_aside():
    lightness = 0.7 * _face((60, 70, 1.7)) + 0.3 * _face((60, 70, 1.7), (70, 100, 1.7))
    ((x, y),) = _found(lightness)
    assert (x, y) == pytest.approx((60, 70), abs=2)


@pytest.mark.parametrize(
    "spots",
    [
        [],
        [(80, 40, 3.5), (80, 110, 3.5)],
        [(40 + 16 * k, 50 + 20 * j, 3.0) for k in range(6) for j in range(3)],
    ],
    ids=["none", "one above the other", "windows"],
)
def test_other_spots_are_no_eyes(spots):
    assert _found(_face(*spots)) == []


def test_nothing_is_an_eye_where_nobody_looks():
    lightness = _face((60, 70, 3.5), (100, 72, 3.5))
    assert not eye_map(lightness, np.zeros_like(lightness), UNIT).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (7, 300)])
def test_strips_of_pictures_have_none(shape):
    flat = np.full(shape, 0.5, np.float32)
    assert eye_map(flat, flat, UNIT).shape == shape


def test_what_is_around_falls_from_1_to_0():
    found = around([(20, 10, 6)], (30, 40))
    assert found[10, 20] == found[10, 25] == 1
    assert 0 < found[10, 28] < 1
    assert found[10, 30] == 0
    assert not around([], (30, 40)).any()


@pytest.mark.parametrize(("name", "count"), [("astronaut", 2), ("coffee", 0), ("pagoda", 0)])
def test_eyes_of_bundled_pictures(name, count):
    picture = np.ascontiguousarray(load_target(name, 224).detail.permute(1, 2, 0).numpy())
    eyes = analyze_picture(picture).eyes
    if count:
        assert eyes[144, 186] == eyes[144, 247] == 1
        assert float((eyes > 0).mean()) < 0.02
    else:
        assert not eyes.any()
