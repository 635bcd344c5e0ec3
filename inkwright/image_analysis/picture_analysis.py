"""All maps of a picture that a sketch starts from: flow, line strength, saliency, faces, tone."""

from dataclasses import dataclass, field, replace

import numpy as np
from scipy import ndimage

from inkwright.image_analysis.filters.gaussian_filtering import FloatArray, gaussian
from inkwright.image_analysis.filters.lab_color import principal_channels, srgb_to_lab
from inkwright.image_analysis.flow.tangent_flow import edge_tangent_flow, structure_tensor
from inkwright.image_analysis.lines.level_of_detail import LevelOfDetail
from inkwright.image_analysis.lines.line_strength import damp_texture, line_response
from inkwright.image_analysis.picture_frame import without_frame
from inkwright.image_analysis.saliency.contrast import normalized, saliency_map
from inkwright.image_analysis.saliency.eyes import eye_map
from inkwright.image_analysis.saliency.faces import face_map

REFERENCE_SIDE = 448
# Dark lines, such as eyelids and mouths, say more than light ones, such as glints.
DARK_LINES = 0.8
# How many times as strong lines of eyes may become: without them a portrait looks at nobody.
BRIGHTEST_EYES = 4.0
# Where nothing is stronger than this, nothing is a line: a step of a fortieth of the way from black to white.
FAINTEST = 0.01
# Blur of the loosest look, in pixels of a picture whose long side has ``REFERENCE_SIDE``.
SOFTEST = 2.0


@dataclass(frozen=True)
class PictureAnalysis:
    """Maps of a picture, all of its size.

    Attributes:
        flow: [H, W, 2] unit vectors (x, y) along the forms, equal up to sign.
        fine: [H, W] >= 0, line strength at the finest scale; its crests are where lines run.
        darkness: [H, W] in [-1, 1], 1 = a dark line, 0 = an edge, -1 = a light line.
        coarse: [H, W] >= 0, line strength at a coarser scale, where only lasting forms are left.
        saliency: [H, W] in [0, 1].
        faces: [H, W] in [0, 1], 1 = features of a face.
        eyes: [H, W] in [0, 1], 1 = an eye.
        tone: [H, W] in [0, 1], darkness: 0 = white, 1 = black.
        unit: pixels of this picture per pixel of one whose long side has 448.
    """

    flow: FloatArray
    fine: FloatArray
    darkness: FloatArray
    coarse: FloatArray
    saliency: FloatArray
    faces: FloatArray
    eyes: FloatArray
    tone: FloatArray
    unit: float
    _line_maps: dict[LevelOfDetail, FloatArray] = field(default_factory=dict, repr=False, compare=False)

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W) in pixels."""
        return self.fine.shape[0], self.fine.shape[1]

    def strength(self, level: LevelOfDetail) -> FloatArray:
        """[H, W] >= 0, line strength at that level's scale, finer in faces; strokes run on its crests."""
        coarse_share = level.coarseness * (1 - 0.7 * self.faces)
        return (1 - coarse_share) * self.fine + coarse_share * self.coarse

    def line_map(self, level: LevelOfDetail) -> FloatArray:
        """[H, W] in [0, 1], 1 = ink: what a drawing of that level should show; found once for each level."""
        if level not in self._line_maps:
            self._line_maps[level] = self._find_lines(level)
        return self._line_maps[level]

    def _find_lines(self, level: LevelOfDetail) -> FloatArray:
        strength = damp_texture(self.strength(level), self.flow, 14 * self.unit, level.damping)
        lines = normalized(strength, least=FAINTEST) ** level.contrast
        accents = (1 + DARK_LINES * self.darkness) * (1 + level.faces * self.faces)
        attention = level.background + (1 - level.background) * np.maximum(self.saliency, self.eyes)
        found = lines * accents * attention
        # Eyes that are faint, in a dark face, are brought up; those that are clear need nothing.
        seen = float(np.percentile(found[self.eyes > 0.5], 95)) if self.eyes.any() else 1.0
        gain = float(np.clip(1 / max(seen, 1e-6), 1, BRIGHTEST_EYES))
        return np.clip(found * (1 + (gain - 1) * self.eyes), 0, 1).astype(np.float32)


