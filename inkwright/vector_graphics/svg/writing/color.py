"""Colours as SVG writes them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def format_color(color: Sequence[float] | NDArray[np.float64]) -> str:
    """RGB, clamped to [0, 1], as ``#rrggbb``, or ``#rgb`` where that is the same colour."""
    text = "".join(f"{round(255 * min(max(float(value), 0.0), 1.0)):02x}" for value in color[:3])
    return "#" + (text[::2] if text[::2] == text[1::2] else text)
