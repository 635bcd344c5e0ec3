"""A rough sketch in a file, cleaned into a PNG, an SVG and a preview."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from inkwright.pictures.picture_file import read_picture
from inkwright.run_folder.whole_file import whole_file
from inkwright.simplification.paper.ink_on_paper import DropColor, Invert, ink_on_paper
from inkwright.simplification.result_files import SketchFiles
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.sketch_cleaning import CleanedSketch, CleaningSettings, clean_sketch
from inkwright.vector_graphics.drawing import Drawing
from inkwright.vector_graphics.paper.pdf import pdf_bytes
from inkwright.vector_graphics.paper.pen_paths import plotter_drawing
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vector_graphics.svg.reading.values.color import parse_color
from inkwright.vector_graphics.svg.writing.writer import svg_text

Gray = NDArray[np.float32]
Export = Literal["screen", "plotter"]
_MM = 25.4  # an inch


@dataclass(frozen=True)
class FileSettings:
    """How a sketch is read, and what its results look like.

    Attributes:
        full_size: whether the results are as large as the page was; else as the cleaning settings say.
        invert: whether the picture is light on dark: always, never, or where it looks so.
        drop_color: the color of guides that are no lines.
        line_color: of all lines, as CSS says colors.
        transparent: whether the PNG has no paper.
        export: "plotter" for lines that a pen draws: joined, in pen order, of one width.
        width_mm: of the SVG on paper; 0 leaves it in pixels.
        dpi: pixels of the sketch that are an inch; "scan" for what the file says, empty for pixels.
    """

    full_size: bool = True
    invert: Invert = "auto"
    drop_color: DropColor = "none"
    line_color: str = "black"
    transparent: bool = False
    export: Export = "screen"
    width_mm: float = 0.0
    dpi: str = ""


def clean_file(
    files: SketchFiles,
    network: SimplifierNetwork,
    settings: CleaningSettings,
    shown: FileSettings = FileSettings(),  # noqa: B008
) -> CleanedSketch:
    """Cleans a sketch and writes what was planned for it, by a network in evaluation mode.

    Raises:
        ValueError: the sketch can't be used, or a setting is out of its range.
        OSError: a result can't be written.
    """
    color = parse_color("line_color", shown.line_color)[:3]
    rgba, (file_width, _) = read_picture(files.sketch, 2 * settings.size or 2**20)
    gray = ink_on_paper(rgba, shown.invert, shown.drop_color)
    cleaned = clean_sketch(gray, network, settings)
    origin = f"{files.origin} at scale {settings.scale:.3g}"
    height, width = cleaned.lines.shape
    if shown.full_size:
        height, width = (round(side * (file_width / gray.shape[1])) for side in cleaned.own_size)
    picture = _colored(cleaned.lines, color, shown.transparent)
    _write_png(files.png, picture, (height, width), origin)
    if files.svg and cleaned.drawing is not None:
        drawn_height, drawn_width = cleaned.lines.shape
        drawing = _shown(cleaned.drawing, color, shown.export)
        drawing = drawing.scaled(width / drawn_width, height / drawn_height)
        on_paper = _width_on_paper(files.sketch, shown, cleaned.own_size[1] * (file_width / gray.shape[1]))
        text = svg_text(drawing, title=files.sketch.stem, description=origin, width_mm=on_paper)
        with whole_file(files.svg, "output") as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
        if files.pdf:
            with whole_file(files.pdf, "output") as temporary:
                temporary.write_bytes(pdf_bytes(drawing, on_paper, note=origin))
    if files.preview:
        preview = _side_by_side(cleaned)
        _write_png(files.preview, _colored(preview, (0.0, 0.0, 0.0), False), preview.shape, origin)
    return cleaned


def _shown(drawing: Drawing, color: tuple[float, ...], export: Export) -> Drawing:
    """A drawing in the color, and for the export, that was asked for."""
    if any(color):
        rgb = torch.tensor(color, dtype=drawing.stroke.dtype)
        stroke, fill = (
            torch.cat([rgb.expand(len(each), 3), each[:, 3:]], 1) for each in (drawing.stroke, drawing.fill)
        )
        drawing = drawing.replace(stroke=stroke, fill=fill)
    return plotter_drawing(drawing) if export == "plotter" else drawing


def _width_on_paper(sketch: Path, shown: FileSettings, pixels: float) -> float | None:
    """Millimeters; None for pixels."""
    if shown.width_mm or not shown.dpi:
        return shown.width_mm or None
    text = shown.dpi
    if text == "scan":
        from PIL import Image

        with Image.open(sketch) as image:
            said = round(float(image.info.get("dpi", (0.0,))[0]), 1)  # PNG keeps pixels per meter
        if not 10 <= said <= 10_000:
            raise ValueError(f"dpi=scan: {sketch} doesn't say its resolution; give dpi=300, or width_mm")
        return pixels / said * _MM
    try:
        dpi = float(text)
    except ValueError:
        dpi = 0.0
    if not 10 <= dpi <= 10_000:
        raise ValueError(f"dpi={text}: it must be scan, or a number in [10, 10000]")
    return pixels / dpi * _MM


def _colored(gray: Gray, color: tuple[float, ...], transparent: bool) -> NDArray[np.uint8]:
    """Gray, RGB or RGBA in 8 bits of lines of a color."""
    if not transparent and not any(color):
        return np.asarray((gray * 255).round().astype(np.uint8))
    ink = np.asarray(color, dtype=np.float32)
    if transparent:
        rgb = np.broadcast_to(ink, (*gray.shape, 3))
        return np.asarray((np.dstack([rgb, 1 - gray]) * 255).round().astype(np.uint8))
    return np.asarray(((ink + (1 - ink) * gray[..., None]) * 255).round().astype(np.uint8))


def _side_by_side(cleaned: CleanedSketch) -> Gray:
    parts = [cleaned.page, cleaned.lines]
    if cleaned.drawing is not None:
        height, width = cleaned.lines.shape
        parts.append(rasterize(cleaned.drawing, height, width)[0, 0].detach().numpy())
    return np.concatenate(parts, axis=1)


def _write_png(path: Path, pixels: NDArray[np.uint8], size: tuple[int, ...], origin: str) -> None:
    """Writes a picture at another (height, width), with its origin at its head."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    note = PngInfo()
    note.add_text("Comment", origin)
    with whole_file(path, "output") as temporary:
        picture = Image.fromarray(pixels)
        picture.resize((size[1], size[0]), Image.Resampling.BICUBIC).save(temporary, pnginfo=note)
