"""One picture file, taken apart into its subject and what lies behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from datamodules.target_image import TargetImageData
from inkwright.image_analysis.scene.decomposition import Regions, Scene, take_apart
from inkwright.pictures.bundled_examples import find_picture
from inkwright.pictures.given_regions import read_regions
from inkwright.pictures.subject import Subject
from inkwright.pictures.target_image import TargetImage

if TYPE_CHECKING:
    from inkwright.image_analysis.scene.inpainting import Inpainting


# What ``regions`` may say instead of naming them.
WORDS: dict[str, Regions] = {"": "auto", "both": "both", "one": "one"}


class SceneImageData(TargetImageData):
    """The picture that a file holds, and its regions.

    Attributes:
        scene: of the size of the target's ``detail``; found on first use.
    """

    def __init__(
        self,
        image: str,
        *,
        image_size: int = 224,
        regions: str = "",
        subject: Subject | None = None,
        inpainting: Inpainting | None = None,
        enlarge: bool = True,
    ) -> None:
        """Remembers what to read.

        Args:
            image: path of a picture file, or the name of a bundled example.
            image_size: long side of the working size in pixels, in [32, 4096].
            regions: ``one`` draws the scene as a whole, ``both`` refuses one without a foreground; all
                else names the foreground, see ``read_regions``. Whoever gives a mask file asks for both.
            subject: what finds the subject; None = nothing does.
            inpainting: what paints over it; None = OpenCV.
            enlarge: whether a small subject is drawn larger.
        """
        super().__init__(image, image_size=image_size)
        self.finder, self.inpainting, self.enlarge = subject, inpainting, enlarge
        self.named = "" if regions.strip() in WORDS else regions
        given = bool(self.named) or (subject is not None and bool(subject.mask))
        self.regions: Regions = WORDS.get(regions.strip(), "both")
        if given and self.regions == "auto":
            self.regions = "both"
        self._scene: Scene | None = None

    @property
    def scene(self) -> Scene:
        """The regions of the picture."""
        if self._scene is None:
            self._scene = self._taken_apart(self.target)
        return self._scene

    def setup(self, stage: str) -> None:
        """Reads the picture and its mask, so that bad files are refused before anything else starts."""
        super().setup(stage)
        self.scene  # noqa: B018

    def _taken_apart(self, target: TargetImage) -> Scene:
        picture = np.ascontiguousarray(target.detail.permute(1, 2, 0).numpy())
        alpha = None if target.detail_mask is None else target.detail_mask.numpy()
        mask, sure = None, False
        if self.named:
            shape = (picture.shape[0], picture.shape[1])
            named = read_regions(self.named, find_picture(self.image), target.original_size, shape)
            mask, sure = np.logical_or.reduce(named).astype(np.float32), True
        elif self.finder is not None and self.regions != "one":
            mask, sure = self.finder.look_for(picture, alpha, target.original_size)
        return take_apart(
            picture, mask, regions=self.regions, sure=sure, inpainting=self.inpainting, enlarge=self.enlarge
        )
