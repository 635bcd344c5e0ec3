"""Clean drawings from what is at hand: outlines of letters, level lines of the example pictures."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from inkwright.pictures.bundled_examples import example_names, find_picture
from inkwright.synthetic_drawings.clean_drawing import FloatArray, evenly, length, rotation

_LETTERS = "ABCDEGHJKMNPQRSTUWYabdefghkmnpqrstuwy23456789&?"
_GLYPH_SIDE = 160
_PHOTO_SIDE = 384


def glyph_outlines(rng: np.random.Generator, side: float) -> list[FloatArray]:
    """3 to 12 letters as outlines, turned, sheared and scaled."""
    curves: list[FloatArray] = []
    for _ in range(int(rng.integers(3, 13))):
        letter = _LETTERS[rng.integers(len(_LETTERS))]
        size = rng.uniform(0.12, 0.4) * side / _GLYPH_SIDE
        warp = rotation(rng.normal(0, 0.3)) @ np.array([[1, rng.normal(0, 0.2)], [0, rng.uniform(0.8, 1.3)]])
        middle = rng.uniform(0.1, 0.9, 2) * side
        for outline in _glyph(letter):
            curves += at_corners(evenly((outline - _GLYPH_SIDE / 2) @ warp.T * size + middle, 4.0))
    return curves


def photo_contours(rng: np.random.Generator, side: float) -> list[FloatArray]:
    """Level lines of a blurred example picture over the whole canvas; letters where there are no examples."""
    names = example_names()
    if not names:
        return glyph_outlines(rng, side)
    blurred = _blurred(names[rng.integers(len(names))], float(rng.choice([2.5, 4.0, 6.0])))
    from skimage.measure import find_contours

    curves: list[FloatArray] = []
    turn = rotation(rng.normal(0, 0.3)) * np.array([rng.choice([-1, 1]), 1])
    scale = rng.uniform(0.8, 1.5) * side / _PHOTO_SIDE
    middle = np.array(blurred.shape[::-1]) / 2
    for level in np.quantile(blurred, rng.uniform(0.1, 0.9, int(rng.integers(1, 4)))):
        for contour in find_contours(blurred, float(level)):
            line = (contour[:, ::-1] - middle) @ turn.T * scale + side / 2
            if length(line) > 60:
                curves += at_corners(smoothed(evenly(line, 4.0)))
    return curves


def smoothed(line: FloatArray) -> FloatArray:
    """The polyline with its small jags averaged away, both ends kept."""
    from scipy.ndimage import gaussian_filter1d

    if len(line) < 5:
        return line
    soft = gaussian_filter1d(line, 1.5, axis=0, mode="nearest")
    soft[0], soft[-1] = line[0], line[-1]
    return soft


def at_corners(line: FloatArray, degrees: float = 55.0) -> list[FloatArray]:
    """An even polyline cut where it turns by more than ``degrees`` within two steps on either side."""
    if len(line) < 7:
        return [line]
    before, after = line[2:-2] - line[:-4], line[4:] - line[2:-2]
    turn = np.abs(np.angle(np.exp(1j * (_heading(after) - _heading(before)))))
    sharp = [
        int(place) + 2 for place in np.flatnonzero(turn > np.radians(degrees)) if _is_peak(turn, int(place))
    ]
    cuts = [0, *sharp, len(line) - 1]
    return [line[first : last + 1] for first, last in zip(cuts, cuts[1:], strict=False) if last > first]


def _is_peak(values: FloatArray, place: int) -> bool:
    window = values[max(place - 2, 0) : place + 3]
    return bool(values[place] >= window.max()) and int(np.argmax(window)) == place - max(place - 2, 0)


def _heading(way: FloatArray) -> FloatArray:
    return np.arctan2(way[:, 1], way[:, 0])


@cache
def _glyph(letter: str) -> list[FloatArray]:
    """Closed outlines of a letter within a square of ``_GLYPH_SIDE`` pixels."""
    from PIL import Image, ImageDraw, ImageFont
    from skimage.measure import find_contours

    image = Image.new("L", (_GLYPH_SIDE, _GLYPH_SIDE))
    font = ImageFont.load_default(size=_GLYPH_SIDE * 0.8)
    ImageDraw.Draw(image).text((_GLYPH_SIDE / 2, _GLYPH_SIDE / 2), letter, fill=255, font=font, anchor="mm")
    return [contour[:, ::-1] for contour in find_contours(np.asarray(image, dtype=np.float64), 127.0)]


@cache
def _blurred(name: str, sigma: float) -> NDArray[np.float64]:
    from PIL import Image
    from scipy.ndimage import gaussian_filter

    with Image.open(find_picture(name)) as image:
        gray = image.convert("RGBA")
        paper = Image.new("RGBA", gray.size, "white")
        paper.alpha_composite(gray)
        paper.thumbnail((_PHOTO_SIDE, _PHOTO_SIDE))
        return gaussian_filter(np.asarray(paper.convert("L"), dtype=np.float64), sigma)
