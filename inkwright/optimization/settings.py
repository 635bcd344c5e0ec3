"""How strokes are optimized: steps, step sizes, and when to look back."""

import math
from dataclasses import dataclass, fields

from inkwright.optimization.shape_sources.drawing_source import StepSizes

_AT_LEAST_ONE = ("steps", "score_every")
_NOT_NEGATIVE = ("lr_points", "lr_width", "lr_rgb", "lr_opacity", "patience")


@dataclass(frozen=True, kw_only=True)
class OptimizationSettings(StepSizes):
    """Numbers of the shared loop; the step sizes are those at the start.

    Attributes:
        steps: optimizer steps of the whole run, >= 1.
        lr_final: share of the step sizes left at the end of their cosine decay, in [0, 1].
        squares_decay: of Adam's running mean of squared gradients (its second beta), in [0, 1); below its
            usual 0.999 what has no gradient any more comes to rest, and what gets one starts, sooner.
        score_every: steps between two scores, >= 1. A score is the loss as it is weighed at the end of the
            run (progress 1), so that scores of different steps can be compared; the lowest one keeps the
            drawing.
        patience: steps without a better score after which the run ends, 0 = never.
        min_improvement: share by which a score must fall to count as better for ``patience``, in [0, 1).
    """

    steps: int = 500
    lr_final: float = 0.1
    squares_decay: float = 0.999
    score_every: int = 25
    patience: int = 150
    min_improvement: float = 0.002

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, int | float):
                raise TypeError(f"{field.name} is {value!r}; it must be a number")
            if not math.isfinite(value):
                raise ValueError(f"{field.name} is {value}; it must be finite")
        for name in (*_AT_LEAST_ONE, *_NOT_NEGATIVE):
            low = 1 if name in _AT_LEAST_ONE else 0
            if getattr(self, name) < low:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be >= {low}")
        for name, high in (("lr_final", "1]"), ("min_improvement", "1)"), ("squares_decay", "1)")):
            value = getattr(self, name)
            if not 0 <= value <= 1 or (value == 1 and high == "1)"):
                raise ValueError(f"{name} is {value}; it must be in [0, {high}")

    def learning_rate_share(self, progress: float) -> float:
        """Share of the start step sizes at ``progress`` in [0, 1]: half a cosine from 1 to ``lr_final``."""
        swing = 0.5 * (1 + math.cos(math.pi * min(max(progress, 0.0), 1.0)))
        return self.lr_final + (1 - self.lr_final) * swing
