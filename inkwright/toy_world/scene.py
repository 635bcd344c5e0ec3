"""A scene of the small world: one or two things with colors and places, drawn by lot, and its caption."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from inkwright.toy_world.words import (
    COLOR_WORDS,
    COLORS,
    KIND_WORDS,
    KINDS,
    PAPER_WORDS,
    PLACE_WORDS,
    RELATION_WORDS,
    REVERSED,
    SIZE_WORDS,
    STYLE_WORDS,
    is_held_out,
)

Dice = np.random.Generator
Style = Literal["painted", "drawn"]
Split = Literal["train", "held_out"]
_HALF_SIDES = {"small": (0.15, 0.21), "medium": (0.27, 0.35), "big": (0.38, 0.46)}


@dataclass(frozen=True)
class PlacedThing:
    """One thing of a scene.

    Attributes:
        kind: of ``KINDS``.
        color: of ``COLORS``.
        size: small, medium or big.
        center: (x, y) in [0, 1] of the picture.
        half_side: half the side of its square, in sides of the picture.
    """

    kind: str
    color: str
    size: str
    center: tuple[float, float]
    half_side: float


@dataclass(frozen=True)
class Scene:
    """What a picture shows.

    Attributes:
        things: one or two; of two the relation holds between the first and the second.
        relation: of ``RELATION_WORDS``; empty for one thing.
        style: ``painted`` in flat colors or ``drawn`` in lines.
        plain: whether the ground is white.
        caption: in words.
    """

    things: tuple[PlacedThing, ...]
    relation: str
    style: Style
    plain: bool
    caption: str


def scene_by_lot(
    dice: Dice, split: Split = "train", pairs: float = 0.2, drawn: float = 0.35, portraits: float = 0.0
) -> Scene:
    """A scene.

    Args:
        dice: decides everything.
        split: ``held_out`` takes only combinations of kind and color that ``train`` never shows.
        pairs: share of scenes with two things, in [0, 1].
        drawn: share of line drawings, in [0, 1].
        portraits: share of pictures with one big thing in the middle of white paper, in [0, 1].
    """
    style: Style = "drawn" if dice.random() < drawn else "painted"
    plain = bool(dice.random() < (0.75 if style == "drawn" else 0.5))
    things: tuple[PlacedThing, ...]
    if portraits and dice.random() < portraits:
        relation, plain, things = "", True, (_portrait(dice, split),)
    elif dice.random() < pairs:
        relation = str(dice.choice(list(RELATION_WORDS)))
        things = _pair(dice, split, relation)
    else:
        relation, things = "", (_single(dice, split),)
    return Scene(things, relation, style, plain, _caption(dice, things, relation, style, plain))


def _single(dice: Dice, split: Split) -> PlacedThing:
    size = str(dice.choice(list(_HALF_SIDES), p=[0.15, 0.45, 0.4]))
    half = dice.uniform(*_HALF_SIDES[size])
    x, y = dice.uniform(min(half + 0.02, 0.5), max(0.98 - half, 0.5), 2)
    if dice.random() < 0.5:
        x, y = 0.5 + 0.3 * (x - 0.5), 0.5 + 0.3 * (y - 0.5)
    return PlacedThing(*_kind_and_color(dice, split), size, (float(x), float(y)), float(half))


def _portrait(dice: Dice, split: Split) -> PlacedThing:
    x, y = dice.uniform(0.48, 0.52, 2)
    half = float(dice.uniform(*_HALF_SIDES["big"]))
    return PlacedThing(*_kind_and_color(dice, split), "big", (float(x), float(y)), half)


def _pair(dice: Dice, split: Split, relation: str) -> tuple[PlacedThing, PlacedThing]:
    halves = dice.uniform(0.17, 0.235, 2)
    near, far = 0.02 + halves[0], 0.98 - halves[1]
    across = [0.5 + dice.uniform(-0.2, 0.2) for _ in range(2)]
    along = [near + dice.uniform(0, 0.03), far - dice.uniform(0, 0.03)]
    if relation in ("under", "right"):
        along = [1 - along[0], 1 - along[1]]
    upright = relation in ("above", "under")
    things = []
    for index in range(2):
        center = (across[index], along[index]) if upright else (along[index], across[index])
        kind, color = _kind_and_color(dice, split)
        things.append(PlacedThing(kind, color, "medium", center, float(halves[index])))
    return things[0], things[1]


def _kind_and_color(dice: Dice, split: Split) -> tuple[str, str]:
    while True:
        kind, color = str(dice.choice(KINDS)), str(dice.choice(list(COLORS)))
        if is_held_out(kind, color) == (split == "held_out"):
            return kind, color


def _caption(dice: Dice, things: tuple[PlacedThing, ...], relation: str, style: Style, plain: bool) -> str:
    told = [_name(dice, thing, sized=not relation) for thing in things]
    if relation and dice.random() < 0.3:
        told, relation = told[::-1], REVERSED[relation]
    text = told[0] if not relation else f"{told[0]} {dice.choice(RELATION_WORDS[relation])} {told[1]}"
    if dice.random() < (0.75 if style == "drawn" else 0.35):
        text = f"{dice.choice(STYLE_WORDS[style])} {text}"
    if not relation and dice.random() < 0.3:
        text = f"{text} {dice.choice(PLACE_WORDS[_place(things[0].center)])}"
    if plain and dice.random() < 0.3:
        text = f"{text} {dice.choice(PAPER_WORDS)}"
    return text


def _name(dice: Dice, thing: PlacedThing, *, sized: bool) -> str:
    words = []
    if sized and SIZE_WORDS[thing.size] and dice.random() < 0.4:
        words.append(str(dice.choice(SIZE_WORDS[thing.size])))
    if dice.random() < 0.85:
        words.append(_one(dice, COLOR_WORDS[thing.color]))
    words.append(_one(dice, KIND_WORDS[thing.kind]))
    article = "an" if words[0][0] in "aeiou" else "a"
    return " ".join([article, *words])


def _one(dice: Dice, names: tuple[str, ...]) -> str:
    """The first name mostly, sometimes a synonym."""
    return names[0] if dice.random() < 0.75 else str(dice.choice(names))


def _place(center: tuple[float, float]) -> str:
    across, down = center[0] - 0.5, center[1] - 0.5
    if max(abs(across), abs(down)) < 0.1:
        return "middle"
    if abs(across) > abs(down):
        return "left" if across < 0 else "right"
    return "top" if down < 0 else "bottom"
