"""A trained simplifier applied to rough sketches: clean PNG and clean SVG."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from inkwright.command_line.keys.simplify_keys import SimplifyKeys, help_text, read_keys

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inkwright.simplification.simplifier_network import SimplifierNetwork
    from inkwright.simplification.sketch_cleaning import CleanedSketch

_log = logging.getLogger("simplify")

_ENDINGS = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif"}
_RESULTS = ("_clean.png", "_clean.svg", "_preview.png")


def simplify(keys: SimplifyKeys) -> list[Path]:
    """Cleans every sketch that was asked for; one that can't be used is named and left out.

    Args:
        keys: what was asked for.

    Returns:
        The clean pictures.

    Raises:
        ValueError: there is nothing to clean, or no sketch could be used.
    """
    import torch
    from tqdm import tqdm

    from inkwright.simplification.weights_file import SHIPPED, load_weights

    torch.set_num_threads(keys.threads)
    sketches = find_sketches(Path(keys.input))
    network = load_weights(Path(keys.weights) if keys.weights else SHIPPED)
    results, refused = [], ""
    several = len(sketches) > 1
    for path in tqdm(sketches, desc="cleaning", disable=not several):
        try:
            results += _simplify_one(path, network, keys)
        except ValueError as error:
            refused = str(error)
            if several:
                _log.error("left out: %s", refused)
    if not results:
        raise ValueError(refused)
    return results


def find_sketches(source: Path) -> list[Path]:
    """The picture itself, or the pictures of a folder by name, without results of earlier runs.

    Raises:
        ValueError: there is none.
    """
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise ValueError(f"input={source}: there is no such file or folder")
    found = sorted(path for path in source.iterdir() if path.suffix.lower() in _ENDINGS)
    found = [path for path in found if not path.name.endswith(_RESULTS)]
    if not found:
        raise ValueError(
            f"input={source}: there is no picture in this folder ({', '.join(sorted(_ENDINGS))})"
        )
    return found


def _simplify_one(path: Path, network: SimplifierNetwork, keys: SimplifyKeys) -> list[Path]:
    from inkwright.simplification.sketch_cleaning import CleaningSettings, clean_sketch

    settings = CleaningSettings(
        size=keys.size,
        scale=keys.scale,
        flatten=keys.flatten,  # type: ignore[arg-type]
        threshold=keys.threshold,
        line_width=keys.line_width or None,
        vector=keys.vector,  # type: ignore[arg-type]
        refine_steps=keys.refine_steps,
    )
    grey, shrunk = read_grey(path, settings.size)
    cleaned = clean_sketch(grey, network, settings)
    height, width = cleaned.own_size
    size = round(height * shrunk), round(width * shrunk)
    return _write(path, cleaned, size if keys.full_size else cleaned.lines.shape, keys)


def read_grey(path: Path, size: int) -> tuple[NDArray[np.float32], float]:
    """A picture file of any kind as grey.

    Args:
        path: the file.
        size: long side in pixels that is wanted later; larger pictures are thinned out while they are read.

    Returns:
        [H, W] luma in [0, 1], transparent parts white, and how many pixels of the file one of these is wide.
    """
    import numpy as np

    from inkwright.pictures.picture_file import read_picture

    rgba, (width, _) = read_picture(path, 2 * size or 2**20)
    rgb = rgba[..., :3] + (1 - rgba[..., 3:])
    luma = rgb @ np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return np.clip(luma, 0, 1), width / luma.shape[1]


def _write(path: Path, cleaned: CleanedSketch, size: tuple[int, ...], keys: SimplifyKeys) -> list[Path]:
    from inkwright.vector_graphics.svg.writing.writer import write_svg

    stem = _stem(path, keys.output)
    written = [stem.with_name(f"{stem.name}.png")]
    _write_png(written[0], cleaned.lines, size)
    if cleaned.drawing is not None:
        written.append(stem.with_name(f"{stem.name}.svg"))
        drawn_height, drawn_width = cleaned.lines.shape
        drawing = cleaned.drawing.scaled(size[1] / drawn_width, size[0] / drawn_height)
        write_svg(drawing, written[1], title=path.stem)
    if keys.preview:
        name = f"{stem.name.removesuffix('_clean')}_preview.png"
        preview = _side_by_side(cleaned)
        _write_png(stem.with_name(name), preview, preview.shape)
    strokes = "" if cleaned.drawing is None else f", {cleaned.drawing.num_shapes} strokes"
    nothing = "" if (cleaned.lines < 0.5).any() else " (no lines found)"
    _log.info("Clean: %s%s%s", written[-1], strokes, nothing)
    return written


def _stem(path: Path, output: str) -> Path:
    """The results' path without ending."""
    chosen = Path(output) if output else path.parent
    if chosen.suffix.lower() in (".svg", ".png"):
        return chosen.with_suffix("")
    return chosen / f"{path.stem}_clean"


def _side_by_side(cleaned: CleanedSketch) -> NDArray[np.float32]:
    import numpy as np

    from inkwright.vector_graphics.rasterizer import rasterize

    parts = [cleaned.page, cleaned.lines]
    if cleaned.drawing is not None:
        height, width = cleaned.lines.shape
        parts.append(rasterize(cleaned.drawing, height, width)[0, 0].detach().numpy())
    return np.concatenate(parts, axis=1)


def _write_png(path: Path, grey: NDArray[np.float32], size: tuple[int, ...]) -> None:
    """Writes a grey picture at another (height, width)."""
    import numpy as np
    from PIL import Image

    from inkwright.run_folder.whole_file import whole_file

    with whole_file(path) as temporary:
        picture = Image.fromarray((grey * 255).round().astype(np.uint8))
        picture.resize((size[1], size[0]), Image.Resampling.BICUBIC).save(temporary)


def main() -> int:
    """The command line; returns the exit status."""
    from inkwright.command_line.entry import ACTIONABLE, INTERRUPTED

    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout, force=True)
    arguments = sys.argv[1:]
    if not arguments or {"-h", "--help"} & set(arguments):
        sys.stdout.write(help_text())
        return 0
    try:
        simplify(read_keys(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED
    except (ValueError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return ACTIONABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())
