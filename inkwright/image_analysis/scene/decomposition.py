"""A picture as foreground and background."""

import logging
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkwright.image_analysis.filters.lab_color import srgb_to_lab
from inkwright.image_analysis.scene.enlargement import Enlargement, enlargement_of
from inkwright.image_analysis.scene.inpainting import Inpainting

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]
Regions = Literal["auto", "both", "one"]

_log = logging.getLogger(__name__)

# A subject that covers less or more of the picture than this is none.
SMALLEST, LARGEST = 0.01, 0.95
# By how much the hole is wider than the subject, as a share of the longer side (published: 5 of 320 pixels).
_WIDER = 5 / 320
# Share of a subject's outline that must run along edges of the picture.
SUPPORT = 0.75


@dataclass(frozen=True)
class Scene:
    """A picture taken apart; all maps are of its size.

    Attributes:
        picture: [H, W, 3] in [0, 1].
        subject: [H, W], where the foreground is; None where the scene is one region.
        background: [H, W, 3], the picture with the subject painted over.
        enlargement: how a small subject is drawn.
    """

    picture: FloatArray
    subject: BoolArray | None
    background: FloatArray
    enlargement: Enlargement

    @property
    def regions(self) -> tuple[str, ...]:
        """Names of what is drawn apart, the rearmost first."""
        return ("scene",) if self.subject is None else ("background", "foreground")


def take_apart(
    picture: FloatArray,
    mask: FloatArray | None,
    *,
    regions: Regions = "auto",
    sure: bool = False,
    inpainting: Inpainting | None = None,
    enlarge: bool = True,
) -> Scene:
    """Foreground and background of a picture.

    Args:
        picture: [H, W, 3] in [0, 1].
        mask: [H, W] in [0, 1], 1 = foreground; None where nobody knows it.
        regions: ``one`` draws the scene as a whole; ``both`` asks for a foreground; ``auto`` takes one where
            it is plausible.
        sure: whether the mask was given by a person or the picture itself, and its outline is not questioned.
        inpainting: what paints over the subject.
        enlarge: whether a small subject is drawn larger.

    Raises:
        ValueError: both regions are asked for, and there is no foreground; or ``regions`` is unknown.
    """
    if regions not in ("auto", "both", "one"):
        raise ValueError(f"regions is {regions!r}; it must be auto, both or one")
    whole = Scene(picture, None, picture, Enlargement())
    if regions == "one":
        return whole
    subject = np.zeros(picture.shape[:2], dtype=bool) if mask is None else mask >= 0.5
    doubt = _doubt(picture, subject, sure)
    if doubt and regions == "both":
        raise ValueError(
            f"{doubt}; give another mask=FILE, light where the subject is, or regions=one to draw all at once"
        )
    if doubt:
        _log.warning("the scene is drawn as a whole, since %s; mask=FILE says where its subject is", doubt)
        return whole
    reach = max(round(_WIDER * max(subject.shape)), 1)
    hole = ndimage.binary_dilation(subject, np.ones((3, 3), bool), iterations=reach)
    background = (inpainting or Inpainting())(picture, hole)
    return Scene(picture, subject, background, enlargement_of(subject) if enlarge else Enlargement())


def outline_support(picture: FloatArray, subject: BoolArray) -> float:
    """Share of a subject's outline, inside the picture, that runs along a change of color; 1 without any."""
    inner = np.zeros_like(subject)
    inner[2:-2, 2:-2] = True
    outline = subject & ~ndimage.binary_erosion(subject, border_value=1) & inner
    if not outline.any():
        return 1.0
    lab = ndimage.gaussian_filter(srgb_to_lab(picture), (1.0, 1.0, 0.0))
    change = np.hypot(*np.gradient(lab, axis=(0, 1))).max(-1)
    near = ndimage.maximum_filter(change, 5)
    return float((near[outline] > 1.5 * np.median(near) + 0.01).mean())


def _doubt(picture: FloatArray, subject: BoolArray, sure: bool) -> str:
    """Why a mask is no foreground, in words; empty if it is one."""
    share = float(subject.mean())
    if share < SMALLEST:
        return (
            "no foreground was found" if share == 0 else f"the foreground covers {share:.1%} of the picture"
        )
    if share > LARGEST:
        return f"the foreground covers {share:.1%} of the picture"
    if not sure and outline_support(picture, subject) < SUPPORT:
        return "the outline of the foreground that was found follows no edges"
    return ""
