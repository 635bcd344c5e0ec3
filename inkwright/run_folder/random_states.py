"""The states of every random number generator, so that a resumed run throws the same dice."""

import random
from typing import Any

import numpy as np
import torch


def random_states() -> dict[str, Any]:
    """States of Python's, NumPy's and PyTorch's generators, of the CPU and of every GPU in use."""
    states: dict[str, Any] = {
        "python": random.getstate(),
        "numpy": _plain(np.random.get_state()),
        "torch": torch.get_rng_state(),
    }
    if torch.cuda.is_available():
        states["accelerators"] = torch.cuda.get_rng_state_all()
    return states


def _plain(state: Any) -> tuple[Any, ...]:
    """NumPy's state with a tensor in place of its array: a checkpoint holds tensors and numbers alone."""
    kind, keys, *rest = state
    return (kind, torch.from_numpy(keys.astype(np.int64)), *rest)


def restore_random_states(states: dict[str, Any]) -> None:
    """Brings the generators back to states that ``random_states`` returned."""
    random.setstate(states["python"])
    kind, keys, *rest = states["numpy"]
    np.random.set_state((kind, keys.numpy().astype(np.uint32), *rest))
    torch.set_rng_state(states["torch"].cpu())
    kept = states.get("accelerators", [])
    if torch.cuda.is_available() and len(kept) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all([state.cpu() for state in kept])
