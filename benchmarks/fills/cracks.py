"""Does what lies behind show through between the regions of ``layered``, in resvg and in Chromium?

    python -m benchmarks.fills.cracks --images cartoon astronaut coffee

The shapes of a drawing's regions are exported alone, once on black and once on white. Where the two pictures
differ the ground is seen; where that is thinner than two pixels it is a crack. Said for each renderer: the
share of pixels where a crack lets through more than 2 % and more than 10 % of the ground, and the worst.
Regions do not cover all of a photograph; a gap of that kind is wide, and is no crack.
"""

import tempfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.fills.cartoon import write_cartoon
from benchmarks.fills.fills import recipe_drawing
from benchmarks.rasterization.svg_renderers import chromium_binary, render_chromium
from benchmarks.record import markdown, options_parser
from inkwright.metrics.fidelity import paint_by_resvg
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.svg.writing.writer import svg_text


def region_texts(drawing: Drawing, details: int) -> list[str]:
    """SVG of the shapes between background and details, on black and on white."""
    alone = drawing.select((drawing.layer > 0) & (drawing.layer < details))
    return [svg_text(alone, background=[shade] * 3) for shade in (0.0, 1.0)]


def cracks(on_black: NDArray[np.float32], on_white: NDArray[np.float32]) -> NDArray[np.float32]:
    """[H, W] share of the ground that is seen where no wide gap is, of pictures [H, W, 3] in [0, 1]."""
    seen = np.clip((on_white - on_black).mean(2), 0, 1)
    wide = cv2.morphologyEx((seen > 0.5).astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    near = cv2.dilate(wide, np.ones((5, 5), np.uint8)) > 0
    thin: NDArray[np.float32] = np.where(near, 0, seen).astype(np.float32)
    return thin


def main() -> None:
    """Draw, paint, and say what is seen."""
    parser = options_parser(__doc__)
    parser.add_argument("--images", nargs="+", default=["cartoon", "astronaut", "coffee"])
    options = parser.parse_args()
    rows = []
    for image in options.images:
        path = image
        if image == "cartoon":
            path = str(write_cartoon(Path(tempfile.mkdtemp()) / "cartoon.png"))
        drawing = recipe_drawing("layered", path, 256, 20 if image == "cartoon" else 128, [])
        texts = region_texts(drawing, int(drawing.layer.max()) + (image == "cartoon"))
        width, height = (round(side) for side in drawing.canvas)
        painted = {"resvg": [paint_by_resvg(t, height, width).permute(1, 2, 0).numpy() for t in texts]}
        if chromium_binary():
            painted["Chromium"] = list(render_chromium([(text, height, width) for text in texts], 1))
        for renderer, (black, white) in painted.items():
            found = cracks(np.asarray(black, np.float32), np.asarray(white, np.float32))
            shares = [f"{100 * float((found > limit).mean()):.3f} %" for limit in (0.02, 0.1)]
            rows.append([image, renderer, *shares, f"{float(found.max()):.2f}"])
    print(markdown("picture | renderer | above 2 % | above 10 % | worst", rows))


if __name__ == "__main__":
    main()
