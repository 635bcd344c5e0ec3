"""Regions of a picture that a person names: boxes, mask files, or pictures in which all else is white."""

from glob import escape
from os.path import isfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inkwright.pictures.area_scaling import scale_picture
from inkwright.pictures.picture_file import read_picture

FloatArray = NDArray[np.float32]
BoolArray = NDArray[np.bool_]

BESIDE = "roi"  # regions=roi: pictures NAME_roi1.png, NAME_roi2.png, ... beside the picture
_WHITE = 0.98


def read_regions(named: str, picture: Path, size: tuple[int, int], shape: tuple[int, int]) -> list[BoolArray]:
    """Masks (H, W) = shape of what is named for a picture file whose (width, height) is ``size``.

    Args:
        named: ``roi``, or parts between semicolons: boxes ``left,top,right,bottom`` in pixels of the file,
            mask files, light where the region is, or files named ``*_roi*`` in which all but the region is
            white, as MROSS has them.
        picture: the file; beside it lie those of ``roi``.
        size: of the file, upright.
        shape: of the masks wanted.

    Raises:
        ValueError: a region is empty, lies outside of the picture, or has another size.
    """
    parts = parts_of(named, picture)
    if not parts:
        raise ValueError(f"regions=roi: there is no {picture.stem}_roi1.png beside {picture}")
    return [_region(part, size, shape) for part in parts]


def parts_of(named: str, picture: Path) -> list[str]:
    """Boxes and files that are named for a picture file; one file may have a semicolon in its name."""
    if isfile(Path(named).expanduser()):
        return [named]
    parts = [part.strip() for part in named.split(";") if part.strip()]
    return [str(path) for path in regions_beside(picture)] if parts == [BESIDE] else parts


def regions_beside(picture: Path) -> list[Path]:
    """The files NAME_roi1.*, NAME_roi2.*, ... beside NAME.*, as far as there is one of each number."""
    found: list[Path] = []
    while matches := sorted(picture.parent.glob(f"{escape(picture.stem)}_roi{len(found) + 1}.*")):
        found.append(matches[0])
    return found


def _region(part: str, size: tuple[int, int], shape: tuple[int, int]) -> BoolArray:
    path = Path(part).expanduser()
    numbers = _numbers(part)
    if numbers is not None and not isfile(path):
        return _box(part, numbers, size, shape)
    if not isfile(path):
        raise ValueError(
            f"regions={part}: there is no such file; give a box left,top,right,bottom, a mask file, or roi"
        )
    rgba, found = read_picture(path, max(shape))
    if found != size:
        raise ValueError(
            f"regions={part} is {found[0]} x {found[1]} pixels; it must be {size[0]} x {size[1]}, "
            "as the picture"
        )
    inside = _not_white(rgba) if "_roi" in path.stem else rgba[..., :3].mean(-1) >= 0.5
    scaled = scale_picture(inside[..., None].astype(np.float32), shape[1], shape[0])[0].numpy() >= 0.5
    if not scaled.any():
        raise ValueError(f"regions={part} holds no region: {_told(path)}")
    return scaled


def _told(path: Path) -> str:
    return "all of it is white" if "_roi" in path.stem else "nothing in it is light"


def _not_white(rgba: FloatArray) -> BoolArray:
    """What is not white paper, with what it surrounds; transparent is white, too."""
    shown = rgba[..., :3] + (1 - rgba[..., 3:])
    colored = (shown < _WHITE).any(-1)
    filled: BoolArray = ndimage.binary_fill_holes(ndimage.binary_closing(colored, iterations=2) | colored)
    return filled


def _numbers(part: str) -> list[float] | None:
    try:
        numbers = [float(each) for each in part.strip("()[]").split(",")]
    except ValueError:
        return None
    return numbers if len(numbers) == 4 else None


def _box(part: str, box: list[float], size: tuple[int, int], shape: tuple[int, int]) -> BoolArray:
    left, top, right, bottom = box
    if not (0 <= left < right <= size[0] and 0 <= top < bottom <= size[1]):
        raise ValueError(
            f"regions={part} is no box within the picture: left,top,right,bottom in pixels, "
            f"within 0,0,{size[0]},{size[1]}"
        )
    x, y = ((np.arange(count) + 0.5) * whole / count for count, whole in zip(shape[::-1], size, strict=True))
    mask: BoolArray = ((x >= left) & (x < right))[None] & ((y >= top) & (y < bottom))[:, None]
    if not mask.any():
        raise ValueError(f"regions={part} is smaller than a pixel of the working picture; raise image_size")
    return mask
