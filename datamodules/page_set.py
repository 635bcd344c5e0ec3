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
        """Makes the pages.

        Args:
            source: of the pages.
            rules: how patches are cut.
            pages: how many, in [1, 32]: they are held in memory.
            side: width and height of a page in pixels, >= 64.
            seed: of everything that is drawn at random; the pages don't depend on it.

        Raises:
            ValueError: a number is out of its range.
        """
        if not 1 <= pages <= 32:
            raise ValueError(f"pages is {pages}; it must be in [1, 32], they are held in memory")
        if side < 64:
            raise ValueError(f"side is {side}; it must be at least 64 pixels")
        self.source = source
        self.side = side
        super().__init__(pages, rules, seed=seed)

    def read_pair(self, number: int) -> tuple[Pixels, Pixels]:
        """(rough, clean) page ``number``."""
        return self.source.page(number, self.side)
