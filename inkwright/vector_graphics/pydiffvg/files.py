"""Scenes of diffvg from SVG files and as SVG files, and pictures from and as files."""

import os
import warnings
from collections.abc import Sequence
from pathlib import Path as FilePath
from xml.etree import ElementTree

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.pydiffvg.scene import scene_drawing
from inkwright.vector_graphics.pydiffvg.shapes import LinearGradient, Path, RadialGradient, Shape, ShapeGroup
from inkwright.vector_graphics.svg.reading.reader import parse_svg, read_svg
from inkwright.vector_graphics.svg.reading.shapes.path_parser import parse_path
from inkwright.vector_graphics.svg.writing.writer import write_svg

Scene = tuple[int, int, list[Shape], list[ShapeGroup]]


def svg_to_scene(filename: str | os.PathLike[str]) -> Scene:
    """(canvas width, canvas height, shapes, groups) of an SVG file; every outline becomes a cubic Path.

    What a drawing cannot hold is left out or approximated, with a warning that names it.

    Raises:
        ValueError: the file is missing or no SVG.
    """
    return drawing_scene(read_svg(filename, lenient=True))


def parse_scene(node: ElementTree.Element) -> Scene:
    """The same of the root element of an SVG document."""
    return drawing_scene(parse_svg(ElementTree.tostring(node), lenient=True))


def drawing_scene(drawing: Drawing) -> Scene:
    """A drawing of one canvas as (canvas width, canvas height, shapes, groups)."""
    shapes: list[Shape] = []
    groups = []
    for row in drawing.paint_order().tolist():
        ids = torch.arange(
            len(shapes), len(shapes) + int(drawing.shape_offsets[row + 1] - drawing.shape_offsets[row])
        )
        for path in range(int(drawing.shape_offsets[row]), int(drawing.shape_offsets[row + 1])):
            first, last = drawing.path_offsets[path : path + 2].tolist()
            controls = torch.full(((last - first) // 3,), 2, dtype=torch.int32)
            points, closed = drawing.points[first:last].clone(), bool(drawing.closed[path])
            shapes.append(Path(controls, points, closed, drawing.width[row] / 2))
        stroke = drawing.stroke[row].clone() if bool(drawing.stroked[row]) else None
        even_odd = bool(drawing.fill_rule[row] == 1)
        groups.append(ShapeGroup(ids, _fill(drawing, row), even_odd, stroke))
    return round(drawing.canvas[0]), round(drawing.canvas[1]), shapes, groups


def from_svg_path(
    path_str: str, shape_to_canvas: Tensor | None = None, force_close: bool = False
) -> list[Path]:
    """The sub-paths of SVG path data as cubic Paths, moved by a matrix [3, 3]; open ones closed by a line."""
    found = []
    for cubics, closed in parse_path(path_str):
        points = torch.from_numpy(cubics).float()
        if shape_to_canvas is not None:
            points = points @ shape_to_canvas[:2, :2].T.float() + shape_to_canvas[:2, 2].float()
        controls = torch.full((points.shape[0] // 3,), 2, dtype=torch.int32)
        if force_close and not closed:
            controls = torch.cat([controls, controls.new_zeros(1)])
        found.append(Path(controls, points, closed or force_close))
    return found


def save_svg(
    filename: str | os.PathLike[str],
    width: float,
    height: float,
    shapes: Sequence[Shape],
    shape_groups: Sequence[ShapeGroup],
    use_gamma: bool = False,
) -> None:
    """Write a scene as SVG, with its transforms, that a browser shows as `RenderFunction.apply` renders it.

    Raises:
        ValueError: ``use_gamma``, or the scene is out of order.
    """
    if use_gamma:
        raise ValueError("use_gamma is True; files with a gamma filter can't be written here")
    FilePath(filename).parent.mkdir(parents=True, exist_ok=True)
    size = round(float(width)), round(float(height))
    drawing = scene_drawing((float(width), float(height)), size, shapes, shape_groups)
    write_svg(drawing.detach(), filename)


def save_svg_paths_only(
    filename: str | os.PathLike[str],
    width: float,
    height: float,
    shapes: Sequence[Shape],
    shape_groups: Sequence[ShapeGroup],
) -> None:
    """The same as ``save_svg``, which writes paths only."""
    save_svg(filename, width, height, shapes, shape_groups)


def imwrite(
    img: Tensor | np.ndarray, filename: str | os.PathLike[str], gamma: float = 2.2, normalize: bool = False
) -> None:
    """Write a picture [H, W] or [H, W, C] in [0, 1]; colors, not alpha, are raised to 1 / gamma."""
    values = img.detach().cpu().numpy() if isinstance(img, Tensor) else np.asarray(img)
    if normalize and np.ptp(values) > 0:
        values = (values - values.min()) / np.ptp(values)
    values = np.clip(values[:, :, None] if values.ndim == 2 else values, 0.0, 1.0).copy()
    values[:, :, :3] = values[:, :, :3] ** (1 / gamma)
    pixels = (values * 255).astype(np.uint8)
    FilePath(filename).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels).save(filename)


def imread(filename: str | os.PathLike[str], gamma: float = 2.2) -> Tensor:
    """[H, W, 3] a picture as numbers in [0, 1], raised to gamma: what ``imwrite`` wrote."""
    with Image.open(filename) as image:
        values = np.asarray(image.convert("RGB"), np.float32) / 255
    return torch.from_numpy(values**gamma)


def prettify(elem: ElementTree.Element) -> str:
    """An XML element as indented text."""
    ElementTree.indent(elem)
    return ElementTree.tostring(elem, encoding="unicode")


def _fill(drawing: Drawing, row: int) -> Tensor | LinearGradient | RadialGradient | None:
    if not bool(drawing.filled[row]):
        return None
    gradients = drawing.gradients
    if drawing.pictures is not None and row in drawing.pictures.shape.tolist():
        raise ValueError(f"a pixel image fills shape {row}; diffvg has none")
    if gradients is None or row not in gradients.shape.tolist():
        return drawing.fill[row].clone()
    index = gradients.shape.tolist().index(row)
    stops = slice(int(gradients.stop_offsets[index]), int(gradients.stop_offsets[index + 1]))
    offsets, colors = gradients.stop_position[stops].clone(), gradients.stop_color[stops].clone()
    colors[:, 3] *= drawing.fill[row, 3]
    origin, x, y = gradients.frame[index]
    if gradients.focus is not None and bool(gradients.focus[index].any()):
        warnings.warn(f"the gradient of shape {row} has a focal point; diffvg has none", stacklevel=2)
    if bool(gradients.radial[index]):
        radius = torch.stack([torch.linalg.vector_norm(x - origin), torch.linalg.vector_norm(y - origin)])
        return RadialGradient(origin.clone(), radius, offsets, colors)
    across = torch.stack([-(y - origin)[1], (y - origin)[0]])
    along = across * ((x - origin) @ across) / (across @ across)
    return LinearGradient(origin.clone(), origin + along, offsets, colors)
