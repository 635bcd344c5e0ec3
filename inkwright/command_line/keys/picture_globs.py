"""``image=glob(pictures/*.jpg)``: the pictures of a sweep by a pattern over files."""

from __future__ import annotations

import glob
import re
from collections.abc import Sequence
from pathlib import Path

_GLOB = re.compile(r"image=glob\((?P<pattern>.*)\)")
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".gif", ".bmp")


def expand_globs(arguments: Sequence[str]) -> list[str]:
    """The arguments with ``image=glob(...)`` replaced by the files it means, sorted.

    Hydra's own ``glob`` only knows groups of the configuration.

    Raises:
        ValueError: no picture matches.
    """
    return [_expanded(argument) for argument in arguments]


def quoted(value: str) -> str:
    """A value in quotes, so that Hydra reads no grammar into it."""
    escaped = value.replace("\\'", "\\\\'").replace("'", "\\'")
    return f"'{escaped}'"


def _expanded(argument: str) -> str:
    match = _GLOB.fullmatch(argument)
    if match is None:
        return argument
    pattern = match["pattern"].strip().strip("'\"")
    files = sorted(path for path in glob.glob(str(Path(pattern).expanduser()), recursive=True))
    pictures = [path for path in files if Path(path).suffix.lower() in PICTURE_SUFFIXES]
    if not pictures:
        found = f"{len(files)} files match, none of them a picture" if files else "nothing matches"
        raise ValueError(f"image=glob({pattern}): {found}; give a pattern such as 'image=glob(photos/*.jpg)'")
    return f"image=choice({','.join(map(quoted, pictures))})"
