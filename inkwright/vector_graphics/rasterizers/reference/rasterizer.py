"""The rasteriser that is slow and obvious: plain PyTorch, the truth that the kernels are tested against."""

import torch
from torch import Tensor
from torch.nn.functional import pad

from inkwright.vector_graphics.curves.bernstein import FILL_FLATNESS, FLATNESS
from inkwright.vector_graphics.curves.bezier import flatten
from inkwright.vector_graphics.drawing import FILL_RULES, Drawing
from inkwright.vector_graphics.rasterizers.reference.fills import fill_coverage
from inkwright.vector_graphics.rasterizers.reference.strokes import Chords, stroke_coverage
from inkwright.vector_graphics.rasterizers.textures import Textures, Window, fill_textures, pixel_centers

_HALF_DIAGONAL = 0.7072  # of a square of side 1, rounded up


def paint(drawing: Drawing, height: int, width: int, background: Tensor, filter_width: float) -> Tensor:
    """[B, 3, height, width], shape by shape with autograd through everything, over the background [B, 3].

    Any floating-point type, any device; ``filter_width`` is the side of the box filter in pixels.
    """
    scale = drawing.points.new_tensor([width / drawing.canvas[0], height / drawing.canvas[1]])
    pixels = drawing.replace(points=drawing.points * scale, width=drawing.width * scale.prod().sqrt())
    textures = fill_textures(drawing, height, width, filter_width)
    images = [color[:, None, None].expand(3, height, width) for color in background]
    for shape in pixels.paint_order().tolist():
        if bool(pixels.alive[shape]):
            canvas = int(pixels.canvas_index[shape])
            fill = _fill_color(pixels, shape, textures, height, width)
            images[canvas] = _paint_shape(pixels, shape, fill, images[canvas], filter_width)
    # A shape off the canvas has gradients, too: they are 0.
    linked = [each.sum() for each in (pixels.points, pixels.width, pixels.stroke, pixels.fill)]
    return torch.stack(images) + 0 * torch.stack(linked).sum()


def shape_chords(drawing: Drawing, shape: int) -> tuple[Chords, Tensor, Tensor]:
    """Chords of all paths of one shape in the order of its points, flattened in the units of its points.

    Returns:
        the chords, and the starts [C, 2] and ends [C, 2] of the lines that close its open paths.
    """
    segments, (first, last) = drawing.segments(), drawing.shape_offsets[shape : shape + 2].tolist()
    offsets = segments.offsets[first : last + 1]
    of_shape = slice(*offsets[[0, -1]].tolist())
    tolerance = FILL_FLATNESS if bool(drawing.filled[shape]) else FLATNESS
    starts, ends, row = flatten(drawing.points[segments.points[of_shape]], tolerance)
    path = segments.path[of_shape][row]
    goes_on = torch.cat([path[1:] == path[:-1], path.new_zeros(1, dtype=torch.bool)])
    closings = segments.points[offsets[1:] - 1, 3], segments.points[offsets[:-1], 0]
    return Chords(starts, ends, goes_on), drawing.points[closings[0]], drawing.points[closings[1]]


def _fill_color(drawing: Drawing, shape: int, textures: Textures | None, height: int, width: int) -> Tensor:
    """Straight RGBA of a shape's fill: [4, 1, 1], or [4, H, W] where a gradient fills it."""
    rows = [] if textures is None else torch.nonzero(textures.shape == shape).flatten().tolist()
    if textures is None or not rows:
        return drawing.fill[shape][:, None, None]
    left, top, right, bottom = textures.window[rows[0]].tolist()
    color = textures.color[int(textures.offsets[rows[0]]) : int(textures.offsets[rows[0] + 1])]
    color = color.reshape(bottom - top, right - left, 4).permute(2, 0, 1)
    return pad(color, (left, width - right, top, height - bottom))


def _paint_shape(drawing: Drawing, shape: int, fill: Tensor, image: Tensor, filter_width: float) -> Tensor:
    """The image [3, H, W] of a canvas after one shape: its fill, then its stroke."""
    chords, closing_starts, closing_ends = shape_chords(drawing, shape)
    size = (image.shape[2], image.shape[1])
    if bool(drawing.filled[shape]):
        window = _window(chords, filter_width / 2, size)
        coverage = fill_coverage(
            pixel_centers(window, image),
            torch.cat([chords.starts, closing_starts]),
            torch.cat([chords.ends, closing_ends]),
            FILL_RULES[int(drawing.fill_rule[shape])],
            filter_width,
        )
        image = _composite(image, coverage, window, fill)
    if bool(drawing.stroked[shape]) and float(drawing.width[shape].detach()) > 0:
        half_width = drawing.width[shape] / 2
        window = _window(chords, float(half_width.detach()) + filter_width * _HALF_DIAGONAL, size)
        coverage = stroke_coverage(pixel_centers(window, image), chords, half_width, filter_width)
        image = _composite(image, coverage, window, drawing.stroke[shape][:, None, None])
    return image


def _window(chords: Chords, margin: float, size: tuple[int, int]) -> Window:
    """Pixels whose centres are within a margin of the bounding box of the chords."""
    vertices = torch.cat([chords.starts, chords.ends]).detach().double()
    limits = torch.tensor(size, dtype=torch.float64, device=vertices.device)
    low = torch.floor(vertices.amin(0) - margin - 0.5).clamp(min=0).minimum(limits)
    high = torch.ceil(vertices.amax(0) + margin + 0.5).clamp(min=0).minimum(limits)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _composite(image: Tensor, coverage: Tensor, window: Window, color: Tensor) -> Tensor:
    """Straight-alpha paint over an image [3, H, W] (Porter and Duff 1984); coverage is that of a window."""
    left, top, right, bottom = window
    if right <= left or bottom <= top:
        return image
    margins = (left, image.shape[2] - right, top, image.shape[1] - bottom)
    alpha = color[3] * pad(coverage.reshape(bottom - top, right - left), margins)
    return image + alpha * (color[:3] - image)
