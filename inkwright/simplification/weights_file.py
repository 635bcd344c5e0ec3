"""Simplifier weights as a safetensors file that says which network it is for."""

import json
from pathlib import Path
from typing import Any

from inkwright.simplification.simplifier_network import SimplifierNetwork

SHIPPED = Path(__file__).resolve().parent / "shipped" / "simplifier.safetensors"
_KEY = "inkwright simplifier"


def save_weights(network: SimplifierNetwork, path: Path, note: dict[str, Any] | None = None) -> None:
    """Writes weights in half precision into an existing folder, architecture and note in the header."""
    from safetensors.torch import save_file

    state = {name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()}
    halved = {name for name, value in state.items() if name.startswith("body.") and value.is_floating_point()}
    state |= {name: state[name].half() for name in halved}
    header = {"architecture": network.architecture, "settings": network.settings, "note": note or {}}
    save_file(state, path, metadata={_KEY: json.dumps(header)})  # one key: several come in any order


def load_weights(path: Path = SHIPPED) -> SimplifierNetwork:
    """The network that ``save_weights`` saved, in evaluation mode, on the CPU, in float32.

    Raises:
        ValueError: there is no such file, or it holds something else; the message says how to get one.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise ValueError(
            f"weights={path}: there is no such file; train some with python train.py experiment=simplifier, "
            "or leave weights out to use those that ship"
        )
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {}).get(_KEY, "{}"))
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise ValueError(f"weights={path} is no safetensors file ({error})") from error
    if not header:
        raise ValueError(f"weights={path} holds no simplifier; give a weights.safetensors of such a run")
    network = SimplifierNetwork(header["architecture"], **header["settings"])
    network.load_state_dict(state)
    return network.eval()


def read_note(path: Path = SHIPPED) -> dict[str, Any]:
    """What was noted when the weights were saved."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        header = json.loads((file.metadata() or {}).get(_KEY, "{}"))
    note: dict[str, Any] = header.get("note", {})
    return note
