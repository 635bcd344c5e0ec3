"""The table of all cubic segments of a drawing: which points each has, and where it belongs."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from inkwright.vector_graphics.ragged_arrays import offsets_from_counts


@dataclass(frozen=True)
class Segments:
    """All cubic segments, path by path in the direction of each.

    Attributes:
        points: [S, 4] int64 rows of ``Drawing.points``; a closed path's last segment ends at its first point.
        path: [S] int64 path of each.
        shape: [S] int64 shape of each.
        canvas: [S] int64 canvas of each.
        offsets: [Q + 1] int64; path q owns the segments ``offsets[q]:offsets[q + 1]``.
    """

    points: Tensor
    path: Tensor
    shape: Tensor
    canvas: Tensor
    offsets: Tensor

    @classmethod
    def of_paths(
        cls, path_offsets: Tensor, closed: Tensor, path_shape: Tensor, canvas_index: Tensor
    ) -> Segments:
        """The table of paths: offsets [Q + 1] of their points, whether closed [Q], their shapes [Q].

        ``canvas_index`` [N] is the canvas of each shape.
        """
        counts = torch.diff(path_offsets).div(3, rounding_mode="floor")
        offsets = offsets_from_counts(counts)
        path = torch.repeat_interleave(torch.arange(counts.shape[0], device=counts.device), counts)
        within = torch.arange(path.shape[0], device=path.device) - offsets[path]
        first = path_offsets[path]
        points = (first + 3 * within)[:, None] + torch.arange(4, device=path.device)
        wraps = closed[path] & (within == counts[path] - 1)
        points[:, 3] = torch.where(wraps, first, points[:, 3])
        shape = path_shape[path]
        return cls(points, path, shape, canvas_index[shape], offsets)

    def joints(self, closed: Tensor) -> tuple[Tensor, Tensor]:
        """Segments [J] that end where another [J] of their path (closed [Q] or open) begins, and those."""
        row = torch.arange(self.path.shape[0], device=self.path.device)
        ends = row + 1 == self.offsets[1:][self.path]
        following = torch.where(ends, self.offsets[:-1][self.path], row + 1)
        joined = ~ends | closed[self.path]
        return row[joined], following[joined]
