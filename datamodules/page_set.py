"""A few pages of a generator, treated like the pictures of a folder: cut, turned, scaled; no files."""

from datamodules.pair_folder import CutPairs, PatchRules
from datamodules.sketch_pairs import PageSource
from inkwright.synthetic_drawings.stroke_painting import Pixels


class PageSet(CutPairs):
    """Patches and pages of the first pages of a source."""

    def __init__(
        self,
        source: PageSource,
        rules: PatchRules | None = None,
        *,
        pages: int = 12,
        side: int = 1024,
        seed: int = 0,
    ) -> None:
        """Makes so many ``pages``, in [1, 32], of so many pixels a side, >= 64; else a ``ValueError``.

        They don't depend on the seed: that is of the patches.
        """
        if not 1 <= pages <= 32:
            raise ValueError(f"pages is {pages}; it must be in [1, 32], they are held in memory")
        if side < 64:
            raise ValueError(f"side is {side}; it must be at least 64 pixels")
        self.source, self.side = source, side
        super().__init__(pages, rules, seed=seed)

    def read_pair(self, number: int) -> tuple[Pixels, Pixels]:
        """(rough, clean) page ``number``."""
        return self.source.page(number, self.side)
