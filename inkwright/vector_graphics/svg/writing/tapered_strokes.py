"""Strokes whose width changes along them, which SVG does not have, as filled outlines."""

import dataclasses

import torch
from torch import Tensor

from inkwright.vector_graphics.curves.stroke_outlines import outline_styled
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.stroke_styles import StrokeStyles

_FINENESS = 2048.0  # pixels of the longer side up to which the flattened outlines look smooth
_COARSEST = 1e-9  # pixels per canvas unit: a canvas of any size has a scale above 0


def outline_tapered(drawing: Drawing) -> tuple[Drawing, Tensor]:
    """The drawing with its tapered strokes as fills, all other strokes as they are.

    Returns:
        the drawing, and which of its shapes are outlines [N] bool.

    Raises:
        ValueError: a tapered stroke has a number that is not finite.
    """
    styles = drawing.styles
    plain = torch.zeros(drawing.num_shapes, dtype=torch.bool, device=drawing.points.device)
    if styles is None or styles.profile is None:
        return drawing, plain
    tapered = (styles.profile.detach() != 1).any(1)
    even = dataclasses.replace(styles, profile=None)
    if not bool((tapered & drawing.stroked & drawing.alive).any()):
        return drawing.replace(styles=even), plain
    _check_finite(drawing, tapered & drawing.stroked & drawing.alive)
    only_tapered = dataclasses.replace(
        styles, cap=torch.where(tapered, styles.cap, 0), join=torch.where(tapered, styles.join, 0)
    )
    scale = max(_FINENESS / max(drawing.canvas), _COARSEST)
    outlined = outline_styled(drawing.detach().replace(styles=only_tapered), scale)
    added = outlined.num_shapes - drawing.num_shapes
    joined = StrokeStyles.join_all([(even, drawing.num_shapes), (None, added)])
    is_outline = torch.arange(outlined.num_shapes, device=plain.device) >= drawing.num_shapes
    return outlined.replace(styles=joined), is_outline


def _check_finite(drawing: Drawing, rows: Tensor) -> None:
    for name, owner in (("points", drawing.point_shape()), ("width", None), ("stroke", None)):
        value = getattr(drawing, name).detach()
        bad = ~torch.isfinite(value).reshape(value.shape[0], -1).all(1)
        bad = bad & (rows if owner is None else rows[owner])
        if bool(bad.any()):
            first = int(bad.nonzero()[0])
            row = first if owner is None else int(owner[first])
            wrong = value[first].flatten()
            number = float(wrong[~torch.isfinite(wrong)][0])
            raise ValueError(f"{name} of shape {row} is {number}; an SVG can only hold finite numbers")