def analyze_picture(image: FloatArray, mask: FloatArray | None = None) -> PictureAnalysis:
    """Find the lines of sRGB [H, W, 3] in [0, 1], where they run, and where the eye goes.

    A thin frame is no line (`without_frame`). The mask [H, W] in [0, 1] is 1 on the subject; None = unknown.

    Raises:
        ValueError: a shape does not fit.
    """
    _check(image, mask)
    image = without_frame(image)
    unit = max(image.shape[:2]) / REFERENCE_SIDE
    finest = max(1.4 * unit, 0.7)
    lab = srgb_to_lab(image)
    channels, lightness = principal_channels(lab)
    flow = edge_tangent_flow(structure_tensor(channels, finest).blurred(finest))
    faces = face_map(image)
    fine = line_response(channels, lightness, flow, finest, 5 * unit)
    light = np.clip(lab[..., 0], 0, 1)
    saliency = np.maximum(_smooth_saliency(lab, mask), faces)
    return PictureAnalysis(
        flow=flow,
        fine=fine.energy,
        darkness=fine.darkness,
        coarse=_at_half_size(channels, lightness, flow, 3.2 * unit, 8 * unit),
        saliency=saliency,
        faces=faces,
        eyes=eye_map(light, saliency, unit),
        tone=1 - light,
        unit=unit,
    )


def analyze_loosely(
    image: FloatArray, mask: FloatArray | None = None, looseness: float = 0.0
) -> PictureAnalysis:
    """As ``analyze_picture``, with the eyes half closed: lines are those of a coarser scale.

    Looseness is in [0, 1]; where the eye goes, and faces, are found in the sharp picture.
    """
    sharp = analyze_picture(image, mask)
    if looseness == 0:
        return sharp
    soft = analyze_picture(gaussian(without_frame(image), SOFTEST * looseness * sharp.unit), mask)
    return replace(soft, saliency=sharp.saliency, faces=sharp.faces, eyes=sharp.eyes, _line_maps={})


def _at_half_size(
    lab: FloatArray, lightness: FloatArray, flow: FloatArray, sigma: float, sigma_along: float
) -> FloatArray:
    """Line strength at a scale so coarse that every second pixel says as much."""
    if sigma < 2 or min(lab.shape[:2]) < 8:
        return line_response(lab, lightness, flow, sigma, sigma_along).energy
    blurred = gaussian(lab, 0.8)[::2, ::2]
    strength = line_response(blurred, lightness, flow[::2, ::2], 0.5 * sigma, 0.5 * sigma_along).energy
    return _twice_as_large(strength, lab.shape)


def _smooth_saliency(lab: FloatArray, mask: FloatArray | None) -> FloatArray:
    """Saliency is smooth: on a large picture every second pixel says as much."""
    if max(lab.shape[:2]) < REFERENCE_SIDE:
        return saliency_map(lab, mask)
    halved = None if mask is None else mask[::2, ::2]
    return _twice_as_large(saliency_map(lab[::2, ::2], halved), lab.shape)


def _twice_as_large(values: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    places = np.meshgrid(*(np.arange(side, dtype=np.float32) / 2 for side in shape[:2]), indexing="ij")
    full: FloatArray = ndimage.map_coordinates(values, places, order=1, mode="nearest")
    return full


def _check(image: FloatArray, mask: FloatArray | None) -> None:
    if image.ndim != 3 or image.shape[2] != 3 or min(image.shape) < 1:
        raise ValueError(f"image has shape {list(image.shape)}; it must be [H, W, 3] with H, W >= 1")
    if mask is not None and mask.shape != image.shape[:2]:
        raise ValueError(
            f"mask has shape {list(mask.shape)}; it must be {list(image.shape[:2])}, as the image"
        )
