"""Our raster of every scene of the zoo against resvg and Chromium.

    python -m benchmarks.rasterization.zoo

The exported SVG is rendered at 4x and box-averaged. Prints a markdown table and writes
``benchmarks/results/zoo.json``.
"""

import numpy as np

from benchmarks.rasterization.svg_renderers import (
    Picture,
    Sized,
    chromium_binary,
    render_chromium,
    render_resvg,
)
from benchmarks.rasterization.zoo_scenes import FILE_NAMES, FILES, SCENES
from benchmarks.record import RESULTS, ROOT, keep, markdown, save_png
from inkwright.vector_graphics import Drawing, rasterize
from inkwright.vector_graphics.svg.writing.writer import svg_text

SHEET = ROOT / "docs" / "img" / "zoo.png"
ZOO = RESULTS / "zoo.json"
LONG_SIDE = 192
MEAN_BOUND, TAIL_BOUND = 1.0, 30.0  # of 255
# Chromium's own error where edges begin 100,000 units away: against 32 x 32 samples a pixel its tail is 31.9,
# ours 2.4.
CHROMIUM_TAIL = {"giant coordinates": 35.0}


def our_picture(drawing: Drawing) -> Picture:
    """[H, W, 3] of a scene, its longer side LONG_SIDE pixels."""
    width, height = drawing.canvas
    scale = LONG_SIDE / max(width, height)
    image = rasterize(drawing, round(height * scale), round(width * scale), backend="numba")
    return np.asarray(image[0].permute(1, 2, 0).double().numpy())


def errors(ours: Picture, theirs: Picture) -> tuple[float, float]:
    """(mean, 99.9th percentile) of the absolute difference, of 255."""
    off = np.abs(ours - theirs) * 255
    return float(off.mean()), float(np.quantile(off, 0.999))


def compared(names: list[str]) -> dict[str, tuple[Picture, str]]:
    """Our picture and the SVG text that others render; the three files twice: written again, and as found."""
    pairs = {}
    for name in names:
        drawing = SCENES[name]()
        ours = our_picture(drawing)
        pairs[name] = (ours, svg_text(drawing))
        if name in FILE_NAMES:
            pairs[f"{name}.svg"] = (ours, (FILES / f"{name}.svg").read_text(encoding="utf-8"))
    return pairs


def measure(pairs: dict[str, tuple[Picture, str]], renderer: str) -> dict[str, tuple[float, float]]:
    """Errors of each pair against "resvg" or "chromium"."""
    texts: list[Sized] = [(text, ours.shape[0], ours.shape[1]) for ours, text in pairs.values()]
    theirs = render_chromium(texts) if renderer == "chromium" else [render_resvg(*each) for each in texts]
    return {name: errors(ours, other) for (name, (ours, _)), other in zip(pairs.items(), theirs, strict=True)}


def contact_sheet(pictures: list[Picture], columns: int = 8) -> Picture:
    """All pictures in one, in rows of equal squares."""
    side = LONG_SIDE + 8
    sheet = np.ones((-(-len(pictures) // columns) * side, columns * side, 3))
    for number, picture in enumerate(pictures):
        top, left = number // columns * side + 4, number % columns * side + 4
        sheet[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return sheet


def main() -> None:
    """Measure all, write the JSON and the contact sheet, print the table."""
    pairs = compared(list(SCENES))
    sheet = contact_sheet([ours for name, (ours, _) in pairs.items() if not name.endswith(".svg")])
    save_png(sheet, SHEET)
    renderers = ["resvg", *(["chromium"] if chromium_binary() else [])]
    found = {renderer: measure(pairs, renderer) for renderer in renderers}
    rows = {
        name: {
            renderer: {"mean": round(found[renderer][name][0], 3), "tail": round(found[renderer][name][1], 2)}
            for renderer in renderers
        }
        for name in pairs
    }
    record = {
        "bounds_of_255": {"mean": MEAN_BOUND, "tail": TAIL_BOUND},
        "long_side": LONG_SIDE,
        "scenes": rows,
    }
    keep(ZOO, record)
    columns = [(renderer, key) for renderer in renderers for key in ("mean", "tail")]
    cells = [[name, *(f"{row[one][key]:.2f}" for one, key in columns)] for name, row in rows.items()]
    print(markdown(" | ".join(["scene", *map(" ".join, columns)]), cells))


if __name__ == "__main__":
    main()
