"""The pictures of a folder."""

from __future__ import annotations

from pathlib import Path

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp")


def pictures_in(folder: Path) -> dict[str, Path]:
    """The picture files right in a folder, sorted, each by a name of its own.

    Args:
        folder: hidden files and other kinds of files in it are left out.

    Returns:
        Name -> file. The name is the file's without its ending; with it where two would be the same.

    Raises:
        ValueError: there is no picture.
    """
    files = sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    )
    if not files:
        raise ValueError(f"image={folder}: there is no picture in this folder ({', '.join(SUFFIXES)})")
    stems = [path.stem for path in files]
    return {path.name if stems.count(path.stem) > 1 else path.stem: path for path in files}
