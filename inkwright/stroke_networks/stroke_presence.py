"""Whether a stroke is there: relaxed while it is decided, by a threshold when it is exported."""

import math

import torch
from torch import Tensor

TEMPERATURE = 0.2
THRESHOLD = 0.7
_SMALLEST = 1e-8


def presence(probability: Tensor, noise: Tensor | None = None, temperature: float = TEMPERATURE) -> Tensor:
    """How much of each stroke is there, in (0, 1): a relaxed Bernoulli variable.

    The first component of a Gumbel softmax over [log p, log(1 - p)] (Jang et al. 2017), which depends on the
    difference of its two Gumbel variables alone: a logistic variable.

    Args:
        probability: [...] in [0, 1].
        noise: [...] uniform in [0, 1); None = the value without noise, p^(1/t) / (p^(1/t) + (1-p)^(1/t)).
        temperature: > 0; the lower, the nearer to 0 or 1.
    """
    odds = torch.log(probability.clamp_min(_SMALLEST)) - torch.log((1 - probability).clamp_min(_SMALLEST))
    if noise is not None:
        drawn = noise.clamp(1e-6, 1 - 1e-6)
        odds = odds + torch.log(drawn) - torch.log1p(-drawn)
    return torch.sigmoid(odds / temperature)


def threshold_probability(threshold: float = THRESHOLD, temperature: float = TEMPERATURE) -> float:
    """The probability above which the noise-free presence is above a threshold in (0, 1)."""
    return 1 / (1 + math.exp(-temperature * math.log(threshold / (1 - threshold))))
