"""What a scan says as dark lines on white paper: light on dark, colored, faint and ruled sheets, too."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from inkwright.simplification.paper.paper_photo import local_paper

Gray = NDArray[np.float32]
Invert = Literal["auto", "always", "never"]
DropColor = Literal["none", "blue", "red", "green", "yellow"]

_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
_HUES = {
    "blue": (165.0, 280.0),
    "green": (75.0, 165.0),
    "yellow": (40.0, 75.0),
    "red": (-40.0, 40.0),
}  # degrees
_COLORED = 0.06  # least difference of the channels of what has a color
_DARK_PAGE, _LIGHT_INK = 0.4, 0.25
_LIFTED_FROM, _LIFT = 0.03, 0.5
_FAINT, _PENCIL, _MOST_GAIN, _ABOVE_NOISE = 0.45, 0.8, 10.0, 6.0


def ink_on_paper(rgba: NDArray[np.float32], invert: Invert = "auto", drop_color: DropColor = "none") -> Gray:
    """A picture [H, W, 4], colors multiplied by alpha, as gray [H, W] in [0, 1], 1 = paper.

    Colored lines are as dark as in the channel that shows them best; lines of the color that is to be dropped
    are paper. Light lines on a dark page, or on none, become dark ones.
    """
    alpha = rgba[..., 3:]
    on_white = np.clip(rgba[..., :3] + (1 - alpha), 0, 1)
    gray = _darkest(on_white, drop_color)
    if invert == "always" or (invert == "auto" and _is_light_on_dark(gray)):
        gray = _darkest(1 - np.clip(rgba[..., :3], 0, 1), "none")
    elif invert == "auto" and float(np.ptp(gray)) < 0.02 and float(np.ptp(alpha)) > 0.5:
        gray = 1 - alpha[..., 0]  # white ink on no paper
    return np.ascontiguousarray(gray, dtype=np.float32)


def strengthened(gray: Gray) -> Gray:
    """The page with faint lines as dark as pencil, if they stand out of its noise; any other as it is."""
    from scipy.ndimage import gaussian_filter

    paper = float(np.quantile(gray, 0.75))
    ink = paper - float(np.quantile(gray, 0.003))
    noise = 1.5 * float(np.median(np.abs(gray - gaussian_filter(gray, 1.5))))
    if ink >= _FAINT or ink <= max(_ABOVE_NOISE * noise, 2 / 255):
        return gray
    gain = min(_PENCIL / ink, _MOST_GAIN)
    return (1 - np.clip((paper - gray) * gain, 0, 1)).astype(np.float32)


def brought_up(gray: Gray) -> Gray:
    """The page with what is faint beside darker lines nearly as dark as they are, on even paper."""
    darkness = np.clip(1 - gray / local_paper(gray), 0, 1)
    return (1 - np.where(darkness > _LIFTED_FROM, darkness**_LIFT, darkness)).astype(np.float32)


def _darkest(rgb: NDArray[np.float32], drop_color: DropColor) -> Gray:
    """Luma; of colored pixels, the channel that is darkest beside the paper's."""
    luma = rgb @ _LUMA
    chroma = rgb.max(-1) - rgb.min(-1)
    paper = np.maximum(np.quantile(rgb.reshape(-1, 3), 0.75, axis=0), 0.2).astype(np.float32)
    colored = np.abs(rgb / paper - (rgb / paper).mean(-1, keepdims=True)).max(-1) > _COLORED / 2
    darkest = np.minimum((rgb / paper).min(-1), 1) * float(paper @ _LUMA)
    gray = np.where(colored & (chroma > _COLORED), np.minimum(luma, darkest), luma)
    if drop_color != "none":
        gray = np.where(_has_hue(rgb / paper, *_HUES[drop_color]), float(paper @ _LUMA), gray)
    return np.asarray(gray, dtype=np.float32)


def _has_hue(rgb: NDArray[np.float32], low: float, high: float) -> NDArray[np.bool_]:
    """[H, W] where a hue in degrees is seen; its soft rims are with it, black lines across are not."""
    red, green, blue = np.moveaxis(rgb, -1, 0)
    hue = np.degrees(np.arctan2(np.sqrt(3) * (green - blue), 2 * red - green - blue))
    chroma = rgb.max(-1) - rgb.min(-1)
    within = ((hue - low) % 360) <= high - low
    return np.asarray(within & (chroma > 0.15 * (1 - rgb.min(-1)) + 0.01))


def _is_light_on_dark(gray: Gray) -> bool:
    """Whether most of a picture is dark, to its edges, and little of it light: no page on a dark table."""
    if float(np.median(gray)) > _DARK_PAGE or float(np.ptp(gray)) < 0.1:
        return False
    middle = (float(gray.min()) + float(gray.max())) / 2
    edge = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    return float((gray > middle).mean()) < _LIGHT_INK and float(np.median(edge)) < middle
