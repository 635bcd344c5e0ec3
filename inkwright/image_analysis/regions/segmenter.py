"""Masks of the things in a picture by Segment Anything where it is there, without a network where not."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from inkwright.frozen_networks.segment_anything import everything_masks, load_segment_anything
from inkwright.image_analysis.abstraction.merged_regions import MergedRegions
from inkwright.image_analysis.regions.proposals import pieces
from inkwright.image_analysis.regions.region_finder import find_regions

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

Use = Literal["auto", "classic", "sam"]
LevelMasks = Callable[[Sequence[FloatArray]], list[list[BoolArray]]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Segmenter:
    """Whether Segment Anything (Kirillov et al. 2023) looks for things, and which.

    Attributes:
        use: ``sam``, ``classic``: no network, or ``auto``: ``sam`` where its weights are on this machine.
        network: ``sam-vit-b``, ``sam-vit-l`` or ``sam-vit-h``.
        weights_path: its file; None to look in the usual places.
        points_per_side: it is asked what lies at the points of a grid of so many by so many, >= 1.
        quality: masks that it trusts less, in [0, 1], are left out.
    """

    use: Use = "auto"
    network: str = "sam-vit-b"
    weights_path: str | None = None
    points_per_side: int = 32
    quality: float = 0.88

    def __post_init__(self) -> None:
        if self.use not in ("auto", "classic", "sam"):
            raise ValueError(f"segmenter is {self.use!r}; it must be auto, classic or sam")
        if self.points_per_side < 1:
            raise ValueError(f"points_per_side is {self.points_per_side}; it must be >= 1")
        if not 0 <= self.quality <= 1:
            raise ValueError(f"quality is {self.quality}; it must be in [0, 1]")

    def masks(self, picture: FloatArray) -> list[BoolArray] | None:
        """[H, W] of everything in sRGB [H, W, 3] in [0, 1], of one piece each; None if no network is to look.

        Raises:
            ValueError: the file is not of a Segment Anything, or the network is unknown.
            FileNotFoundError: its weights are missing, and ``use`` is ``sam`` or they were named.
            ImportError: the package segment-anything is not installed.
        """
        if self.use == "classic":
            return None
        try:
            network = load_segment_anything(self.network, self.weights_path)
        except FileNotFoundError:
            if self.use == "sam" or self.weights_path is not None:
                raise
            return None
        _log.info("%s looks for the things in the picture", self.network)
        found = everything_masks(
            network.network, picture, points_per_side=self.points_per_side, quality=self.quality
        )
        return [pieces(mask)[0] for mask in found]


@dataclass(frozen=True)
class SegmentedRegions:
    """The regions of interest of a picture, among the masks of a segmenter."""

    segmenter: Segmenter = Segmenter()

    def __call__(self, picture: FloatArray, count: int) -> list[BoolArray]:
        """Up to ``count`` masks [H, W] of sRGB [H, W, 3] in [0, 1], the most telling first."""
        return find_regions(picture, count, self.segmenter.masks(picture))


@dataclass(frozen=True)
class SegmentedLevels:
    """The masks of pictures at several levels of detail, by a segmenter, or else by ``otherwise``."""

    segmenter: Segmenter = Segmenter()
    otherwise: LevelMasks = MergedRegions()

    def __call__(self, levels: Sequence[FloatArray]) -> list[list[BoolArray]]:
        """Masks [H, W] of each of the pictures [H, W, 3] in [0, 1]."""
        found = [self.segmenter.masks(level) for level in levels]
        masks = [each for each in found if each is not None]
        return masks if len(masks) == len(levels) else self.otherwise(levels)
