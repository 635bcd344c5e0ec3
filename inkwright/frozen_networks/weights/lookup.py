"""Lookup of the files of a frozen network: here, at a path that is given, or from the hub if asked for."""

from pathlib import Path

from inkwright.frozen_networks.weights.catalog import weights_named
from inkwright.frozen_networks.weights.places import FOLDER_VARIABLE, find, places, weights_folder
from inkwright.frozen_networks.weights.sources import Weights

FROM_HUB = "hub"

_used: dict[str, dict[str, str]] = {}


def used_weights() -> dict[str, dict[str, str]]:
    """License, authors and origin of every network that this process has located, by name."""
    return {name: dict(about) for name, about in sorted(_used.items())}


def locate(name: str, given: str | Path | None = None, *, key: str = "weights_path") -> Path:
    """The file or folder of a network.

    It is looked for, in this order, at the path that is given, in the folder that the environment variable
    ``INKWRIGHT_WEIGHTS`` names, and in the caches of the Hugging Face hub and of torch.hub. Nothing is
    downloaded, unless ``given`` is ``hub``.

    Args:
        name: of the network, see ``python -m inkwright.frozen_networks.weights list``.
        given: a file, or a folder that holds the file under its expected name or is itself what the library
            loads; ``hub`` to download what is missing; None to look in the usual places.
        key: what the asker calls that path, for messages.

    Raises:
        ValueError: there is no network of that name.
        FileNotFoundError: it is nowhere; the message says where it was looked for and how to get it.
    """
    weights = weights_named(name)
    path = _located(weights, given, key)
    own = given is not None and str(given) != FROM_HUB
    _used[name] = {
        "license": weights.license,
        "authors": weights.authors,
        "origin": f"{key}={path.name}" if own else weights.origin,
    }
    return path


def _located(weights: Weights, given: str | Path | None, key: str) -> Path:
    if given is not None and str(given) != FROM_HUB:
        return _given(weights, Path(given).expanduser(), key)
    found = find(weights)
    if found is None and given is not None:
        from inkwright.frozen_networks.weights.fetching import fetch

        found = fetch(weights)
    if found is None:
        raise FileNotFoundError(_missing(weights, key))
    return found


def _given(weights: Weights, path: Path, key: str) -> Path:
    inside = path / weights.file
    if path.is_dir() and inside.exists():
        return inside
    if not path.exists():
        raise FileNotFoundError(
            f"{key} is {str(path)!r}, where there is nothing; it must be the path of {weights.name} "
            f"({weights.file}), null to look in the usual places, or {FROM_HUB}"
        )
    return path


def _missing(weights: Weights, key: str) -> str:
    looked = "; ".join(str(place) for place in places(weights)) or "no place"
    folder = "" if weights_folder() else f" ({FOLDER_VARIABLE} is not set)"
    return (
        f"the weights of {weights.name} (about {weights.megabytes} MB) are missing; looked for at {looked}"
        f"{folder}; get them with: python -m inkwright.frozen_networks.weights fetch {weights.name}, "
        f"or set {key} to their path"
    )
