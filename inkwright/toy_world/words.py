"""What there is in the small world, and the words for it."""

from collections.abc import Callable, Mapping

import numpy as np

from inkwright.toy_world.things import growing, living, made
from inkwright.toy_world.things.pieces import Thing

Template = Callable[[np.random.Generator], Thing]

# The first word names a kind; all of them occur in captions.
_KINDS: tuple[tuple[Template, tuple[str, ...]], ...] = (
    (made.house, ("house", "cottage")),
    (growing.tree, ("tree",)),
    (living.fish, ("fish",)),
    (growing.star, ("star",)),
    (made.cup, ("cup", "mug")),
    (living.face, ("face", "head")),
    (living.cat, ("cat", "kitten")),
    (made.car, ("car", "automobile")),
    (made.boat, ("boat", "ship")),
    (growing.sun, ("sun",)),
    (growing.flower, ("flower", "blossom")),
    (living.hand, ("hand", "palm")),
    (made.key, ("key",)),
    (made.umbrella, ("umbrella", "parasol")),
    (growing.moon, ("moon", "crescent")),
    (living.heart, ("heart",)),
    (living.bird, ("bird",)),
    (growing.apple, ("apple",)),
    (growing.mushroom, ("mushroom", "toadstool")),
    (living.butterfly, ("butterfly",)),
    (made.bottle, ("bottle", "flask")),
    (made.chair, ("chair", "seat")),
    (growing.cloud, ("cloud",)),
    (made.hat, ("hat",)),
    (growing.leaf, ("leaf",)),
    (living.snail, ("snail",)),
    (made.lamp, ("lamp", "light")),
    (made.scribble, ("scribble",)),
)

TEMPLATES: Mapping[str, Template] = {names[0]: template for template, names in _KINDS}
KIND_WORDS: Mapping[str, tuple[str, ...]] = {names[0]: names for _, names in _KINDS}
KINDS: tuple[str, ...] = tuple(TEMPLATES)

# Straight RGB in [0, 1].
COLORS: Mapping[str, tuple[float, float, float]] = {
    "red": (0.86, 0.13, 0.13),
    "orange": (0.96, 0.53, 0.08),
    "yellow": (0.96, 0.84, 0.12),
    "green": (0.16, 0.62, 0.22),
    "blue": (0.13, 0.35, 0.85),
    "purple": (0.52, 0.2, 0.66),
    "pink": (0.97, 0.55, 0.73),
    "brown": (0.49, 0.29, 0.13),
    "black": (0.1, 0.1, 0.1),
}
COLOR_WORDS: Mapping[str, tuple[str, ...]] = {
    name: (name, *more)
    for name, more in {**dict.fromkeys(COLORS, ()), "red": ("crimson",), "purple": ("violet",)}.items()
}

SIZE_WORDS: Mapping[str, tuple[str, ...]] = {
    "small": ("small", "little", "tiny"),
    "medium": (),
    "big": ("big", "large"),
}
PLACE_WORDS: Mapping[str, tuple[str, ...]] = {
    "left": ("on the left",),
    "right": ("on the right",),
    "top": ("at the top",),
    "bottom": ("at the bottom",),
    "middle": ("in the middle", "in the center"),
}
# A relation, and the one that holds the other way round.
RELATION_WORDS: Mapping[str, tuple[str, ...]] = {
    "above": ("above", "over"),
    "under": ("under", "below"),
    "left": ("left of", "to the left of"),
    "right": ("right of", "to the right of"),
}
REVERSED: Mapping[str, str] = {"above": "under", "under": "above", "left": "right", "right": "left"}
STYLE_WORDS: Mapping[str, tuple[str, ...]] = {
    "painted": ("a picture of", "a painting of", "a photo of", "an image of"),
    "drawn": ("a drawing of", "a sketch of", "a line drawing of"),
}
PAPER_WORDS: tuple[str, ...] = ("on white paper", "on a white ground")


def is_held_out(kind: str, color: str) -> bool:
    """Whether a kind in a color is never trained on: one of nine, every color and every kind among them."""
    return (KINDS.index(kind) + 2 * list(COLORS).index(color)) % 9 == 0


def known_words() -> tuple[str, ...]:
    """Every word of every caption, in alphabetical order."""
    tables = (KIND_WORDS, COLOR_WORDS, SIZE_WORDS, PLACE_WORDS, RELATION_WORDS, STYLE_WORDS)
    phrases = [phrase for table in tables for choices in table.values() for phrase in choices]
    words = {
        word for phrase in (*phrases, *PAPER_WORDS, "a", "an", "and", "next to") for word in phrase.split()
    }
    return tuple(sorted(words))
