"""Colours of ink that show on white paper."""

import numpy as np

from inkwright.image_analysis.flow.flow_sampling import FloatArray, sample
from inkwright.vector_graphics.curves.fitting import sample_cubics

LUMINANCE = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
BRIGHTEST = 0.55


def visible_colors(colors: FloatArray) -> FloatArray:
    """Colours [..., 3] in [0, 1] a little more vivid, and darkened to a luminance of at most 0.55."""
    gray = (colors @ LUMINANCE)[..., None]
    vivid = np.clip(gray + 1.25 * (colors - gray), 0, 1)
    brightness = (vivid @ LUMINANCE)[..., None]
    return (vivid * np.minimum(1, BRIGHTEST / np.maximum(brightness, 1e-6))).astype(np.float32)


def ink_colors(image: FloatArray, points: FloatArray, reach: float) -> FloatArray:
    """[..., 3] the colour for strokes [..., 4, 2] on sRGB [H, W, 3]: that of the inkier side.

    Sides are looked at ``reach`` pixels off; a line between white and red is a red line.
    """
    curve = (sample_cubics(points, 12) - 0.5).astype(np.float32)
    tangent = np.gradient(curve, axis=-2)
    tangent /= np.maximum(np.hypot(tangent[..., :1], tangent[..., 1:]), 1e-6)
    normal = tangent[..., ::-1] * np.array([-1, 1], dtype=np.float32)
    sides = []
    for way in (-reach, reach):
        place = curve + np.float32(way) * normal
        sides.append(sample(image, place[..., 0], place[..., 1]).mean(-2))
    ink = [1 - side.min(-1, keepdims=True) for side in sides]
    return visible_colors(np.where(ink[0] > ink[1], sides[0], sides[1]))
