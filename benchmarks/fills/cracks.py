"""Does what lies behind show through between the regions of ``layered``, in resvg and in Chromium?

    python -m benchmarks.fills.cracks --images cartoon astronaut coffee
    python -m benchmarks.fills.cracks --images cartoon -- +lightning_module.structure.seams=0

The shapes of a drawing's regions are exported alone, once on black and once on white. Where the two pictures
differ the ground is seen; where that is thinner than two pixels it is a crack. Said for each renderer: the
share of pixels where a crack lets through more than 2, 5 and 10 % of the ground, and the worst. "Below all"
has the ground below all regions; "below some" takes away the lower regions one by one, too, and says of each
pixel what is the worst then: cracks through which another region shines. At ``--zoom`` above 1 only "below
all" is looked at. Regions do not cover all of a photograph; a gap of that kind is wide, and is no crack.
"""

import tempfile
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.fills.cartoon import write_cartoon
from benchmarks.fills.fills import recipe_drawing
from benchmarks.rasterization.svg_renderers import chromium_binary, render_chromium
from benchmarks.record import markdown, options_parser
from callbacks.fidelity import drawing_fidelity
from inkwright.initialization.residual_shapes.owners import is_detail
from inkwright.metrics.fidelity import paint_by_resvg
from inkwright.pictures.target_image import load_target
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.svg.writing.writer import svg_text

LIMITS = (0.02, 0.05, 0.1)


def region_texts(regions: Drawing, lowest: int = 0) -> list[str]:
    """SVG of all shapes but the lowest ones, on black and on white."""
    alone = regions.select(torch.arange(lowest, regions.num_shapes))
    return [svg_text(alone, background=[shade] * 3) for shade in (0.0, 1.0)]


def cracks(on_black: NDArray[np.float32], on_white: NDArray[np.float32]) -> NDArray[np.float32]:
    """[H, W] share of the ground that is seen where no wide gap is, of pictures [H, W, 3] in [0, 1]."""
    seen = np.clip((on_white - on_black).mean(2), 0, 1)
    wide = cv2.morphologyEx((seen > 0.5).astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    near = cv2.dilate(wide, np.ones((5, 5), np.uint8)) > 0
    thin: NDArray[np.float32] = np.where(near, 0, seen).astype(np.float32)
    return thin


def painted(texts: list[str], height: int, width: int) -> dict[str, list[NDArray[np.float32]]]:
    """Pictures [H, W, 3] of SVGs by each renderer."""
    found = {"resvg": [paint_by_resvg(text, height, width).permute(1, 2, 0).numpy() for text in texts]}
    if chromium_binary():
        # A page of them all would be too long for the browser.
        pages = [texts[k : k + 16] for k in range(0, len(texts), 16)]
        found["Chromium"] = [
            np.asarray(each, np.float32)
            for page in pages
            for each in render_chromium([(text, height, width) for text in page], 1)
        ]
    return found


def rows_of(image: str, regions: Drawing, zoom: int) -> list[list[object]]:
    """Lines of the table of one picture, of shapes in paint order."""
    width, height = (round(zoom * side) for side in regions.canvas)
    count = max(regions.num_shapes, 1) if zoom == 1 else 1
    texts = [text for lowest in range(count) for text in region_texts(regions, lowest)]
    lines = list[list[object]]()
    for renderer, pictures in painted(texts, height, width).items():
        each = [cracks(*pair) for pair in zip(pictures[::2], pictures[1::2], strict=True)]
        for ground, found in (("below all", each[0]), ("below some", np.max(each, axis=0)))[: min(count, 2)]:
            shares = [f"{100 * float((found > limit).mean()):.3f} %" for limit in LIMITS]
            lines.append([image, zoom, renderer, ground, *shares, f"{float(found.max()):.2f}"])
    return lines


def main() -> None:
    """Draw, paint, and say what is seen."""
    parser = options_parser(__doc__)
    parser.add_argument("--images", nargs="+", default=["cartoon", "astronaut", "coffee"])
    parser.add_argument("--recipe", default="layered", help="of path_fitting all is looked at but its ground")
    parser.add_argument("--zoom", nargs="+", type=int, default=[1, 4], help="times the size")
    parser.add_argument("overrides", nargs="*", help="more keys for train.py, after --")
    options = parser.parse_args()
    rows, scores = list[list[object]](), list[list[str]]()
    for image in options.images:
        path = image
        if image == "cartoon":
            path = str(write_cartoon(Path(tempfile.mkdtemp()) / "cartoon.png"))
        count = 20 if image == "cartoon" else 128
        drawing = recipe_drawing(options.recipe, path, 256, count, options.overrides).only_alive()
        regions = drawing.layer > 0
        if options.recipe == "layered":
            regions &= ~is_detail(drawing.layer)
        for zoom in options.zoom:
            rows += rows_of(image, drawing.select(regions), zoom)
        numbers = drawing_fidelity(drawing, load_target(path, 256).image)
        scores.append([image, *(f"{numbers[name]:.2f}" for name in ("psnr", "paths", "points"))])
    print(markdown("picture | zoom | renderer | ground | above 2 % | above 5 % | above 10 % | worst", rows))
    print(markdown("picture | PSNR dB | paths | points", scores))


if __name__ == "__main__":
    main()
