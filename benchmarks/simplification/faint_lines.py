"""Sketches whose palest lines are meant: face, hair, folds, petals; and guides as dark as they are.

    python -m benchmarks.simplification.faint_lines
    python -m benchmarks.simplification.faint_lines --weights FILE --sheet faint.png

Lines are splines through points typed by hand, drawn by the pencil of hand_sketches.py; nothing is shared
with the generator that trains the network. Each sketch is drawn twice: its pale lines about as dark as the
guides ("as pale"), and about half as dark ("paler"). Scores are at 2 permille: F1 of the page, the share of
the dark and of the pale lines that is found, and the share of the guides, where nothing else is near, that is
left. Besides, F1 on pages of the training recipe whose pale lines are meant (recipe.faint=1), of a seed that
training never uses. Numbers go to benchmarks/results/faint_lines.json.
"""

import dataclasses
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from benchmarks.record import RESULTS, keep, markdown, options_parser, save_png
from benchmarks.simplification.hand_sketches import SIDE, follow, spline
from benchmarks.simplification.simplifier import HELD_OUT_SEED
from inkwright.metrics.line_agreement import bootstrap_interval, line_agreement
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.sketch_cleaning import CleaningSettings, clean_sketch
from inkwright.simplification.weights_file import SHIPPED, load_weights
from inkwright.synthetic_drawings.rough_pair import RoughPairs, SketchRecipe
from inkwright.vector_graphics.rasterizer import rasterize

Gray = NDArray[np.float32]
FloatArray = NDArray[np.float64]
PALE = {"as pale": (0.16, 0.24), "paler": (0.08, 0.13)}  # strengths of the pencil, as in hand_sketches.follow
GUIDE = (0.14, 0.24)
APART = 0.008  # a guide counts where no meant line is nearer, in shares of the side

