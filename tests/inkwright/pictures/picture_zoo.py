"""Pictures in every form that a person may bring."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

SIDEWAYS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def scene(width: int = 120, height: int = 80) -> np.ndarray:
    """A picture [H, W, 3] of few smooth colours that looks different from every side."""
    rows, columns = np.mgrid[0:height, 0:width]
    red = 255 * columns // width
    green = 255 * rows // height
    blue = np.where((rows < height // 3) & (columns < width // 4), 255, 60)
    return np.stack([red, green, blue], -1).astype(np.uint8)


def grey(values: np.ndarray) -> np.ndarray:
    return np.asarray(Image.fromarray(values).convert("L"))


def write_zoo(folder: Path) -> dict[str, Path]:
    """Files that all show the scene in colour."""
    rgb = scene()
    image = Image.fromarray(rgb)
    deep = rgb.astype(np.uint16) * 257
    frames = [image, Image.fromarray(255 - rgb)]
    image.save(folder / "rgb.png")
    image.save(folder / "rgb.bmp")
    image.save(folder / "rgb.jpg", quality=98, subsampling=0)
    image.convert("CMYK").save(folder / "cmyk.jpg", quality=98, subsampling=0)
    image.convert("CMYK").save(folder / "cmyk.tif")
    image.convert("RGBA").save(folder / "opaque_rgba.png")
    image.quantize(256).save(folder / "palette.png")
    for suffix in ("gif", "png", "webp"):
        extra = {"lossless": True} if suffix == "webp" else {}
        frames[0].save(folder / f"animated.{suffix}", save_all=True, append_images=frames[1:], **extra)
    write_deep_png(folder / "deep.png", deep)
    tifffile.imwrite(folder / "deep.tif", deep, photometric="rgb")
    tifffile.imwrite(folder / "deep_packed.tif", deep, photometric="rgb", compression="zlib")
    planes = np.moveaxis(deep, 2, 0)
    tifffile.imwrite(folder / "deep_planes.tif", planes, photometric="rgb", planarconfig="separate")
    tifffile.imwrite(folder / "float.tif", (deep / 65535).astype(np.float32), photometric="rgb")
    for orientation, turn in SIDEWAYS.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        image.transpose(turn).save(folder / f"exif{orientation}.jpg", exif=exif, quality=98, subsampling=0)
    return {path.name: path for path in sorted(folder.iterdir())}


def write_grey_zoo(folder: Path) -> dict[str, Path]:
    """Files that all show the scene in grey."""
    values = grey(scene())
    deep = values.astype(np.uint16) * 257
    Image.fromarray(values).save(folder / "grey.png")
    Image.fromarray(values).convert("LA").save(folder / "grey_alpha.png")
    Image.fromarray(deep).save(folder / "deep_grey.png")
    tifffile.imwrite(folder / "deep_grey.tif", deep)
    tifffile.imwrite(folder / "float_grey.tif", (deep / 65535).astype(np.float32))
    return {path.name: path for path in sorted(folder.iterdir())}


def write_deep_png(path: Path, values: np.ndarray) -> None:
    """16 bits per channel RGB, which Pillow can't write."""
    height, width, _ = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
