"""Scenes of the small world as drawings of Bézier shapes, as pixels, and as masks of their things."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from inkwright.toy_world.scene import PlacedThing, Scene
from inkwright.toy_world.things.pieces import FloatArray, Piece
from inkwright.toy_world.words import COLORS, TEMPLATES
from inkwright.vector_graphics import Drawing, rasterize

SIDE = 64  # of the canvas, in units
_CLEAR = (0.0, 0.0, 0.0, 0.0)
Rgb = tuple[float, ...]
Dice = np.random.Generator


@dataclass(frozen=True)
class _Path:
    points: FloatArray
    closed: bool
    fill: Rgb
    stroke: Rgb
    width: float


def scene_paths(scene: Scene, paper: Rgb, dice: Dice) -> list[list[_Path]]:
    """The paths of each thing, in the order in which they are painted."""
    return [_thing(thing, scene.style == "drawn", paper, dice) for thing in scene.things]


def as_drawing(scenes: Sequence[Sequence[_Path]]) -> Drawing:
    """One drawing with a canvas for each list of paths."""
    paths = [path for scene in scenes for path in scene]
    owner = [canvas for canvas, scene in enumerate(scenes) for _ in scene]
    integers = torch.arange(len(paths) + 1)
    lengths = torch.tensor([0, *(len(path.points) for path in paths)])
    points = torch.from_numpy(np.concatenate([path.points for path in paths])).float()
    return Drawing(
        points=points,
        path_offsets=torch.cumsum(lengths, 0),
        shape_offsets=integers,
        closed=torch.tensor([path.closed for path in paths]),
        width=torch.tensor([path.width for path in paths], dtype=torch.float32),
        stroke=torch.tensor([path.stroke for path in paths], dtype=torch.float32).clamp(0, 1),
        fill=torch.tensor([path.fill for path in paths], dtype=torch.float32).clamp(0, 1),
        stroked=torch.tensor([path.width > 0 for path in paths]),
        filled=torch.tensor([path.fill[3] > 0 for path in paths]),
        fill_rule=torch.zeros(len(paths), dtype=torch.int64),
        canvas_index=torch.tensor(owner),
        layer=torch.zeros(len(paths), dtype=torch.int64),
        order=integers[:-1],
        alive=torch.ones(len(paths), dtype=torch.bool),
        canvas=(SIDE, SIDE),
        num_canvases=len(scenes),
    )


@torch.no_grad()
def paint_scenes(scenes: Sequence[Scene], dice: Sequence[Dice], side: int = SIDE) -> tuple[Tensor, Tensor]:
    """Pictures [B, 3, side, side] in [0, 1] and masks [B, 2, side, side] of their first and second thing.

    Args:
        scenes: what to paint.
        dice: one for each scene; decides proportions, widths of lines, grounds and shades.
        side: of the pictures in pixels.
    """
    paper = [(1.0, 1.0, 1.0) if scene.plain else _tint(lot) for scene, lot in zip(scenes, dice, strict=True)]
    parts = [scene_paths(*each) for each in zip(scenes, paper, dice, strict=True)]
    grounds = torch.tensor(paper, dtype=torch.float32)
    images = rasterize(as_drawing([sum(each, []) for each in parts]), side, side, background=grounds)
    masks = rasterize(as_drawing([_silhouettes(each) for each in parts]), side, side, background=(0, 0, 0))
    covered = masks.sum(1, keepdim=True).clamp(max=1)
    for index, (scene, lot) in enumerate(zip(scenes, dice, strict=True)):
        images[index] = _lit(images[index], covered[index], scene, lot)
    return images.clamp(0, 1), masks[:, :2]


def _thing(thing: PlacedThing, drawn: bool, paper: Rgb, dice: Dice) -> list[_Path]:
    color = np.clip(np.array(COLORS[thing.color]) + dice.normal(0, 0.035, 3), 0, 1)
    colors = _palette(color, thing.color == "black")
    scale = thing.half_side * SIDE
    line = float(dice.uniform(1.2, 2.4) if drawn else dice.uniform(0.9, 1.5)) * (0.7 + 0.3 * scale / 24)
    hollow = drawn and dice.random() < 0.35
    outlined = not drawn and dice.random() < 0.5
    place = _placing(thing, dice)
    paths = []
    for piece in TEMPLATES[thing.kind](dice):
        points = place(piece.chain) + (dice.normal(0, 0.25, piece.chain.shape) if drawn else 0)
        if drawn:
            paths.append(_line_drawn(piece, points, (*color, 1.0), _CLEAR if hollow else (*paper, 1.0), line))
        else:
            edge = (*(0.55 * color), 1.0) if outlined and piece.paint != "ink" else _CLEAR
            paths.append(_painted(piece, points, (*colors[piece.paint], 1.0), edge, (line, scale)))
    return paths


def _line_drawn(piece: Piece, points: FloatArray, color: Rgb, paper: Rgb, line: float) -> _Path:
    solid = piece.closed and piece.paint == "ink"
    return _Path(points, piece.closed, color if solid else paper if piece.closed else _CLEAR, color, line)


def _painted(piece: Piece, points: FloatArray, color: Rgb, edge: Rgb, sizes: tuple[float, float]) -> _Path:
    line, scale = sizes
    if piece.closed:
        return _Path(points, True, color, edge, line if edge[3] else 0.0)
    return _Path(points, False, _CLEAR, color, max(piece.thickness * scale, line))


def _palette(color: FloatArray, black: bool) -> dict[str, FloatArray]:
    return {
        "main": color,
        "shade": color + 0.18 if black else 0.75 * color,
        "light": color + (1 - color) * (0.45 if black else 0.55),
        "ink": np.full(3, 0.35 if black else 0.14),
        "white": np.full(3, 0.98),
    }


def _placing(thing: PlacedThing, dice: Dice) -> Callable[[FloatArray], FloatArray]:
    turn, mirrored = dice.normal(0, 0.1), dice.random() < 0.5
    cosine, sine = np.cos(turn), np.sin(turn)
    matrix = np.array([[cosine, sine], [-sine, cosine]]) * dice.uniform(0.88, 1.0, 2)
    if mirrored:
        matrix = np.diag([-1.0, 1.0]) @ matrix
    return lambda chain: (chain @ matrix * thing.half_side + thing.center) * SIDE


def _silhouettes(things: Sequence[Sequence[_Path]]) -> list[_Path]:
    """All paths of the first thing in red, those of the second in green; outlines are filled."""
    found = []
    for index, paths in enumerate(things):
        color = ((1.0, 0.0, 0.0, 1.0), (0.0, 1.0, 0.0, 1.0))[index]
        for path in paths:
            found.append(_Path(path.points, path.closed, color if path.closed else _CLEAR, color, path.width))
    return found


def _tint(dice: Dice) -> Rgb:
    """A pale color, sometimes a gray."""
    level = dice.uniform(0.72, 0.97)
    return tuple(np.clip(level + dice.normal(0, 0.06, 3), 0.6, 1.0).tolist())


def _lit(image: Tensor, covered: Tensor, scene: Scene, dice: Dice) -> Tensor:
    """Shade across the things and a ramp, hatches or grain on the ground, for some pictures."""
    side = image.shape[1]
    ramp, grain = _ramp(side, dice), _grain(side, dice)
    if scene.style == "painted" and dice.random() < 0.4:
        image = image * (1 - covered * dice.uniform(0.15, 0.4) * ramp)
        image = image + covered * dice.uniform(0, 0.02) * grain
    if scene.plain or dice.random() < 0.35:
        return image
    change = -dice.uniform(0.1, 0.3) * ramp
    if dice.random() < 0.5:
        waves = torch.sin(ramp * float(dice.uniform(20, 60)))
        change = float(dice.uniform(0.01, 0.04)) * (waves if dice.random() < 0.5 else grain)
    return image + (1 - covered) * change


def _grain(side: int, dice: Dice) -> Tensor:
    """[side, side] noise; however large, it takes one number of the dice."""
    own = np.random.default_rng(dice.integers(2**32))
    return torch.from_numpy(own.standard_normal((side, side))).float()


def _ramp(side: int, dice: Dice) -> Tensor:
    """[side, side] rising from 0 to 1 in some direction."""
    angle = dice.uniform(0, 2 * np.pi)
    across = torch.linspace(0, 1, side)
    ramp = float(np.cos(angle)) * across[None] + float(np.sin(angle)) * across[:, None]
    return (ramp - ramp.min()) / (ramp.max() - ramp.min())
