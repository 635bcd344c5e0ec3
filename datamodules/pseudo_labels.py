"""Targets from a teacher: ordinary pictures with a trained simplifier's answer as their clean lines.

A picture is binarized locally (so that color and shade become lines), cleaned by the teacher, and its answer
binarized globally at 70 of 255. A student can't outdo its teacher's mistakes: they count as truth.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from datamodules.pair_folder import PatchRules, inked_window, lines_in, read_lines
from inkwright.synthetic_drawings.page_effects import scanned
from inkwright.synthetic_drawings.stroke_painting import Pixels

GLOBAL_THRESHOLD = 70 / 255

# A trained simplifier: [H, W] gray to [H, W] clean lines, both in [0, 1].
Teacher = Callable[[Pixels], Pixels]


class PseudoLabels:
    """Patches of pictures and their teacher's answers; patch i is a function of (seed, i)."""

    def __init__(
        self,
        folder: str,
        teacher: Teacher,
        rules: PatchRules | None = None,
        *,
        binarized: bool = True,
        seed: int = 0,
    ) -> None:
        """Looks for the pictures of the folder; a ``ValueError`` if there is none.

        ``binarized`` says whether they are binarized locally first; rough drawings need not be.
        """
        self.paths = list(lines_in(folder).values())
        self.rules = rules or PatchRules(target_threshold=0.0)
        self.teacher, self.binarized, self.seed = teacher, binarized, seed
        self._pair = lru_cache(maxsize=32)(self._answered)

    def patch(self, index: int, side: int) -> tuple[Pixels, Pixels]:
        """(rough, clean) patch ``index``, each [side, side]."""
        rng = np.random.default_rng([self.seed, index, 5])
        both = self._pair(int(rng.integers(len(self.paths))))
        patch = inked_window(rng, both, side, self.rules)
        return scanned(rng, patch[0], self.rules.effects), patch[1]

    def _answered(self, number: int) -> Pixels:
        rough = read_lines(self.paths[number])
        if self.binarized:
            rough = locally_binarized(rough)
        clean = np.where(self.teacher(rough) < GLOBAL_THRESHOLD, 0.0, 1.0)
        return np.stack([rough, clean]).astype(np.float32)


def locally_binarized(gray: Pixels, window: int = 15, offset: float = 0.02) -> Pixels:
    """[H, W] black where a pixel is darker than its surroundings by ``offset``, white elsewhere."""
    from scipy.ndimage import gaussian_filter

    return np.where(gray < gaussian_filter(gray, window / 6) - offset, 0.0, 1.0).astype(np.float32)
