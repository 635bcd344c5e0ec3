"""How near a picture comes to the one that it copies, also as another program paints its SVG."""

import importlib.util
import io
import math
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torchmetrics.functional.image import structural_similarity_index_measure

_SSIM_SIDE = 11  # of the window; smaller pictures have no SSIM


def fidelity(image: Tensor, target: Tensor) -> dict[str, float]:
    """``mse``, ``psnr`` in dB and ``ssim`` of two pictures [3, H, W] in [0, 1].

    Equal pictures have a PSNR of 100 dB, less than a step of 8 bits anywhere.
    """
    error = float((image - target).square().mean())
    found = {"mse": error, "psnr": -10 * math.log10(max(error, 1e-10))}
    if min(image.shape[1:]) >= _SSIM_SIDE:
        similarity: Any = structural_similarity_index_measure(image[None], target[None], data_range=1.0)
        found["ssim"] = float(similarity)
    return found


def has_resvg() -> bool:
    """Whether resvg, which paints SVGs apart from our own rasterizer, is installed (pip install resvg-py)."""
    return importlib.util.find_spec("resvg_py") is not None


def paint_by_resvg(svg: str, height: int, width: int) -> Tensor:
    """[3, H, W] in [0, 1] the text of an SVG as resvg paints it on white, a pixel a sample.

    Raises:
        ImportError: it is not installed.
    """
    import resvg_py
    from PIL import Image

    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, background="#ffffff", dpi=96)
    picture = Image.open(io.BytesIO(bytes(png))).convert("RGB")
    return torch.from_numpy(np.array(picture, dtype=np.float32) / 255).permute(2, 0, 1)
