"""Which device pictures are on, by default the accelerator where there is one; how strokes are painted."""

import torch

from inkwright.vector_graphics.rasterizer import Backend

_CHOSEN: dict[str, torch.device] = {}
_STROKES: dict[str, Backend] = {"backend": "exact"}


def get_device() -> torch.device:
    """The device on which rendered pictures lie."""
    if "device" not in _CHOSEN:
        set_use_gpu(torch.accelerator.is_available())
    return _CHOSEN["device"]


def set_device(device: torch.device | str) -> None:
    """Choose the device on which rendered pictures lie."""
    _CHOSEN["device"] = torch.device(device)


def set_use_gpu(use: bool) -> None:
    """Choose the accelerator or the CPU.

    Raises:
        ValueError: there is no accelerator.
    """
    accelerator = (
        torch.accelerator.current_accelerator() if use and torch.accelerator.is_available() else None
    )
    if use and accelerator is None:
        raise ValueError("set_use_gpu(True): torch finds no GPU here; call set_use_gpu(False)")
    _CHOSEN["device"] = accelerator or torch.device("cpu")


def set_exact(exact: bool) -> None:
    """Choose whether round strokes are as exact as fills, the default, or quick: off at ends and crossings.

    diffvg does not have this; its pictures are true up to the noise of samples.
    """
    _STROKES["backend"] = "exact" if exact else "auto"


def strokes_backend() -> Backend:
    """The backend of `rasterize` that was chosen."""
    return _STROKES["backend"]


def get_use_gpu() -> bool:
    """Whether pictures lie on an accelerator."""
    return get_device().type != "cpu"
