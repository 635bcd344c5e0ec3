"""Where the strokes of a sketch start: at random, more often where a picture is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from inkwright.image_analysis.lines.xdog import FloatArray, xdog_edges
from inkwright.initialization.sampled_strokes.start_places import sample_places, start_probabilities

if TYPE_CHECKING:
    from inkwright.pictures.target_image import TargetImage

FindSaliency = Callable[[FloatArray], FloatArray]

# Mean and deviation of the pictures that CLIP was trained on.
_CLIP_MEAN = np.array([0.48145466, 0.4578275, 0.40821073], dtype=np.float32)
_CLIP_STD = np.array([0.26862954, 0.26130258, 0.27577711], dtype=np.float32)


@dataclass(frozen=True)
class StartMap:
    """What the start places are drawn from.

    Attributes:
        saliency: [H, W] in [0, 1].
        probability: [H, W], sums up to 1.
    """

    saliency: FloatArray
    probability: NDArray[np.float64]

    def places(self, count: int, generator: np.random.Generator) -> FloatArray:
        """[count, 2] places (x, y) in pixels."""
        return sample_places(self.probability, count, generator)


@dataclass(eq=False)
class SaliencyStart:
    """CLIPasso's start: a softmax over saliency, on edges (Vinker et al. 2022, section 3.1).

    Attributes:
        saliency: the map [H, W] of a picture [H, W, 3], both in [0, 1]; None = all places are alike.
        edges: whether strokes start on edges alone.
        edges_of: what edges are found in: ``normalized``, the picture as CLIP is shown it, as published;
            there whole dark areas count as edges; ``picture``, the picture as it is.
        temperature: of the softmax, > 0: the smaller, the more salient.
    """

    saliency: FindSaliency | None = None
    edges: bool = True
    edges_of: Literal["normalized", "picture"] = "normalized"
    temperature: float = 0.3

    def __post_init__(self) -> None:
        if self.edges_of not in ("normalized", "picture"):
            raise ValueError(f"edges_of is {self.edges_of!r}; it must be normalized or picture")
        if not self.temperature > 0:
            raise ValueError(f"temperature is {self.temperature}; it must be > 0")

    def look_at(self, target: TargetImage, count: int) -> StartMap:
        """The map of a picture from which ``count`` places are to be drawn; never outside of its mask."""
        picture = np.ascontiguousarray(target.image.permute(1, 2, 0).numpy())
        found = np.ones(picture.shape[:2], np.float32) if self.saliency is None else self.saliency(picture)
        gate = self._edges(picture) if self.edges else None
        if target.mask is not None:
            inside = target.mask.numpy() > 0.5
            found = found * inside
            gate = None if gate is None else gate & inside
        return StartMap(found, start_probabilities(found, gate, self.temperature, count))

    def _edges(self, picture: FloatArray) -> NDArray[np.bool_]:
        return xdog_edges((picture - _CLIP_MEAN) / _CLIP_STD if self.edges_of == "normalized" else picture)
