"""Pictures of SVG texts by programs that are not ours: resvg and Chromium."""

import base64
import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FACTOR = 4
_SHEET_WIDTH = 2000
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--force-device-scale-factor=1",
    "--force-color-profile=srgb",
)

Picture = NDArray[np.float64]  # [H, W, 3] in [0, 1]
Sized = tuple[str, int, int]  # SVG text, height, width


def chromium_binary() -> str | None:
    """The path of Chromium or Chrome; None if there is none."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next((path for path in found if path), None)


def render_resvg(text: str, height: int, width: int, factor: int = FACTOR) -> Picture:
    """The SVG on white at ``factor`` times the size, box-averaged to [height, width, 3]."""
    import resvg_py

    png = resvg_py.svg_to_bytes(
        svg_string=text, width=width * factor, height=height * factor, background="#ffffff", dpi=96
    )
    return _averaged(_pixels(bytes(png)), factor)


def render_chromium(texts: Sequence[Sized], factor: int = FACTOR) -> list[Picture]:
    """All SVGs on one white page, each box-averaged from ``factor`` times its size.

    Raises:
        ValueError: there is no Chromium, or it made no picture of the page.
    """
    binary = chromium_binary()
    if binary is None:
        raise ValueError("no chromium or google-chrome is installed; install one, e.g. apt install chromium")
    places, size = _places(texts, factor)
    with tempfile.TemporaryDirectory() as folder:
        page, picture = Path(folder, "page.html"), Path(folder, "page.png")
        page.write_text(_page(texts, places, factor), encoding="utf-8")
        command = [
            binary,
            *_FLAGS,
            f"--user-data-dir={folder}/profile",
            f"--window-size={size[0]},{size[1]}",
            f"--screenshot={picture}",
            page.as_uri(),
        ]
        done = subprocess.run(
            command, capture_output=True, timeout=240, check=False, env={**os.environ, "HOME": folder}
        )
        if not picture.is_file():
            raise ValueError(f"chromium made no picture: {done.stderr.decode(errors='replace')[-400:]}")
        sheet = _pixels(picture.read_bytes())
    return [
        _averaged(sheet[y : y + height * factor, x : x + width * factor], factor)
        for (_, height, width), (x, y) in zip(texts, places, strict=True)
    ]


def _places(texts: Sequence[Sized], factor: int) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """Where each picture goes in rows on the sheet (x, y), and the sheet's (width, height)."""
    places, x, y, row, widest = [], 0, 0, 0, 0
    for _, height, width in texts:
        if x and x + width * factor > _SHEET_WIDTH:
            x, y, row = 0, y + row, 0
        places.append((x, y))
        x, row = x + width * factor, max(row, height * factor)
        widest = max(widest, x)
    return places, (widest, y + row)


def _page(texts: Sequence[Sized], places: Sequence[tuple[int, int]], factor: int) -> str:
    """Every SVG as a picture of its own, so that their ids do not meet."""
    images = [
        f'<img style="left:{x}px;top:{y}px;width:{width * factor}px;height:{height * factor}px" '
        f'src="data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}">'
        for (text, height, width), (x, y) in zip(texts, places, strict=True)
    ]
    style = "body{margin:0;background:#fff}img{position:absolute}"
    return f"<!doctype html><meta charset=utf-8><style>{style}</style>{''.join(images)}"


def _pixels(png: bytes) -> Picture:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=np.float64) / 255


def _averaged(pixels: Picture, factor: int) -> Picture:
    height, width = pixels.shape[0] // factor, pixels.shape[1] // factor
    return np.asarray(pixels.reshape(height, factor, width, factor, 3).mean((1, 3)))
