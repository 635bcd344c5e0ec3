"""Captioned pictures of the small world with their masks, a function of seed and index."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from inkwright.toy_world.painting import SIDE, paint_scenes
from inkwright.toy_world.scene import Scene, Split, scene_by_lot

_AT_ONCE = 256


@dataclass(frozen=True)
class ToyPictures:
    """An endless album.

    Attributes:
        seed: of all of it, >= 0.
        split: ``train``, or ``held_out`` for combinations of kind and color that training never shows.
        pairs: share of pictures with two things, in [0, 1].
        drawn: share of line drawings, in [0, 1].
        portraits: share of pictures with one big thing in the middle of white paper, in [0, 1].
        side: of the pictures in pixels.
    """

    seed: int = 0
    split: Split = "train"
    pairs: float = 0.2
    drawn: float = 0.35
    portraits: float = 0.0
    side: int = SIDE

    def __post_init__(self) -> None:
        if self.split not in ("train", "held_out"):
            raise ValueError(f"split is {self.split!r}; it must be train or held_out")
        for name in ("pairs", "drawn", "portraits"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be in [0, 1]")
        if self.seed < 0 or self.side < 16:
            raise ValueError(f"seed, side are {self.seed}, {self.side}; they must be >= 0 and >= 16")

    def scene(self, index: int) -> Scene:
        """What picture ``index`` shows."""
        return scene_by_lot(self._dice(index, 0), self.split, self.pairs, self.drawn, self.portraits)

    def pictures(self, indices: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Pictures [B, 3, side, side] in [0, 1] and masks [B, 2, side, side] of their things."""
        images, masks = [], []
        for start in range(0, len(indices), _AT_ONCE):
            part = indices[start : start + _AT_ONCE]
            dice = [self._dice(index, 1) for index in part]
            found = paint_scenes([self.scene(index) for index in part], dice, self.side)
            images.append(found[0])
            masks.append(found[1])
        return torch.cat(images), torch.cat(masks)

    def _dice(self, index: int, part: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, self.split == "held_out", index, part])
