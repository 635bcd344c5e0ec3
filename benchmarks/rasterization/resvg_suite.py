"""Our reader and raster on resvg's public test suite: what is refused, and what differs without a word.

    python -m benchmarks.rasterization.resvg_suite FOLDER

FOLDER is ``crates/resvg/tests/tests`` of a clone of https://github.com/linebender/resvg, whose SVG files lie
beside PNG files that show how they must look; pictures may be anywhere in ``crates/resvg/tests``. Nothing of
it is kept here. Prints a table by room; ``--names`` lists files. What differs is not always wrong: some files
show what only that renderer does, and no browser; with ``--chromium`` those are counted apart that look as
Chromium paints them. What differs and was warned of is "noted".
"""

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.rasterization.svg_renderers import Picture, render_chromium
from benchmarks.record import markdown, options_parser
from inkwright.vector_graphics import rasterize, read_svg
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.rasterizer import image_size

Reader = Callable[[Path], Drawing]
MOST_PIXELS = 0.005  # share of pixels that may be off by more than FAR
FAR = 0.25
MEAN = 0.01
OUTCOMES = ("same", "as Chromium", "noted", "differs", "refused", "failed")


def outcome(path: Path, read: Reader = read_svg) -> tuple[str, str]:
    """One of OUTCOMES for an SVG file beside its PNG, and what there is to say of it."""
    try:
        with warnings.catch_warnings(record=True) as noted:
            warnings.simplefilter("always")
            drawing = read(path)
    except ValueError as error:
        return "refused", str(error).removeprefix(f"{path}: ")
    except Exception as error:  # what must never happen is counted
        return "failed", f"{type(error).__name__}: {error}"
    off = difference(drawing, path.with_suffix(".png"))
    if off is None:
        return "same", ""
    return ("noted", str(noted[0].message)) if noted else ("differs", off)


def difference(drawing: Drawing, reference: Path) -> str | None:
    """How a drawing differs from a picture file, both on white; None if it doesn't."""
    with Image.open(reference) as image:
        rgba = np.asarray(image.convert("RGBA"), dtype=np.float64) / 255
    return difference_from(drawing, rgba[..., :3] * rgba[..., 3:] + 1 - rgba[..., 3:])


def difference_from(drawing: Drawing, expected: Picture) -> str | None:
    """How a drawing on white differs from a picture [H, W, 3]; None if it doesn't."""
    height, width = expected.shape[:2]
    try:
        found = rasterize(drawing, height, width)[0].permute(1, 2, 0).double().numpy()
    except ValueError as error:
        return str(error)
    off = np.abs(found - expected).max(-1)
    if off.mean() <= MEAN and float((off > FAR).mean()) <= MOST_PIXELS:
        return None
    return f"mean {off.mean():.3f}, {100 * float((off > FAR).mean()):.1f} % of the pixels"


def as_chromium(paths: Sequence[Path], read: Reader = read_svg) -> set[Path]:
    """Those SVG files that we draw as Chromium does, at their own size or that of the PNG files beside them.

    Some units are of the window's; tiles of patterns are pictures to Chromium, coarse where they are small.
    """
    if not paths:
        return set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        drawings = [read(path) for path in paths]
    own = [image_size(drawing, None, None) for drawing in drawings]
    beside = [Image.open(path.with_suffix(".png")).size[::-1] for path in paths]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    sized = [(text, *size) for text, size in zip(texts * 2, own + beside, strict=True)]
    pictures = render_chromium(sized, factor=1)
    found = zip([*paths, *paths], drawings * 2, pictures, strict=True)
    return {path for path, drawing, picture in found if difference_from(drawing, picture) is None}


def main() -> None:
    """The command line."""
    parser = options_parser(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--names", nargs="+", choices=OUTCOMES[1:], default=(), help="list these files")
    parser.add_argument("--lenient", action="store_true", help="approximate what is not supported")
    parser.add_argument("--chromium", action="store_true", help="compare what differs with Chromium, too")
    asked = parser.parse_args()
    files = [path for path in sorted(asked.folder.rglob("*.svg")) if path.with_suffix(".png").is_file()]
    read = partial(read_svg, lenient=asked.lenient, within=asked.folder.parent)
    found = {path: outcome(path, read) for path in files}
    if asked.chromium:
        differing = [path for path, (what, _) in found.items() if what == "differs"]
        found |= {path: ("as Chromium", found[path][1]) for path in as_chromium(differing, read)}
    rooms = [path.relative_to(asked.folder).parts[0] for path in files]
    counts = Counter(zip(rooms, (what for what, _ in found.values()), strict=True))
    for path, (what, said) in found.items():
        if what in asked.names:
            print(f"{path.relative_to(asked.folder)}: {what}: {said[:150]}")
    rows = [(room, *(counts[room, each] for each in OUTCOMES)) for room in dict.fromkeys(rooms)]
    rows.append(("all", *(sum(counts[room, each] for room in set(rooms)) for each in OUTCOMES)))
    print(markdown(f"room | {' | '.join(OUTCOMES)}", rows))


if __name__ == "__main__":
    main()
