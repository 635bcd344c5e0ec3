"""Paints that are blended with what lies beneath them, as paints that are not.

Modes and formulas: W3C, "Compositing and Blending Level 1", sections 5.8, 9 and 10.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inkwright.vector_graphics.svg.reading.clipping.convex_parts import Spend
from inkwright.vector_graphics.svg.reading.clipping.flat_paints import blended, paint_areas
from inkwright.vector_graphics.svg.reading.shapes.gradient import Gradient, finer_stops
from inkwright.vector_graphics.svg.reading.shapes.outlined_stroke import straight_path
from inkwright.vector_graphics.svg.reading.shapes.painted_shape import PaintedShape
from inkwright.vector_graphics.svg.reading.values.color import Color

Channels = NDArray[np.float64]  # [3] in [0, 1]
Blend = Callable[[Channels, Channels], Channels]  # of what lies beneath, and of what is painted

_LUMINANCE = np.array([0.3, 0.59, 0.11])
_FEW_STOPS, _MOST_STOPS = 64, 1_000  # of a gradient: up to which some are put between them, and in all


def blended_over(
    shapes: Sequence[PaintedShape], beneath: Sequence[PaintedShape], mode: str, fineness: float, spend: Spend
) -> list[PaintedShape] | str:
    """What shapes have to be so that, painted plainly over others, they look as if blended with them.

    A place's color is the mean of their own and of the blended one, weighed by the alpha of what lies
    beneath; their alpha stays. A gradient is blended at several places along it.

    Args:
        shapes: of one element, at least one; they are blended as a group.
        beneath: what is painted before them in the group in which they are blended.
        mode: one of ``BLENDS``.
        fineness: pixels per canvas unit up to which flattened curves look smooth.
        spend: is told how many levels are looked at, and may refuse.

    Returns:
        A word for what cannot be held of it.
    """
    touched = _touched(beneath, shapes)
    if not touched:
        return list(shapes)
    paints, parts = paint_areas([*touched, *shapes], fineness, spend)
    if parts is None:
        return "too many edges"
    first = sum((each.fill is not None) + (each.stroke is not None and each.width > 0) for each in touched)
    made: list[PaintedShape] = []
    for numbers, polygons in parts.items():
        if numbers[-1] < first:
            continue
        under, over = ([paints[n] for n in numbers if (n >= first) is above] for above in (False, True))
        paint = _mixed(_seen(under), _seen(over), BLENDS[mode], spend)
        if isinstance(paint, str):
            return paint
        paths = tuple(map(straight_path, polygons))
        made.append(replace(over[-1], paths=paths, fill=paint[0], gradient=paint[1], even_odd=False))
    evenly = len(paints) == first + 1 and len({shape.fill for shape in made}) == 1
    if evenly and not any(shape.gradient for shape in made):  # as it was, in another color
        return [replace(paints[first], fill=made[0].fill)]
    return made


def _touched(beneath: Sequence[PaintedShape], shapes: Sequence[PaintedShape]) -> list[PaintedShape]:
    bounds = np.stack([shape.bounds() for shape in shapes])
    low, high = bounds[:, :2].min(0), bounds[:, 2:].max(0)
    boxes = [(shape, shape.bounds()) for shape in beneath]
    return [shape for shape, box in boxes if (box[:2] < high).all() and (box[2:] > low).all()]


def _seen(paints: Sequence[PaintedShape]) -> list[PaintedShape]:
    """Paints without those that lie beneath an opaque one."""
    opaque = [number for number, paint in enumerate(paints) if _is_opaque(paint)]
    return list(paints[opaque[-1] if opaque else 0 :])


def _is_opaque(paint: PaintedShape) -> bool:
    stops = paint.gradient.stops if paint.gradient is not None else []
    return paint.fill is not None and paint.fill[3] == 1 and all(color[3] == 1 for _, color in stops)


def _stops(paint: PaintedShape) -> list[tuple[float, Color]]:
    """The colors along a paint, with its own alpha; one if it is flat."""
    red, green, blue, alpha = paint.fill or (0.0, 0.0, 0.0, 0.0)
    if paint.gradient is None:
        return [(0.0, (red, green, blue, alpha))]
    stops = paint.gradient.stops
    if len(stops) <= _FEW_STOPS:  # else every blend over a blend would have several times as many
        stops = finer_stops(stops)
    return [(at, (*color[:3], color[3] * alpha)) for at, color in stops]


def _mixed(
    under: Sequence[PaintedShape], over: Sequence[PaintedShape], blend: Blend, spend: Spend
) -> tuple[Color, Gradient | None] | str:
    """The fill of a place, and its gradient if a paint has one; a word for what cannot be held of it."""
    graded = [number for number, paint in enumerate((*under, *over)) if paint.gradient is not None]
    if len(graded) > 1:
        return "gradients over each other"
    stops = [_stops(paint) for paint in (*under, *over)]
    if max(map(len, stops)) > _MOST_STOPS:
        return f"more than {_MOST_STOPS:,} stops"
    spend(max(map(len, stops)))
    mixed: list[tuple[float, Color]] = []
    for at, color in stops[graded[0]] if graded else stops[0]:
        colors = [color if graded == [number] else each[0][1] for number, each in enumerate(stops)]
        mixed.append((at, _blended(blended(colors[: len(under)]), blended(colors[len(under) :]), blend)))
    gradient = [*under, *over][graded[0]].gradient if graded else None
    if gradient is None:
        return mixed[0][1], None
    red, green, blue, _ = np.mean([color for _, color in mixed], axis=0).tolist()
    return (red, green, blue, 1.0), replace(gradient, stops=mixed)


def _blended(under: Color, over: Color, blend: Blend) -> Color:
    beneath, own = np.array(under[:3]), np.array(over[:3])
    red, green, blue = (own + under[3] * (np.clip(blend(beneath, own), 0, 1) - own)).tolist()
    return red, green, blue, over[3]


def _hard_light(beneath: Channels, own: Channels) -> Channels:
    screened = beneath + (2 * own - 1) - beneath * (2 * own - 1)
    return np.where(own <= 0.5, beneath * 2 * own, screened)


def _soft_light(beneath: Channels, own: Channels) -> Channels:
    root = np.where(beneath <= 0.25, ((16 * beneath - 12) * beneath + 4) * beneath, np.sqrt(beneath))
    darker = beneath - (1 - 2 * own) * beneath * (1 - beneath)
    return np.where(own <= 0.5, darker, beneath + (2 * own - 1) * (root - beneath))


def _dodged(beneath: Channels, own: Channels) -> Channels:
    lighter = np.minimum(1.0, beneath / np.where(own == 1, 1.0, 1 - own))
    return np.where(beneath == 0, 0.0, np.where(own == 1, 1.0, lighter))


def _burned(beneath: Channels, own: Channels) -> Channels:
    darker = 1 - np.minimum(1.0, (1 - beneath) / np.where(own == 0, 1.0, own))
    return np.where(beneath == 1, 1.0, np.where(own == 0, 0.0, darker))


def _with_luminance(color: Channels, like: Channels) -> Channels:
    """A color lightened or darkened to the luminance of another, brought into its range."""
    light = float(like @ _LUMINANCE)
    color = color + light - float(color @ _LUMINANCE)
    low, high = float(color.min()), float(color.max())
    if low < 0:
        color = light + (color - light) * light / (light - low)
    return light + (color - light) * (1 - light) / (high - light) if high > 1 else color


def _with_saturation(color: Channels, like: Channels) -> Channels:
    """A color stretched to the saturation of another."""
    spread = float(np.ptp(color))
    return (color - color.min()) * (float(np.ptp(like)) / spread if spread else 0.0)


BLENDS: dict[str, Blend] = {
    "multiply": lambda beneath, own: beneath * own,
    "screen": lambda beneath, own: beneath + own - beneath * own,
    "overlay": lambda beneath, own: _hard_light(own, beneath),
    "darken": np.minimum,
    "lighten": np.maximum,
    "color-dodge": _dodged,
    "color-burn": _burned,
    "hard-light": _hard_light,
    "soft-light": _soft_light,
    "difference": lambda beneath, own: np.abs(beneath - own),
    "exclusion": lambda beneath, own: beneath + own - 2 * beneath * own,
    "hue": lambda beneath, own: _with_luminance(_with_saturation(own, beneath), beneath),
    "saturation": lambda beneath, own: _with_luminance(_with_saturation(beneath, own), beneath),
    "color": lambda beneath, own: _with_luminance(own, beneath),
    "luminosity": lambda beneath, own: _with_luminance(beneath, own),
}
