"""PyTorch's random numbers of one of many systems in a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


class OwnRandomNumbers:
    """A stream of random numbers for one system: what the others draw does not matter to it.

    It begins where PyTorch's generators are when it is made, and goes on from where it was left.

    Attributes:
        states: of the generators of the CPU and of every accelerator in use.
    """

    def __init__(self) -> None:
        """Begins from the numbers that would come next."""
        self.states = _states()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Within, PyTorch draws from this stream; afterwards, as if nothing had been drawn."""
        outside = _states()
        _restore(self.states)
        try:
            yield
        finally:
            self.states = _states()
            _restore(outside)


def _states() -> list[Tensor]:
    in_use = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    accelerators = torch.cuda.get_rng_state_all() if in_use else []
    return [torch.get_rng_state(), *accelerators]


def _restore(states: list[Tensor]) -> None:
    torch.set_rng_state(states[0])
    for index, state in enumerate(states[1:]):
        torch.cuda.set_rng_state(state, index)
