"""The strokes of K canvases, made by networks: CLIPascene's MLP_loc and MLP_simp."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from inkwright.optimization.shape_sources.drawing_source import DrawingSource, StepSizes
from inkwright.stroke_networks.network_batch import NetworkBatch
from inkwright.stroke_networks.stroke_presence import presence
from inkwright.vector_graphics.drawing import Drawing

# How far MLP_loc moves points, as a share of half the canvas.
REACH = 0.1
# What MLP_simp is shown.
CONSTANT = 1.5
THINNEST = 1e-3


@dataclass(frozen=True)
class NetworkStart:
    """The networks of a canvas before they have learned anything.

    Attributes:
        hidden: values of each hidden layer, >= 1.
        present: in (0, 1), how likely a stroke is there; 0.5 as published, where half of them start absent.
        quiet: whether what MLP_loc says at first is taken off, so that strokes start exactly where they are
            given; published networks displace them by a pixel or so.
        seed: >= 0.
    """

    hidden: int = 1000
    present: float = 0.95
    quiet: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        if self.hidden < 1 or not 0 < self.present < 1:
            raise ValueError(
                f"hidden, present are {self.hidden}, {self.present}; they must be >= 1 and in (0, 1)"
            )


class StrokeNetworks(DrawingSource):
    """N strokes on each of K canvases: where they start, plus what a network adds to all of them at once.

    Vinker et al. 2023: Z = Z_init + 0.1 MLP_loc(Z_init), in coordinates from -1 to 1; MLP_simp gives each
    stroke the probability p that it is there. While strokes are being removed, each is as wide as it is
    present.

    Attributes:
        location: MLP_loc of every canvas.
        simplicity: MLP_simp of every canvas.
        alive: [K, N] bool, the strokes that are still there.
        ratio: [K] what L_sparse / C is driven to while strokes are removed; None while all that is alive is
            there in full.
        begun: [K] how many strokes there were at the start.
        expected: [K, N] what is added to the logits of MLP_simp.
        noise: [K, N] uniform draws of the present step; None = without noise.
    """

    half_sides: Tensor
    start: Tensor
    width: Tensor
    rest: Tensor
    alive: Tensor
    begun: Tensor
    expected: Tensor
    noise: Tensor | None = None

    def __init__(
        self,
        points: Tensor,
        width: Tensor,
        canvas: tuple[float, float],
        *,
        alive: Tensor | None = None,
        start: NetworkStart | None = None,
    ) -> None:
        """Takes over where strokes start.

        Args:
            points: [K, N, 4, 2] control points in canvas units.
            width: [K, N] full widths in canvas units.
            canvas: (width, height) of each canvas.
            alive: [K, N] bool, strokes that there are at all; None = all.
            start: the networks before they have learned anything.

        Raises:
            ValueError: a shape does not fit.
        """
        super().__init__()
        if points.dim() != 4 or points.shape[2:] != (4, 2) or width.shape != points.shape[:2]:
            raise ValueError(
                f"points, width have shapes {list(points.shape)}, {list(width.shape)}; they must be "
                "[K, N, 4, 2], [K, N]"
            )
        count, strokes = width.shape
        color = torch.tensor([0.0, 0.0, 0.0, 1.0]).expand(strokes, 4)
        rows = zip(points, width, strict=True)
        self._structure = Drawing.batch([Drawing.from_strokes(*each, color, canvas) for each in rows])
        self.ratio: Tensor | None = None
        self._present: Tensor | None = None
        alive = torch.ones_like(width, dtype=torch.bool) if alive is None else alive.clone()
        nets, half = start or NetworkStart(), torch.tensor(canvas) / 2
        self.eagerness = math.log(nets.present / (1 - nets.present))
        self.register_buffer("expected", torch.full_like(width, self.eagerness))
        start_points = (points / half - 1).flatten(1)
        sizes = (8 * strokes, nets.hidden, 8 * strokes), (strokes, nets.hidden, strokes)
        self.location = NetworkBatch(count, sizes[0], start="uniform", seed=nets.seed)
        self.simplicity = NetworkBatch(count, sizes[1], start="xavier", seed=nets.seed)
        with torch.no_grad():
            said = self.location(start_points)
        rest = said if nets.quiet else torch.zeros_like(said)
        for name, value in (("half_sides", half), ("start", start_points), ("width", width), ("rest", rest)):
            self.register_buffer(name, value.clone())
        self.register_buffer("alive", alive)
        self.register_buffer("begun", alive.sum(1))

    def drawing(self) -> Drawing:
        """The strokes as they are now; while some are removed, as wide as they are present."""
        moved = self.start + REACH * (self.location(self.start) - self.rest)
        points = (moved.reshape(-1, 2) + 1) * self.half_sides
        width = self.width * self.present().clamp_min(THINNEST) if self.ratio is not None else self.width
        return self._up_to_date().replace(points=points, width=width.flatten())

    def probability(self) -> Tensor:
        """[K, N] how likely each stroke is there, by MLP_simp."""
        return torch.sigmoid(self.simplicity(torch.full_like(self.width, CONSTANT)) + self.expected)

    def present(self) -> Tensor:
        """[K, N] how much of each stroke is there, 0 where it is gone for good; found once for each step."""
        if self._present is None:
            self._present = presence(self.probability(), self.noise) * self.alive
        return self._present

    def sparsity(self) -> Tensor:
        """[K] L_sparse: the share of the strokes that there were at the start which is present."""
        return self.present().sum(1) / self.begun.clamp_min(1)

    def begin_step(self, noise: Tensor | None = None) -> None:
        """What is present is to be found anew, with uniform noise [K, N] or without."""
        self._present, self.noise = None, noise

    @torch.no_grad()
    def join(self, canvas: int, stays: int, goes: int, points: Tensor) -> None:
        """A stroke of a canvas takes over from one that is gone: it now runs along ``points`` [4, 2]."""
        row = slice(8 * stays, 8 * stays + 8)
        wanted = (points / self.half_sides - 1).flatten()
        said = self.location(self.start)[canvas, row]
        self.rest[canvas, row] = said - (wanted.to(said) - self.start[canvas, row]) / REACH
        self.alive[canvas, goes] = False
        likelier = self.expected[canvas, [stays, goes]].max()
        self.expected[canvas, stays] = likelier
        self.begin_step()

    @torch.no_grad()
    def keep_likeliest(self, counts: Tensor) -> None:
        """Of each canvas so many [K] of the living strokes stay, the likeliest; equal ones by their order."""
        likely = self.probability().masked_fill(~self.alive, -1)
        order = torch.argsort(likely, dim=1, descending=True, stable=True)
        rank = torch.argsort(order, dim=1)
        self.alive.logical_and_(rank < counts[:, None])
        self.begin_step()

    def parameter_groups(self, rates: StepSizes) -> list[dict[str, Any]]:
        """A group for each tensor: MLP_loc steps at ``lr_points``, MLP_simp at ``lr_width``."""
        return [
            {"params": [parameter], "lr": rate, "name": f"{name}.{part}"}
            for name, rate in (("location", rates.lr_points), ("simplicity", rates.lr_width))
            for part, parameter in self.get_submodule(name).named_parameters()
        ]

    def project_(self) -> None:
        """Nothing has a range; what was present before the step is forgotten."""
        self.begin_step()

    def canvas_of_rows(self, name: str) -> Tensor:
        """[K] every row of every parameter is of its own canvas."""
        return torch.arange(len(self.width), device=self.width.device)

    def get_extra_state(self) -> dict[str, Any]:
        """What strokes are removed by, for checkpoints."""
        return {"ratio": self.ratio}

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """Goes on from there."""
        self.ratio = state["ratio"]
        self.begin_step()

    def _up_to_date(self) -> Drawing:
        if not torch.equal(self._structure.alive, self.alive.flatten()):
            self._structure = self._structure.replace(alive=self.alive.flatten().clone())
        return self._structure


@torch.no_grad()
def expect(source: StrokeNetworks, canvas: int, order: Tensor, spread: float) -> None:
    """The later in ``order``, the likelier strokes of a canvas stay: by +-``spread`` of logits."""
    places = torch.linspace(-spread, spread, max(len(order), 2), device=order.device)[: len(order)]
    source.expected[canvas, order] = source.eagerness + places.to(source.expected)
    source.begin_step()
