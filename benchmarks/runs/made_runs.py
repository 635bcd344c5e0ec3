"""Run folders of made-up drawings, to measure and test what reads run folders."""

import json
import math
import random
from pathlib import Path


def made_svg(strokes: int, seed: int, size: int = 224) -> str:
    """An SVG of random strokes, about as long as one of a real drawing."""
    chance = random.Random(seed)

    def point() -> str:
        return f"{chance.uniform(0, size):.2f} {chance.uniform(0, size):.2f}"

    paths = [
        f'<path d="M{point()}C{point()} {point()} {point()}" stroke="#000" '
        f'stroke-width="{chance.uniform(1, 3):.3f}" stroke-opacity="{chance.uniform(0.4, 1):.4f}"/>'
        for _ in range(strokes)
    ]
    group = '<g fill="none" stroke-linecap="round" stroke-linejoin="round">' + "\n".join(paths) + "</g>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">{group}</svg>\n'


def write_run(
    folder: Path, picture: str, strokes: int, seed: int, quality: float = 0.5, svg: str | None = None
) -> None:
    """Makes the folder of a run that is done: of a picture's name, strokes, a seed, and its ``edge_f1``.

    Without an SVG the drawing is a random one.
    """
    from PIL import Image

    (folder / "config").mkdir(parents=True)
    overrides = [f"image={picture}", f"num_strokes={strokes}", f"seed={seed}"]
    settings = {"image": picture, "num_strokes": strokes, "seed": seed, "steps": 100}
    as_yaml = "".join(f"{key}: {value}\n" for key, value in settings.items())
    (folder / "config" / "config.yaml").write_text(as_yaml, encoding="utf-8")
    listed = "".join(f"- {each}\n" for each in overrides)
    (folder / "config" / "overrides.yaml").write_text(listed, encoding="utf-8")
    (folder / "run.json").write_text(json.dumps({"experiment": "sketch"}), encoding="utf-8")
    (folder / "drawing.svg").write_text(svg or made_svg(strokes, seed), encoding="utf-8")
    color = tuple(random.Random(picture).randrange(40, 200) for _ in range(3))
    Image.new("RGB", (128, 96), color).save(folder / "target.jpg")
    Image.new("L", (64, 64), 128).save(folder / "drawing.png")
    rows = [f"{step},{1 / quality * math.exp(-step / 30):.6g}" for step in range(10, 101, 10)]
    (folder / "metrics.csv").write_text("step,loss\n" + "\n".join(rows) + "\n", encoding="utf-8")
    record = {
        "image": picture,
        "steps": 100,
        "losses": {"structure/ink": 1 - quality, "structure/pull1": 0.0},
        "metrics": {"edge_f1": quality},
        "shapes": strokes,
        "seconds": 1.5,
        "svg_bytes": (folder / "drawing.svg").stat().st_size,
    }
    (folder / "metrics.json").write_text(json.dumps(record), encoding="utf-8")
