"""Where the strokes of each round start: far apart on the edges of the scene, or of one region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inkwright.initialization.edge_strokes.edge_points import EdgePoints, find_edge_points
from inkwright.initialization.edge_strokes.edge_tracing import EdgeTracer, cubics_along
from inkwright.initialization.edge_strokes.farthest_points import farthest_points
from inkwright.initialization.edge_strokes.stroke_allocation import allocate_strokes
from inkwright.initialization.sampled_strokes.short_strokes import LooseStrokes
from inkwright.vector_graphics.curves.fitting import sample_cubics

if TYPE_CHECKING:
    from inkwright.image_analysis.picture_analysis import PictureAnalysis
    from inkwright.pictures.target_image import TargetImage

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

_JITTER = 0.1


@dataclass(frozen=True)
class EdgeStart:
    """How strokes start on edges.

    Attributes:
        along: ``edge`` follows the edge through each place as far as one cubic can, ``walk`` goes at random, as
            published.
        apart_from: places are far from all ``strokes`` drawn so far, the more so the more telling their edge is;
            or only from the other ``places`` of their round, as published.
        least: strokes of each round at least, >= 1.
    """

    along: Literal["edge", "walk"] = "edge"
    apart_from: Literal["strokes", "places"] = "strokes"
    least: int = 2

    def __post_init__(self) -> None:
        if self.along not in ("edge", "walk"):
            raise ValueError(f"start.along is {self.along!r}; it must be edge or walk")
        if self.apart_from not in ("strokes", "places"):
            raise ValueError(f"start.apart_from is {self.apart_from!r}; it must be strokes or places")
        if self.least < 1:
            raise ValueError(f"start.least is {self.least}; it must be >= 1")

    def look_at(
        self, target: TargetImage, regions: Sequence[BoolArray], num_strokes: int, focus: float = 1.0
    ) -> RoundStarts:
        """Edges of a picture and of its regions [H, W], and their shares of N strokes."""
        picture = np.ascontiguousarray(target.image.permute(1, 2, 0).numpy())
        edges = find_edge_points(picture, regions, target.canvas)
        scene, *parts = edges.counts()
        counts = [scene, *(focus * part for part in parts)]
        return RoundStarts(self, edges, allocate_strokes(counts, num_strokes, self.least), target.canvas)


@dataclass(eq=False)
class RoundStarts:
    """Where the strokes of each round of one picture start.

    Attributes:
        settings: how.
        edges: of the picture.
        shares: strokes of each round; round 1 is the scene, round 1 + i the region i.
        canvas: (width, height).
        tracers: for each round, what follows its edges; None goes at random.
    """

    settings: EdgeStart
    edges: EdgePoints
    shares: list[int]
    canvas: tuple[float, float]
    tracers: list[EdgeTracer] | None = None

    def densities(self) -> list[int]:
        """How many strokes the whole scene would have, were it drawn as densely as each round leaves its region."""
        scene, *parts = self.edges.counts()
        first, *more = self.shares
        return [first, *(round(first + share * max(scene, 1) / max(part, 1)) for share, part in zip(more, parts, strict=True))]

    def follow(self, analysis: PictureAnalysis) -> None:
        """Strokes are to follow the edges of an analyzed picture; finer ones where they are denser."""
        self.tracers = [EdgeTracer(analysis, self.canvas, count) for count in self.densities()]

    def strokes(self, number: int, seed: int, loose: LooseStrokes, drawn: FloatArray) -> Tensor:
        """[n, 3S + 1, 2] control points of the strokes of round ``number``, 0 = the scene.

        Args:
            number: of the round.
            seed: >= 0, of the candidate.
            loose: what strokes are like that go at random.
            drawn: [N, 4, 2] strokes of earlier rounds.
        """
        generator = np.random.default_rng([seed, number])
        places = self._places(number)
        tracer = self.tracers[number] if self.tracers else None
        apart = self.settings.apart_from == "strokes"
        curves: list[FloatArray] = []

        def draw(place: FloatArray) -> FloatArray:
            curves.append(place[None] if tracer is None else tracer.trace(place))
            return curves[-1] if apart else place[None]

        worth = np.exp(_JITTER * generator.normal(size=len(places))).astype(np.float32) if apart else None
        if worth is not None and tracer is not None:
            worth = worth * (tracer.worth(places) + np.float32(0.02))
        so_far = sample_cubics(drawn, 16).reshape(-1, 2).astype(np.float32) if apart and len(drawn) else None
        chosen = farthest_points(places, self.shares[number], generator, drawn=so_far, worth=worth, draw=draw)
        if tracer is not None:
            return torch.from_numpy(cubics_along(curves))
        return loose.grown_from(torch.from_numpy(places[chosen]), generator, max(self.canvas))

    def _places(self, number: int) -> FloatArray:
        """Edge points of a round; the whole canvas in a coarse grid where there are none."""
        edges = self.edges
        places = edges.places if number == 0 else edges.places[edges.within[number - 1]]
        if len(places):
            return places
        if number and len(edges.places):
            return edges.places
        columns, rows = np.meshgrid(*((np.arange(8) + 0.5) / 8 * side for side in self.canvas))
        return np.stack([columns, rows], axis=-1).reshape(-1, 2).astype(np.float32)
