"""The states of every random number generator, so that a resumed run throws the same dice."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch


def random_states() -> dict[str, Any]:
    """States of Python's, NumPy's and PyTorch's generators, of the CPU and of every GPU in use."""
    states: dict[str, Any] = {
        "python": random.getstate(),
        "numpy": np.random.get_state(),
        "torch": torch.get_rng_state(),
    }
    if torch.cuda.is_available():
        states["accelerators"] = torch.cuda.get_rng_state_all()
    return states


def restore_random_states(states: dict[str, Any]) -> None:
    """Brings the generators back to states that ``random_states`` returned."""
    random.setstate(states["python"])
    np.random.set_state(states["numpy"])
    torch.set_rng_state(states["torch"].cpu())
    kept = states.get("accelerators", [])
    if torch.cuda.is_available() and len(kept) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all([state.cpu() for state in kept])
