"""Simplifier weights as a safetensors file that says which network it is for."""

import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from inkwright.simplification.simplifier_network import SimplifierNetwork

SHIPPED = Path(__file__).resolve().parent / "shipped" / "simplifier.safetensors"
_KEY = "inkwright simplifier"
_VARIANCES = "running_var"  # may be beyond half precision


def save_weights(network: SimplifierNetwork, path: Path, note: dict[str, Any] | None = None) -> None:
    """Writes weights in half precision into an existing folder, architecture and note in the header."""
    from safetensors.torch import save_file

    state = {name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()}
    halved = {
        name
        for name, value in state.items()
        if name.startswith("body.") and value.is_floating_point() and not name.endswith(_VARIANCES)
    }
    state |= {name: state[name].half() for name in halved}
    header = {"architecture": network.architecture, "settings": network.settings, "note": note or {}}
    save_file(state, path, metadata={_KEY: json.dumps(header)})  # one key: several come in any order


def load_weights(path: Path = SHIPPED) -> SimplifierNetwork:
    """The network that ``save_weights`` saved, in evaluation mode, on the CPU, in float32.

    Raises:
        ValueError: there is no such file, or it holds something else; the message says how to get one.
    """
    if not path.is_file():
        raise ValueError(
            f"weights={path}: there is no such file; train some with python train.py experiment=simplifier, "
            "or leave weights out to use those that ship"
        )
    header, state = _read(path)
    try:
        architecture, settings = header["architecture"], header["settings"]
        with torch.device("meta"):  # before memory is taken
            _check_fit(SimplifierNetwork(architecture, **settings).state_dict(), state)
        network = SimplifierNetwork(architecture, **settings)
        network.load_state_dict(state)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ValueError(
            f"weights={path} holds no simplifier ({reason}); give a weights.safetensors of such a run"
        ) from error
    return network.eval()


def read_note(path: Path = SHIPPED) -> dict[str, Any]:
    """What was noted when the weights were saved."""
    note: dict[str, Any] = _read(path, tensors=False)[0].get("note", {})
    return note


def _read(path: Path, tensors: bool = True) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """What a file says of its network, and its weights; a ValueError if it is no safetensors file."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {}).get(_KEY, "{}"))
            state = {name: file.get_tensor(name) for name in (file.keys() if tensors else ())}
    except (SafetensorError, OSError, ValueError, TypeError, RecursionError) as error:
        raise ValueError(f"weights={path} is no safetensors file that can be read ({error})") from error
    return header if isinstance(header, dict) else {}, state


def _check_fit(wanted: dict[str, Tensor], found: dict[str, Tensor]) -> None:
    """Refuses, by a ValueError, weights of another network, and numbers that are none."""
    for name, tensor in found.items():
        if name not in wanted or tensor.shape != wanted[name].shape:
            raise ValueError(f"its network has no {name} of shape {list(tensor.shape)}")
        if tensor.is_floating_point() != wanted[name].is_floating_point():
            raise ValueError(f"{name} is of type {tensor.dtype}")
        if name.endswith(_VARIANCES):
            fits = tensor >= 0
        else:
            fits = torch.isfinite(tensor) if name != "std" else (tensor > 0) & torch.isfinite(tensor)
        if not bool(fits.all()):
            raise ValueError(f"{name} holds {float(tensor[~fits][0]):g}")
