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
        along: ``lines``: the lines that tell most beside what is drawn, as a plain sketch chooses them.
            ``edge``: places lie far from all strokes so far, the more so the more telling their line is,
            and strokes follow the line through them as far as one cubic can. ``walk``, as published:
            places lie far from the others of their round, and strokes go from them at random.
        least: strokes of each round at least, >= 1.
    """

    along: Literal["lines", "edge", "walk"] = "lines"
    least: int = 2

    def __post_init__(self) -> None:
        if self.along not in ("lines", "edge", "walk"):
            raise ValueError(f"start.along is {self.along!r}; it must be lines, edge or walk")
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
        tracers: for each round, what follows its lines; None goes at random.
        regions: masks of the size of what the tracers follow.
    """

    settings: EdgeStart
    edges: EdgePoints
    shares: list[int]
    canvas: tuple[float, float]
    tracers: list[EdgeTracer] | None = None
    regions: Sequence[BoolArray] = ()

    def densities(self) -> list[int]:
        """For each round, how many strokes the scene would have if it were drawn as densely everywhere."""
        scene, *parts = self.edges.counts()
        total, (first, *shares) = sum(self.shares), self.shares
        inside = zip(shares, parts, strict=True)
        return [
            total,
            *(max(total, round(first + share * max(scene, 1) / max(part, 1))) for share, part in inside),
        ]

    def follow(self, analysis: PictureAnalysis, regions: Sequence[BoolArray]) -> None:
        """Strokes are to follow the lines of an analyzed picture with regions [H, W] of its size.

        They do so more finely where they are denser.
        """
        self.tracers = [EdgeTracer(analysis, self.canvas, count) for count in self.densities()]
        self.regions = regions

    def strokes(self, number: int, seed: int, loose: LooseStrokes, drawn: FloatArray) -> Tensor:
        """[n, 3S + 1, 2] control points of the strokes of round ``number``, 0 = the scene.

        Args:
            number: of the round.
            seed: >= 0, of the candidate.
            loose: what strokes are like that go at random.
            drawn: [N, 4, 2] strokes of earlier rounds.
        """
        generator = np.random.default_rng([seed, number])
        if self.tracers is not None:
            lines = self._chosen_lines(number, seed, drawn)
            missing = self.shares[number] - len(lines)
            traced = self._traced(number, missing, generator, np.concatenate([drawn, lines]))
            if traced is not None:
                return torch.from_numpy(np.concatenate([lines, traced]))
        places = self._edge_places(number)
        chosen = farthest_points(places, self.shares[number], generator)
        return loose.grown_from(torch.from_numpy(places[chosen]), generator, max(self.canvas))

    def _chosen_lines(self, number: int, seed: int, drawn: FloatArray) -> FloatArray:
        """[n, 4, 2] strokes on the lines of a round that tell most, fewer than its share if they run out."""
        if self.settings.along != "lines" or self.tracers is None:
            return np.zeros((0, 4, 2), dtype=np.float32)
        tracer = self.tracers[number]
        return tracer.chosen(self.shares[number], seed, self._region(number), _points_on(drawn))

    def _region(self, number: int) -> BoolArray | None:
        return self.regions[number - 1] if number else None

    def _traced(
        self, number: int, count: int, generator: np.random.Generator, drawn: FloatArray
    ) -> FloatArray | None:
        """[count, 4, 2] strokes along lines, far from those [N, 4, 2] drawn; None if there is no line."""
        tracer = self.tracers[number]  # type: ignore[index]
        if not count:
            return np.zeros((0, 4, 2), dtype=np.float32)
        places, worth = tracer.places(self._region(number))
        if not len(places):
            return None
        worth = worth * np.exp(_JITTER * generator.normal(size=len(places))).astype(np.float32)
        earlier = _points_on(drawn)
        marked = tracer.marked(earlier)
        curves: list[FloatArray] = []

        def draw(place: FloatArray) -> FloatArray:
            curves.append(tracer.trace(place, marked))
            tracer.mark(marked, curves[-1])
            return curves[-1]

        near = earlier.reshape(-1, 2)
        farthest_points(places, count, generator, drawn=near, worth=worth, draw=draw)
        return cubics_along(curves)

    def _edge_places(self, number: int) -> FloatArray:
        """Edge points of a round; of the scene where a region has none, a grid where the scene has none."""
        edges = self.edges
        found = [edges.places[edges.within[number - 1]]] if number else []
        columns, rows = np.meshgrid(*((np.arange(8) + 0.5) / 8 * side for side in self.canvas))
        grid = np.stack([columns, rows], axis=-1).reshape(-1, 2).astype(np.float32)
        return next(places for places in (*found, edges.places, grid) if len(places))


def _points_on(strokes: FloatArray) -> FloatArray:
    """[N, 48, 2] points that lie closely on strokes [N, 4, 2]."""
    return sample_cubics(strokes, 48).astype(np.float32)
