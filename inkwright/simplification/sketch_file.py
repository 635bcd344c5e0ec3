"""A rough sketch in a file, cleaned into a PNG, an SVG and a preview."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkwright.pictures.picture_file import read_gray
from inkwright.run_folder.whole_file import whole_file
from inkwright.simplification.result_files import SketchFiles
from inkwright.simplification.simplifier_network import SimplifierNetwork
from inkwright.simplification.sketch_cleaning import CleanedSketch, CleaningSettings, clean_sketch
from inkwright.vector_graphics.rasterizer import rasterize
from inkwright.vector_graphics.svg.writing.writer import svg_text

Gray = NDArray[np.float32]


def clean_file(
    files: SketchFiles, network: SimplifierNetwork, settings: CleaningSettings, *, full_size: bool = True
) -> CleanedSketch:
    """Cleans a sketch and writes what was planned for it, by a network in evaluation mode.

    With ``full_size`` the results are as large as the page was, otherwise as ``settings.size`` says.

    Raises:
        ValueError: the sketch can't be used, or a setting is out of its range.
        OSError: a result can't be written.
    """
    gray, (file_width, _) = read_gray(files.sketch, 2 * settings.size or 2**20)
    cleaned = clean_sketch(gray, network, settings)
    height, width = cleaned.lines.shape
    if full_size:
        height, width = (round(side * (file_width / gray.shape[1])) for side in cleaned.own_size)
    _write_png(files.png, cleaned.lines, (height, width), files.origin)
    if files.svg and cleaned.drawing is not None:
        drawn_height, drawn_width = cleaned.lines.shape
        drawing = cleaned.drawing.scaled(width / drawn_width, height / drawn_height)
        text = svg_text(drawing, title=files.sketch.stem, description=files.origin)
        with whole_file(files.svg, "output") as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")
    if files.preview:
        preview = _side_by_side(cleaned)
        _write_png(files.preview, preview, preview.shape, files.origin)
    return cleaned


def _side_by_side(cleaned: CleanedSketch) -> Gray:
    parts = [cleaned.page, cleaned.lines]
    if cleaned.drawing is not None:
        height, width = cleaned.lines.shape
        parts.append(rasterize(cleaned.drawing, height, width)[0, 0].detach().numpy())
    return np.concatenate(parts, axis=1)


def _write_png(path: Path, gray: Gray, size: tuple[int, ...], origin: str) -> None:
    """Writes a grey picture at another (height, width), with its origin at its head."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    note = PngInfo()
    note.add_text("Comment", origin)
    with whole_file(path, "output") as temporary:
        picture = Image.fromarray((gray * 255).round().astype(np.uint8))
        picture.resize((size[1], size[0]), Image.Resampling.BICUBIC).save(temporary, pnginfo=note)
