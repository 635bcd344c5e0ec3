"""Numbers, opacities and colours as SVG writes them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from inkwright.vector_graphics.svg.reading.values.numbers import MAX_NUMBER

Array = NDArray[np.float64]

_OPACITY_DECIMALS = 4


def to_array(tensor: Tensor) -> Array:
    """The numbers of a tensor in double precision, out of the autograd graph."""
    array: Array = tensor.detach().double().cpu().numpy()
    return array


def check_readable(name: str, value: Array, largest: float = MAX_NUMBER) -> None:
    """Refuse numbers that are not finite, or larger than readers accept, by a ValueError with their name."""
    bad = value[~(np.abs(value) <= largest)]
    if bad.size:
        limit = f"an SVG can only hold finite numbers, up to {largest:g}"
        raise ValueError(f"{name} is {float(bad[0])}; {limit}")


def format_number(quanta: int, decimals: int) -> str:
    """The decimal text of ``quanta / 10**decimals``, without needless zeros: 50 with 2 decimals is ".5"."""
    whole, rest = divmod(abs(quanta), 10**decimals)
    fraction = f"{rest:0{decimals}d}".rstrip("0") if decimals else ""
    sign = "-" if quanta < 0 else ""
    if not fraction:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{fraction}"


def format_rounded(value: float, decimals: int) -> str:
    """A number rounded to so many decimals, as ``format_number`` writes it."""
    return format_number(round(value * 10**decimals), decimals)


def format_share(value: float, decimals: int = _OPACITY_DECIMALS) -> str:
    """A number clamped to [0, 1], with the decimals of an opacity as a rule."""
    return format_rounded(min(max(float(value), 0.0), 1.0), decimals)


def format_color(color: Sequence[float] | Array) -> str:
    """RGB, clamped to [0, 1], as ``#rrggbb``, or ``#rgb`` where that is the same colour."""
    text = "".join(f"{round(255 * min(max(float(value), 0.0), 1.0)):02x}" for value in color[:3])
    return "#" + (text[::2] if text[::2] == text[1::2] else text)
