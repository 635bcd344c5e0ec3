"""An SVG file as a Drawing; what a Drawing cannot hold is refused by name."""

import os
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.gradient_fills import GradientFills
from inkwright.vector_graphics.picture_fills import PictureFills
from inkwright.vector_graphics.ragged_arrays import offsets_from_counts
from inkwright.vector_graphics.stroke_styles import CAPS, JOINS, StrokeStyles
from inkwright.vector_graphics.svg.reading.document import load_document, parse_document
from inkwright.vector_graphics.svg.reading.reuse.pictures import Folders, Picture
from inkwright.vector_graphics.svg.reading.scene import Scene, read_scene
from inkwright.vector_graphics.svg.reading.shapes.gradient import Gradient
from inkwright.vector_graphics.svg.reading.shapes.stroke_reach import StrokeEnds
from inkwright.vector_graphics.svg.reading.values.color import Color


def read_svg(
    path: str | os.PathLike[str],
    *,
    lenient: bool = False,
    dtype: torch.dtype = torch.float32,
    within: str | os.PathLike[str] | None = None,
) -> Drawing:
    """Read an SVG file.

    Paths, lines, polylines, polygons, rectangles, circles and ellipses become shapes, in document order;
    groups, <use>, transforms, units, viewBox, inherited style, style attributes and simple style sheets are
    followed. The canvas is the viewBox moved to the origin. Layers: ``write_svg``'s own groups, else one
    for each group of the outermost level. Linear and radial gradients, caps, joins and miter limits are read,
    too. Dashes become strokes of their own; markers, patterns and embedded SVG become shapes. Pixel pictures
    (PNG, JPEG, WebP, GIF; in the document, or in its folder) fill shapes, and stay as they are. Strokes that
    a gradient or pattern paints or that are scaled unevenly, and whatever a clip, a mask or a viewport
    cuts, become fills of flattened outlines; so do paints of a group that overlap, where it has an opacity,
    and paints that are blended with what lies beneath, up to about two seconds' work in all: 18 rectangles or
    three circles that overlap each other. Conditions are those of who reads English. Data of
    paths and points are drawn up to a mistake in them, as SVG says, with a warning; values that a property or
    attribute cannot have are ignored, as CSS says, edges that shall be jagged are smooth, and units of a font
    that is not read are those of a usual one, each with a warning, too. Units of the window are those of the
    document's own size.

    Args:
        path: the file.
        lenient: leave out or approximate what a Drawing cannot hold (text, filters, opacity of a group
            of gradients that overlap, rules of a style sheet, values that only browsers know, ...) with one
            warning that names it, instead of refusing it.
        dtype: floating-point type of the drawing.
        within: the folder outside of which no picture is read; by default that of the file.

    Raises:
        ValueError: the file is missing or no SVG, is hostile (entities, external references, huge numbers,
            repetition without end, ...), or holds what a Drawing cannot represent; the message names it.
    """
    root, own = load_document(path), Path(path).parent
    folders = Folders(own, own if within is None else Path(within))
    try:
        scene = read_scene(root, lenient=lenient, folders=folders)
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)}: {error}") from error
    return _drawing(scene, dtype)


def parse_svg(text: str | bytes, *, lenient: bool = False, dtype: torch.dtype = torch.float32) -> Drawing:
    """The drawing in the text of an SVG document, which has no files beside it; see ``read_svg``."""
    return _drawing(read_scene(parse_document(text), lenient=lenient), dtype)


