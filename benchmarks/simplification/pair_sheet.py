"""A contact sheet of training pairs, to look at: rough beside clean.

python -m benchmarks.simplification.pair_sheet --seed 3 --rows 6 --columns 4 --side 256 --output pairs.png
python -m benchmarks.simplification.pair_sheet --pages --rows 2 --columns 3 --side 512    whole pages
python -m benchmarks.simplification.pair_sheet --held-out --pages    pages of the other roughener
python -m benchmarks.simplification.pair_sheet --folder scans    rough/ and clean/ of a folder
"""

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.record import options_parser, save_png
from datamodules.pair_folder import PairFolder
from inkwright.synthetic_drawings.rough_pair import CopiedPairs, RoughPairs, SketchRecipe


def sheet(source: Any, rows: int, columns: int, side: int, *, pages: bool) -> np.ndarray:
    """[rows * side, 2 * columns * side] pairs of a source, in its order."""
    take = source.page if pages else source.patch
    # Patches of one page come 16 apart; whole pages one after the other.
    step = 1 if pages else 17
    lines = []
    for row in range(rows):
        pairs = [take((row * columns + column) * step, side) for column in range(columns)]
        lines.append(np.concatenate([np.concatenate(pair, axis=1) for pair in pairs], axis=1))
    return np.concatenate(lines)


def main() -> None:
    """Write the sheet."""
    parser = options_parser(__doc__, Path("pairs.png"))
    for name, default in (("seed", 0), ("rows", 4), ("columns", 3), ("side", 256)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--pages", action="store_true", help="whole pages instead of patches")
    parser.add_argument("--held-out", action="store_true", help="the roughener that training never sees")
    parser.add_argument("--folder", type=Path, help="pairs of files instead of procedural ones")
    options = parser.parse_args()
    source: Any = CopiedPairs(options.seed) if options.held_out else RoughPairs(SketchRecipe(), options.seed)
    if options.folder:
        source = PairFolder(str(options.folder), seed=options.seed)
    pages = options.pages or options.held_out
    picture = sheet(source, options.rows, options.columns, options.side, pages=pages)
    save_png(picture, options.output)


if __name__ == "__main__":
    main()
