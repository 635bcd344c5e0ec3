"""Several optimisers as one, for loops that know of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.optim import Optimizer


class JointOptimizer(Optimizer):
    """Steps optimisers that have no parameter in common; a step may be replaced by what does more.

    Attributes:
        members: the optimisers.
        steps: what is called for a step, by default every member's own.
    """

    def __init__(self, members: Sequence[Optimizer]) -> None:
        """Takes over the optimisers; their groups stay theirs.

        Raises:
            ValueError: there is none, or two have a parameter in common.
        """
        self.members = list(members)
        super().__init__([group for member in self.members for group in member.param_groups], {})
        self.steps: list[Callable[[], Any]] = [member.step for member in self.members]

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Calls the closure once, then steps."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for each in self.steps:
            each()
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forgets the gradients of all members."""
        for member in self.members:
            member.zero_grad(set_to_none)

    def state_dict(self) -> dict[str, Any]:
        """The states of the members, in their order."""
        return {"members": [member.state_dict() for member in self.members]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Gives the members their states back.

        Raises:
            ValueError: there are not as many states as members.
        """
        for member, state in zip(self.members, state_dict["members"], strict=True):
            member.load_state_dict(state)
