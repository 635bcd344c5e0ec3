import numpy as np
import pytest
from PIL import Image

from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail
from inkwright.image_analysis.picture_analysis import analyze_loosely
from inkwright.image_analysis.picture_frame import without_frame
from inkwright.pictures.bundled_examples import example_names, find_picture


def scene(height=120, width=150):
    """A disc before a slope of light, and noise: every row and column has many colours."""
    y, x = np.mgrid[:height, :width].astype(np.float32)
    disc = ((x - 70) ** 2 + (y - 60) ** 2 < 900).astype(np.float32)
    gray = 0.3 + 0.5 * x / width - 0.3 * disc + np.random.default_rng(0).normal(0, 0.02, x.shape)
    return np.repeat(gray.clip(0, 1).astype(np.float32)[..., None], 3, axis=2)


def framed(picture, widths, color):
    top, bottom, left, right = widths
    result = picture.copy()
    result[:top], result[len(result) - bottom :] = color, color
    result[:, :left], result[:, picture.shape[1] - right :] = color, color
    return result


@pytest.mark.parametrize("color", [0.0, 1.0, (0.9, 0.1, 0.1)])
@pytest.mark.parametrize(
    "widths", [(1, 1, 1, 1), (2, 2, 2, 2), (2, 0, 0, 0), (0, 1, 0, 0), (0, 0, 2, 0), (0, 0, 0, 1)]
)
def test_a_thin_frame_goes_and_the_rest_stays(widths, color):
    picture = scene()
    found = without_frame(framed(picture, widths, color))
    np.testing.assert_array_equal(found[5:-5, 5:-5], picture[5:-5, 5:-5])
    assert np.abs(found - picture).max() < 0.35  # up to four pixels are what is next to them
    assert (np.abs(found - np.asarray(color, np.float32)).max(-1) > 0.05).all()


def test_a_frame_that_scaling_has_mixed_with_the_picture_goes_too():
    large = Image.fromarray((255 * framed(scene(480, 600), (3, 3, 3, 3), 0.0)).astype(np.uint8))
    small = np.asarray(large.resize((218, 174), Image.Resampling.BOX), np.float32) / 255
    assert small[:, 0].max() < 0.3
    found = without_frame(small)
    assert min(each.min() for each in (found[:3], found[-3:], found[:, :3], found[:, -3:])) > 0.15


@pytest.mark.parametrize("width", [4, 10])
def test_what_is_wider_is_part_of_the_picture(width):
    picture = framed(scene(), (width,) * 4, 0.0)
    np.testing.assert_array_equal(without_frame(picture), picture)


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (9, 9), (100, 100)])
def test_plain_and_tiny_pictures_stay(shape):
    picture = np.full((*shape, 3), 0.5, np.float32)
    np.testing.assert_array_equal(without_frame(picture), picture)


@pytest.mark.parametrize("name", example_names())
def test_bundled_pictures_have_none(name):
    with Image.open(find_picture(name)) as image:
        picture = np.asarray(image.convert("RGB").resize((224, 224)), np.float32) / 255
    np.testing.assert_array_equal(without_frame(picture), picture)


@pytest.mark.parametrize("looseness", [0.0, 1.0])
def test_a_frame_is_no_line(looseness):
    level = LevelOfDetail.for_strokes(32)
    plain, seen = (
        analyze_loosely(each, looseness=looseness).line_map(level)
        for each in (scene(), framed(scene(), (2, 2, 2, 2), 0.0))
    )
    rim = np.ones(plain.shape, bool)
    rim[4:-4, 4:-4] = False
    assert seen[rim].max() < plain[rim].max() + 0.1
    assert seen[~rim].max() > 0.5
