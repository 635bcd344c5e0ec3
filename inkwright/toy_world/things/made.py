"""Templates of what people make: house, cup, car, boat, key, umbrella, bottle, chair, hat, lamp; scribble."""

import numpy as np

from inkwright.toy_world.things.pieces import Thing, arc_points, box, curve, line, oval, polygon, smooth

Dice = np.random.Generator


def house(dice: Dice) -> Thing:
    """A front with a door, a window and a roof, with or without a chimney."""
    top, door = dice.uniform(-0.2, 0.0), dice.choice([-0.35, 0.3])
    chimney = [box(0.35, -0.85, 0.58, -0.3, "ink")] if dice.random() < 0.5 else []
    return [
        *chimney,
        box(-0.72, top, 0.72, 0.95),
        polygon([(-0.95, top), (0, -0.95), (0.95, top)], "shade"),
        box(door - 0.18, 0.4, door + 0.18, 0.95, "ink"),
        box(-door - 0.2, 0.25, -door + 0.2, 0.6, "white"),
        line([(-door, 0.25), (-door, 0.6)]),
        line([(-door - 0.2, 0.42), (-door + 0.2, 0.42)]),
    ]


def cup(dice: Dice) -> Thing:
    """With a handle on the right; one sees into it."""
    foot, high = dice.uniform(0.36, 0.5), dice.uniform(0.6, 0.72)
    left, right = -0.75, 0.42
    middle = (left + right) / 2
    return [
        curve([(0.38, -0.35), (0.8, -0.38), (0.92, 0), (0.72, 0.32), (0.32, 0.35)], "main", 0.15),
        polygon([(left, -high), (right, -high), (middle + foot, 0.8), (middle - foot, 0.8)]),
        oval(middle, 0.8, foot, 0.1),
        oval(middle, -high, (right - left) / 2, 0.14, "light"),
    ]


def car(dice: Dice) -> Thing:
    """From the side."""
    roof, wheel = dice.uniform(-0.55, -0.4), dice.uniform(0.2, 0.26)
    return [
        polygon([(-0.6, -0.05), (-0.38, roof), (0.25, roof), (0.58, -0.05)]),
        polygon([(-0.48, -0.06), (-0.32, roof + 0.1), (-0.08, roof + 0.1), (-0.08, -0.06)], "white"),
        polygon([(0.02, -0.06), (0.02, roof + 0.1), (0.2, roof + 0.1), (0.44, -0.06)], "white"),
        smooth([(-0.96, 0.25), (-0.9, -0.02), (-0.5, -0.07), (0.55, -0.07), (0.92, 0.04), (0.97, 0.3),
            (0.85, 0.42), (-0.85, 0.42)]),
        *(oval(x, 0.42, wheel, wheel, "ink") for x in (-0.52, 0.52)),
        *(oval(x, 0.42, wheel * 0.45, wheel * 0.45, "white") for x in (-0.52, 0.52)),
    ]  # fmt: skip


def boat(dice: Dice) -> Thing:
    """A hull with a mast and one or two sails."""
    mast = dice.uniform(-0.15, 0.05)
    fore = [polygon([(mast - 0.08, -0.7), (mast - 0.08, 0.2), (mast - 0.6, 0.2)], "light")]
    return [
        line([(mast, -0.97), (mast, 0.4)], "ink", 0.06),
        polygon([(mast + 0.06, -0.92), (0.78, 0.22), (mast + 0.06, 0.22)], "white"),
        *(fore if dice.random() < 0.7 else []),
        polygon([(-0.95, 0.38), (0.95, 0.38), (0.65, 0.9), (-0.6, 0.9)]),
        line([(-0.85, 0.54), (0.85, 0.54)], "shade"),
    ]


def key(dice: Dice) -> Thing:
    """Lying, its bow to the left."""
    bow, teeth = dice.uniform(0.32, 0.42), dice.uniform(0.22, 0.32)
    return [
        box(-0.3, -0.09, 0.95, 0.09),
        box(0.75, 0.0, 0.92, teeth + 0.09),
        box(0.45, 0.0, 0.6, teeth),
        oval(-0.55, 0, bow, bow),
        oval(-0.58, 0, bow * 0.5, bow * 0.5, "white"),
    ]


