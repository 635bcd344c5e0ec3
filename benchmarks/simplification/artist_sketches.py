"""How well sketches by artists are cleaned, by human truth: F1 at 2 permille, strokes for each intended line.

    python -m benchmarks.simplification.artist_sketches FOLDER
    python -m benchmarks.simplification.artist_sketches FOLDER --consolidate never

FOLDER holds ``.scap`` files as those of StrokeStrip (Pagurek van Mossel et al., SIGGRAPH 2021): strokes as
points, each with the number of the line that it is meant for. A page is drawn with its long side 960 pixels.
The truth of a line is the middle curve of the strokes that are meant for it, see ``middles_of``; strokes that
nothing links are lines of their own. The number of lines is that of the file.
"""

import re
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.record import RESULTS, keep, markdown, options_parser
from inkwright.metrics.line_agreement import bootstrap_interval, line_agreement
from inkwright.simplification.sketch_cleaning import CleaningSettings, clean_sketch
from inkwright.simplification.weights_file import SHIPPED, load_weights
from inkwright.vector_graphics import rasterize
from inkwright.vectorization.consolidation.middle import middles_of

LONG_SIDE, MARGIN, FINER = 960, 32, 3
REACH = 60.0  # pixels; the farthest that neighbours of the strokes of one line lie apart
Points = NDArray[np.float64]
Page = NDArray[np.float32]
Strokes = list[tuple[int, Points]]  # the line that each is meant for, and its points in pixels


def read_strokes(path: Path) -> tuple[Strokes, tuple[int, int], float]:
    """The strokes of a file in pixels of a page, the page's (width, height), and the width of its pen."""
    text = path.read_text(encoding="utf-8")
    found: Strokes = []
    for body in re.findall(r"\{([^}]*)\}", text):
        lines = [line.split() for line in body.strip().splitlines()]
        points = np.array([[float(value) for value in each[:2]] for each in lines[1:] if len(each) >= 2])
        if len(points) > 1 and np.ptp(points, axis=0).max() > 0:
            found.append((int(lines[0][1]), points))
    every = np.concatenate([points for _, points in found])
    low, scale = every.min(0), LONG_SIDE / np.ptp(every, axis=0).max()
    strokes = [(line, (points - low) * scale + MARGIN) for line, points in found]
    width, height = (np.ptp(every, axis=0) * scale + 2 * MARGIN).round().astype(int).tolist()
    pen = float(re.search(r"@([\d.]+)", text)[1])  # type: ignore[index]
    return strokes, (width, height), min(max(2.0, 0.6 * FINER * scale * min(pen, 2.5)), 3.0 * FINER) / FINER


def drawn_page(lines: list[Points], size: tuple[int, int], width: float, shade: int) -> Page:
    """[H, W] in [0, 1] polylines of a shade on white."""
    page = Image.new("L", (FINER * size[0], FINER * size[1]), 255)
    for line in lines:
        way = [tuple(point) for point in (FINER * line).tolist()]
        ImageDraw.Draw(page).line(way, fill=shade, width=max(round(FINER * width), 1), joint="curve")
    return np.asarray(page.resize(size, Image.Resampling.LANCZOS), dtype=np.float32) / np.float32(255)


def intended_lines(strokes: Strokes) -> list[Points]:
    """The middle of the strokes of each line."""
    lines = [
        [points for at, points in strokes if at == line] for line in dict.fromkeys(at for at, _ in strokes)
    ]
    return [middle.ring() for line in lines for middle in middles_of(line, REACH)]


def main() -> None:
    """The command line."""
    parser = options_parser(__doc__, RESULTS / "artist_sketches.json")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--weights", type=Path, default=SHIPPED)
    parser.add_argument("--keep-faint", choices=("auto", "true", "false"), default="auto")
    parser.add_argument("--scale", type=float, default=1.0, help="at which the network sees the page")
    parser.add_argument("--consolidate", default="auto", choices=("auto", "always", "never"))
    parser.add_argument("--refine-steps", type=int, default=CleaningSettings.refine_steps)
    asked = parser.parse_args()
    network = load_weights(asked.weights)
    settings = CleaningSettings(
        size=0,
        flatten="never",
        keep_faint=asked.keep_faint,
        scale=asked.scale,
        consolidate=asked.consolidate,
        refine_steps=asked.refine_steps,
    )
    rows: dict[str, dict[str, float]] = {}
    for path in sorted(asked.folder.glob("*.scap")):
        strokes, size, pen = read_strokes(path)
        rough = drawn_page([points for _, points in strokes], size, pen, 60)
        meant = drawn_page(intended_lines(strokes), size, 2.0, 0)
        cleaned = clean_sketch(rough, network, settings)
        drawing, at = cleaned.drawing, f"({cleaned.repeated} repeated others)"
        if drawing is None:
            raise RuntimeError("no drawing was made")
        drawing = drawing.scaled(size[0] / drawing.canvas[0], size[1] / drawing.canvas[1])
        drawing = drawing.replace(width=torch.full_like(drawing.width, 2.0))
        drawn = rasterize(drawing, size[1], size[0])[0, 0].detach().numpy()
        scores = line_agreement(drawn, meant)
        lines = len({line for line, _ in strokes})
        own = {name: scores[name] for name in ("f1", "precision", "recall")}
        rows[path.stem.removesuffix("_SA_cluster")] = own | {
            "ratio": drawing.num_shapes / lines,
            "lines": lines,
        }
        print(f"{path.stem}: F1 {scores['f1']:.3f}, {drawing.num_shapes} strokes for {lines} lines {at}")
    table = np.array([list(each.values()) for each in rows.values()])
    low, high = bootstrap_interval(table[:, 0])
    names = ("f1", "precision", "recall", "strokes per intended line")
    mean, median = dict(zip(names, table[:, :4].mean(0).tolist(), strict=True)), float(np.median(table[:, 3]))
    print(markdown("sketches | F1 | 95 % | precision | recall | strokes per intended line | median", [
        (len(rows), f"{mean['f1']:.3f}", f"{low:.3f} to {high:.3f}", f"{mean['precision']:.3f}",
         f"{mean['recall']:.3f}", f"{mean[names[3]]:.2f}", f"{median:.2f}")]))  # fmt: skip
    mean["median of strokes per intended line"] = median
    mean["all strokes per all lines"] = float((table[:, 3] * table[:, 4]).sum() / table[:, 4].sum())
    # By names in order: consolidation was tuned with an eye on both, first on the odd ones.
    halves = {name: float(table[at::2, 0].mean()) for at, name in enumerate(("odd", "even"))}
    print("F1 of " + ", ".join(f"{name} ones {f1:.3f}" for name, f1 in halves.items()))
    keep(asked.output, {"mean": mean, "interval": [low, high], "f1 of halves": halves, "sketches": rows})


if __name__ == "__main__":
    main()
