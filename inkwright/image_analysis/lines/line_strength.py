"""How strongly a line or an edge runs through each pixel along the flow."""

from typing import NamedTuple

import numpy as np
from scipy import ndimage

from inkwright.image_analysis.filters.gaussian_filtering import FloatArray, gaussian
from inkwright.image_analysis.flow.flow_sampling import smooth_along_flow

# How much the squared even response (a line) counts beside the odd one (a step).
EVEN_SHARE = 0.5
# Dark lines answer more strongly: eyelids and mouths say more than glints.
DARK_SHARE = 0.7


class LineResponse(NamedTuple):
    """What runs through each pixel along the flow.

    Attributes:
        energy: [H, W] >= 0, strength of the line or edge; about 0.4 times the height of a step.
        darkness: [H, W] in [-1, 1], 1 = a line darker than both its sides, 0 = an edge, -1 = a light line.
    """

    energy: FloatArray
    darkness: FloatArray


def line_response(
    channels: FloatArray, lightness: FloatArray, flow: FloatArray, sigma: float, sigma_along: float
) -> LineResponse:
    """Flow-based local energy: one ridge on each edge and one on each thin line.

    As in the flow-based difference of Gaussians (Kang, Lee and Chui 2007) responses across the flow are
    averaged along it, which joins broken lines and cancels noise. Where that filter has one even kernel, this
    one has an even and an odd one in quadrature (Morrone and Owens 1987; Freeman and Adelson 1991), so that a
    step gives a line on the step instead of one on its darker side, and a thin line of either sign gives one
    line instead of two.

    Args:
        channels: [H, W, C] picture.
        lightness: [C] how much of each channel is lightness.
        flow: [H, W, 2] unit vectors along the forms.
        sigma: scale across the flow in pixels.
        sigma_along: scale along the flow in pixels.
    """
    count = channels.shape[-1]
    turns = np.repeat([True, False], count)
    both = smooth_along_flow(_across_flow(channels, flow, sigma), flow, sigma_along, turns)
    odd, even = both[..., :count], both[..., count:]
    valley = even @ lightness
    energy = np.sqrt(
        (odd**2).sum(-1) + EVEN_SHARE * (even**2).sum(-1) + DARK_SHARE * np.maximum(valley, 0) ** 2
    )
    darkness = np.sqrt(EVEN_SHARE + DARK_SHARE * (valley > 0)) * valley / np.maximum(energy, 1e-6)
    return LineResponse(energy, np.clip(darkness, -1, 1).astype(np.float32))


def _across_flow(channels: FloatArray, flow: FloatArray, sigma: float) -> FloatArray:
    """[H, W, 2C]: first, then second Gaussian derivative of each channel across the flow, free of scale."""
    normal_x, normal_y = -flow[..., 1:2], flow[..., 0:1]

    def derivative(order_y: int, order_x: int) -> FloatArray:
        return gaussian(channels, sigma, (order_y, order_x))

    odd = normal_x * derivative(0, 1) + normal_y * derivative(1, 0)
    even = normal_x**2 * derivative(0, 2) + normal_y**2 * derivative(2, 0)
    even += 2 * normal_x * normal_y * derivative(1, 1)
    # A sampled second derivative of a narrow Gaussian does not sum to zero: flat grey would answer.
    even -= float(ndimage.gaussian_filter1d(np.ones(65), sigma, order=2)[32]) * derivative(0, 0)
    return np.concatenate([sigma * odd, sigma**2 * even], axis=-1).astype(np.float32)


def damp_texture(strength: FloatArray, flow: FloatArray, radius: float, amount: float) -> FloatArray:
    """Take from each line what its surroundings have everywhere.

    Surround suppression after Grigorescu, Petkov and Westenberg (2003), with a difference: surroundings whose
    lines run all ways, as in grass and leaves, count in full; those whose lines agree, as on a roof, for a
    third.

    Args:
        strength: [H, W] line strength.
        flow: [H, W, 2] unit vectors along the lines.
        radius: standard deviation in pixels of the surroundings; what lies within a third of it counts less.
        amount: 0 = leave all; 1 = a line must rise above the mean strength around it.

    Returns:
        [H, W] >= 0.
    """
    wide, near = gaussian(strength, radius), gaussian(strength, radius / 3)
    surroundings = np.maximum(1.125 * wide - 0.125 * near, 0.0)
    share = 1.0 - 0.67 * _agreement(strength, flow, 0.7 * radius)
    return np.maximum(strength - amount * share * surroundings, 0.0).astype(np.float32)


def _agreement(strength: FloatArray, flow: FloatArray, radius: float) -> FloatArray:
    """[H, W] in [0, 1]: 1 where all lines around run the same way."""
    x, y = flow[..., 0], flow[..., 1]
    parts = (strength * (x * x - y * y), strength * 2 * x * y, strength)
    cosine, sine, total = np.moveaxis(gaussian(np.stack(parts, axis=-1), radius), -1, 0)
    return np.hypot(cosine, sine) / np.maximum(total, 1e-9)
