"""White paper: for drawings of what is in no picture."""

import re

import torch

from datamodules.drawing_data import DrawingData
from inkwright.pictures.target_image import MAX_SIDE, MIN_SIDE, TargetImage


class BlankCanvasData(DrawingData):
    """A white square as the target, named after a prompt."""

    def __init__(self, prompt: str, *, image_size: int = 224) -> None:
        """Remembers what the drawing is called after, and the side of the square in pixels, in [32, 4096].

        Raises:
            ValueError: the prompt is empty, or the size is out of its range.
        """
        super().__init__()
        if not prompt.strip():
            raise ValueError('prompt is empty; say what to draw, for example prompt="a cat"')
        if not MIN_SIDE <= image_size <= MAX_SIDE:
            raise ValueError(f"image_size is {image_size}; it must be in [{MIN_SIDE}, {MAX_SIDE}] pixels")
        self._side, self._name = image_size, name_of(prompt)

    def make_target(self) -> TargetImage:
        """Cuts the paper."""
        white = torch.ones(3, self._side, self._side)
        return TargetImage(white, None, (self._side, self._side), self._name, white, None)


def name_of(prompt: str, longest: int = 60) -> str:
    """A prompt as the name of a file: its letters and digits, joined by hyphens."""
    return "-".join(re.findall(r"\w+", prompt))[:longest].strip("-") or "drawing"
