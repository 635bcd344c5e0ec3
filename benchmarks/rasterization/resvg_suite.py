"""Our reader and raster on resvg's public test suite: what is refused, and what differs without a word.

    python -m benchmarks.rasterization.resvg_suite FOLDER

FOLDER is ``crates/resvg/tests/tests`` of a clone of https://github.com/linebender/resvg, whose SVG files lie
beside PNG files that show how they must look. Nothing of it is kept here. Prints a table by room; ``--names``
lists files. What differs is not always wrong: some files show what only that renderer does, and no browser.
"""

import warnings
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.record import markdown, options_parser
from inkwright.vector_graphics import rasterize, read_svg
from inkwright.vector_graphics.drawing import Drawing

MOST_PIXELS = 0.005  # share of pixels that may be off by more than FAR
FAR = 0.25
MEAN = 0.01
OUTCOMES = ("same", "differs", "refused", "failed")


def outcome(path: Path, lenient: bool = False) -> tuple[str, str]:
    """One of OUTCOMES for an SVG file beside its PNG, and what there is to say of it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            drawing = read_svg(path, lenient=lenient)
    except ValueError as error:
        return "refused", str(error).removeprefix(f"{path}: ")
    except Exception as error:  # what must never happen is counted
        return "failed", f"{type(error).__name__}: {error}"
    off = difference(drawing, path.with_suffix(".png"))
    return ("same", "") if off is None else ("differs", off)


def difference(drawing: Drawing, reference: Path) -> str | None:
    """How a drawing differs from a picture, both on white; None if it doesn't."""
    with Image.open(reference) as image:
        rgba = np.asarray(image.convert("RGBA"), dtype=np.float64) / 255
    expected = rgba[..., :3] * rgba[..., 3:] + 1 - rgba[..., 3:]
    height, width = expected.shape[:2]
    try:
        found = rasterize(drawing, height, width)[0].permute(1, 2, 0).double().numpy()
    except ValueError as error:
        return str(error)
    off = np.abs(found - expected).max(-1)
    if off.mean() <= MEAN and float((off > FAR).mean()) <= MOST_PIXELS:
        return None
    return f"mean {off.mean():.3f}, {100 * float((off > FAR).mean()):.1f} % of the pixels"


def main() -> None:
    """The command line."""
    parser = options_parser(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--names", choices=("differs", "refused", "failed"), help="list these files")
    parser.add_argument("--lenient", action="store_true", help="approximate what is not supported")
    asked = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    rooms: list[str] = []
    for path in sorted(asked.folder.rglob("*.svg")):
        if not path.with_suffix(".png").is_file():
            continue
        room = path.relative_to(asked.folder).parts[0]
        found, said = outcome(path, asked.lenient)
        counts[room, found] += 1
        rooms.append(room)
        if found == asked.names:
            print(f"{path.relative_to(asked.folder)}: {said[:150]}")
    rows = [(room, *(counts[room, each] for each in OUTCOMES)) for room in dict.fromkeys(rooms)]
    rows.append(("all", *(sum(counts[room, each] for room in set(rooms)) for each in OUTCOMES)))
    print(markdown(f"room | {' | '.join(OUTCOMES)}", rows))


if __name__ == "__main__":
    main()
