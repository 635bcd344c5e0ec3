"""Ragged arrays as one flat array and offsets: row n owns ``flat[offsets[n]:offsets[n + 1]]``."""

from collections.abc import Sequence

import torch
from torch import Tensor


def offsets_from_counts(counts: Tensor) -> Tensor:
    """[N + 1] offsets of rows with [N] int64 numbers of members."""
    return torch.cat([counts.new_zeros(1), torch.cumsum(counts, 0)])


def join_offsets(offsets: Sequence[Tensor]) -> Tensor:
    """Offsets of ragged arrays one after another, each [N_i + 1] int64."""
    return offsets_from_counts(torch.cat([torch.diff(each) for each in offsets]))


def select_ragged(offsets: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
    """Where the members of rows [M] int64 are, in that order, by offsets [N + 1] int64 of all.

    Returns:
        [total] places in the flat array, and [M + 1] new offsets.
    """
    counts = torch.diff(offsets)[rows]
    new_offsets = offsets_from_counts(counts)
    shift = torch.repeat_interleave(offsets[:-1][rows] - new_offsets[:-1], counts)
    return torch.arange(shift.shape[0], device=offsets.device) + shift, new_offsets
