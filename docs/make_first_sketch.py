"""Draws docs/first_sketch.png, the picture of the README: an example beside its sketches."""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE, STROKES, SIDE, GAP = "astronaut", (32, 64, 128), 320, 12


def main() -> None:
    """Runs train.py once for each number of strokes and pastes the results beside the photograph."""
    photograph = next((ROOT / "assets" / "examples").glob(f"{EXAMPLE}.*"))
    pictures = [Image.open(photograph).convert("RGB"), *map(_sketch, STROKES)]
    pictures = [picture.resize((SIDE, SIDE * picture.height // picture.width)) for picture in pictures]
    sheet = Image.new("RGB", (len(pictures) * (SIDE + GAP) - GAP, pictures[0].height), "white")
    for index, picture in enumerate(pictures):
        sheet.paste(picture, (index * (SIDE + GAP), 0))
    sheet.quantize(64).save(ROOT / "docs" / "first_sketch.png", optimize=True)


def _sketch(strokes: int) -> Image.Image:
    with tempfile.TemporaryDirectory() as folder:
        keys = [f"image={EXAMPLE}", f"num_strokes={strokes}", f"hydra.run.dir={folder}"]
        subprocess.run([sys.executable, "train.py", *keys], cwd=ROOT, check=True)
        return Image.open(Path(folder) / "drawing.png").convert("RGB")


if __name__ == "__main__":
    main()
