"""Templates of animals and of what people have: fish, cat, bird, butterfly, snail, face, hand, heart."""

import numpy as np

from inkwright.toy_world.things.pieces import Thing, curve, line, oval, polygon, smooth

Dice = np.random.Generator


def fish(dice: Dice) -> Thing:
    """Seen from the side, swimming to the left."""
    tall, tail = dice.uniform(0.36, 0.52), dice.uniform(0.4, 0.6)
    return [
        polygon([(0.3, 0), (0.95, -tail), (0.8, 0), (0.95, tail)], "shade"),
        polygon([(-0.35, -0.8 * tall), (0.1, -tall - 0.3), (0.3, -0.6 * tall)], "shade"),
        smooth([(-0.95, 0), (-0.6, -0.75 * tall), (-0.1, -tall), (0.5, -0.18), (0.5, 0.18),
            (-0.1, tall), (-0.6, 0.75 * tall)]),
        curve([(-0.4, -0.6 * tall), (-0.28, 0), (-0.4, 0.6 * tall)], "shade"),
        oval(-0.62, -0.12, 0.12, 0.12, "white"),
        oval(-0.63, -0.12, 0.06, 0.06, "ink"),
    ]  # fmt: skip


def cat(dice: Dice) -> Thing:
    """Sitting, seen from the front."""
    fat, way = dice.uniform(0.38, 0.5), dice.uniform(0.75, 0.95)
    return [
        curve([(0.25, 0.8), (0.7, 0.8), (way, 0.45), (way - 0.15, 0.1)], "main", 0.14),
        smooth([(0, -0.2), (fat * 0.8, 0.2), (fat, 0.7), (fat * 0.7, 0.92), (-fat * 0.7, 0.92),
            (-fat, 0.7), (-fat * 0.8, 0.2)]),
        polygon([(-0.46, -0.45), (-0.44, -0.98), (-0.08, -0.7)]),
        polygon([(0.46, -0.45), (0.44, -0.98), (0.08, -0.7)]),
        oval(0, -0.4, 0.48, 0.38),
        oval(-0.18, -0.46, 0.09, 0.1, "white"),
        oval(0.18, -0.46, 0.09, 0.1, "white"),
        oval(-0.18, -0.46, 0.045, 0.08, "ink"),
        oval(0.18, -0.46, 0.045, 0.08, "ink"),
        polygon([(-0.06, -0.3), (0.06, -0.3), (0, -0.22)], "ink"),
        *(line([(s * 0.18, -0.25),
            (s * 0.72, -0.25 + lift)], "ink") for s in (-1, 1) for lift in (-0.08, 0.08)),
    ]  # fmt: skip


def bird(dice: Dice) -> Thing:
    """Standing, seen from the side, looking to the left."""
    lift = dice.uniform(-0.1, 0.1)
    return [
        line([(-0.05, 0.5), (-0.1, 0.95)]),
        line([(0.15, 0.5), (0.12, 0.95)]),
        polygon([(0.4, 0.0), (0.98, 0.0 + lift), (0.95, 0.28 + lift), (0.4, 0.35)], "shade"),
        polygon([(-0.65, -0.55), (-0.98, -0.42), (-0.62, -0.33)], "ink"),
        smooth([(-0.72, -0.45), (-0.45, -0.8), (-0.12, -0.55), (0.25, -0.15), (0.62, 0.15),
            (0.3, 0.52), (-0.2, 0.55), (-0.58, 0.2)]),
        smooth([(-0.2, -0.1), (0.35, -0.05), (0.62, 0.2), (0.1, 0.32), (-0.18, 0.15)], "shade"),
        oval(-0.48, -0.5, 0.07, 0.07, "white"),
        oval(-0.49, -0.5, 0.04, 0.04, "ink"),
    ]  # fmt: skip


def butterfly(dice: Dice) -> Thing:
    """From above, the wings open."""
    high, low = dice.uniform(0.38, 0.48), dice.uniform(0.26, 0.36)
    pieces: Thing = []
    for side in (-1.0, 1.0):
        pieces += [
            oval(side * 0.4, 0.4, 0.36, low, "shade", side * 0.7),
            oval(side * 0.48, -0.3, 0.5, high, "main", -side * 0.5),
            oval(side * 0.52, -0.34, 0.16, 0.14, "light"),
            curve([(0, -0.5), (side * 0.1, -0.8), (side * 0.28, -0.95)]),
        ]
    return [*pieces, oval(0, 0.02, 0.09, 0.6, "ink")]