# Lines in a square of 100 x 100; "P" is a pale line that is meant, "G" a guide, "C" closes a line.
SKETCHES: dict[str, list[str]] = {
    "portrait": [
        "30 30 29 44 32 58 38 70 46 78 52 79 60 74 66 62 69 48 69 36",
        "40 74 40 84 30 92 14 97", "62 73 62 84 72 91 88 97", "40 85 50 92 62 86",
        "P 35 44 40 41 46 44", "P 35 44 40 47 46 44", "P C 40 42 42 44 40 46 38 44",
        "P 54 44 60 41 65 44", "P 54 44 60 47 65 44", "P C 60 42 62 44 60 46 58 44",
        "P 33 38 40 35 47 38", "P 53 38 60 35 67 39", "P 50 44 48 54 46 58 50 60 53 58",
        "P 42 67 47 65 50 66 54 65 58 67", "P 42 67 50 71 58 67",
        "P 48 14 36 18 28 28 24 44 22 62 16 78", "P 49 14 40 20 33 30 28 46 27 62 22 80",
        "P 50 14 45 22 38 30 33 36", "P 50 14 56 22 64 29 69 36", "P 51 14 62 18 72 30 75 46 78 62 84 76",
        "P 51 14 58 18 68 30 72 46 73 60 78 78", "P 46 12 30 14 20 28 17 46 14 60 9 70",
        "P 53 12 68 14 80 28 83 46 87 58 91 68",
        "G 50 4 50 96", "G 10 44 90 44", "G 14 58 86 58", "G 16 67 84 67", "G C 50 8 78 44 50 82 22 44",
    ],
    "horse": [
        "60 16 52 22 42 34 30 48 20 58 15 66 18 73 26 74 34 70 42 64 50 62 58 62",
        "58 62 56 74 50 86 42 97", "72 24 80 36 85 52 88 72 90 96",
        "60 16 61 7 66 14", "66 14 72 8 73 24",
        "P 47 31 51 29 54 32 50 34 47 31", "P C 50 30 52 31 51 33 49 32", "P 45 28 50 25 55 28",
        "P C 20 63 23 61 24 64 21 66", "P 19 70 25 69 32 66", "P 42 62 46 52 54 46", "P 28 55 36 50 44 44",
        "P 67 15 60 20 58 28 60 36", "P 70 19 65 26 64 34 67 42", "P 73 24 69 32 69 42 72 50",
        "P 76 30 73 38 73 48 76 58", "P 79 36 76 46 77 56 80 66", "P 82 44 80 54 80 64 83 76",
        "P 84 52 83 62 84 72 87 84",
        "G C 50 20 72 40 50 60 30 40", "G 4 74 96 10", "G 6 84 72 6", "G 8 62 94 62", "G 70 4 70 96",
    ],
    "dress": [
        "42 22 36 26 31 38 28 50", "58 22 64 26 69 38 73 50", "28 50 24 56", "73 50 77 56",
        "42 22 50 25 58 22", "45 17 44 21 42 22", "55 17 56 21 58 22", "40 42 50 45 60 42",
        "40 42 30 62 20 92", "60 42 70 62 82 92", "20 92 36 96 50 93 66 96 82 92",
        "P C 50 4 56 9 50 18 44 9", "P 47 9 48 8 49 9", "P 51 9 52 8 53 9", "P 50 10 49 12 50 13",
        "P 48 15 50 16 52 15", "P 44 9 40 14 41 20", "P 56 9 60 14 59 20", "P 46 5 40 9 38 17",
        "P 46 46 40 66 34 93", "P 48 46 45 68 42 92", "P 50 46 51 68 52 92", "P 53 46 57 68 61 93",
        "P 56 45 64 66 72 92", "P 41 24 41 33 40 42", "P 59 24 59 33 60 42", "P 41 30 50 34 59 30",
        "G 50 2 50 98", "G 22 24 78 20", "G 26 43 74 41", "G 10 93 90 95", "G C 50 2 60 11 50 20 40 11",
        "G 46 2 14 98", "G 54 2 88 98",
    ],
    "flowers": [
        "36 60 32 70 34 84 40 92 60 92 66 84 68 70 64 60", "36 60 50 64 64 60", "36 60 50 57 64 60",
        "48 58 46 44 40 32", "52 58 54 46 62 36", "50 58 50 40 50 22", "49 50 40 48 32 52",
        "P 40 32 32 30 28 22 36 22 40 32", "P 40 32 36 22 40 14 44 22 40 32",
        "P 40 32 30 38 22 34 28 28 40 32",
        "P 62 36 60 26 66 20 70 28 62 36", "P 62 36 72 28 80 30 74 38 62 36",
        "P 62 36 72 40 76 48 66 46 62 36",
        "P 50 22 44 14 48 6 52 6 56 14 50 22", "P 50 22 58 14 66 12 62 20 50 22",
        "P 32 52 24 48 18 52 24 56 32 52", "P 18 52 24 52 32 52",
        "P 38 70 44 73 50 70 56 73 62 70", "P 37 76 44 79 50 76 56 79 63 76",
        "G 50 4 50 97", "G 24 60 76 60", "G 22 92 78 92", "G C 50 8 84 32 50 58 16 32", "G 4 84 96 88",
    ],
    "bird": [
        "2 78 20 76 40 79 62 76 80 78 98 74", "4 84 22 82 40 85 64 82 82 84 98 80", "70 76 76 66 84 60",
        "24 78 18 90 10 96",
        "P 28 40 26 32 32 24 42 22 50 28 58 38 68 48 76 60 82 72", "P 28 40 30 54 38 66 50 70 62 68 72 66",
        "P 28 32 20 34 14 36 22 38 28 38", "P 20 35 28 36", "P C 35 28 38 30 36 33 33 31",
        "P 44 38 52 40 62 50 70 62", "P 44 38 44 50 52 60 64 64", "P 48 44 54 52 62 58",
        "P 46 50 52 56 58 60",
        "P 76 60 84 74 90 88", "P 72 66 78 78 84 90", "P 84 90 88 86 90 88", "P 44 69 44 77", "P 52 70 53 77",
        "G C 38 18 52 32 38 46 24 32", "G C 50 28 76 50 50 74 26 50", "G 6 36 90 36", "G 16 10 92 94",
        "G 48 6 48 96",
    ],
    "fish": [
        "P 12 50 24 36 42 30 60 36 74 48 86 34", "P 12 50 24 62 42 68 60 62 74 52 86 66",
        "P 86 34 82 50 86 66", "P C 24 44 28 47 25 51 21 48", "P 12 50 18 53 22 52", "P 34 34 40 48 34 66",
        "P 42 30 50 18 62 20 60 36", "P 46 67 50 78 58 76 56 64", "P 46 42 52 46 46 50",
        "P 54 42 60 46 54 50",
        "P 46 52 52 56 46 60", "P 54 52 60 56 54 60", "P 40 48 47 47 52 50 46 54",
        "6 86 20 84 34 88 50 85 66 88 82 84 94 87", "20 92 40 94 60 92",
        "G 4 50 96 50", "G C 42 28 76 50 42 70 8 50", "G 34 8 34 92", "G 86 14 86 86", "G 6 72 92 22",
    ],
}  # fmt: skip


def draw(name: str, pale: str, seed: int = 0) -> Gray:
    """[SIDE, SIDE] in [0, 1] the sketch on paper; ``pale`` is a key of PALE."""
    from scipy.ndimage import gaussian_filter

    rng = np.random.default_rng([seed, 17, sorted(SKETCHES).index(name), sorted(PALE).index(pale)])
    density = np.zeros((SIDE, SIDE))
    for text in SKETCHES[name]:
        line = spline(text.removeprefix("P "))
        if text.startswith("G"):
            follow(rng, density, _overshot(line), float(rng.uniform(*GUIDE)), 1.0)
        elif text.startswith("P"):
            follow(rng, density, line, float(rng.uniform(*PALE[pale])), 1.0)
        else:
            for number in range(int(rng.integers(2, 5))):
                first, last = (0, len(line)) if number < 1 else np.sort(rng.integers(0, len(line), 2))
                if last - first > 60:
                    follow(rng, density, line[first:last], float(rng.uniform(0.5, 1.0)), 1.8)
    tooth = gaussian_filter(rng.normal(size=(SIDE, SIDE)), 0.8) * 2.3
    graphite = gaussian_filter(density, 0.45) * np.clip(1 + 0.35 * tooth, 0.1, 2)
    page = gaussian_filter(0.12 + 0.88 * np.exp(-1.6 * graphite), 0.5) + rng.normal(0, 0.008, graphite.shape)
    return np.clip(page, 0, 1).astype(np.float32)


