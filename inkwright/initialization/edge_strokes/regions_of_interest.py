"""The regions that rounds are drawn for: those that a person names, or those that are found."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inkwright.image_analysis.regions.region_finder import find_regions
from inkwright.pictures.bundled_examples import find_picture
from inkwright.pictures.given_regions import read_regions

if TYPE_CHECKING:
    from inkwright.pictures.target_image import TargetImage

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
# The first regions [H, W] of a picture [H, W, 3] in [0, 1], as many as asked for.
FindRegions = Callable[[FloatArray, int], list[BoolArray]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RegionsOfInterest:
    """Where the regions of a picture come from.

    Attributes:
        image: the picture file, or the name of an example.
        named: what a person says, see ``read_regions``; empty = they are found.
        find: what finds them.
    """

    image: str = ""
    named: str = ""
    find: FindRegions = find_regions

    def look_at(self, target: TargetImage, count: int) -> list[BoolArray]:
        """Up to ``count`` masks, of the size of the target's detail.

        Raises:
            ValueError: what is named can't be used.
        """
        if not count:
            return []
        picture = np.ascontiguousarray(target.detail.permute(1, 2, 0).numpy())
        if not self.named.strip():
            found = self.find(picture, count)
            if len(found) < count:
                _log.warning(
                    "%s: %d of %d regions were found; there are fewer rounds", target.name, len(found), count
                )
            return found
        shape = (picture.shape[0], picture.shape[1])
        named = read_regions(self.named, find_picture(self.image), target.original_size, shape)
        if len(named) > count:
            raise ValueError(
                f"regions names {len(named)} regions; region_round={count + 1} draws {count}: "
                f"give region_round={len(named) + 1}"
            )
        return named
