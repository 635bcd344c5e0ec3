"""Other ways to a picture in flat paths, to compare with: blobs on a grid, and vtracer."""

import io
import math

import numpy as np
import torch
from torch import Tensor

from inkwright.guidance.squared_error import SquaredErrorTerm
from inkwright.guidance.targets import Targets
from inkwright.metrics.fidelity import fidelity, paint_by_resvg
from inkwright.optimization.fit import fit
from inkwright.optimization.objective import Objective
from inkwright.optimization.settings import OptimizationSettings
from inkwright.optimization.shape_sources.shape_parameters import ShapeParameters
from inkwright.optimization.stage import Stage
from inkwright.vector_graphics.curves.circle import circle_points
from inkwright.vector_graphics.drawing import Drawing


def plain_fit(picture: Tensor, count: int, steps: int, seed: int = 0) -> Drawing:
    """Blobs of four cubics on a jittered grid, in the picture's colors there, moved by Adam with a cosine."""
    height, width = picture.shape[1:]
    columns = max(round(math.sqrt(count * width / height)), 1)
    rows = -(-count // columns)
    dice = torch.Generator().manual_seed(seed)
    across, down = torch.meshgrid(torch.arange(columns), torch.arange(rows), indexing="xy")
    cell = torch.tensor([width / columns, height / rows])
    places = torch.stack([across, down], dim=-1).reshape(-1, 2)[:count] + 0.5
    centers = (places + 0.2 * torch.randn(count, 2, generator=dice)) * cell
    points = centers[:, None] + 0.6 * float(cell.mean()) * circle_points(4)
    at = [centers[:, axis].long().clamp(0, side - 1) for axis, side in ((1, height), (0, width))]
    color = torch.cat([picture[:, at[0], at[1]].T, torch.ones(count, 1)], dim=1)
    term = SquaredErrorTerm(1e-4)
    term.prepare(Targets(picture[None]))
    drawing = Drawing.from_fills(points, color, (float(width), float(height)))
    source = ShapeParameters(drawing, trained=("points", "rgb"))
    settings = OptimizationSettings(steps=steps, lr_points=1.0, lr_rgb=0.02, lr_final=0.02)
    return fit(source, [Stage("plain", settings, Objective({"pixels": term}))]).best_drawing()


def best_trace(picture: Tensor, count: int) -> tuple[dict[str, float], str]:
    """Of the traces by vtracer with at most so many paths the nearest to the picture: numbers, SVG.

    Raises:
        ValueError: none has so few.
    """
    import vtracer
    from PIL import Image

    buffer = io.BytesIO()
    pixels = (picture.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    Image.fromarray(pixels).save(buffer, "PNG")
    best, svg = {"psnr": -math.inf}, ""
    for speckle in (1, 2, 4, 6, 8, 12, 16, 24, 32):
        for difference in (8, 16, 32, 48, 64, 96):
            for precision in (5, 6, 8):
                text = vtracer.convert_raw_image_to_svg(
                    buffer.getvalue(),
                    img_format="png",
                    filter_speckle=speckle,
                    layer_difference=difference,
                    color_precision=precision,
                )
                paths = text.count("<path")
                if 0 < paths <= count:
                    found = fidelity(paint_by_resvg(text, *picture.shape[1:]), picture)
                    if found["psnr"] > best["psnr"]:
                        best = found | {"paths": float(paths), "bytes": float(len(text.encode()))}
                        svg = text
    if not svg:
        raise ValueError(f"vtracer has no trace of at most {count} paths")
    return best, svg