def snail(dice: Dice) -> Thing:
    """From the side, creeping to the left, with a spiral on its shell."""
    around = np.linspace(0, dice.uniform(3.6, 4.4) * np.pi, 22)
    radius = 0.5 * (1 - around / around[-1] * 0.9)
    spiral = [(0.2 + r * np.cos(a), -0.05 + r * np.sin(a)) for a, r in zip(around, radius, strict=True)]
    return [
        line([(-0.72, -0.1), (-0.9, -0.5)]),
        line([(-0.6, -0.1), (-0.6, -0.52)]),
        smooth([(-0.85, -0.1), (-0.55, -0.12), (-0.4, 0.3), (0.3, 0.4), (0.98, 0.6), (0.5, 0.68),
            (-0.6, 0.68), (-0.9, 0.3)], "light"),
        oval(0.2, -0.05, 0.58, 0.56),
        curve(spiral, "shade", 0.06),
    ]  # fmt: skip


def face(dice: Dice) -> Thing:
    """Round, with eyes, nose and mouth; it smiles or does not."""
    smile, apart = dice.choice([0.2, 0.15, -0.14]), dice.uniform(0.28, 0.38)
    return [
        oval(0, 0, dice.uniform(0.75, 0.9), 0.92),
        *(oval(s * apart, -0.25, 0.15, 0.12, "white") for s in (-1, 1)),
        *(oval(s * apart, -0.25, 0.07, 0.08, "ink") for s in (-1, 1)),
        *(curve([(s * (apart - 0.16), -0.48), (s * apart, -0.54),
            (s * (apart + 0.16), -0.48)]) for s in (-1, 1)),
        line([(0, -0.12), (-0.1, 0.16), (0.03, 0.18)]),
        curve([(-0.38, 0.46), (-0.2, 0.46 + 0.8 * smile), (0, 0.46 + smile),
            (0.2, 0.46 + 0.8 * smile), (0.38, 0.46)], "ink", 0.07),
    ]  # fmt: skip


def hand(dice: Dice) -> Thing:
    """An open hand, fingers up, the thumb to the left."""
    spread = dice.uniform(0.8, 1.15)
    fingers = []
    for middle, base, tip, lean in (
        (-0.28, -0.02, -0.72, -0.16),
        (-0.05, -0.08, -0.95, -0.04),
        (0.18, -0.06, -0.88, 0.08),
        (0.4, 0.04, -0.62, 0.2),
    ):
        end = middle + lean * spread
        fingers += [
            (middle - 0.09, base), (end - 0.09, tip + 0.1), (end, tip), (end + 0.09, tip + 0.1),
                (middle + 0.09, base),
        ]  # fmt: skip
    thumb = [(-0.42, 0.45), (-0.8, 0.1), (-0.93, -0.06), (-0.82, -0.14), (-0.66, -0.02), (-0.4, 0.14)]
    return [
        smooth([*thumb, *fingers, (0.5, 0.45), (0.3, 0.78), (0.3, 0.98), (-0.22, 0.98), (-0.24, 0.78)]),
        curve([(-0.22, 0.2), (-0.12, 0.45), (-0.2, 0.65)], "shade"),
        curve([(0.32, 0.25), (0.1, 0.32), (-0.05, 0.28)], "shade"),
    ]


def heart(dice: Dice) -> Thing:
    """Two lobes and a point."""
    wide, deep = dice.uniform(0.82, 0.98), dice.uniform(-0.4, -0.25)
    right = [(0, deep), (0.3 * wide, -0.85), (0.75 * wide, -0.8), (wide, -0.35)]
    right += [(0.75 * wide, 0.15), (0.35 * wide, 0.6), (0, 0.92)]
    outline = [right[0], *right[1:], *[(-x, y) for x, y in right[-2:0:-1]]]
    return [smooth(outline), oval(-0.4 * wide, -0.45, 0.16, 0.12, "light", -0.6)]
