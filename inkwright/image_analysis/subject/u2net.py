"""The foreground of a picture, found by U²-Net."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray

from inkwright.frozen_networks.network_input import imagenet_normalized
from inkwright.frozen_networks.weights.lookup import locate
from inkwright.frozen_networks.weights.safe_loading import loading

FloatArray = NDArray[np.float32]
FindMask = Callable[[FloatArray], FloatArray]

_log = logging.getLogger(__name__)


class U2NetForeground:
    """U²-Net (Qin et al. 2020) through onnxruntime, on the CPU.

    The picture is brought to the size that the network wants, usually 320 x 320. Its first output is
    stretched to [0, 1] and cut at one half, as CLIPasso does.
    """

    def __init__(
        self, *, network: str = "u2net", weights_path: str | None = None, otherwise: FindMask | None = None
    ) -> None:
        """Remembers the network; it is opened when it is first needed.

        Args:
            network: ``u2net`` or the smaller ``u2netp``.
            weights_path: where it is; None to look in the usual places.
            otherwise: what finds the foreground if the weights are missing and ``weights_path`` is None.

        Raises:
            ValueError: the network is unknown.
            FileNotFoundError: there is nothing at ``weights_path``.
        """
        if network not in ("u2net", "u2netp"):
            raise ValueError(f"network is {network!r}; it must be u2net or u2netp")
        self.network = network
        self.weights_path = weights_path
        self._otherwise = otherwise
        self._session: Any = None
        if weights_path is not None:
            locate(network, weights_path)

    def __call__(self, picture: FloatArray) -> FloatArray:
        """The mask [H, W] of a picture [H, W, 3] in [0, 1]: 1 is foreground, 0 is background.

        Raises:
            ValueError: the file is not a U²-Net's.
            FileNotFoundError: the weights are missing, and there is no other way.
        """
        try:
            session = self._opened()
        except FileNotFoundError:
            if self._otherwise is None or self.weights_path is not None:
                raise
            _log.warning(
                "the subject is found by colour and contrast, since %s is not on this machine; "
                "to get it: python -m inkwright.frozen_networks.weights fetch %s",
                self.network,
                self.network,
            )
            return self._otherwise(picture)
        image = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None]
        wanted = session.get_inputs()[0]
        size = [side if isinstance(side, int) else 320 for side in wanted.shape[2:]]
        small = F.interpolate(image, size, mode="bilinear", antialias=True)
        outputs = session.run(None, {wanted.name: imagenet_normalized(small).numpy()})
        mask = torch.from_numpy(outputs[0]).reshape(1, 1, *outputs[0].shape[-2:])
        spread = mask.max() - mask.min()
        mask = (mask - mask.min()) / spread if spread > 0 else torch.zeros_like(mask)
        full = F.interpolate(mask, picture.shape[:2], mode="bilinear")[0, 0]
        return (full >= 0.5).float().numpy()

    def _opened(self) -> Any:
        if self._session is None:
            self._session = _open(locate(self.network, self.weights_path), self.network)
        return self._session


def _open(path: Path, network: str) -> Any:
    with loading(path, network):
        import onnxruntime

        try:
            session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        except Exception as error:
            # onnxruntime has many exceptions of its own, with no base but Exception.
            raise ValueError(str(error)) from error
        (picture, *others), outputs = session.get_inputs(), session.get_outputs()
        if others or len(picture.shape) != 4 or picture.shape[1] != 3 or not outputs:
            raise ValueError("it must take one picture [1, 3, H, W]")
        return session
