"""What the strokes of a sketch look like."""

from dataclasses import dataclass

import numpy as np

REFERENCE_SIDE = 224


@dataclass(frozen=True)
class PenStyle:
    """Widths, pressure and colour of a pen.

    Attributes:
        width: of a stroke of middling strength, in pixels of a picture whose long side has 224; None chooses
            by the number of strokes: 2.4 for 16, 1.5 for 64, 1.1 for 256.
        lightest: in [0, 1], opacity of the faintest stroke; None chooses by the number of strokes, as one of
            few strokes says something even where it is faint.
        color: whether strokes take the colours of the picture; otherwise they are black.
        hatching: in [0, 1), share of the strokes that shade instead of following lines.
        jitter: >= 0, how much candidates differ in what they take for important.
    """

    width: float | None = None
    lightest: float | None = None
    color: bool = False
    hatching: float = 0.0
    jitter: float = 0.1

    def __post_init__(self) -> None:
        if self.width is not None and not self.width > 0:
            raise ValueError(f"pen.width is {self.width}; it must be > 0, or null")
        if self.lightest is not None and not 0 <= self.lightest <= 1:
            raise ValueError(f"pen.lightest is {self.lightest}; it must be in [0, 1], or null")
        if not 0 <= self.hatching < 1:
            raise ValueError(f"pen.hatching is {self.hatching}; it must be in [0, 1)")
        if not self.jitter >= 0:
            raise ValueError(f"pen.jitter is {self.jitter}; it must be >= 0")

    def width_for(self, num_strokes: int, long_side: float) -> float:
        """Width of a stroke of middling strength, in pixels of a picture with that long side."""
        chosen = self.width or _between(num_strokes, 2.4, 1.5, 1.1)
        return chosen * long_side / REFERENCE_SIDE

    def lightest_for(self, num_strokes: int) -> float:
        """Opacity of the faintest stroke."""
        return _between(num_strokes, 0.5, 0.3, 0.15) if self.lightest is None else self.lightest


def _between(num_strokes: int, at_16: float, at_64: float, at_256: float) -> float:
    """Linear in the logarithm of the number of strokes, constant outside of 16 to 256."""
    return float(np.interp(np.log2(num_strokes), [4, 6, 8], [at_16, at_64, at_256]))
