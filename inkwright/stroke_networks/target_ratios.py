"""How many strokes a level of simplicity may have for what it loses."""

from collections.abc import Sequence

import torch
from torch import Tensor


def target_ratio(start_loss: Tensor, step: Tensor | float, level: int) -> Tensor:
    """[K] the ratio r = 2^(-(level - 1) step) / C* of level 1, 2, ... that L_sparse / C is driven to.

    The published fit of an exponential through r, r/2, ..., r/16 is exact, so this is its closed form.

    Args:
        start_loss: [K] C*, what the sketch loses before any stroke is removed, > 0.
        step: how many halvings a level is, > 0.
        level: >= 1.

    Raises:
        ValueError: the level is below 1.
    """
    if level < 1:
        raise ValueError(f"level is {level}; it must be >= 1")
    return 2.0 ** (-(level - 1) * torch.as_tensor(step)) / start_loss.clamp_min(1e-6)


def strokes_to_keep(ratio: Tensor, loss: Tensor, before: Tensor, start: Tensor, levels_left: int) -> Tensor:
    """[K] how many strokes stay: the share r C of those at the start, which is where L_ratio is zero.

    It is at least one fewer than ``before`` [K], and leaves as many as there are levels to come, where there
    are so many; one stroke of a canvas that has any stays.
    """
    wanted = torch.round(ratio * loss * start).long()
    return wanted.clamp(min=levels_left + 1).minimum(before - 1).clamp_min(1).minimum(before)


def check_steps(steps: Sequence[float], columns: int) -> None:
    """Refuses step sizes that are not one for each of so many columns.

    Raises:
        ValueError: their number differs, or one is not above 0.
    """
    if len(steps) != columns or not all(step > 0 for step in steps):
        raise ValueError(
            f"step_sizes are {list(steps)}; there must be {columns}, all > 0: one for each column"
        )