def _overshot(line: FloatArray) -> FloatArray:
    """A closed guide is gone round a fifth further."""
    closed = np.hypot(*(line[-1] - line[0])) < 2
    return np.concatenate([line, line[: len(line) // 5]]) if closed else line


def lines_of(name: str, kind: str) -> Gray:
    """[SIDE, SIDE] the dark ("D"), pale ("P") or guiding ("G") lines of a sketch, 2 pixels wide, on white."""
    from inkwright.synthetic_drawings.stroke_painting import Window, paint_lines

    chosen = [text for text in SKETCHES[name] if (text[0] if text[0] in "PG" else "D") == kind]
    return paint_lines([spline(text.removeprefix("P ")) for text in chosen], Window.whole(SIDE, SIDE), 2.0)


def scores(drawn: Gray, name: str) -> dict[str, float]:
    """F1 of a cleaned page, and shares of the dark lines, the pale ones and the guides that are there."""
    from scipy.ndimage import distance_transform_edt

    dark, pale, guides = (lines_of(name, kind) < 0.75 for kind in "DPG")
    meant = dark | pale
    to_ink = distance_transform_edt(drawn >= 0.75) <= 0.002 * SIDE
    alone = guides & (distance_transform_edt(~meant) > APART * SIDE)
    return {
        "f1": line_agreement(drawn, np.where(meant, 0.0, 1.0))["f1"],
        "dark found": float(to_ink[dark].mean()),
        "pale found": float(to_ink[pale].mean()),
        "guides left": float(to_ink[alone].mean()),
    }


def recipe_f1(network: SimplifierNetwork, settings: CleaningSettings, pages: int) -> list[float]:
    """F1 of the strokes of pages of the training recipe on which pale lines are meant."""
    source, found = RoughPairs(SketchRecipe(faint=1.0), HELD_OUT_SEED), []
    settings = dataclasses.replace(settings, line_width=2.0)
    for number in range(pages):
        rough, clean = source.page(number, 1024)
        drawing = clean_sketch(rough, network, settings).drawing
        if drawing is None:
            raise RuntimeError("no drawing was made")
        found.append(line_agreement(rasterize(drawing, 1024, 1024)[0, 0].detach().numpy(), clean)["f1"])
    return found


def main() -> None:
    """The command line."""
    parser = options_parser(__doc__, RESULTS / "faint_lines.json")
    parser.add_argument("--weights", type=Path, default=SHIPPED)
    parser.add_argument("--sheet", type=Path, help="a picture of the pages, the network's lines, the strokes")
    parser.add_argument("--keep-faint", choices=("auto", "true", "false"), default="auto")
    parser.add_argument("--pages", type=int, default=24, help="of the recipe")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    network, sheet, record, table = load_weights(asked.weights), [], {}, []
    settings = CleaningSettings(flatten="never", keep_faint=asked.keep_faint)
    for pale in PALE:
        rows: dict[str, list[dict[str, float]]] = {"network": [], "network, as strokes": []}
        for name in SKETCHES:
            page = draw(name, pale)
            cleaned = clean_sketch(page, network, settings)
            if cleaned.drawing is None:
                raise RuntimeError("no drawing was made")
            strokes = rasterize(cleaned.drawing, SIDE, SIDE)[0, 0].detach().numpy()
            for method, drawn in zip(rows, (cleaned.lines, strokes), strict=True):
                rows[method].append(scores(drawn, name))
            sheet.append(np.concatenate([page, cleaned.lines, strokes], axis=1))
        for method, found in rows.items():
            low, high = bootstrap_interval(np.array([row["f1"] for row in found]))
            means = {key: float(np.mean([row[key] for row in found])) for key in found[0]}
            record[f"{pale}: {method}"] = {"mean": means, "interval": [low, high], "pages": found}
            shares = [f"{value:.3f}" for value in means.values()]
            table.append((f"{pale}: {method}", f"{shares[0]} ({low:.3f} to {high:.3f})", *shares[1:]))
    pages = recipe_f1(network, settings, asked.pages)
    low, high = bootstrap_interval(np.array(pages))
    record["recipe"] = {"mean": {"f1": float(np.mean(pages))}, "interval": [low, high], "pages": pages}
    table.append(("recipe", f"{np.mean(pages):.3f} ({low:.3f} to {high:.3f})", "", "", ""))
    print(markdown("pale lines | F1 (95 %) | dark found | pale found | guides left", table))
    keep(asked.output, record, 3)
    if asked.sheet:
        small = [Image.fromarray((row * 255).astype(np.uint8)).resize((960, 320)) for row in sheet]
        half = [np.concatenate([np.asarray(row) for row in part]) for part in (small[:6], small[6:])]
        save_png(np.concatenate(half, axis=1), asked.sheet, 32)


if __name__ == "__main__":
    main()
