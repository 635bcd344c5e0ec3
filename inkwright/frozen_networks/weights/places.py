"""Where the files of frozen networks may lie on this machine."""

import importlib.util
import os
from pathlib import Path

from inkwright.frozen_networks.weights.sources import (
    HubFile,
    HubFolder,
    Packaged,
    RegistryFile,
    WebFile,
    Weights,
)

FOLDER_VARIABLE = "INKWRIGHT_WEIGHTS"


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
    if isinstance(source, WebFile | RegistryFile):
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
