"""What a picture would show where something is taken out of it."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray

from inkwright.frozen_networks.weights.safe_loading import loading

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

# Pixels around the hole that Telea's method looks at.
_RADIUS = 5
# Sides of what LaMa is shown are multiples of this.
_MULTIPLE = 8


class Inpainting:
    """LaMa (Suvorov et al. 2022) as TorchScript where there is one, else OpenCV's Telea (2004)."""

    def __init__(self, weights_path: str | None = None) -> None:
        """Remembers the file; it is opened when it is first needed.

        Args:
            weights_path: of LaMa as TorchScript (``big-lama.pt``), which takes a picture [1, 3, H, W] and a
                mask [1, 1, H, W]; None = Telea. TorchScript is code: give only a file that you trust.

        Raises:
            ValueError: there is no such file.
        """
        if weights_path is not None and not Path(weights_path).expanduser().is_file():
            raise ValueError(
                f"inpainting.weights_path={weights_path} is not there; give a TorchScript file, or null"
            )
        self.weights_path = weights_path
        self._network: Any = None

    def __call__(self, picture: FloatArray, hole: BoolArray) -> FloatArray:
        """The picture [H, W, 3] in [0, 1] with something plausible in place of the hole [H, W].

        Raises:
            ValueError: the file is no such network.
        """
        if not hole.any() or hole.all():
            return picture
        return _telea(picture, hole) if self.weights_path is None else self._lama(picture, hole)

    @torch.no_grad()
    def _lama(self, picture: FloatArray, hole: BoolArray) -> FloatArray:
        path = Path(str(self.weights_path)).expanduser()
        height, width = hole.shape
        missing = [-side % _MULTIPLE for side in (height, width)]
        image = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None]
        mask = torch.from_numpy(hole)[None, None].float()
        image, mask = (
            F.pad(each, (0, missing[1], 0, missing[0]), mode="replicate") for each in (image, mask)
        )
        with loading(path, "LaMa"):
            if self._network is None:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # TorchScript is deprecated, and what LaMa comes as
                    load: Any = torch.jit.load
                    self._network = load(str(path), map_location="cpu").eval()
            found = self._network(image, mask)
            if tuple(found.shape) != tuple(image.shape):
                raise ValueError(f"it gives {list(found.shape)} for a picture {list(image.shape)}")
        filled = found[0, :, :height, :width].permute(1, 2, 0).clamp(0, 1).numpy()
        return np.where(hole[..., None], filled, picture).astype(np.float32)


def _telea(picture: FloatArray, hole: BoolArray) -> FloatArray:
    import cv2

    pixels = (picture * 255).round().astype(np.uint8)
    filled = cv2.inpaint(pixels, hole.astype(np.uint8), _RADIUS, cv2.INPAINT_TELEA)
    return np.where(hole[..., None], filled.astype(np.float32) / 255, picture).astype(np.float32)
