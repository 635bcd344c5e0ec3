"""A trained simplifier as a function from picture to lines."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.simplification.tiled_inference import simplify_tiled
from inkwright.simplification.weights_file import SHIPPED, load_weights


class Teacher:
    """Clean lines of pictures [H, W] in [0, 1]."""

    def __init__(self, weights: str = "") -> None:
        """Loads the weights of a file of a trained network, by default those that ship.

        Raises:
            ValueError: there is no such file.
        """
        self.network = load_weights(Path(weights) if weights else SHIPPED)

    def __call__(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        """[H, W] clean lines."""
        lines: NDArray[np.float32] = simplify_tiled(self.network, torch.from_numpy(picture)[None])[0].numpy()
        return lines