def _drawing(scene: Scene, dtype: torch.dtype) -> Drawing:
    if scene.notes:
        warnings.warn("SVG read approximately: " + "; ".join(scene.notes), UserWarning, stacklevel=3)
    shapes = scene.shapes
    paths = [path for shape in shapes for path in shape.paths]
    points = np.concatenate([points for points, _ in paths]) if paths else np.zeros((0, 2))
    count = len(shapes)
    return Drawing(
        points=torch.tensor(points, dtype=dtype),
        path_offsets=_offsets([len(points) for points, _ in paths]),
        shape_offsets=_offsets([len(shape.paths) for shape in shapes]),
        closed=torch.tensor([closed for _, closed in paths], dtype=torch.bool),
        width=torch.tensor([shape.width for shape in shapes], dtype=dtype),
        stroke=_colors([shape.stroke for shape in shapes], dtype),
        fill=_colors([shape.fill for shape in shapes], dtype),
        stroked=torch.tensor([shape.stroke is not None for shape in shapes], dtype=torch.bool),
        filled=torch.tensor([shape.fill is not None for shape in shapes], dtype=torch.bool),
        fill_rule=torch.tensor([int(shape.even_odd) for shape in shapes], dtype=torch.int64),
        canvas_index=torch.zeros(count, dtype=torch.int64),
        layer=torch.tensor([shape.layer for shape in shapes], dtype=torch.int64),
        order=torch.arange(count),
        alive=torch.ones(count, dtype=torch.bool),
        canvas=scene.canvas,
        gradients=_gradients([shape.gradient for shape in shapes], dtype),
        pictures=_pictures([shape.picture for shape in shapes], dtype),
        styles=_styles([shape.ends for shape in shapes]),
    )


def _gradients(gradients: Sequence[Gradient | None], dtype: torch.dtype) -> GradientFills | None:
    found = {row: gradient for row, gradient in enumerate(gradients) if gradient is not None}
    stops = [stop for gradient in found.values() for stop in gradient.stops]
    if not found:
        return None
    focus = [gradient.focus for gradient in found.values()]
    return GradientFills(
        shape=torch.tensor(list(found)),
        radial=torch.tensor([gradient.radial for gradient in found.values()]),
        frame=torch.tensor(np.stack([gradient.frame for gradient in found.values()]), dtype=dtype),
        stop_offsets=_offsets([len(gradient.stops) for gradient in found.values()]),
        stop_position=torch.tensor([position for position, _ in stops], dtype=dtype),
        stop_color=torch.tensor([color for _, color in stops], dtype=dtype),
        focus=torch.tensor(focus, dtype=dtype) if np.any(focus) else None,
    )


def _pictures(pictures: Sequence[Picture | None], dtype: torch.dtype) -> PictureFills | None:
    found = {row: picture for row, picture in enumerate(pictures) if picture is not None}
    if not found:
        return None
    single = {id(picture.pixels): picture.pixels for picture in found.values()}
    numbers = {each: number for number, each in enumerate(single)}
    return PictureFills(
        shape=torch.tensor(list(found)),
        picture=torch.tensor([numbers[id(picture.pixels)] for picture in found.values()]),
        frame=torch.tensor(np.stack([picture.frame for picture in found.values()]), dtype=dtype),
        smooth=torch.tensor([picture.smooth for picture in found.values()]),
        size=torch.tensor([each.shape[1::-1] for each in single.values()]),
        pixels=torch.from_numpy(np.concatenate([each.reshape(-1, 4) for each in single.values()])),
    )


def _styles(ends: Sequence[StrokeEnds]) -> StrokeStyles | None:
    """Styles of all shapes; None if every stroke is round."""
    if all((each.cap, each.join) == ("round", "round") for each in ends):
        return None
    return StrokeStyles(
        cap=torch.tensor([CAPS.index(each.cap) for each in ends]),
        join=torch.tensor([JOINS.index(each.join) for each in ends]),
        miter_limit=torch.tensor([each.miter_limit for each in ends]),
    )


def _offsets(counts: Sequence[int]) -> Tensor:
    return offsets_from_counts(torch.tensor(counts, dtype=torch.int64))


def _colors(colors: Sequence[Color | None], dtype: torch.dtype) -> Tensor:
    return torch.tensor([color or (0.0, 0.0, 0.0, 0.0) for color in colors], dtype=dtype).reshape(-1, 4)