def umbrella(dice: Dice) -> Thing:
    """Open, with a hooked stick."""
    low = dice.uniform(-0.1, 0.08)
    dome = arc_points(0, low, (0.95, 0.9), np.pi, 2 * np.pi, 11)
    rim = [(x, low - 0.1 * (index % 2)) for index, x in enumerate(np.linspace(0.95, -0.95, 9)[1:-1])]
    return [
        curve([(0, low - 0.2), (0, 0.4), (0, 0.75), (0.12, 0.93), (0.27, 0.88), (0.3, 0.7)], "ink", 0.08),
        polygon([*map(tuple, dome), *rim]),
        curve([(-0.02, low - 0.88), (-0.36, low - 0.5), (-0.47, low)], "shade"),
        curve([(0.02, low - 0.88), (0.36, low - 0.5), (0.47, low)], "shade"),
        line([(0, low - 0.88), (0, low - 0.08)], "shade"),
    ]


def bottle(dice: Dice) -> Thing:
    """With a neck, a cap and a label."""
    wide, shoulder = dice.uniform(0.3, 0.42), dice.uniform(-0.35, -0.15)
    return [
        box(-0.14, -0.97, 0.14, -0.78, "ink"),
        polygon([(-0.11, -0.8), (0.11, -0.8), (0.11, shoulder - 0.2), (wide, shoulder + 0.1),
            (wide, 0.95), (-wide, 0.95), (-wide, shoulder + 0.1), (-0.11, shoulder - 0.2)]),
        box(-wide, 0.2, wide, 0.6, "light"),
    ]  # fmt: skip


def chair(dice: Dice) -> Thing:
    """From the side and a little from the front, its back to the left."""
    seat, high = dice.uniform(0.05, 0.2), dice.uniform(-0.97, -0.8)
    return [
        line([(-0.2, seat - 0.12), (-0.2, 0.7)], "main", 0.1),
        line([(0.7, seat - 0.12), (0.7, 0.7)], "main", 0.1),
        polygon([(-0.58, high), (-0.28, high - 0.02), (-0.28, seat - 0.1), (-0.58, seat)], "main"),
        polygon([(-0.6, seat + 0.06), (-0.25, seat - 0.15), (0.8, seat - 0.15), (0.5, seat + 0.06)], "shade"),
        line([(-0.54, seat), (-0.54, 0.96)], "main", 0.12),
        line([(0.46, seat + 0.04), (0.46, 0.96)], "main", 0.12),
    ]


def hat(dice: Dice) -> Thing:
    """A crown with a band on a wide brim."""
    high, wide = dice.uniform(-0.8, -0.5), dice.uniform(0.42, 0.52)
    return [
        oval(0, 0.4, 0.95, 0.24),
        polygon([(-wide, 0.36), (-wide * 0.92, high), (wide * 0.92, high), (wide, 0.36)]),
        oval(0, high, wide * 0.92, 0.12),
        polygon([(-wide, 0.36), (-wide, 0.1), (wide, 0.1), (wide, 0.36)], "ink"),
    ]


def lamp(dice: Dice) -> Thing:
    """A shade on a foot."""
    wide, low = dice.uniform(0.6, 0.8), dice.uniform(-0.1, 0.05)
    return [
        line([(0, low), (0, 0.9)], "ink", 0.1),
        oval(0, 0.9, 0.4, 0.09, "ink"),
        polygon([(-0.32, -0.92), (0.32, -0.92), (wide, low), (-wide, low)]),
    ]


def scribble(dice: Dice) -> Thing:
    """Nothing in particular: strokes and patches by lot, so that a network learns what is no thing."""
    pieces: Thing = []
    for _ in range(int(dice.integers(4, 14))):
        through = dice.uniform(-0.95, 0.95, 2) + np.cumsum(
            dice.normal(0, 0.35, (int(dice.integers(2, 6)), 2)), 0
        )
        points = [tuple(point) for point in np.clip(through, -0.95, 0.95)]
        paint = dice.choice(["main", "main", "shade", "ink"])
        if len(points) > 2 and dice.random() < 0.15:
            pieces.append(smooth(points, paint))
        else:
            pieces.append(curve(points, paint, float(dice.choice([0.0, 0.04, 0.1]))))
    return pieces
