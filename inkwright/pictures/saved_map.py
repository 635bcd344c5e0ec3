"""Maps of what matters in a picture, read from files."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


def read_map(path: str | Path) -> FloatArray:
    """A map [H, W] from a ``.npy`` file or the lightness of a picture, stretched to [0, 1]; all 1 if flat.

    Raises:
        ValueError: it can't be read, or is no map.
    """
    path = Path(path).expanduser()
    try:
        values = np.load(path, allow_pickle=False) if path.suffix == ".npy" else _lightness(path)
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ValueError(
            f"attention_map={path} can't be read ({reason}); give a .npy file or a picture"
        ) from error
    if values.ndim != 2 or not values.size or not np.issubdtype(values.dtype, np.number):
        raise ValueError(f"attention_map={path} has shape {list(values.shape)}; it must be [H, W] of numbers")
    values = np.nan_to_num(values.astype(np.float32))
    spread = float(np.ptp(values))
    if spread == 0:
        return np.ones(values.shape, dtype=np.float32)
    stretched: FloatArray = ((values - values.min()) / spread).astype(np.float32)
    return stretched


def _lightness(path: Path) -> NDArray[np.float32]:
    from PIL import Image

    with Image.open(path) as picture:
        return np.asarray(picture.convert("L"), dtype=np.float32)
