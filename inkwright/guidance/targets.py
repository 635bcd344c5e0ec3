"""Targets: the pictures, masks and line drawings that a batch of canvases is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor


@dataclass(frozen=True)
class Targets:
    """What canvases are to become: T rows, one for each canvas of a batch, or one for all of them.

    Attributes:
        images: [T, 3, H, W] RGB in [0, 1].
        masks: [T, H, W] in [0, 1], 1 = belongs to the subject; None = unknown.
        lines: [T, H, W] in [0, 1], the ink to aim at; None = not analyzed.
        shades: [T, H, W] in [0, 1], wanted mean darkness; None = that of the images.
        colors: [T, 3, H, W] in [0, 1], wanted colors of the ink; None = those of the images.
        emphasis: [T, H, W] >= 0 with mean 1, how much the errors at each pixel count; None = all the same.
        tolerance: [T] >= 0, how loosely each is to be matched: by how many halvings of the picture's size;
            None = as closely as can be.
    """

    images: Tensor
    masks: Tensor | None = None
    lines: Tensor | None = None
    shades: Tensor | None = None
    colors: Tensor | None = None
    emphasis: Tensor | None = None
    tolerance: Tensor | None = None

    def __post_init__(self) -> None:
        """Checks the shapes.

        Raises:
            ValueError: one of them is not as described above.
        """
        shape = tuple(self.images.shape)
        if len(shape) != 4 or shape[1] != 3 or 0 in shape:
            raise ValueError(f"images have shape {list(shape)}; they must be [T, 3, H, W], none of them 0")
        for name, value in self._given():
            wanted = _shape_of(name, shape)
            if value.shape != wanted:
                raise ValueError(f"{name} have shape {list(value.shape)}; they must be {list(wanted)}")
        if self.tolerance is not None and not bool((self.tolerance >= 0).all()):
            raise ValueError(f"tolerance goes down to {float(self.tolerance.min())}; it must be >= 0")
        if self.emphasis is not None and not bool((self.emphasis >= 0).all()):
            raise ValueError(f"emphasis goes down to {float(self.emphasis.min())}; it must be >= 0")

    def __len__(self) -> int:
        """T, the number of rows."""
        return len(self.images)

    def select(self, rows: Sequence[int]) -> Targets:
        """The rows of these indices, in their order."""
        return Targets(**{name: value[list(rows)] for name, value in self._given()})

    @staticmethod
    def stack(targets: Sequence[Targets]) -> Targets:
        """All rows of several targets, one after the other.

        A mask or an emphasis that only some of them have is 1 in the others, a tolerance 0.

        Raises:
            ValueError: there are none, their sizes differ, or only some have lines, shades or colors.
        """
        sizes = sorted({tuple(each.images.shape[2:]) for each in targets})
        if len(sizes) != 1:
            raise ValueError(f"the images have sizes {sizes}; stacked targets must have one size")
        columns: dict[str, Tensor] = {}
        for name in (field.name for field in fields(Targets)):
            values = [getattr(each, name) for each in targets]
            if all(value is None for value in values):
                continue
            if name == "tolerance":
                values = [
                    each.images.new_zeros(len(each)) if value is None else value
                    for each, value in zip(targets, values, strict=True)
                ]
            if name in ("masks", "emphasis"):
                values = [
                    torch.ones_like(each.images[:, 0]) if value is None else value
                    for each, value in zip(targets, values, strict=True)
                ]
            if any(value is None for value in values):
                raise ValueError(f"only some of the targets have {name}; all must, or none")
            columns[name] = torch.cat(values)
        return Targets(**columns)

    def _given(self) -> Iterator[tuple[str, Tensor]]:
        """Names and values of the fields that are not None."""
        named = ((field.name, getattr(self, field.name)) for field in fields(self))
        return ((name, value) for name, value in named if value is not None)


def _shape_of(name: str, images: tuple[int, ...]) -> tuple[int, ...]:
    if name == "tolerance":
        return images[:1]
    return images if name in ("images", "colors") else (images[0], *images[2:])
