"""A picture that is painted from a prompt, or given in its place, as the target of a drawing."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from datamodules.blank_canvas import name_of
from datamodules.drawing_data import DrawingData
from inkwright.pictures.saved_map import read_map
from inkwright.pictures.target_image import TargetImage, load_target
from inkwright.run_folder.run_folder import RunFolder

_log = logging.getLogger(__name__)

FloatArray = NDArray[np.float32]
Painter = Callable[[], tuple[FloatArray, FloatArray]]


class PromptImageData(DrawingData):
    """A guide picture and a map of where it is attended to.

    Without a guide picture the painter makes both, and leaves ``guide.png`` and ``attention.npy`` in the run
    folder; a run that is resumed finds them there.
    """

    def __init__(
        self,
        folder: str,
        *,
        prompt: str = "",
        painter: Callable[[], Painter] | None = None,
        guide_image: str = "",
        attention_map: str = "",
        token: str = "",
        image_size: int = 224,
        resume: str = "never",
    ) -> None:
        """Remembers what to do; the painter is made, and with it checked, if it will be needed.

        Args:
            folder: the run folder.
            prompt: gives the drawing its name, if there is no guide picture.
            painter: makes what paints the guide and its map, both in [0, 1]: [H, W, 3] and [H, W].
            guide_image: a picture in place of a painted one; then nothing is painted.
            attention_map: a map of it: ``.npy`` or a gray picture.
            token: the word that the painter's map is of; a picture that is given has no words.
            image_size: long side of the working size in pixels, in [32, 4096].
            resume: ``auto`` takes the guide that an earlier part of the run has painted.

        Raises:
            ValueError: there is neither prompt nor guide; a map comes without its guide, or can't be read; a
                token comes with a guide.
        """
        super().__init__()
        if attention_map and not guide_image:
            raise ValueError(f"attention_map={attention_map} belongs to a picture; give it as guide_image")
        if token and guide_image:
            raise ValueError(
                f"token={token} has no meaning on guide_image={guide_image}, which nothing painted; leave "
                "it out, or say with attention_map=FILE where strokes start"
            )
        self.folder = RunFolder(Path(folder))
        self.guide_image, self.image_size = guide_image, image_size
        self._name = Path(guide_image).stem if guide_image else name_of(prompt)
        self._attention = read_map(attention_map) if attention_map else None
        self._painter = self._needed(painter, prompt, resume)

    @property
    def attention(self) -> FloatArray | None:
        """[H, W] in [0, 1] where the guide is attended to, at any size; None = nobody knows."""
        self.target  # noqa: B018
        return self._attention

    def make_target(self) -> TargetImage:
        """Reads the guide, painted first if there is none."""
        if self.guide_image:
            return load_target(self.guide_image, self.image_size)
        picture, attention = self._paths
        if self._painter is not None:
            _log.info("painting the guide: %s", picture)
            self._save(*self._painter())
        self._attention = read_map(attention)
        return replace(load_target(picture, self.image_size), name=self._name)

    def _needed(self, painter: Callable[[], Painter] | None, prompt: str, resume: str) -> Painter | None:
        if self.guide_image or (resume == "auto" and self._paths[1].is_file()):
            return None
        if not prompt.strip():
            raise ValueError(
                'prompt is empty; say what to draw, for example prompt="a sailing ship", or give guide_image'
            )
        if painter is None:
            raise ValueError("there is a prompt, but datamodule.painter is null; give guide_image")
        return painter()

    @property
    def _paths(self) -> tuple[Path, Path]:
        return self.folder.guide, self.folder.attention

    def _save(self, painted: FloatArray, attention: FloatArray) -> None:
        picture, attended = self._paths
        self.folder.path.mkdir(parents=True, exist_ok=True)
        Image.fromarray((255 * painted).round().astype(np.uint8)).save(picture)
        temporary = attended.with_suffix(".tmp.npy")
        np.save(temporary, attention)
        temporary.replace(attended)
