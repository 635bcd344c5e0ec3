"""A picture as networks see it: lines that people would trace, places where they would look."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from scipy import ndimage

from inkwright.frozen_networks.hed import load_hed
from inkwright.frozen_networks.network_input import imagenet_normalized
from inkwright.frozen_networks.weights.lookup import locate
from inkwright.image_analysis.filters.gaussian_filtering import FloatArray
from inkwright.image_analysis.picture_analysis import PictureAnalysis, analyze_loosely
from inkwright.image_analysis.saliency.importance import Importance
from inkwright.image_analysis.saliency.network_faces import NetworkFaces
from inkwright.image_analysis.subject.u2net import U2NetForeground

# Picture, mask or None, looseness -> maps.
Analyze = Callable[[FloatArray, FloatArray | None, float], PictureAnalysis]
ANALYSES = ("classic", "networks")
# What is left of a line where the network sees none. To bring up faint lines as well, by a root of the
# strength, made some faces clearer and blackened others; this was the best by eye at 32 strokes.
LEAST = 0.15
# Of the map of lines, in pixels of a picture whose long side has 448: so far beside its crest may ours run.
_REACH = 2.0
# By which share lines of eyes in faces are strengthened: without them a portrait looks at nobody.
EYES = 1.5
# What is left of importance outside the subject, and how far this reaches over its outline, in those pixels.
OUTSIDE, _RIM = 0.5, 6.0
# Least share of the importance that lies on a subject that is believed: of a cat U²-NetP may see the eyes.
_TRUSTED = 0.5


class NetworkAnalysis:
    """Lines by HED, attention by DINOv2, the subject by U²-NetP, faces and eyes by MTCNN.

    Where exactly a line runs is better seen by filters, whether it is one by the network: the strength that
    filters find is weighted by what the network sees there. Faces and eyes that are found count in full.
    """

    def __init__(self) -> None:
        """Loads the networks.

        Raises:
            FileNotFoundError: weights are missing.
            ImportError: timm is not installed.
        """
        self._hed, self._importance, self._faces = load_hed(), Importance(), NetworkFaces()
        self._subject = U2NetForeground(network="u2netp", weights_path=str(locate("u2netp")))

    def __call__(
        self, image: FloatArray, mask: FloatArray | None = None, looseness: float = 0.0
    ) -> PictureAnalysis:
        """As ``analyze_loosely``."""
        plain, seen = analyze_loosely(image, mask, looseness), self._faces(image)
        faces = np.maximum(plain.faces, seen.faces)
        eyes = seen.eyes if seen.eyes.any() else plain.eyes
        trust = np.maximum(LEAST + (1 - LEAST) * self._lines(image, plain.unit), np.maximum(faces, eyes))
        important = self._importance(image)
        important = important * (self._within(image, important, plain.unit) if mask is None else mask)
        return replace(
            plain,
            fine=plain.fine * trust * (1 + EYES * seen.eyes),
            coarse=plain.coarse * trust,
            faces=np.maximum(faces, seen.eyes),
            eyes=eyes,
            saliency=np.maximum(important, faces).astype(np.float32),
            _line_maps={},
        )

    @torch.no_grad()
    def _lines(self, image: FloatArray, unit: float) -> FloatArray:
        picture = torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None]
        seen = self._hed.network.lines(imagenet_normalized(picture))[0].numpy()
        lines: FloatArray = ndimage.grey_dilation(seen, size=2 * round(_REACH * unit) + 1)
        return lines

    def _within(self, image: FloatArray, important: FloatArray, unit: float) -> FloatArray:
        """[H, W] 1 on the subject and its outline, less outside; 1 everywhere if it is found in doubt."""
        subject = self._subject(image)
        share = float((important * subject).sum() / max(float(important.sum()), 1e-6))
        if share < _TRUSTED:
            return np.ones_like(important)
        reached = ndimage.grey_dilation(subject, size=2 * round(_RIM * unit) + 1)
        within: FloatArray = OUTSIDE + (1 - OUTSIDE) * ndimage.gaussian_filter(reached, _RIM * unit / 2)
        return within


def analysis_named(name: str) -> Analyze:
    """``classic``, by filters alone, or ``networks``.

    Raises:
        ValueError: there is no such analysis.
        FileNotFoundError: weights are missing.
    """
    if name not in ANALYSES:
        raise ValueError(f"analysis is {name!r}; it must be one of {', '.join(ANALYSES)}")
    return NetworkAnalysis() if name == "networks" else analyze_loosely
