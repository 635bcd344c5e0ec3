"""Strokes whose width changes along them, which SVG does not have, as filled outlines."""

import dataclasses

import torch
from torch import Tensor

from inkwright.vector_graphics.curves.stroke_outlines import outline_styled
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.stroke_styles import StrokeStyles
from inkwright.vector_graphics.svg.writing.values import check_readable, to_array

_FINENESS = 2048.0  # pixels of the longer side up to which the flattened outlines look smooth
_COARSEST = 1e-9  # pixels per canvas unit: a canvas of any size has a scale above 0


def outline_tapered(drawing: Drawing) -> tuple[Drawing, Tensor]:
    """The drawing with its tapered strokes as fills, all other strokes as they are.

    Returns:
        the drawing, and which of its shapes are outlines [N] bool.

    Raises:
        ValueError: a tapered stroke has a number that is not finite, or above 1e9; the shape is named.
    """
    styles = drawing.styles
    plain = torch.zeros(drawing.num_shapes, dtype=torch.bool, device=drawing.points.device)
    if styles is None or styles.profile is None:
        return drawing, plain
    tapered = (styles.profile.detach() != 1).any(1)
    even = dataclasses.replace(styles, profile=None)
    rows = torch.nonzero(tapered & drawing.stroked & drawing.alive).flatten().tolist()
    if not rows:
        return drawing.replace(styles=even), plain
    for row in rows:
        first, last = drawing.path_offsets[drawing.shape_offsets[row : row + 2]].tolist()
        check_readable(f"points of shape {row}", to_array(drawing.points[first:last]))
        check_readable(f"width of shape {row}", to_array(drawing.width[row]))
        check_readable(f"stroke of shape {row}", to_array(drawing.stroke[row]))
    only_tapered = dataclasses.replace(
        styles, cap=torch.where(tapered, styles.cap, 0), join=torch.where(tapered, styles.join, 0)
    )
    scale = max(_FINENESS / max(drawing.canvas), _COARSEST)
    outlined = outline_styled(drawing.detach().replace(styles=only_tapered), scale)
    added = outlined.num_shapes - drawing.num_shapes
    joined = StrokeStyles.join_all([(even, drawing.num_shapes), (None, added)])
    is_outline = torch.arange(outlined.num_shapes, device=plain.device) >= drawing.num_shapes
    return outlined.replace(styles=joined), is_outline
