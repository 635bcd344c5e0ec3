"""Rough sketches without clean partners, and clean drawings without rough ones, for adversarial training."""

import numpy as np

from datamodules.pair_folder import PatchRules, inked_window, lines_in, read_lines
from inkwright.synthetic_drawings.rough_pair import CopiedPairs, RoughPairs, SketchRecipe
from inkwright.synthetic_drawings.stroke_painting import Pixels


class UnpairedSketches:
    """Patches of two unrelated sets; patch i is a function of (seed, i)."""

    def __init__(
        self,
        rough: str | None = None,
        clean: str | None = None,
        rules: PatchRules | None = None,
        *,
        seed: int = 0,
    ) -> None:
        """Reads the pictures of both folders; a ``ValueError`` if one has none.

        Without a folder, rough sketches are procedural ones of the held-out kind, clean ones of the other.
        """
        self._rough, self._clean = (
            [read_lines(path) for path in lines_in(folder).values()] if folder else None
            for folder in (rough, clean)
        )
        self.rules, self.seed = rules or PatchRules(), seed
        self._drawn = RoughPairs(SketchRecipe(), seed + 7)
        self._copied = CopiedPairs(seed + 7)
        self._page: tuple[int, Pixels] = (-1, np.ones((1, 1), np.float32))

    def rough(self, index: int, side: int) -> Pixels:
        """[side, side] a patch of a rough sketch."""
        rng = np.random.default_rng([self.seed, index, 6])
        if self._rough is not None:
            return self._window(rng, self._rough[int(rng.integers(len(self._rough)))], side)
        if self._page[0] != index // 16:
            self._page = (index // 16, self._copied.page(index // 16)[0])
        return self._window(rng, self._page[1], side)

    def clean(self, index: int, side: int) -> Pixels:
        """[side, side] a patch of a clean drawing."""
        rng = np.random.default_rng([self.seed, index, 7])
        if self._clean is not None:
            return self._window(rng, self._clean[int(rng.integers(len(self._clean)))], side)
        return self._drawn.patch(index, side)[1]

    def _window(self, rng: np.random.Generator, picture: Pixels, side: int) -> Pixels:
        """A window with some ink; the rule looks at gray values as they are, white being 1."""
        return inked_window(rng, picture[None], side, self.rules)[0]
