"""Templates of plants and of the sky: tree, flower, apple, mushroom, leaf, star, sun, moon, cloud."""

import numpy as np

from inkwright.toy_world.things.pieces import Piece, Thing, arc_points, curve, line, oval, polygon, smooth

Dice = np.random.Generator


def tree(dice: Dice) -> Thing:
    """A trunk and a round crown with lobes, or a fir."""
    trunk = polygon([(-0.13, 0.2), (0.13, 0.2), (0.18, 0.97), (-0.18, 0.97)], "ink")
    if dice.random() < 0.3:
        tiers = ((0.1, 0.75, 0.8), (-0.35, 0.58, 0.35), (-0.75, 0.4, -0.1))
        return [trunk, *(polygon([(0, top - 0.25), (w, low), (-w, low)]) for top, w, low in tiers)]
    lobes, start = int(dice.integers(6, 9)), dice.uniform(0, 6)
    return [trunk, _lobed(0, -0.22, (0.84, 0.72), lobes, start)]


def flower(dice: Dice) -> Thing:
    """Petals around a center, on a stem with a leaf."""
    count, start = int(dice.integers(5, 8)), dice.uniform(0, 6)
    step = 2 * np.pi / count
    angles = [start + step * each for each in range(count)]
    return [
        curve([(0, -0.3), (0.05, 0.3), (0, 0.97)], "ink", 0.06),
        oval(0.25, 0.6, 0.26, 0.1, "ink", -0.6),
        *(oval(0.36 * np.cos(a), -0.36 + 0.36 * np.sin(a), 0.28, 0.17, "main", a) for a in angles),
        oval(0, -0.36, 0.18, 0.18, "light"),
    ]


def apple(dice: Dice) -> Thing:
    """Two lobes, a stem and a leaf."""
    wide = dice.uniform(0.72, 0.86)
    right = [(0, -0.42), (0.35, -0.6), (wide, -0.3), (wide * 0.95, 0.3), (0.45, 0.88), (0, 0.8)]
    return [
        smooth([*right, *[(-x, y) for x, y in right[-2:0:-1]]]),
        curve([(0, -0.42), (0.03, -0.7), (0.12, -0.92)], "ink", 0.08),
        oval(0.38, -0.78, 0.25, 0.1, "shade", -0.4),
        oval(-0.42 * wide / 0.8, -0.2, 0.12, 0.2, "light", 0.4),
    ]


def mushroom(dice: Dice) -> Thing:
    """A cap with white spots on a pale stem."""
    low = dice.uniform(0.0, 0.12)
    dome = arc_points(0, low, (0.9, 0.88), np.pi, 2 * np.pi, 9)
    return [
        smooth([(-0.22, 0), (0.22, 0), (0.25, 0.6), (0.34, 0.95), (-0.34, 0.95), (-0.25, 0.6)], "light"),
        smooth([*map(tuple, dome), (0.5, low + 0.14), (-0.5, low + 0.14)]),
        oval(-0.42, low - 0.3, 0.15, 0.13, "white"),
        oval(0.1, low - 0.52, 0.17, 0.14, "white"),
        oval(0.5, low - 0.22, 0.13, 0.12, "white"),
    ]


def leaf(dice: Dice) -> Thing:
    """A pointed blade with its veins."""
    wide = dice.uniform(0.38, 0.52)
    spine = [(0, 0.97), (0, 0.6), (0, -0.9)]
    veins = [line([(0, y), (s * wide * 0.65, y - 0.25)], "shade") for y in (0.4, 0.05, -0.3) for s in (-1, 1)]
    blade = [(0, -0.95), (wide * 0.7, -0.5), (wide, 0), (wide * 0.7, 0.45), (0, 0.68)]
    return [smooth([*blade, *[(-x, y) for x, y in blade[-2:0:-1]]]), line(spine, "shade", 0.05), *veins]


def star(dice: Dice) -> Thing:
    """Five points."""
    inner, turn = dice.uniform(0.38, 0.48), dice.uniform(-0.15, 0.15) - np.pi / 2
    angles = turn + np.arange(10) * np.pi / 5
    radius = np.where(np.arange(10) % 2, inner * 0.95, 0.95)
    return [polygon(np.stack([radius * np.cos(angles), radius * np.sin(angles)], axis=1))]


def sun(dice: Dice) -> Thing:
    """A disk with rays."""
    count, start = int(dice.integers(8, 13)), dice.uniform(0, 6)
    rays = []
    for angle in start + np.arange(count) * 2 * np.pi / count:
        way = np.array([np.cos(angle), np.sin(angle)])
        rays.append(line([tuple(0.62 * way), tuple(0.96 * way)], "main", 0.1))
    return [*rays, oval(0, 0, 0.5, 0.5)]


def moon(dice: Dice) -> Thing:
    """A crescent."""
    bite = dice.uniform(0.3, 0.55)
    outer = arc_points(0.1, 0, (0.9, 0.92), 0.32 * np.pi, 1.68 * np.pi, 12)
    inner = arc_points(0.1 + bite, 0, (0.68, 0.72), 1.62 * np.pi, 0.38 * np.pi, 10)
    return [polygon(np.concatenate([outer, inner]))]


def cloud(dice: Dice) -> Thing:
    """A heap of lobes, flat below."""
    return [
        _lobed(0, 0, (0.88, dice.uniform(0.42, 0.52)), int(dice.integers(7, 10)), dice.uniform(0, 6), 0.3)
    ]


def _lobed(
    x: float, y: float, radius: tuple[float, float], lobes: int, start: float, floor: float = 9.0
) -> Piece:
    """A round outline with bulges, cut off ``floor`` below its middle."""
    angle = np.linspace(0, 2 * np.pi, lobes * 6, endpoint=False)
    bulge = 0.82 + 0.24 * np.abs(np.sin(lobes * (angle + start) / 2))
    across, down = radius[0] * bulge * np.cos(angle), radius[1] * bulge * np.sin(angle)
    return smooth(np.stack([x + across, y + np.minimum(down, floor)], axis=1))
