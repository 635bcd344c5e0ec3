"""The parameter groups of an optimizer, kept in step with a source that grows and shrinks."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor


def match_groups(optimizer: torch.optim.Optimizer, wanted: Sequence[dict[str, Any]]) -> None:
    """Makes an optimizer step along the wanted groups, and no others.

    What the optimizer remembers of a parameter stays; what is new starts without memory; what is gone is
    forgotten. ``start_lr`` of a group keeps its step size at the start.
    """
    kept = {id(parameter) for group in wanted for parameter in group["params"]}
    for parameter in [each for each in optimizer.state if id(each) not in kept]:
        del optimizer.state[parameter]
    optimizer.param_groups.clear()
    for group in wanted:
        optimizer.add_param_group({**group, "start_lr": group["lr"]})


def moments(optimizer: torch.optim.Optimizer | None, parameter: Tensor) -> dict[str, Tensor]:
    """What an optimizer remembers of each entry of a parameter, by name; nothing before its first step."""
    state = {} if optimizer is None else optimizer.state.get(parameter, {})
    return {
        name: value
        for name, value in state.items()
        if isinstance(value, Tensor) and value.shape == parameter.shape
    }
