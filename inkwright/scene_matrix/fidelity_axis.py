"""The columns of a matrix: from a precise drawing to a loose one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from inkwright.scene_matrix.cell_choice import whole_numbers

# Halvings of the target ratio between two levels without a network.
STEP = 0.47
# As published, by layer of CLIP ViT-B/32 (Vinker et al. 2023, paper time): background, foreground.
_PUBLISHED_STEPS = {
    2: (0.35, 0.45),
    3: (0.45, 0.45),
    4: (0.45, 0.45),
    7: (0.45, 0.4),
    8: (0.5, 0.5),
    11: (0.9, 0.9),
}
# The layer that the foreground is also judged by, and its weight.
EXTRA_LAYER, EXTRA_WEIGHT = 4, 0.5


@dataclass(frozen=True)
class LooseColumns:
    """Without a network: the hand becomes freer from column to column; see ``loose_strokes``.

    Attributes:
        columns: how many there are, >= 1.
    """

    columns: int = 4

    def __post_init__(self) -> None:
        if self.columns < 1:
            raise ValueError(f"columns is {self.columns}; it must be >= 1")

    @property
    def names(self) -> list[str]:
        """What the columns are called on the sheet, from left to right."""
        named = {0.0: "precise", 1.0: "loose"}
        return [named.get(each, f"{each:.2f}".rstrip("0")) for each in self.looseness]

    @property
    def looseness(self) -> list[float]:
        """In [0, 1], of each column."""
        return [column / max(self.columns - 1, 1) for column in range(self.columns)]

    def step_sizes(self, regions: Sequence[str]) -> Tensor:
        """[K] of columns x regions, how many halvings of the target ratio a level is."""
        return torch.full((self.columns * len(regions),), STEP)

    def shares(self, regions: Sequence[str], term: str) -> dict[str, Tensor]:
        """By loss, [K] its weight on each canvas: all count everywhere."""
        return {}


@dataclass(frozen=True)
class LayerColumns:
    """As published: a layer of CLIP for each column, the deeper, the looser.

    Attributes:
        layers: the blocks of the vision transformer, counted from 0; ``2,7,8,11`` or a list.
        extra: whether the foreground is also judged by layer 4, unless that is its own.
    """

    layers: str | Sequence[int] = "2,7,8,11"
    extra: bool = True

    @property
    def columns(self) -> int:
        """How many there are."""
        return len(self.blocks)

    @property
    def blocks(self) -> list[int]:
        """The block of each column."""
        return whole_numbers(self.layers, "layers")

    @property
    def names(self) -> list[str]:
        """What the columns are called on the sheet, from left to right."""
        return [f"layer {block}" for block in self.blocks]

    @property
    def looseness(self) -> list[float]:
        """0 for each column: what is loose is what CLIP allows."""
        return [0.0] * self.columns

    def step_sizes(self, regions: Sequence[str]) -> Tensor:
        """[K] as published; between published layers, that of the next shallower one."""
        known = sorted(_PUBLISHED_STEPS)
        rows = [
            _PUBLISHED_STEPS[max([each for each in known if each <= block] or known[:1])]
            for block in self.blocks
        ]
        return torch.tensor([row[region == "foreground"] for row in rows for region in regions])

    def shares(self, regions: Sequence[str], term: str) -> dict[str, Tensor]:
        """By loss, [K] its weight on each canvas: 1 for the layer of the column, 0.5 for layer 4."""
        cells = [(block, region) for block in self.blocks for region in regions]
        names = sorted({*self.blocks, *([EXTRA_LAYER] if self.extra and "foreground" in regions else [])})
        return {
            f"{term}/block{name}": torch.tensor([self._share(name, *cell) for cell in cells])
            for name in names
        }

    def _share(self, layer: int, block: int, region: str) -> float:
        extra = self.extra and region == "foreground" and layer == EXTRA_LAYER
        return 1.0 if layer == block else EXTRA_WEIGHT if extra else 0.0


@dataclass(frozen=True)
class NetworkColumns:
    """A layer of another network for each column, in a hand that becomes freer: deep ones mind places less.

    Attributes:
        layers: of the one term that guides, by the names of its losses, from shallow to deep.
    """

    layers: Sequence[str]

    def __post_init__(self) -> None:
        if not self.layers or isinstance(self.layers, str) or len(set(self.layers)) < len(self.layers):
            raise ValueError(f"axis.layers is {self.layers!r}; it must be a list of names, each once")

    @property
    def columns(self) -> int:
        """How many there are."""
        return len(self.layers)

    @property
    def names(self) -> list[str]:
        """What the columns are called on the sheet, from left to right."""
        return list(self.layers)

    @property
    def looseness(self) -> list[float]:
        """In [0, 1], of the hand in which each column starts."""
        return LooseColumns(self.columns).looseness

    def step_sizes(self, regions: Sequence[str]) -> Tensor:
        """[K] of columns x regions, how many halvings of the target ratio a level is."""
        return LooseColumns(self.columns).step_sizes(regions)

    def shares(self, regions: Sequence[str], term: str) -> dict[str, Tensor]:
        """By loss, [K] its weight on each canvas: 1 in its column, 0 in the others."""
        own = torch.eye(self.columns).repeat_interleave(len(regions), dim=1)
        return {f"{term}/{layer}": row for layer, row in zip(self.layers, own, strict=True)}


FidelityAxis = LooseColumns | LayerColumns | NetworkColumns
