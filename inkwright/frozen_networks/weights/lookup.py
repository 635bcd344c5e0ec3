"""Lookup of the files of frozen networks on this machine."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from inkwright.frozen_networks.weights.catalog import (
    HubFile,
    HubFolder,
    Packaged,
    WebFile,
    Weights,
    weights_named,
)

FOLDER_VARIABLE = "INKWRIGHT_WEIGHTS"
FROM_HUB = "hub"


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
    if given is not None and str(given) != FROM_HUB:
        return _given(weights, Path(given).expanduser(), key)
    found = find(weights)
    if found is None and given is not None:
        from inkwright.frozen_networks.weights.fetching import fetch

        found = fetch(weights)
    if found is None:
        raise FileNotFoundError(_missing(weights, key))
    return found


def find(weights: Weights) -> Path | None:
    """Where a network lies, without any path given; None if nowhere."""
    return next((place for place in places(weights) if place.exists()), None)


def places(weights: Weights) -> list[Path]:
    """Where a network is looked for, in order, whether or not it is there.

    In the folder ``INKWRIGHT_WEIGHTS``: the expected file, or a folder of the network's name, in the format
    of its own library.
    """
    folder = weights_folder()
    in_folder = [] if folder is None else [folder / weights.file, folder / weights.name]
    return in_folder + _cached(weights)


def weights_folder() -> Path | None:
    """The folder that ``INKWRIGHT_WEIGHTS`` names, None if it is not set."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named).expanduser() if named else None


def torch_hub_folder() -> Path:
    """Where torch.hub keeps the files it downloads."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    home = os.environ.get("TORCH_HOME", f"{cache}/torch")
    return Path(home).expanduser() / "hub" / "checkpoints"


def _cached(weights: Weights) -> list[Path]:
    source = weights.source
    if isinstance(source, HubFile):
        return _in_hub_cache(source.repository, source.file)
    if isinstance(source, HubFolder):
        return [index.parent for index in _in_hub_cache(source.repository, source.index)]
    if isinstance(source, WebFile):
        return [torch_hub_folder() / weights.file]
    return [_in_package(source)]


def _in_hub_cache(repository: str, file: str) -> list[Path]:
    """The file in the newest snapshot of the hub's cache; where it would be, if it is not there."""
    if importlib.util.find_spec("huggingface_hub") is None:
        return []
    from huggingface_hub import constants, try_to_load_from_cache

    cached = try_to_load_from_cache(repository, file)
    if isinstance(cached, str):
        return [Path(cached)]
    return [
        Path(constants.HF_HUB_CACHE) / f"models--{repository.replace('/', '--')}" / "snapshots" / "*" / file
    ]


def _in_package(source: Packaged) -> Path:
    found = importlib.util.find_spec(source.package)
    folders = [] if found is None else found.submodule_search_locations or []
    return Path(next(iter(folders), source.package)) / source.file


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
