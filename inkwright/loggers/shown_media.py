"""What loggers can show besides numbers: pictures and drawings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True)
class Svg:
    """A drawing, as text."""

    text: str


# A picture [3, H, W] in [0, 1], a picture file, or a drawing.
Media = Tensor | Path | Svg


def pixels(picture: Tensor | Path) -> NDArray[np.uint8]:
    """[H, W, 3] of a picture or a picture file."""
    if isinstance(picture, Path):
        from PIL import Image

        with Image.open(picture) as image:
            return np.asarray(image.convert("RGB"))
    return (picture.detach().permute(1, 2, 0).clamp(0, 1) * 255).round().byte().cpu().numpy()


def flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested settings as ``{"a.b": value}``, values that are neither text nor numbers as text."""
    result: dict[str, Any] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            result.update(flat(value, f"{prefix}{name}."))
        else:
            result[f"{prefix}{name}"] = value if isinstance(value, str | int | float | bool) else str(value)
    return result
