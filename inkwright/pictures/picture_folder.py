"""The pictures of a folder."""

import logging
from collections import Counter
from pathlib import Path

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".avif", ".heic", ".heif")
_OTHER_PICTURES = (
    ".psd",
    ".jxl",
    ".jp2",
    ".dng",
    ".cr2",
    ".nef",
    ".arw",
    ".raw",
    ".eps",
    ".ai",
    ".pdf",
    ".kra",
)
_log = logging.getLogger(__name__)


def pictures_in(folder: Path, key: str = "image") -> dict[str, Path]:
    """Name -> picture file, of those right in a folder that are not hidden, sorted.

    The name is the file's without its ending; with it where two would be the same, also if upper and lower
    case don't count. ``key`` named the folder, for the message.

    Raises:
        ValueError: there is no such folder, or no picture in it.
    """
    if not folder.is_dir():
        raise ValueError(f"{key}={folder}: there is no such folder")
    files = sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith(".")
    )
    if not files:
        raise ValueError(f"{key}={folder}: there is no picture in this folder ({', '.join(SUFFIXES)})")
    skipped = [path.name for path in sorted(folder.iterdir()) if path.suffix.lower() in _OTHER_PICTURES]
    if skipped:
        _log.warning("left out, as no picture that is read: %s", ", ".join(skipped))
    times = Counter(path.stem.casefold() for path in files)
    return {path.name if times[path.stem.casefold()] > 1 else path.stem: path for path in files}
